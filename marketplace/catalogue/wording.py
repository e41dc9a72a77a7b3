"""How the catalogue's values read in the page's language: price, maturity, freshness, clocks.

Each function takes plain values and answers with text or ``None`` for unknown. Which page shows
what stands in the page modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app

from marketplace.catalogue.confirmation import fresh_days, stale_days
from marketplace.core.codelists import code_label, code_name
from marketplace.core.i18n import (
    NBSP,
    Bilingual,
    format_day,
    format_day_in_sentence,
    format_wan,
    format_wan_range,
    language,
    today,
)
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.core.web.wording import ngettext, spaced
from marketplace.settings import Mode, Settings

DUE_SOON_DAYS = 90
"""A duty to transfer is due soon in the last quarter of its year: time for one negotiation."""

KIND_NAMES = {
    "result": _l("成果"),
    "patent": _l("专利"),
    "demand": _l("需求"),
    "project": _l("项目"),
    "organisation": _l("机构"),
}
KINDS = tuple(KIND_NAMES)


def kind_name(kind: str) -> str:
    """What one kind of record is called: ``成果``; en ``Results``."""
    return str(KIND_NAMES[kind])


def kind_choices() -> list[tuple[str, str]]:
    """Code and name of every kind, for the search box."""
    return [(kind, kind_name(kind)) for kind in KINDS]


def joined(parts: Iterable[object]) -> str:
    """The parts as a list inside a sentence: ``许可、转让``; en ``Licence, transfer``."""
    texts = [str(part) for part in parts]
    if language() != "en":
        return "、".join(texts)
    return ", ".join(texts[:1] + [continued(text) for text in texts[1:]])


def continued(text: str) -> str:
    """A label that goes on a sentence: in English without its capital, but for acronyms."""
    is_word = language() == "en" and len(text) > 1 and text[0].isupper() and text[1].islower()
    return text[0].lower() + text[1:] if is_word else text


def in_one_line(parts: Iterable[str | None]) -> str:
    """The known parts beside each other, as under the title of a record in a list."""
    return (" · " if language() == "en" else "　").join(part for part in parts if part)


def price(values: Mapping[str, Any]) -> str | None:
    """The price of an offer from its columns in 分; a note stands beside it, not in it."""
    kind, low, high = values["price_kind"], values["price_min_fen"], values["price_max_fen"]
    if kind == "negotiable":
        return _("面议")
    if kind == "royalty":
        return _("入门费 %(amount)s，另提成", amount=format_wan(low)) if low else _("按提成付费")
    if low is None:
        return None
    return format_wan(low) if high is None else format_wan_range(low, high)


def budget(values: Mapping[str, Any]) -> str | None:
    """The budget of a demand from its columns in 分."""
    kind, low, high = values["budget_kind"], values["budget_min_fen"], values["budget_max_fen"]
    if kind == "negotiable":
        return _("面议")
    if low is None:
        return _("不超过 %(amount)s", amount=format_wan(high)) if high is not None else None
    return format_wan(low) if high is None else format_wan_range(low, high)


def cooperation(values: Mapping[str, Any]) -> str | None:
    """The ways of working together that a demand is open to."""
    codes = values["cooperation_modes"] or ()
    return joined(code_label("demand_coop", code) for code in codes) or None


def days_left(deadline: date | None) -> str | None:
    """How long a demand is open, its last day included; never broken over two lines."""
    if deadline is None:
        return None
    left = (deadline - today()).days
    if left < 0:
        return _("已过截止日期")
    if left == 0:
        return _("今天截止")
    return ngettext("还剩 %(num)s 天", "还剩 %(num)s 天", left).replace(" ", NBSP)


def modes(values: Mapping[str, Any]) -> str | None:
    """The ways of cooperation that are offered."""
    labels = [str(code_label("conversion_mode", code)) for code in values["conversion_modes"] or ()]
    if values["try_before_pay"]:
        labels.append(_("先使用后付费"))
    if values["open_licence"]:
        labels.append(_("开放许可"))
    return joined(labels) or None


def maturity(trl: int | None, stage: str | None = None) -> str | None:
    """The readiness with its name: ``TRL 7，使用环境样机`` (GB/T 22900); without it the stage."""
    if trl is None:
        return str(code_name("result_stage", stage)) if stage else None
    return _("TRL %(level)s，%(name)s", level=trl, name=continued(str(code_name("trl", str(trl)))))


@dataclass(frozen=True)
class Freshness:
    """How long ago the holder said that the record stands: ``ok``, ``old`` or ``none``."""

    state: str
    text: str


def freshness(confirmed_on: date | None, *, is_exact: bool = False) -> Freshness | None:
    """The mark of freshness: full while fresh, half until it is stale, then empty.

    ``is_exact`` gives the whole date, as the page of a record does.
    """
    if confirmed_on is None:
        return None
    now = today()
    age = (now - confirmed_on).days
    day = format_day(confirmed_on) if is_exact else format_day_in_sentence(confirmed_on, now)
    if age <= fresh_days():
        text = _("%(day)s持有人确认有效", day=_gap(day)) if is_exact else _confirmed(day)
        return Freshness("ok", text)
    if age <= stale_days():
        return Freshness("old", _("%(day)s确认，待再确认", day=_gap(day)))
    return Freshness(
        "none", _("超过 %(days)s 天未确认，上次是 %(day)s", days=stale_days(), day=day)
    )


def _confirmed(day: str) -> str:
    return _("%(day)s确认有效", day=day)


def _gap(day: str) -> str:
    """A day that ends in a figure needs a space before the 汉字 that follow."""
    return f"{day} " if day[-1].isdigit() and language() == "zh" else day


@dataclass(frozen=True)
class ObligationClock:
    """How long the duty to transfer still runs: words, then the last day.

    ``state`` is ``open``, ``soon`` (DUE_SOON_DAYS or fewer), ``late``.
    """

    state: str
    words: str
    due_on: date


def obligation_clock(has_obligation: bool | None, due_on: date | None) -> ObligationClock | None:
    """The clock of 河南省促进科技成果转化条例 art. 19: a year from acceptance."""
    if not has_obligation or due_on is None:
        return None
    left = (due_on - today()).days
    if left < 0:
        words = ngettext("已过 %(num)s 天", "已过 %(num)s 天", -left)
        return ObligationClock("late", words, due_on)
    words = ngettext("还有 %(num)s 天", "还有 %(num)s 天", left)
    return ObligationClock("soon" if left <= DUE_SOON_DAYS else "open", words, due_on)


def patent_life(status: str | None, expires_on: date | None) -> str | None:
    """Until when a right lasts or lasted (专利法 art. 42: 20, 10 or 15 years from filing)."""
    if expires_on is None or status == "pending":
        return None
    if status == "granted":
        return _("至 %(day)s", day=format_day(expires_on))
    return _("原定至 %(day)s", day=format_day(expires_on))


def keywords(values: Mapping[str, list[str]] | None) -> list[str]:
    """The keywords in the language of the page, else in the one that there is."""
    found = values or {}
    first, second = ("en", "zh") if language() == "en" else ("zh", "en")
    return list(found.get(first) or found.get(second) or ())


def month_range(start: str | None, end: str | None) -> str | None:
    """Two months ``YYYY-MM`` as a range, or the one that is known."""
    if start and end:
        return f"{start} – {end}"
    return start or end


def excerpt(text: Bilingual | None, limit: int = 150) -> str:
    """The beginning of a text for the meta description, cut at a mark where one is near."""
    plain = " ".join(str(text or "").split())
    if len(plain) <= limit:
        return plain
    cut = plain[:limit]
    end = max(cut.rfind(mark) for mark in "。；，. ")
    return (cut[: end + 1] if end > limit // 2 else cut).rstrip("，；, ") + "…"


def sentence(text: str) -> str:
    """A sentence built from parts, with the spaces that mixed Chinese and Latin need."""
    return spaced(text) if language() == "zh" else text


def is_told_as_demo(values: Mapping[str, Any]) -> bool:
    """Whether a list must mark this record as fictional: a demo site says it of the whole page."""
    if not values["is_demo"]:
        return False
    settings: Settings = current_app.extensions["settings"]
    return settings.mode is not Mode.DEMO


def site_name() -> str:
    """The name of the site in the page's language."""
    settings: Settings = current_app.extensions["settings"]
    return settings.site_name(language())
