"""Files that belong to records, for browsers: never shown in place, always downloaded.

A public file opens by GET. Opening any other is recorded, so it takes a POST; following a link to
it leads to a page with the button.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from marketplace.core.attachments import find_visible, open_content, remove
from marketplace.core.attachments.models import Attachment
from marketplace.core.attachments.services import OPEN, REMOVE, read_content
from marketplace.core.attachments.subjects import VisibleFile
from marketplace.core.db import db
from marketplace.core.files import CHUNK
from marketplace.core.policy import Permission, policy, signed_in
from marketplace.core.web.access import ANYONE, current_actor
from marketplace.core.web.caching import keep_nowhere
from marketplace.core.web.downloads import disposition
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _

blueprint = Blueprint("files", __name__)

PERMISSIONS = (
    Permission(OPEN, signed_in, _l("请先登录。")),
    Permission(REMOVE, signed_in, _l("请先登录。")),
)
ROUTES = {
    "files.show": ANYONE,
    "files.ask": OPEN,
    "files.content": OPEN,
    "files.remove_post": REMOVE,
}
SANDBOX = "default-src 'none'; sandbox"
"""Content security policy of a file that a browser opens after all."""
PUBLIC_SECONDS = 300
"""For so long a browser may keep a public file; it may cease to be public."""


def declare_file_policies() -> None:
    """Put the rows of files into the table of permissions."""
    policy.add(PERMISSIONS)


def sandbox_files(app: Flask) -> None:
    """Give files a policy of their own; what is said about one is a page like any other."""

    @app.after_request
    def _sandbox(answer: Response) -> Response:
        if request.blueprint == blueprint.name and "Content-Disposition" in answer.headers:
            answer.headers["Content-Security-Policy"] = SANDBOX
        return answer


@blueprint.get("/files/<int(max=2147483647):attachment_id>")
def show(attachment_id: int) -> AnyResponse:
    """A public file; for another, the page that asks whether to open it."""
    found = _found(attachment_id)
    if not found.is_public:
        return redirect(url_for("files.ask", attachment_id=attachment_id))
    answer = _download(found.attachment, read_content(found))
    answer.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    return answer


@blueprint.get("/files/<int(max=2147483647):attachment_id>/open")
def ask(attachment_id: int) -> AnyResponse:
    """What the file is, and the button that opens it."""
    found = _found(attachment_id)
    if found.is_public:
        return redirect(url_for("files.show", attachment_id=attachment_id))
    page = render_template(
        "files/ask.html", file=found.attachment, back=found.subject.address(found.record)
    )
    return keep_nowhere(Response(page))


@blueprint.post("/files/<int(max=2147483647):attachment_id>/open")
def content(attachment_id: int) -> AnyResponse:
    """The file; that it was opened is recorded."""
    opened = open_content(current_actor(), attachment_id)
    if opened is None:
        abort(404)
    found, handle = opened
    return keep_nowhere(_download(found.attachment, handle))


@blueprint.post("/files/<int(max=2147483647):attachment_id>/remove")
@form_stands_on("files.show")
def remove_post(attachment_id: int) -> AnyResponse:
    """Take the file away from its record."""
    address = remove(current_actor(), attachment_id)
    if address is None:
        abort(404)
    flash(_("文件已删去。"))
    return redirect(address)


def _found(attachment_id: int) -> VisibleFile:
    found = find_visible(db.session, current_actor(), attachment_id)
    if found is None:
        abort(404)
    return found


def _download(attachment: Attachment, handle: IO[bytes] | None) -> Response:
    if handle is None:
        abort(404)
    answer = Response(_chunks(handle), mimetype=attachment.media_type)
    answer.content_length = attachment.size
    answer.headers["Content-Disposition"] = disposition(
        attachment.name, f"file-{attachment.id}{Path(attachment.name).suffix}"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _chunks(handle: IO[bytes]) -> Iterator[bytes]:
    with handle:
        while chunk := handle.read(CHUNK):
            yield chunk
