"""Checks of registered contracts before they count: what looks like a fault is shown to a person.

Belongs here: the rules, what they compare, their thresholds, and the sentences that explain what
was found. Pure functions over :class:`marketplace.contracts.terms.Registered`: keeping findings,
asking people to decide, and the database do not belong here.
"""

from marketplace.contracts.checks.faults import find_faults, keys_of
from marketplace.contracts.checks.findings import FAMILIES, Finding, judged
from marketplace.contracts.checks.sentences import explain
from marketplace.contracts.checks.thresholds import Thresholds

__all__ = [
    "FAMILIES",
    "Finding",
    "Thresholds",
    "explain",
    "find_faults",
    "judged",
    "keys_of",
]
