"""Storing many records at once: found again by their numbers, with state, audit and events.

What a row may hold is said in ``inputs``; reading files belongs to ``importing``.
"""

from marketplace.catalogue.saving.batch import save_records
from marketplace.catalogue.saving.identity import identities, repeated
from marketplace.catalogue.saving.outcome import Outcome, Saved

__all__ = ["Outcome", "Saved", "identities", "repeated", "save_records"]
