"""Storing the contracts of a file: held until a second person releases them, or as history."""

from marketplace.contracts.saving.target import contract_target

__all__ = ["contract_target"]
