"""Tables of posting."""

from marketplace.posting.models.posting import Posting, PostingRemark
from marketplace.posting.models.upload import RowIssue, Upload, UploadIssue, UploadRow
from marketplace.posting.models.version import RecordVersion

__all__ = [
    "Posting",
    "PostingRemark",
    "RecordVersion",
    "RowIssue",
    "Upload",
    "UploadIssue",
    "UploadRow",
]
