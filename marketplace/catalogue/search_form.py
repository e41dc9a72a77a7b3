"""The filters beside a list of hits, as the template draws them.

Which fields can be filtered, and how often each value occurs, comes from the declaration through
``search.forms.filter_form``; here they become fieldsets: which values stand open, which fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from marketplace.catalogue.fields import PRICE_BANDS
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.core.web.wording import ngettext
from search.forms import FilterGroup, FilterOption

OPEN_VALUES = 5
MOST_VALUES = 20
HIGHEST_TRL = 9
HIDDEN = frozenset(
    {"kind", "price", "negotiable", "budget", "budget_open", "date", "deadline"},
)
"""Kinds are tabs, ranges of money stand with their bands, dates come by address only."""
RANGE_OF_BANDS = {"price_band": "price", "budget_band": "budget"}
FOLDED = frozenset({"price_mode", "ipc_section", "legal_status", "year", "stage", "wanted_trl"})
"""Facets that fewer readers use: folded until a value is chosen."""
LEGENDS_OF_DEMANDS = {"district": _l("需求方所在"), "owner": _l("需求方")}
"""What is called otherwise where only demands are listed."""
BESIDE_MODES = ("trial", "open_licence")


@dataclass(slots=True)
class Choice:
    """One value to tick; ``count`` describes the list shown."""

    param: str
    value: str
    label: str
    count: int
    is_chosen: bool


class Level(NamedTuple):
    """One readiness level in the two selects, with how many hits it has."""

    value: int
    text: str


@dataclass(slots=True)
class Fieldset:
    """One facet: a legend, the values that stand open, and the rest that folds."""

    legend: str
    choices: list[Choice] = field(default_factory=list)
    folded: list[Choice] = field(default_factory=list)
    folded_label: str = ""
    is_folded_open: bool = False
    note: str = ""
    levels: list[Level] = field(default_factory=list)
    low: str = ""
    high: str = ""
    range_param: str = ""
    is_price: bool = False
    with_flag: bool = False
    is_collapsed: bool = False


def fieldsets(groups: Sequence[FilterGroup], kind: str = "") -> list[Fieldset]:
    """The filters in the order of the declaration; a facet without any value stays away.

    A list of organisations has no filter by holder: each would have one hit, itself.
    """
    if kind == "organisation":
        groups = [group for group in groups if group.field != "owner"]
    by_field = {group.field: group for group in groups}
    beside = [by_field[name] for name in BESIDE_MODES if name in by_field]
    built = []
    for group in groups:
        if group.field in HIDDEN or group.field in BESIDE_MODES:
            continue
        if group.field == "trl":
            fieldset = _levels(group)
        else:
            extra = beside if group.field == "mode" else []
            prices = by_field.get(RANGE_OF_BANDS.get(group.field, ""))
            fieldset = _values(group, extra, prices)
        if fieldset is not None:
            if kind == "demand" and group.field in LEGENDS_OF_DEMANDS:
                fieldset.legend = str(LEGENDS_OF_DEMANDS[group.field])
            built.append(fieldset)
    return built


def chosen_count(groups: Sequence[FilterGroup]) -> int:
    """How many conditions are chosen, without the kind, which is a tab."""
    return sum(group.chosen_count for group in groups if group.field != "kind")


def _values(
    group: FilterGroup, beside: Sequence[FilterGroup], prices: FilterGroup | None
) -> Fieldset | None:
    options = _in_order(group)
    shown = [
        *options[:MOST_VALUES],
        *(option for option in options[MOST_VALUES:] if option.is_chosen),
    ]
    kept = [
        Choice(group.param, option.value, str(option.label), option.count, option.is_chosen)
        for option in shown
    ]
    hidden = len(options) - len(kept)
    for other in beside:
        kept += [
            Choice(other.param, option.value, str(other.label), option.count, option.is_chosen)
            for option in other.options
            if option.value == "1"
        ]
    is_ranged = prices is not None and bool(prices.low or prices.high)
    if not any(one.count or one.is_chosen for one in kept) and not is_ranged:
        return None
    is_collapsed = group.field in FOLDED and not any(one.is_chosen for one in kept)
    # A fold that hides a single value would take as much room as the value.
    cut = OPEN_VALUES if len(kept) > OPEN_VALUES + 1 else len(kept)
    cut = len(kept) if group.field in ("mode", *RANGE_OF_BANDS) else cut
    return Fieldset(
        legend=str(group.label),
        choices=kept[:cut],
        folded=kept[cut:],
        folded_label=_folded_label(len(kept) - cut),
        is_folded_open=any(one.is_chosen for one in kept[cut:]),
        note=_("还有 %(n)s 个没有列出，可以直接搜名称。", n=hidden) if hidden > 0 else "",
        low=prices.low if prices else "",
        high=prices.high if prices else "",
        range_param=prices.param if prices else "",
        is_price=prices is not None,
        with_flag=bool(prices and prices.is_flag_chosen),
        is_collapsed=is_collapsed,
    )


def _folded_label(number: int) -> str:
    return ngettext("另外 %(num)s 个", "另外 %(num)s 个", number) if number else ""


def _in_order(group: FilterGroup) -> Sequence[FilterOption]:
    """The values as a reader expects them: bands from cheap to dear, the newest year first."""
    if group.field in RANGE_OF_BANDS:
        places = {code: place for place, code in enumerate(PRICE_BANDS)}
        return sorted(group.options, key=lambda option: places.get(option.value, len(places)))
    return group.options[::-1] if group.field == "year" else group.options


def _levels(group: FilterGroup) -> Fieldset | None:
    counts = {option.value: option.count for option in group.options}
    if not any(counts.values()) and not group.low and not group.high:
        return None
    return Fieldset(
        legend=str(group.label),
        levels=[
            Level(value, _("%(level)s 级，%(n)s 项", level=value, n=counts.get(str(value), 0)))
            for value in range(1, HIGHEST_TRL + 1)
        ],
        low=group.low,
        high=group.high,
        range_param=group.param,
    )
