"""The ledger: what counts, posted in the transaction that made it count, and never edited."""

from marketplace.contracts.ledger.posting import Booking, post

__all__ = ["Booking", "post"]
