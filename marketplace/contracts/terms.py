"""What a technology contract says: its terms and parties, frozen at one moment.

Form JJ-001 of the national registration and the example text of the contract are the source of
the fields; code lists stand in ``core/data/codelists.json``. How terms are stored, read from a
file or counted does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

CHINA = "156"
"""ISO 3166-1 numeric, as the form writes countries."""


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a contract, as it was when the contract was entered.

    ``division`` is a code of GB/T 2260 or of a functional zone, ``country`` an ISO 3166-1 number;
    both are empty where nobody knows.
    """

    name: str
    uscc: str = ""
    nature: str = ""
    division: str = ""
    country: str = CHINA
    phone: str = ""
    representative: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one contract; all amounts in 分 of CNY, dates as the contract has them.

    ``turnover`` is 合同成交额, ``tech_amount`` 技术交易额: never mixed. ``class_name`` is the class
    under which it was registered, which since 2021 follows from ``subtype`` (民法典 843–887) and
    before has licences under 技术转让.
    """

    title: str
    class_name: str
    subtype: str
    seller: Party
    buyer: Party
    turnover: int
    tech_amount: int
    signed_on: date | None = None
    effective_on: date | None = None
    ends_on: date | None = None
    currency: str = "CNY"
    rate: Decimal = Decimal(1)
    payment_mode: str = ""
    tech_field: str = ""
    ip_type: str = ""
    patent_numbers: tuple[str, ...] = ()
    plan_source: str = ""
    industry: str = ""
    socio_goal: str = ""
    is_related: bool | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A contract with what its registration says; ``key`` tells it from all others.

    ``number`` is the one of the national system, empty where it is unknown; ``office`` the
    registration office; ``state`` one of :mod:`marketplace.contracts.states`.
    """

    key: int
    terms: Terms
    number: str
    office: str
    state: str
    registered_on: date | None
