"""What can be owed, and how far a deposited result's conversion is."""

from __future__ import annotations

DEPOSIT = "deposit"
REPORT_TYPES = ("initial", "annual", "midterm", "special", "final")
"""Types of science reports: 立项, 年度, 中期, 专题, 最终."""
KINDS = (*REPORT_TYPES, DEPOSIT)

NONE, TALKING, CONVERTED, UNSUITABLE = "none", "talking", "converted", "unsuitable"
CONVERSIONS = (NONE, TALKING, CONVERTED, UNSUITABLE)

OPEN, DEFERRED, CLOSED = "open", "deferred", "closed"
SCOPES = (OPEN, DEFERRED, CLOSED)
"""Scopes of a science report: 公开, 延期公开, 不公开."""
APPLIED = "Y"
"""The class of results 应用技术 (科技成果登记办法); only those have a year's clock."""

FULL_TEXT, EVIDENCE = "full_text", "evidence"
"""Purposes of an obligation's files."""
SUBJECT = "obligation"
