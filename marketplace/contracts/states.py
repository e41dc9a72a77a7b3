"""Which steps a technology contract can take, from the draft to the register and out of it.

《技术合同认定登记管理办法》 (2026) is the source as far as it is known: domain of the registration
of technology contracts, draft of December 2024, articles 11 to 17.
"""

from __future__ import annotations

HELD = "held"
DRAFT, SUBMITTED, CORRECTION = "draft", "submitted", "correction"
REGISTERED, DEREGISTERED, REVOKED = "registered", "deregistered", "revoked"
COUNTED_STATES = (REGISTERED,)
