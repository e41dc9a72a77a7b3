"""The tables of who may do what are those that somebody wrote down beside them.

Pure comparisons: nothing is asked of a database. That pages behave as the tables say is the
other half, in ``test_routes_and_roles``.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import lazy_gettext

from marketplace.core.actor import STAFF_ROLES
from marketplace.core.policy import Condition, Permission, anyone, policy
from tests.functional.security.tables import (
    ACTORS,
    OTHER,
    OWN,
    RECORDS,
    compare,
    lines_of,
    mutated_transitions,
    permission_line,
    record_of,
    route_line,
    route_needs,
    state_tables,
    transition_line,
    whoever_may,
)

pytestmark = pytest.mark.usefixtures("app")
NOBODY = Condition(lazy_gettext("任何人"), lambda _actor, _record: False)
HERE, ELSEWHERE = "410103", "410105"
CITY_WIDE = {"second_step_reset", "indicator_value", "edition_draft"}
"""What is decided for everybody, whatever the districts of whoever decides."""
WHOLE_CITY_ONLY = {"contract_batch", "reconciliation_difference"}
"""What has parts of all districts, and is for those who answer for the whole city."""
HAND_MADE = {"operations.metrics GET"}
"""Routes whose answer depends on more than who asks; their lines are written by hand."""


def test_every_route_stands_in_the_table_with_what_it_needs_and_who_may(app: Flask) -> None:
    written = [line for line in lines_of("routes.txt") if line.split(" | ")[0] not in HAND_MADE]
    present = [
        route_line(endpoint, method, needs, dict(policy.rows))
        for (endpoint, method), needs in route_needs(app).items()
        if f"{endpoint} {method}" not in HAND_MADE
    ]
    assert len(written) == len(set(written))
    compare("routes.txt", [*present, *(set(lines_of("routes.txt")) - set(written))])


def test_every_permission_stands_in_the_table_with_who_may() -> None:
    compare("permissions.txt", map(permission_line, policy.rows.values()))


def test_every_step_of_every_kind_of_record_stands_in_the_table() -> None:
    compare(
        "transitions.txt",
        [
            transition_line(kind, row)
            for kind, table in state_tables().items()
            for row in table.transitions
        ],
    )


def test_a_permission_given_to_anybody_or_to_nobody_or_removed_is_noticed() -> None:
    written = set(lines_of("permissions.txt"))
    for action, row in policy.rows.items():
        line = permission_line(row)
        assert line in written
        for who in (anyone, NOBODY):
            changed = permission_line(replace(row, who=who))
            assert changed not in written, f"{action} for {who.label} would go unnoticed"
        assert sum(one.startswith(f"{action} |") for one in written) == 1, action


def test_a_route_that_needs_something_else_or_nothing_is_noticed(app: Flask) -> None:
    written = set(lines_of("routes.txt"))
    for (endpoint, method), needs in route_needs(app).items():
        for other in {*policy.rows, "anyone", "NO ROW"} - {needs}:
            assert route_line(endpoint, method, other, dict(policy.rows)) not in written


def test_a_step_that_is_changed_in_any_part_or_removed_is_noticed() -> None:
    written = set(lines_of("transitions.txt"))
    for kind, table in state_tables().items():
        for row in table.transitions:
            assert transition_line(kind, row) in written
            for changed in mutated_transitions(row):
                assert transition_line(kind, changed) not in written, changed


def expected_steps(kind: str, state: str, who: str, record: str) -> set[tuple[str, str]]:
    """From the written tables alone: the steps that are open, as (action, target)."""
    may = {
        line.split(" | ")[0]: who in whoever_may(line, record)
        for line in lines_of("permissions.txt")
    }
    steps = (line.split(" | ")[0].split() for line in lines_of("transitions.txt"))
    return {
        (action, target)
        for of, source, action, target in steps
        if (of, source) == (kind, state) and may.get(action)
    }


@pytest.mark.parametrize("kind", sorted(state_tables()))
def test_in_every_state_each_actor_may_take_the_steps_of_the_table_and_no_other(kind: str) -> None:
    table = state_tables()[kind]
    states = {row.source for row in table.transitions} | {row.target for row in table.transitions}
    for state in states:
        for who, actor in ACTORS.items():
            for name in ("unit's", "mine", "other"):
                record: Any = SimpleNamespace(**vars(RECORDS[name]) | {"state": state})
                open_steps = {(row.action, row.target) for row in table.steps_from(actor, record)}
                assert open_steps == expected_steps(kind, state, who, name), (state, who, name)


@pytest.mark.parametrize("kind", sorted(state_tables()))
def test_in_another_district_staff_may_take_the_steps_of_anybody_and_no_other(kind: str) -> None:
    table = state_tables()[kind]
    states = {row.source for row in table.transitions} | {row.target for row in table.transitions}
    for state in states:
        for role in STAFF_ROLES:
            scoped = replace(ACTORS[role.value], districts=frozenset({HERE}))
            for name, where in product(("unit's", "mine", "other"), (HERE, ELSEWHERE)):
                record: Any = SimpleNamespace(
                    **vars(RECORDS[name]) | {"state": state, "division_codes": (where,)}
                )
                open_steps = {(row.action, row.target) for row in table.steps_from(scoped, record)}
                is_here = where == HERE and kind not in WHOLE_CITY_ONLY
                who = role.value if is_here or kind in CITY_WIDE else "person"
                assert open_steps == expected_steps(kind, state, who, name), (state, role, name)


@pytest.mark.parametrize("field", ["requested_by_id", "person_id"])
def test_neither_who_asked_nor_whom_it_concerns_may_confirm_a_reset(field: str) -> None:
    administrator = ACTORS["ADMIN"]
    foreign = record_of(OTHER, OTHER)
    assert policy.can(administrator, "second_step_reset.confirm", foreign)
    setattr(foreign, field, OWN)
    assert not policy.can(administrator, "second_step_reset.confirm", foreign)


def test_a_new_permission_without_a_line_prints_the_line() -> None:
    row = Permission("new.act", anyone, lazy_gettext("任何人"))
    with pytest.raises(AssertionError, match=r"add to permissions.txt: +new.act \| everybody"):
        compare("permissions.txt", map(permission_line, [*policy.rows.values(), row]))
