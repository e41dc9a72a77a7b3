"""The indicators that goals are set for: what each is called, and where its value comes from.

Two of them look alike and are not: 技术合同成交额 is the turnover of registered technology
contracts; 科技成果交易额, of which the plan of 2020 speaks for 2022, is defined nowhere, so staff
choose a basis and the board prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.ledger.sums import NOTHING
from marketplace.statistics.figures import Figures

CONTRACT_TURNOVER, RESULT_TURNOVER = "contract_turnover", "result_turnover"
FEN_PER_YI = 10**10
YI_YUAN = "yi_yuan"

TURNOVER, TECH_AMOUNT = "turnover", "tech_amount"
ENTERED = "entered"
TRANSFERS = ("技术转让", "技术许可")


@dataclass(frozen=True)
class Basis:
    """How a value is computed: which amount, of contracts of which classes (all without any).

    Without an amount it is entered by people.
    """

    name: LazyString
    amount: str = ""
    classes: tuple[str, ...] = ()

    def value_of(self, figures: Figures) -> Decimal | None:
        """The value in 亿元; nothing where the ledger doesn't give it."""
        if not self.amount:
            return None
        if self.classes:
            found = figures.by_code.get("contract_class", {})
            fen = sum(getattr(found.get(one, NOTHING), self.amount) for one in self.classes)
        else:
            fen = getattr(figures.total, self.amount)
        return Decimal(fen) / FEN_PER_YI


BASES: Mapping[str, Basis] = {
    "all_turnover": Basis(_l("全部登记技术合同的合同成交额"), TURNOVER),
    "transfer_turnover": Basis(_l("技术转让和技术许可合同的合同成交额"), TURNOVER, TRANSFERS),
    "all_tech_amount": Basis(_l("全部登记技术合同的技术交易额"), TECH_AMOUNT),
    ENTERED: Basis(_l("按证明材料填报、另一人放行的值")),
}
"""What 科技成果交易额 may be counted by."""


@dataclass(frozen=True)
class Indicator:
    """What an indicator is called, its unit, and its basis where no choice is left.

    ``basis`` is a key of :data:`BASES`; ``is_open`` says that staff choose one.
    """

    name: LazyString
    unit: str
    basis: str = ENTERED
    is_open: bool = False


INDICATORS: Mapping[str, Indicator] = {
    CONTRACT_TURNOVER: Indicator(_l("技术合同成交额"), YI_YUAN, "all_turnover"),
    RESULT_TURNOVER: Indicator(_l("科技成果交易额"), YI_YUAN, is_open=True),
    "hightech_firms": Indicator(_l("高新技术企业"), "firms"),
    "tech_firms": Indicator(_l("科技型企业"), "firms"),
    "talents": Indicator(_l("创新创业人才"), "people"),
    "national_platforms": Indicator(_l("国家级科技创新平台"), "platforms"),
    "new_rd_institutions": Indicator(_l("新型研发机构"), "institutions"),
    "manufacturing_rd_share": Indicator(_l("制造业研发投入占比"), "percent"),
}

UNITS: Mapping[str, LazyString] = {
    YI_YUAN: _l("亿元"),
    "firms": _l("家"),
    "people": _l("名"),
    "platforms": _l("个"),
    "institutions": _l("家机构"),
    "percent": _l("%"),
}


def indicator_name(code: str) -> str:
    """What an indicator is called in the language of the page."""
    known = INDICATORS.get(code)
    return str(known.name) if known else code


def unit_name(code: str) -> str:
    """A unit in the language of the page."""
    return str(UNITS[code]) if code in UNITS else code
