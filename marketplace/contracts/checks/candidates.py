"""Which contracts a rule has to see together: those that share a key with a contract."""

from __future__ import annotations

from marketplace.contracts.checks.names import code_of, core_of
from marketplace.contracts.terms import Party, Registered

ROOT = 3
"""Characters of a name, without its place, that tell a firm from others and survive rewording."""


def root_of(party: Party) -> str:
    """The beginning of a party's name without place and legal form."""
    return core_of(party.name)[:ROOT]


def pair_keys(contract: Registered) -> tuple[str, ...]:
    """The two sides, whichever is which: by their names, and by their codes where both have one."""
    seller, buyer = contract.terms.seller, contract.terms.buyer
    names = _sorted("names", root_of(seller), root_of(buyer))
    codes = code_of(seller.uscc), code_of(buyer.uscc)
    return (names, _sorted("codes", *codes)) if all(codes) else (names,)


def seller_keys(contract: Registered) -> tuple[str]:
    """The seller, by its code or else by its name."""
    seller = contract.terms.seller
    return (f"seller:{code_of(seller.uscc) or core_of(seller.name)}",)


def keys_of(contract: Registered) -> tuple[str, ...]:
    """By what the database finds the contracts that rules compare with this one."""
    return pair_keys(contract) + seller_keys(contract)


def _sorted(kind: str, one: str, other: str) -> str:
    first, second = sorted((one, other))
    return f"{kind}:{first}>{second}"
