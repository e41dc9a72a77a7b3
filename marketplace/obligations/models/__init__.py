"""Tables of the obligations."""

from marketplace.obligations.models.clock import TransferClock
from marketplace.obligations.models.obligation import (
    DepositedResult,
    Obligation,
    ObligationReminder,
)
from marketplace.obligations.models.report import ScienceReport

__all__ = [
    "DepositedResult",
    "Obligation",
    "ObligationReminder",
    "ScienceReport",
    "TransferClock",
]
