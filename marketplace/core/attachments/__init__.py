"""Files that belong to a record: PDF, images, Office documents.

Belongs here: what a file really is, its name, and who may see, add and remove it; each domain
declares its kinds of record once with ``declare_subject``. Where contents lie belongs to
``core.files``, the pages to ``core.web.file_pages``. Spreadsheets that are read as tables belong
to ``core.tables``.
"""

from marketplace.core.attachments.models import Attachment
from marketplace.core.attachments.problems import UploadRefused
from marketplace.core.attachments.services import (
    declare_attachment_contents,
    find_same,
    open_content,
    receive,
    remove,
)
from marketplace.core.attachments.subjects import (
    ListedFile,
    attachments_of,
    declare_subject,
    find_visible,
)

__all__ = [
    "Attachment",
    "ListedFile",
    "UploadRefused",
    "attachments_of",
    "declare_attachment_contents",
    "declare_subject",
    "find_same",
    "find_visible",
    "open_content",
    "receive",
    "remove",
]
