"""Parts that the pages of several kinds of record share: cells, rows, facts, numbers, origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from marketplace.catalogue import wording
from marketplace.catalogue.list_rows import Row, rows_of
from marketplace.catalogue.queries import Listing
from marketplace.catalogue.record_queries import Shown
from marketplace.core.classifications import INDUSTRIES, path_of
from marketplace.core.codelists import code_label, code_name
from marketplace.core.i18n import Bilingual, format_day, language, time_element
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lang

Fact = tuple[str, str | Markup | None]


@dataclass(frozen=True)
class Cell:
    """One cell of the strip below the title; a value of ``None`` reads as unknown."""

    name: str
    value: str | Markup | None
    note: str | Bilingual | None = None

    @property
    def note_lang(self) -> Markup:
        """The ``lang`` attribute of a note that stands in the other language."""
        return lang(self.note) if isinstance(self.note, Bilingual) else Markup("")


@dataclass(frozen=True)
class PatentRow:
    """A patent in the table of a result."""

    listing: Listing
    row: Row
    number: str | None
    kind: str | None
    status: str | None
    life: str | None


@dataclass(frozen=True)
class ProjectRow:
    """A source project with its duty to transfer."""

    listing: Listing
    row: Row
    accepted: str | Markup | None
    clock: wording.ObligationClock | None


def offer_cells(record: Shown) -> list[Cell]:
    """Terms and price of a result or patent."""
    values = _offer_values(record)
    return [
        Cell(_("方式"), wording.modes(values)),
        Cell(_("价格"), wording.price(values), record.price_note),
    ]


def _offer_values(record: Shown) -> dict[str, Any]:
    names = (
        "conversion_modes", "price_kind", "price_min_fen", "price_max_fen", "try_before_pay",
        "open_licence",
    )  # fmt: skip
    return {name: getattr(record, name) for name in names}


def known(*facts: tuple[str, Any]) -> list[Fact]:
    """Those of the facts that have a value."""
    return [(name, value) for name, value in facts if value]


def named(list_code: str, code: str | None) -> str:
    """The name of a code, empty for none."""
    return str(code_name(list_code, code)) if code else ""


def classification(record: Shown) -> list[tuple[str, str]]:
    """Technology field and key industries."""
    topics = wording.joined(code_label("topic", code) for code in record.topics or ())
    return [(_("技术领域"), named("tech_field", record.tech_field)), (_("重点方向"), topics)]


def industry(code: str | None) -> str:
    """An industry of GB/T 4754-2017 by name, with its code; in English its section's name."""
    if not code:
        return ""
    section = str(code_name("industry", code[0]))
    if len(code) == 1:
        return section
    path = path_of(INDUSTRIES, code) if language() == "zh" else ()
    return _("%(name)s（%(code)s）", name=path[-1] if path else section, code=code)


def doi_link(doi: str | None) -> Markup | None:
    """A DOI as a link to its resolver."""
    if not doi:
        return None
    return Markup('<a href="https://doi.org/{}" rel="external">{}</a>').format(doi, doi)


def patent_row(listing: Listing) -> PatentRow:
    """The row of a patent in the table of a result."""
    values = listing.columns
    return PatentRow(
        listing,
        rows_of([listing])[0],
        shown_number(values["application_number"], values["legal_status"])
        or values["publication_number"],
        named("patent_kind", values["kind"]),
        values["legal_status"],
        wording.patent_life(values["legal_status"], values["expires_on"]),
    )


def project_row(listing: Listing) -> ProjectRow:
    """The entry of a source project with its duty to transfer."""
    values = listing.columns
    accepted: date | None = values["accepted_on"]
    return ProjectRow(
        listing,
        rows_of([listing])[0],
        time_element(accepted) if accepted else None,
        wording.obligation_clock(values["has_transfer_obligation"], values["transfer_due_on"]),
    )


def shown_number(number: str | None, status: str | None) -> str | None:
    """An application number as it is printed; with ZL once granted (ZC 0006-2003).

    It is kept with its check digit, which stands behind a dot in print and on the same line.
    """
    if not number:
        return None
    bare = number.replace(".", "")
    display = Markup('<span class="m-nowrap">{}.{}</span>').format(bare[:-1], bare[-1])
    return Markup("ZL ") + display if status in ("granted", "expired", "lapsed") else display


def origin(record: Shown, version: int) -> str:
    """The version that is public, the day of publication and the source, as sentences.

    An imported record says so: ``来自 patents_zh，2026-11-23 导入。``
    """
    day = format_day(record.published_at) if record.published_at else ""
    named = {"n": version, "day": day}
    sentences = [_("第 %(n)s 版，%(day)s 发布。") % named if day else _("第 %(n)s 版。") % named]
    if record.is_demo:
        sentences.append(_("演示数据，内容为虚构。"))
    elif record.source and record.imported_at:
        day = format_day(record.imported_at)
        sentences.append(_("来自 %(source)s，%(day)s 导入。", source=record.source, day=day))
        if record.source_id:
            sentences.append(_("在那里的编号：%(number)s。", number=record.source_id))
    elif record.source:
        sentences.append(_("来自 %(source)s。", source=record.source))
    return (" " if language() == "en" else "").join(sentences)
