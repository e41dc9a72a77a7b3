"""Identifiers that stand on certificates, publications and registers, read and checked.

One module for each identifier, each with ``parse(text, ...) -> Parsed``. A value that cannot be
right raises :class:`IdentifierError`, whose sentence says which character is wrong and what was
expected; a value that is only doubtful comes back with warnings.

Does not belong here: whether an identifier exists in some register, uniqueness among our own
records, numbers that this system gives out itself, and numbers of technology contracts.
"""

from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

__all__ = ["IdentifierError", "Parsed", "Problem"]
