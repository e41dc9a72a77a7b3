"""What goals are set for: the indicators of the register, and how contracts give their values.

What an indicator means and by what it may be counted stands in ``data/goals.json``. 技术合同成交额
and 科技成果交易额 are two of them and never the same; the second counts by what staff choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from marketplace.contracts.ledger.sums import NOTHING
from marketplace.core.amounts import FEN_PER_YI
from marketplace.core.web.wording import gettext as _
from marketplace.statistics.figures import Figures
from marketplace.statistics.goal_register import Basis, Indicator, Origin, Unit, goals

CONTRACT_TURNOVER, RESULT_TURNOVER = "contract_turnover", "achievement_turnover"
YI_YUAN, COUNT, PERCENT = "yi_yuan", "count", "percent"
UNITS = {Unit.FEN: YI_YUAN, Unit.COUNT: COUNT, Unit.PERCENT: PERCENT}
"""In what people write a value: amounts of goals in 亿元."""


@dataclass(frozen=True)
class FromContracts:
    """Which amount of which contracts a basis adds up; all classes without any."""

    amount: str
    classes: tuple[str, ...] = ()

    def value_of(self, figures: Figures) -> Decimal:
        """The value in 亿元; ``figures`` have the codes of ``contract_class``."""
        if self.classes:
            found = figures.by_code.get("contract_class", {})
            fen = sum(getattr(found.get(one, NOTHING), self.amount) for one in self.classes)
        else:
            fen = getattr(figures.total, self.amount)
        return Decimal(fen) / FEN_PER_YI


COMPUTED: Mapping[str, FromContracts] = {
    "turnover_registered": FromContracts("turnover"),
    "tech_amount_registered": FromContracts("tech_amount"),
    "turnover_of_transfers_and_licences": FromContracts("turnover", ("技术转让", "技术许可")),
}
"""The bases that the ledger gives."""
BY_CLASS = frozenset(code for code, basis in COMPUTED.items() if basis.classes)
"""Those of some classes only."""


@cache
def indicators() -> Mapping[str, Indicator]:
    """All indicators by code, in the order of the register."""
    return {goal.indicator.code: goal.indicator for goal in goals()}


def bases_of(indicator: Indicator) -> list[Basis]:
    """By what an indicator can be counted here: from the ledger, or entered by people."""
    return [one for one in indicator.bases if one.origin is Origin.ENTERED or one.code in COMPUTED]


def entered_bases(indicator: str) -> list[str]:
    """The bases of an indicator whose values people enter."""
    return [one.code for one in indicators()[indicator].bases if one.origin is Origin.ENTERED]


def is_open(indicator: Indicator) -> bool:
    """Whether staff have to choose its basis."""
    return indicator.basis is None


def unit_of(indicator: str) -> str:
    """In what the values of an indicator are written."""
    return UNITS[indicators()[indicator].unit]


def indicator_name(code: str) -> str:
    """What an indicator is called in the language of the page."""
    known = indicators().get(code)
    return str(known.name) if known else code


def unit_name(unit: str) -> str:
    """A unit in the language of the page; things are counted without one."""
    return {YI_YUAN: _("亿元"), PERCENT: "%"}.get(unit, "")
