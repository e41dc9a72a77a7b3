"""Which tables there are, of which blocks of rows each is made, and what they are called.

The layout of a table belongs to its module, its texts to ``wording``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.classes import FIVE_CLASSES_FROM
from marketplace.contracts.ledger.posting import AMENDED, CANCELLED, REGISTERED
from marketplace.contracts.places import (
    ABROAD,
    AREAS,
    BETWEEN,
    CITY,
    OTHER_PROVINCE,
    PROVINCE,
    UNKNOWN,
)
from marketplace.core.codelists import code_name, items
from marketplace.statistics.figures import LINES
from marketplace.statistics.tables.exposure import Whole
from marketplace.statistics.tables.periods import MONTHS, Period
from marketplace.statistics.tables.rows import (
    CLASS,
    CLASS_KEYS,
    FOUR_TRANSFER,
    LICENCE,
    REGISTERED_CLASS,
    REST,
    TOTAL,
    TRANSFER,
    UNDECIDED,
    UNKNOWN_NAME,
    Block,
    Family,
    Line,
    Name,
    class_family,
    class_lines,
    grouped_lines,
    plain_lines,
    with_rest,
)
from marketplace.statistics.tables.ties import Tie

HEADLINE, CLASSES, FIELDS, DISTRICTS, FLOW, GOALS, CATALOGUE = 1, 2, 3, 6, 7, 9, 10
OUT, IN = "out", "in"
OF_CITY = "all-districts"
NATURE_ABROAD = "700"
"""境外 among the natures of parties."""
NOWHERE = "nowhere"
"""The row of sellers of whom no district is known, which stands in that of all undecided."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its number, its name, and the blocks that it has for a period and a view."""

    number: int
    name: LazyString
    blocks: Callable[[Period, bool, bool], list[Block]]


def _plain(key: str, dimension: str, list_code: str, heading: Name) -> Block:
    lines = plain_lines(list_code)
    return Block(key, heading, heading, lines, Family.of(dimension, lines))


def _grouped(key: str, dimension: str, heading: Name) -> Block:
    lines = grouped_lines("party_nature")
    return Block(key, heading, heading, lines, Family.of(dimension, lines))


def _all() -> Block:
    lines: tuple[Line, ...] = ()
    return Block("all", _l("全部合同"), _l("期间"), lines, Family("", lines, ()))


def is_of_four(period: Period, is_asked: bool) -> bool:
    """Whether classes are shown as before 2021: where asked, and in the years before."""
    return is_asked or period.year < FIVE_CLASSES_FROM.year


def _classes(period: Period, is_asked: bool) -> Block:
    lines = class_lines(is_of_four=is_of_four(period, is_asked))
    return Block("class", _l("合同类别"), _l("合同类别"), lines, class_family())


def _districts(is_demo: bool) -> tuple[list[Line], Line]:
    """A row for each district and zone, and that of contracts in the city without a district."""
    found = [
        item
        for name in ("division", "stat_zone")
        for item in items(name)
        if bool(item.extra.get("is_demo")) == is_demo
    ]
    cities = [item.code for item in found if item.code.endswith("00")]
    lines = [Line(item.code, item.name, (item.code,)) for item in found if item.code not in cities]
    # 市辖区: the city's districts without saying which (GB/T 2260).
    undecided = tuple(code for city in cities for code in (city, f"{city[:4]}01"))
    return lines, Line("city", UNKNOWN_NAME, undecided)


def _seller_districts(is_demo: bool) -> Block:
    """Sellers: all contracts, those of sellers elsewhere on a row of their own."""
    lines, city = _districts(is_demo)
    nowhere = Line(NOWHERE, UNKNOWN_NAME, (UNKNOWN,))
    undecided = Line(UNDECIDED, UNKNOWN_NAME, (*city.codes, UNKNOWN))
    known = with_rest([*lines, undecided], _l("市外"))
    of_city = Line(OF_CITY, "", tuple(code for one in (*lines, city) for code in one.codes))
    keys = tuple(line.key for line in lines)
    family = Family(
        "seller_division",
        (*known, city, nowhere, of_city),
        (
            Whole(TOTAL, (of_city.key, nowhere.key, REST)),
            Whole(undecided.key, (city.key, nowhere.key)),
            Whole(of_city.key, (*keys, city.key)),
            Whole(TOTAL, (*keys, undecided.key, REST)),
        ),
    )
    return Block(OUT, _l("输出"), _l("区域"), known, family)


