"""Which rules a registration follows, by its day."""

from __future__ import annotations

from datetime import date

RULES_2000, RULES_2026 = "2000/2001", "2026"
IN_FORCE_2026 = date(2026, 3, 1)
"""《技术合同认定登记管理办法》, issued 2026-01-23, in force since; it repealed those of 2000."""


def rule_version_on(day: date) -> str:
    """The version in force on a day: of registration; until then of handing in, of acceptance."""
    return RULES_2026 if day >= IN_FORCE_2026 else RULES_2000
