"""The form of a registration: what was typed, kept whole; what it means; what it shows first.

A form is kept as lists of texts by field, as browsers send it. ``side`` says on which side the
registering unit stands: sellers register, and of technology from abroad the buyer here (draft of
2024, art. 11).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.accounts.models import Organisation
from marketplace.catalogue.inputs import CleanRow, values
from marketplace.catalogue.inputs.declaration import Cell, InputError
from marketplace.catalogue.inputs.declaration import Draft as RowDraft
from marketplace.contracts.inputs import values as read
from marketplace.contracts.inputs.registration import (
    COSTS,
    FIELDS,
    FURTHER_FIELDS,
    INSTALMENTS,
    MONEY,
    registration_input,
)
from marketplace.contracts.models import Contract
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.saving.rows import read_row
from marketplace.contracts.terms import CHINA, Terms
from marketplace.contracts.wording import in_yuan

Form = Mapping[str, list[str]]
Kept = dict[str, list[str]]

SELLER, BUYER = "seller", "buyer"
SIDES = (SELLER, BUYER)
PAYMENT_PARTS = ("on", "amount", "note")
PAYMENTS = tuple(f"payment_{part}" for part in PAYMENT_PARTS)
LINKS = ("result", "project")
CONTACTS = tuple(f"{side}_{part}" for side in SIDES for part in ("phone", "representative"))
LONGEST_VALUE, LONGEST_NOTE, MOST_VALUES = 4000, 200, 60
FURTHER_KEYS = tuple(one.key for one in FURTHER_FIELDS)
KEPT_KEYS = (*FIELDS, "side", *PAYMENTS, *LINKS)


@dataclass(frozen=True)
class Given:
    """A form that is right: the terms, the other columns, and what is linked."""

    terms: Terms
    further: dict[str, Any]
    results: list[int] = field(default_factory=list)
    projects: list[int] = field(default_factory=list)
    warnings: list[LazyString] = field(default_factory=list)


def as_draft(form: Form) -> Kept:
    """A form as it is kept: all that was typed into its fields.

    :raises FormProblems: for a field that is too long, or has too many rows, to be kept whole.
    """
    kept: Kept = {}
    problems: dict[str, LazyString | str] = {}
    for key in KEPT_KEYS:
        typed = _without_empty_end([_plain(one) for one in form.get(key, [])])
        if len(typed) > MOST_VALUES:
            shown = "payment_amount" if key in PAYMENTS else key
            problems[shown] = _l("最多 %(limit)s 项。请合并或减少。", limit=MOST_VALUES)
        if any(len(one) > LONGEST_VALUE for one in typed):
            problems[key] = _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_VALUE)
        if any(typed):
            kept[key] = typed
    if problems:
        raise FormProblems(problems)
    return kept


def unreadable_amounts(form: Form) -> dict[str, str]:
    """Amounts in a kept form that can't be read: field → which it is, and what would be right."""
    found: dict[str, str] = {}
    for key in (*MONEY, "payment_amount"):
        for place, typed in enumerate(form.get(key, []), 1):
            if not typed or key in found:
                continue
            try:
                read.amount(Cell(typed, "（元）", key, RowDraft({}, {})))
            except InputError as error:
                name = FIELDS[key].label if key in FIELDS else _l("第 %(n)s 期", n=place)
                sentence = _l(
                    "%(name)s写的是“%(typed)s”。%(reason)s",
                    name=name,
                    typed=typed,
                    reason=error.reason,
                )
                found[key] = str(sentence)
    return found


def side_of(form: Form) -> str:
    """On which side the registering unit stands; sellers register where nothing is said."""
    return BUYER if (form.get("side") or [""])[0] == BUYER else SELLER


def with_own_party(form: Form, unit: Organisation) -> Kept:
    """The form with the registering unit's name and code where its side stands.

    Who registers can't write another's name there; the rest of its side is theirs to say.
    """
    side = side_of(form)
    filled = {key: list(typed) for key, typed in form.items()}
    filled[f"{side}_name"] = [unit.name.zh or unit.name.en]
    if unit.uscc:
        filled[f"{side}_uscc"] = [unit.uscc]
    filled[f"{side}_country"] = [unit.country]
    return filled


def first_draft(unit: Organisation, side: str) -> Kept:
    """What an empty form shows: what is known of the own unit."""
    known = {
        "side": side,
        f"{side}_nature": unit.nature or "",
        f"{side}_division": unit.division or "",
    }
    return with_own_party({key: [text] for key, text in known.items() if text}, unit)