def _buyer_districts(is_demo: bool) -> Block:
    """Buyers: only those in the city take technology in."""
    lines, city = _districts(is_demo)
    undecided = Line(UNDECIDED, UNKNOWN_NAME, city.codes)
    shown = (*lines, undecided)
    total = Line(OF_CITY, "", tuple(code for one in shown for code in one.codes))
    elsewhere = Line(REST, "", total.codes)
    family = Family(
        "buyer_division",
        (*shown, total, elsewhere),
        (
            Whole(TOTAL, (total.key, elsewhere.key)),
            Whole(total.key, tuple(line.key for line in shown)),
        ),
    )
    return Block(IN, _l("吸纳"), _l("区域"), shown, family, total=total.key)


AREA_NAMES: dict[str, Name] = {
    CITY: _l("本市"),
    PROVINCE: _l("省内其他市"),
    OTHER_PROVINCE: _l("外省"),
    ABROAD: _l("境外"),
    UNKNOWN: UNKNOWN_NAME,
}
INSIDE = f"{CITY}{BETWEEN}{CITY}"
FLOW_NAMES: dict[str, Name] = {
    f"{CITY}{BETWEEN}{CITY}": _l("本市 → 本市"),
    f"{CITY}{BETWEEN}{PROVINCE}": _l("本市 → 省内其他市"),
    f"{CITY}{BETWEEN}{OTHER_PROVINCE}": _l("本市 → 外省"),
    f"{CITY}{BETWEEN}{ABROAD}": _l("本市 → 境外"),
    f"{CITY}{BETWEEN}{UNKNOWN}": _l("本市 → 未定"),
    f"{PROVINCE}{BETWEEN}{CITY}": _l("省内其他市 → 本市"),
    f"{OTHER_PROVINCE}{BETWEEN}{CITY}": _l("外省 → 本市"),
    f"{ABROAD}{BETWEEN}{CITY}": _l("境外 → 本市"),
    f"{UNKNOWN}{BETWEEN}{CITY}": _l("未定 → 本市"),
}
ALL_OUT, ALL_IN, ONCE, INSIDE_KEY = "all-out", "all-in", "once", "city-city"


def _flow_key(code: str) -> str:
    """How an address names a flow: ``city-province``, ``city-unknown``."""
    return "-".join(area or "unknown" for area in code.split(BETWEEN))


def flow_blocks() -> list[Block]:
    """What leaves the city, what comes in, and all of it with what stays counted once."""
    places = (*AREAS, UNKNOWN)
    line_of = {code: Line(_flow_key(code), name, (code,)) for code, name in FLOW_NAMES.items()}
    out = tuple(line_of[f"{CITY}{BETWEEN}{one}"] for one in places)
    into = tuple(line_of[f"{one}{BETWEEN}{CITY}"] for one in places)
    all_out = Line(ALL_OUT, _l("输出合计"), tuple(line.codes[0] for line in out))
    all_in = Line(ALL_IN, _l("吸纳合计"), tuple(line.codes[0] for line in into))
    codes = tuple(dict.fromkeys((*all_out.codes, *all_in.codes)))
    once = Line(ONCE, _l("输出与吸纳，本市内部只算一次"), codes)
    rest = Line(REST, _l("买卖双方都不在本市"), codes)
    inside = line_of[INSIDE]
    lines = tuple(dict.fromkeys((*out, *into)))
    family = Family(
        "flow",
        (*lines, all_out, all_in, once, rest),
        (
            Whole(all_out.key, tuple(line.key for line in out)),
            Whole(all_in.key, tuple(line.key for line in into)),
            Whole(once.key, (all_out.key, all_in.key, inside.key), is_sum=False),
            Whole(once.key, (all_in.key, *(line.key for line in out if line != inside))),
            Whole(once.key, (all_out.key, *(line.key for line in into if line != inside))),
            Whole(TOTAL, (once.key, rest.key)),
        ),
    )
    both = (all_out, all_in, inside, once, rest)
    return [
        Block(OUT, _l("输出：卖方在本市"), _l("流向"), out, family, ALL_OUT, all_out.name),
        Block(IN, _l("吸纳：买方在本市"), _l("流向"), into, family, ALL_IN, all_in.name),
        Block("both", _l("两个方向合起来"), _l("口径"), both, family),
    ]


