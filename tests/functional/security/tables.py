"""Reads the hand-written tables of who may do what, and writes the same lines from the code.

``routes.txt`` has a line for each route and method, ``permissions.txt`` one for each action,
``transitions.txt`` one for each step of each kind of record. A test that finds a difference
prints the line as it should be or as it is: whoever adds a route reads it, and copies it if it
is right.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask

import marketplace
from marketplace.core.actor import ANONYMOUS, Actor, ActorKind, Role, system
from marketplace.core.policy import Permission
from marketplace.core.states import StateTable, Transition

HERE = Path(__file__).parent
OWN, OTHER = 1, 2
ACTORS = {
    "system": system("test"),
    "visitor": ANONYMOUS,
    "person": Actor(ActorKind.PERSON, "人", OWN),
    "in-charge": Actor(ActorKind.PERSON, "人", OWN, OWN, manages_members=True),
    **{role.value: Actor(ActorKind.PERSON, "人", OWN, OWN, frozenset({role})) for role in Role},
}
EVERYBODY = frozenset(ACTORS)
SIGNED_IN = EVERYBODY - {"system", "visitor"}


def lines_of(name: str) -> list[str]:
    """The lines of a table, without comments, with single spaces."""
    text = (HERE / name).read_text("utf-8")
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def record_of(organisation: int, person: int, *, is_staff_body: bool = False) -> Any:
    """A record of that organisation in which that person had a hand, or which is about them."""
    return SimpleNamespace(
        id=organisation,
        state="",
        owner_ids=(organisation,),
        demander_ids=(organisation,),
        holder_ids=(organisation,),
        proposed_by_id=organisation,
        organisation_id=organisation,
        registering_id=organisation,
        person_id=person,
        requested_by_id=person,
        submitted_by_id=person,
        approved_by_id=person,
        accepted_by_id=person,
        passed_on_by_id=person,
        released_by_id=person,
        change=None,
        applicant_id=person,
        brought_by_id=person,
        is_staff_body=is_staff_body,
        division_codes=(),
    )


RECORDS = {
    "none": None,
    "unit's": record_of(OWN, OTHER),
    "mine": record_of(OWN, OWN),
    "other": record_of(OTHER, OTHER),
    "staff body": record_of(OTHER, OTHER, is_staff_body=True),
}
"""No record; their organisation's; one where they had a hand in it themselves; another's; that of
a body of staff."""


def permission_line(row: Permission) -> str:
    """``action | whoever may without a record | with each of the others of :data:`RECORDS```.

    ``=`` stands for the same people as without a record.
    """
    cells = [
        _cell([who for who, actor in ACTORS.items() if row.who(actor, record)])
        for record in RECORDS.values()
    ]
    first, *others = cells
    return " | ".join([row.action, first, *("=" if cell == first else cell for cell in others)])


def whoever_may(line: str, record: str) -> frozenset[str]:
    """From the line of an action: those of :data:`ACTORS` who may, with such a record."""
    _action, *cells = line.split(" | ")
    cell = cells[list(RECORDS).index(record)]
    groups = {"everybody": EVERYBODY, "signed-in": SIGNED_IN}
    return groups.get(first := cells[0] if cell == "=" else cell, frozenset(first.split()))


def _cell(may: list[str]) -> str:
    if frozenset(may) == EVERYBODY:
        return "everybody"
    return "signed-in" if frozenset(may) == SIGNED_IN else " ".join(may) or "nobody"


def transition_line(kind: str, row: Transition) -> str:
    """``kind source action target | event``, and whether a reason is wanted and a guard looks."""
    extra = [word for word, is_so in (("reason", row.needs_reason), ("guard", row.guard)) if is_so]
    return " | ".join([f"{kind} {row.source} {row.action} {row.target}", row.event, *extra])


def state_tables() -> dict[str, StateTable]:
    """The tables of states that the modules ``states`` of the market hold, joined by kind."""
    rows: dict[str, dict[Transition, None]] = {}
    for module in pkgutil.walk_packages(marketplace.__path__, "marketplace."):
        if not module.name.endswith("states"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            tables: Iterable[Any] = value.values() if isinstance(value, dict) else [value]
            for one in tables:
                if isinstance(one, StateTable):
                    rows.setdefault(one.subject_kind, {}).update(dict.fromkeys(one.transitions))
    return {kind: StateTable(kind, tuple(found)) for kind, found in rows.items()}


def mutated_transitions(row: Transition) -> list[Transition]:
    """The row with one thing changed at a time."""
    return [
        replace(row, source=f"{row.source}_"),
        replace(row, action=f"{row.action}_"),
        replace(row, target=f"{row.target}_"),
        replace(row, event=f"{row.event}_"),
        replace(row, needs_reason=not row.needs_reason),
        replace(row, guard=None if row.guard else lambda _record: None),
    ]


def route_needs(app: Flask) -> dict[tuple[str, str], str]:
    """``(endpoint, method)`` → what the access table says that it needs."""
    rows = app.extensions["access"].rows
    return {
        (rule.endpoint, method): rows.get(rule.endpoint, "NO ROW")
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def route_line(endpoint: str, method: str, needs: str, permissions: dict[str, Permission]) -> str:
    """``endpoint METHOD | what it needs | open to | visitors otherwise | people otherwise``."""
    open_to, visitor, others = "everybody", "-", "-"
    if needs != "anyone":
        row = permissions.get(needs)
        may = [who for who, actor in ACTORS.items() if row and row.who(actor, None)]
        people = [who for who in may if who not in ("system", "visitor")]
        is_for_all = frozenset(people) == SIGNED_IN
        open_to = "signed-in" if is_for_all else " ".join(people) or "nobody"
        visitor = "sign-in" if method == "GET" and people else "403"
        others = "-" if is_for_all else "403"
    return f"{endpoint} {method} | {needs} | {open_to} | {visitor} | {others}"


def expected_answer(line: str, who: str) -> str:
    """What the line of a route says that ``who`` gets: ``ok``, ``sign-in``, ``403`` or ``404``."""
    _route, _needs, open_to, visitor, others = line.split(" | ")
    if open_to == "everybody" or who in open_to.split():
        return "ok"
    if who == "visitor":
        return visitor
    return "ok" if open_to == "signed-in" else others


def compare(table: str, present: Iterable[str]) -> None:
    """Fail with the lines that the table lacks and those that it shouldn't have."""
    written, found = set(lines_of(table)), set(present)
    missing, surplus = sorted(found - written), sorted(written - found)
    told = [f"add to {table}:    {line}" for line in missing]
    told += [f"take from {table}: {line}" for line in surplus]
    assert not told, "\n" + "\n".join(told)
