"""Names of files that strangers send: without paths, controls and tricks of direction."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120
"""Characters of a cleaned name with its ending; most file systems take 255 bytes."""

NAMELESS = "附件"
# What one of the usual systems doesn't take in a name.
_FORBIDDEN = re.compile(r'[/\\<>:"|?*%;]')
# Windows knows these as devices, whatever ending follows.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_KNOWN_ENDING = re.compile(
    r"\.(pdf|png|jpe?g|webp|gif|docx?|xlsx?|pptx?|docm|xlsm|pptm|exe|htm|html)$", re.IGNORECASE
)


def plain_words(text: str) -> str:
    """Words as part of a file's name: one line, what no system takes as ``_``, maybe nothing."""
    # Cf holds what turns the direction of writing around, Cs half characters, Zl and Zp breaks.
    text = "".join(
        " " if unicodedata.category(one) in ("Zl", "Zp", "Cc") else one
        for one in unicodedata.normalize("NFC", text)
        if unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join(_FORBIDDEN.sub("_", text).split())


def clean_name(given: str | None, ending: str) -> str:
    """The name under which a file is kept; ``ending`` (``.pdf``) is that of its content."""
    text = plain_words((given or "").replace("\\", "/").rpartition("/")[2])
    if text.lower().endswith(ending):
        stem = text[: -len(ending)]
    elif ending == ".jpg" and text.lower().endswith(".jpeg"):
        stem = text[: -len(".jpeg")]
    else:
        stem = _KNOWN_ENDING.sub("", text)
    stem = stem.strip(" .")
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    stem = stem[: LONGEST_NAME - len(ending)].rstrip(" .")
    return (stem if stem.strip(" ._-") else NAMELESS) + ending