def read_form(
    form: Form,
    unit: Organisation | None,
    offered: Mapping[str, Collection[int]],
    with_codes_of: Collection[str] = SIDES,
) -> Given:
    """A complete form.

    :param unit: the registering unit, nothing where the market doesn't know it.
    :param offered: the results and projects that can be linked.
    :param with_codes_of: the sides that must have their code, where they are domestic units.
    :raises FormProblems: with a sentence for each field that isn't right.
    """
    filled = with_own_party(form, unit) if unit else form
    columns = {key: f"{key}（元）" if key in MONEY else key for key in FIELDS}
    cells = {name: " ".join(filled.get(key, [""])[:1]) for key, name in columns.items()}
    row = registration_input(with_codes_of).clean(1, cells, columns)
    problems: dict[str, LazyString | str] = {}
    if not isinstance(row, CleanRow):
        for issue in row:
            # What follows from other fields is put right with them.
            if issue.field in FIELDS:
                problems.setdefault(issue.field, issue.reason)
    country = row.values["seller_country"] if isinstance(row, CleanRow) else cells["seller_country"]
    if side_of(form) == BUYER and country in (None, "", CHINA, "中国"):
        problems.setdefault(
            "seller_country",
            _l("境内的卖方自己办登记。只有卖方在境外时，才由买方登记。请选卖方的国别。"),
        )
    mode = (filled.get("payment_mode") or [""])[0]
    payments = _payments(filled, problems) if mode == INSTALMENTS else []
    if isinstance(row, CleanRow) and mode == INSTALMENTS and not problems:
        _check_total(payments, row.values["turnover"], problems)
    if problems or not isinstance(row, CleanRow):
        raise FormProblems(problems)
    return Given(
        terms=read_row(row).terms,
        further={
            **{key: row.values.get(key) for key in FURTHER_KEYS},
            "benefit_claimed": bool(row.values.get("benefit_claimed")),
            "payments": payments or None,
        },
        results=_chosen(filled, "result", offered),
        projects=_chosen(filled, "project", offered),
        warnings=[issue.reason for issue in row.warnings],
    )


def sides_with_codes(contract: Contract, form: Form) -> list[str]:
    """The sides of which a change wants the code: a party that stays may lack it as before."""
    return [
        side
        for side in SIDES
        if getattr(contract, f"{side}_uscc")
        or form.get(name := f"{side}_name", [getattr(contract, name)]) != [getattr(contract, name)]
    ]


def form_of(contract: Contract, results: Collection[int], projects: Collection[int]) -> Kept:
    """The form as a stored contract fills it, for one that never had a form here."""
    form: dict[str, Any] = {"side": BUYER if contract.is_import else SELLER}
    for key in FIELDS:
        found = getattr(contract, key)
        form[key] = _shown_amount(found) if key in MONEY else _shown(found)
    form |= {key: _shown_amount(cost) for key, cost in _costs(contract).items()}
    kept = {key: [text] for key, text in form.items() if text}
    for part, name in zip(PAYMENT_PARTS, PAYMENTS, strict=True):
        rows = [
            _shown_amount(row[part]) if part == "amount" else row[part] or ""
            for row in contract.payments or ()
        ]
        if any(rows):
            kept[name] = rows
    for name, ids in (("result", results), ("project", projects)):
        if ids:
            kept[name] = [str(one) for one in sorted(ids)]
    return kept


def _costs(contract: Contract) -> dict[str, int | None]:
    """The costs as declared, else all that isn't technology as other costs.

    So the form, which takes them off the turnover, comes to the 技术交易额 that is registered.
    """
    declared = {key: getattr(contract, key) for key in COSTS}
    if contract.turnover is None or contract.tech_amount is None:
        return declared
    costs = contract.turnover - contract.tech_amount
    if contract.declared_costs == costs or costs < 0:
        return declared
    return dict.fromkeys(COSTS) | {"other_cost": costs or None}


def payment_rows(form: Form, spare: int = 3) -> list[dict[str, str]]:
    """The rows of the schedule as the form shows them, some empty ones at the end."""
    lists = [form.get(name, []) for name in PAYMENTS]
    count = max((len(one) for one in lists), default=0)
    rows = [
        {
            part: texts[at] if at < len(texts) else ""
            for part, texts in zip(PAYMENT_PARTS, lists, strict=True)
        }
        for at in range(count)
    ]
    filled = [row for row in rows if any(row.values())]
    empty = dict.fromkeys(PAYMENT_PARTS, "")
    return [*filled, *(dict(empty) for _ in range(min(spare, MOST_VALUES - len(filled))))]


def _payments(form: Form, problems: dict[str, LazyString | str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for row in payment_rows(form, spare=0):
        draft = RowDraft({}, {})
        try:
            on: date | None = values.day(Cell(row["on"], "", "on", draft)) if row["on"] else None
            amount = read.amount(Cell(row["amount"], "（元）", "amount", draft))
        except InputError as error:
            problems.setdefault("payment_amount", error.reason)
            continue
        if len(row["note"]) > LONGEST_NOTE:
            problems.setdefault(
                "payment_amount", _l("每期的说明最多 %(limit)s 个字。请缩短。", limit=LONGEST_NOTE)
            )
        rows.append({"on": on.isoformat() if on else None, "amount": amount, "note": row["note"]})
    if not rows:
        problems.setdefault("payment_amount", _l("分期支付的合同要写明每一期付多少。"))
    return rows


def _check_total(
    payments: list[dict[str, Any]], turnover: int, problems: dict[str, LazyString | str]
) -> None:
    total = sum(row["amount"] for row in payments)
    if total != turnover:
        problems["payment_amount"] = _l(
            "各期加起来是 %(total)s 元，合同成交额是 %(turnover)s 元。请核对。",
            total=in_yuan(total),
            turnover=in_yuan(turnover),
        )


def _chosen(form: Form, name: str, offered: Mapping[str, Collection[int]]) -> list[int]:
    return [one for one in sorted(offered.get(name, ())) if str(one) in form.get(name, [])]


def _shown_amount(fen: int | None) -> str:
    return "" if fen is None else f"{Decimal(fen) / 100:.2f}"


def _shown(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, bool):
        return "是" if found else "否"
    if isinstance(found, list):
        return "；".join(found)
    return found.isoformat() if isinstance(found, date) else str(found)


def _without_empty_end(typed: list[str]) -> list[str]:
    filled = max((at for at, text in enumerate(typed, 1) if text), default=0)
    return typed[:filled]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
