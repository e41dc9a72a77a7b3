"""One page of hits: title and best sentence with the words marked, and the facts at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from marketplace.catalogue import wording
from marketplace.catalogue.documents import parse_document_id
from marketplace.catalogue.list_rows import district_name
from marketplace.catalogue.queries import Listing, read_listings
from marketplace.catalogue.record_parts import shown_number
from marketplace.core.actor import Actor
from marketplace.core.codelists import code_label, code_name
from marketplace.core.i18n import Bilingual, format_day, language
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import has_han, lang, tie, words
from search.highlights import Fragments, best_sentence, highlight
from search.service import Answer

SENTENCE_CHARACTERS = {"zh": 120, "en": 240}

Facts = list[tuple[str, str | None]]


@dataclass(slots=True)
class HitRow:
    """One hit as the page shows it; a fact of ``None`` reads as unknown."""

    address: str
    kind: str
    id: int
    kind_name: str
    title: Markup
    title_lang: Markup
    text: Markup
    text_lang: Markup
    holder: str | None
    more_holders: int
    district: str | None
    freshness: wording.Freshness | None
    facts: list[tuple[str, str | None]]
    has_all_words: bool
    is_told_as_demo: bool


def hit_rows(actor: Actor, answer: Answer) -> list[HitRow]:
    """The rows of an answer in its order; a record that is gone meanwhile is left out."""
    keys = {parse_document_id(hit.id): hit.has_all_words for hit in answer.hits}
    return [
        _row(listing, answer.terms, keys[listing.kind, listing.id])
        for listing in read_listings(actor, list(keys))
    ]


def _row(listing: Listing, terms: Sequence[str], has_all_words: bool) -> HitRow:
    shown = language()
    text, text_language = _best_text(listing, terms, shown)
    facts = FACTS[listing.kind](listing)
    return HitRow(
        address=address_of(listing.kind, listing.id),
        kind=listing.kind,
        id=listing.id,
        kind_name=wording.kind_name(listing.kind),
        title=marked(highlight(listing.title.in_language(shown), terms), with_breaks=True),
        title_lang=lang(listing.title),
        text=text,
        text_lang=text_language,
        holder=str(listing.first_holder) if listing.first_holder else None,
        more_holders=max(len(listing.holders) - 1, 0),
        district=_district(listing),
        freshness=wording.freshness(listing.columns["confirmed_on"]),
        facts=facts,
        has_all_words=has_all_words,
        is_told_as_demo=wording.is_told_as_demo(listing.columns),
    )


def _district(listing: Listing) -> str | None:
    if listing.kind == "organisation":
        return district_name(listing.columns["division"])
    return district_name(listing.holders[0].division) if listing.holders else None


def _best_text(listing: Listing, terms: Sequence[str], shown: str) -> tuple[Markup, Markup]:
    """The best sentence: of the abstract, else of the other texts where only they have a hit.

    In the page's language first, then in the other one when the words are written in it; the
    beginning of the abstract when no text has a hit.
    """
    opening: Fragments = []
    for code in _languages_to_try(terms, shown):
        for text in _texts(listing, code):
            fragments = best_sentence(text, terms, SENTENCE_CHARACTERS[code])
            if any(is_hit for _part, is_hit in fragments):
                return marked(fragments), lang(Bilingual(**{code: text}))
            opening = opening or fragments
    if not opening:
        opening = best_sentence(listing.text.in_language(shown), ())
    return marked(opening), lang(listing.text)


def _languages_to_try(terms: Sequence[str], shown: str) -> tuple[str, ...]:
    """Han characters are looked for in Chinese texts, Latin letters in English ones, too."""
    written = "zh" if any(has_han(term) for term in terms) else "en"
    return (shown,) if not terms or written == shown else (shown, written)


def _texts(listing: Listing, code: str) -> Iterator[str]:
    abstract = listing.text.zh if code == "zh" else listing.text.en
    if abstract:
        yield abstract
    names = ("problem", "solution") if listing.kind == "result" else ()
    others = [listing.columns.get(name) or Bilingual() for name in names]
    rest = "\n".join(text.zh if code == "zh" else text.en for text in others if text)
    if rest:
        yield rest


def marked(fragments: Fragments, *, with_breaks: bool = False) -> Markup:
    """The fragments with the hits in ``mark``; with ``<wbr>`` between words where wanted."""
    show: Callable[[object], object] = words if with_breaks else tie
    gap = "<wbr>" if with_breaks else ""
    return Markup(  # noqa: S704 - every part is escaped here
        gap.join(
            f"<mark>{escape(tie(part))}</mark>" if is_hit else escape(show(part))
            for part, is_hit in fragments
        )
    )


def _known(*facts: tuple[str, str | None]) -> Facts:
    return [fact for fact in facts if fact[1]]


def _result_facts(listing: Listing) -> Facts:
    values = listing.columns
    ended = values["ended_on"]
    return [
        (_("成熟度"), wording.maturity(values["trl"], values["stage"])),
        (_("方式"), wording.modes(values)),
        (_("价格"), wording.price(values)),
        *_known((_("完成"), ended)),
    ]


def _patent_facts(listing: Listing) -> Facts:
    values = listing.columns
    status = values["legal_status"]
    known = [
        str(code_label("legal_status", status)) if status else None,
        wording.patent_life(status, values["expires_on"]),
    ]
    number = shown_number(values["application_number"], status) or values["publication_number"]
    return [
        (_("状态"), _("，").join(part for part in known if part) or None),
        *_known((_("方式"), wording.modes(values))),
        (_("价格"), wording.price(values)),
        *_known((_("号码"), number)),
    ]


def _demand_facts(listing: Listing) -> Facts:
    values = listing.columns
    kind, level = values["demand_type"], values["wanted_trl"]
    return [
        *_known((_("类型"), str(code_name("demand_type", kind)) if kind else None)),
        (_("预算"), wording.budget(values)),
        *_known(
            (_("合作"), wording.cooperation(values)),
            (_("成熟度"), _("TRL %(low)s 及以上", low=level) if level else None),
            (_("截止"), wording.days_left(values["deadline"])),
        ),
    ]


def _project_facts(listing: Listing) -> Facts:
    values = listing.columns
    accepted = values["accepted_on"]
    clock = wording.obligation_clock(values["has_transfer_obligation"], values["transfer_due_on"])
    source = code_name("plan_source", values["plan_source"]) if values["plan_source"] else None
    return _known(
        (_("计划"), str(values["programme"] or source or "")),
        (_("编号"), values["number"]),
        (_("验收"), format_day(accepted) if accepted else None),
        (_("转化义务"), clock.words if clock else None),
    )


def _organisation_facts(listing: Listing) -> Facts:
    values = listing.columns
    verified = values["verified_on"]
    return _known(
        (_("类型"), str(code_name("organisation_kind", values["kind"]))),
        (_("核验"), format_day(verified) if verified else None),
    )


FACTS: dict[str, Callable[[Listing], Facts]] = {
    "result": _result_facts,
    "patent": _patent_facts,
    "demand": _demand_facts,
    "project": _project_facts,
    "organisation": _organisation_facts,
}
