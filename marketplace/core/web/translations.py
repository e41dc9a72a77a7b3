"""Compiles the message catalogues when they are older than their sources.

The texts themselves stand in ``marketplace/translations``.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(folder: Path) -> int:
    """Bring every ``.mo`` below ``folder`` up to its ``.po``; returns how many were written.

    Several processes may do so at once: each replaces the file as a whole.
    """
    written = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        with NamedTemporaryFile(dir=target.parent, delete=False) as beside:
            beside.write(compiled.getvalue())
        os.chmod(beside.name, 0o644)
        os.replace(beside.name, target)
        written += 1
    return written