TABLES: dict[int, Table] = {
    table.number: table
    for table in (
        Table(HEADLINE, _l("总量"), lambda *_: [_all()]),
        Table(CLASSES, _l("按合同类别"), lambda period, four, _demo: [_classes(period, four)]),
        Table(
            FIELDS,
            _l("按技术领域"),
            lambda *_: [_plain("field", "tech_field", "tech_field", _l("技术领域"))],
        ),
        Table(
            4,
            _l("按卖方类型"),
            lambda *_: [_grouped("seller", "seller_nature", _l("卖方类型"))],
        ),
        Table(5, _l("按买方类型"), lambda *_: [_grouped("buyer", "buyer_nature", _l("买方类型"))]),
        Table(
            DISTRICTS,
            _l("按区县和功能区"),
            lambda _period, _four, demo: [_seller_districts(demo), _buyer_districts(demo)],
        ),
        Table(FLOW, _l("按流向"), lambda *_: flow_blocks()),
        Table(
            8,
            _l("按知识产权、计划来源和社会经济目标"),
            lambda *_: [
                _plain("ip", "ip_type", "ip_type_stat", _l("知识产权类型")),
                _plain("plan", "plan_source", "plan_source", _l("计划来源")),
                _plain("goal", "socio_goal", "socio_goal", _l("社会经济目标")),
            ],
        ),
    )
}
"""The tables of the register by number; 9 are the goals, 10 the catalogue."""


TIES = (
    Tie(
        *("seller_division", "flow"),
        (
            (OF_CITY, (ALL_OUT,)),
            (NOWHERE, ("unknown-city",)),
            (REST, ("province-city", "country-city", "abroad-city")),
        ),
    ),
    Tie(
        *("buyer_division", "flow"),
        (
            (OF_CITY, (ALL_IN,)),
            (REST, ("city-province", "city-country", "city-abroad", "city-unknown")),
        ),
    ),
    Tie("seller_nature", "flow", ((NATURE_ABROAD, ("abroad-city",)),)),
    Tie("buyer_nature", "flow", ((NATURE_ABROAD, ("city-abroad",)),)),
)
"""Tables of which the names say that rows hold the same contracts."""
TIED = frozenset(name for tie in TIES for name in tie.dimensions)
"""Their dimensions: each is tied to every other one, through the flow."""
TIED_TABLES = (4, 5, DISTRICTS, FLOW)


def with_tied(families: Iterable[Family], is_demo: bool) -> list[Family]:
    """The families, and all whose rows are tied to theirs."""
    found = {one.dimension: one for one in families}
    if not TIED.isdisjoint(found):
        found = {**families_of(is_demo, TIED_TABLES), **found}
    return list(found.values())


def registered_classes() -> Block:
    """The classes under which contracts were registered, of which the board and editions tell.

    Licences of before 2021 stand under transfers here, also where a change is posted later.
    """
    lines = tuple(Line(CLASS_KEYS[one], code_name(CLASS, one), (one,)) for one in CLASS_KEYS)
    both = Line(FOUR_TRANSFER, _l("技术转让和技术许可"), (TRANSFER, LICENCE))
    heading = _l("登记时的类别")
    return Block(REGISTERED_CLASS, heading, heading, lines, Family.of(CLASS, (*lines, both)))


KEPT_KEY, CANCELLED_KEY = "kept", "cancelled"
LINE_FAMILY = Family(
    LINES,
    (Line(KEPT_KEY, "", (REGISTERED, AMENDED)), Line(CANCELLED_KEY, "", (CANCELLED,))),
    (Whole(TOTAL, (KEPT_KEY, CANCELLED_KEY)),),
)
"""All contracts by whether they were taken off again: no table, but the board and editions say."""


def families_of(is_demo: bool, numbers: Iterable[int] = TABLES) -> dict[str, Family]:
    """The rows of some tables, by dimension; those of classes are the same in every year."""
    period = Period.to_month(FIVE_CLASSES_FROM.year, MONTHS)
    blocks = [one for number in numbers for one in TABLES[number].blocks(period, False, is_demo)]
    return {block.family.dimension: block.family for block in blocks}


__all__ = [
    *("TABLES", "TIED", "TIES", "Table", "families_of", "flow_blocks", "is_of_four"),
    *("registered_classes", "with_tied"),
]
