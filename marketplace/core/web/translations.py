"""Compiles the message catalogues where they differ in age from their sources.

Each start does so, so that the site, the command line and the tests need no step before them; an
image, whose files can't be written later, is built with ``python -m
marketplace.core.web.translations FOLDER``. The texts themselves stand in
``marketplace/translations``.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import structlog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

log = structlog.get_logger(__name__)


def compile_catalogues(folder: Path) -> int:
    """Bring every ``.mo`` below ``folder`` up to its ``.po``; returns how many were written.

    Several processes may do so at once: each replaces the file as a whole. Where the folder may
    not be written, the log says so and what is there stays in use.
    """
    written = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        changed = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == changed:
            continue
        try:
            _write_beside(target, _compiled(source), changed)
        except OSError as error:
            log.warning("catalogue_not_compiled", catalogue=str(source), reason=str(error))
        else:
            written += 1
    return written


def _compiled(source: Path) -> bytes:
    with source.open("rb") as handle:
        catalogue = read_po(handle)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def _write_beside(target: Path, content: bytes, changed: int) -> None:
    """Replace ``target`` as a whole; it takes the time of the source that was read.

    A source saved during the compilation is so compiled again by the next start.
    """
    with NamedTemporaryFile(dir=target.parent, delete=False) as beside:
        beside.write(content)
    os.chmod(beside.name, 0o644)
    os.utime(beside.name, ns=(changed, changed))
    os.replace(beside.name, target)


if __name__ == "__main__":
    compile_catalogues(Path(sys.argv[1]))
