"""What statistics count a contract under: one code of each dimension, frozen with its version."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.contracts.places import Places
from marketplace.contracts.terms import Terms

Facts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """What one registered contract counts for: one contract, two amounts in 分, its codes."""

    turnover: int
    tech_amount: int
    facts: Facts


def facts_of(terms: Terms, places: Places) -> Facts:
    """The codes of all :data:`marketplace.contracts.models.DIMENSIONS`; empty where unknown."""
    return {
        "contract_class": terms.class_name,
        "subtype": terms.subtype,
        "tech_field": terms.tech_field,
        "seller_nature": terms.seller.nature,
        "buyer_nature": terms.buyer.nature,
        "seller_division": terms.seller.division,
        "buyer_division": terms.buyer.division,
        "flow": places.flow_of(terms),
        "ip_type": terms.ip_type,
        "plan_source": terms.plan_source,
        "socio_goal": terms.socio_goal,
        "industry": terms.industry,
    }
