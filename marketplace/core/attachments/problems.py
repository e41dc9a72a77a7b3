"""Why a file is not taken."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class UploadRefused(Exception):
    """The file isn't taken; ``sentence`` says what it is and what would be right, lazily.

    ``code`` is stable, for tests and programs.
    """

    def __init__(self, code: str, sentence: LazyString) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


def not_accepted(kind: LazyString) -> UploadRefused:
    """Something else, whatever its name says."""
    return UploadRefused(
        "not_accepted",
        _l(
            "这个文件的内容是%(kind)s，这里不收。"
            "请用 PDF、图片（PNG、JPEG、WebP）或 Office 文档（DOCX、XLSX、PPTX）。",
            kind=kind,
        ),
    )


def damaged(kind: LazyString) -> UploadRefused:
    """It begins like something accepted and isn't whole."""
    return UploadRefused(
        "damaged",
        _l(
            "这个文件开头像%(kind)s，后面却不完整或不对。请用原来的程序打开，重新保存后再传。",
            kind=kind,
        ),
    )
