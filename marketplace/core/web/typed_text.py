"""What people send as text, without the characters that no text holds.

Copying out of PDF files or terminals brings control characters along. PostgreSQL refuses U+0000,
and XML, of which spreadsheets are made, all of these. They are invisible and mean nothing, so
they go before anything reads the request; files are left as they are.
"""

from __future__ import annotations

import re
from typing import IO

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property

# Everything that is no Char of XML 1.0; TAB, LF and CR are.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Parsed = tuple[IO[bytes], MultiDict, MultiDict]


class TextFormParser(FormDataParser):
    """Reads forms whose fields hold text only."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """The stream, the fields, and the files as they were sent."""
        rest, fields, files = super().parse(stream, mimetype, content_length, options)
        return rest, _text_only(fields), files


class TextRequest(Request):
    """A request whose form and query hold text only."""

    form_data_parser_class = TextFormParser

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the address."""
        return _text_only(super().args)


def expect_text(app: Flask) -> None:
    """Let all requests of ``app`` hold text only; an address with anything else in it is none."""
    app.request_class = TextRequest

    @app.before_request
    def _refuse_address() -> None:
        parts = (request.view_args or {}).values()
        if any(isinstance(part, str) and _NO_TEXT.search(part) for part in parts):
            abort(404)


def _text_only(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    return ImmutableMultiDict(
        (_NO_TEXT.sub("", name), _NO_TEXT.sub("", text)) for name, text in fields.items(multi=True)
    )
