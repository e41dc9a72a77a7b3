"""The demonstration: complete, linked, idempotent, and as fresh as when it was written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import func, select

from marketplace.catalogue.models import RECORD_MODELS, Contributor, Organisation, Patent, Result
from marketplace.catalogue.states import searched_states
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.models import Contract
from marketplace.core.actor import system
from marketplace.core.codelists import code_name
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.my_tasks import my_tasks
from marketplace.core.outbox import drain
from marketplace.demo.commands import demo
from marketplace.demo.loading import WRITTEN_AS_OF, demo_status, load_demo
from marketplace.demo.people import person_at_work
from marketplace.demo.readers import demo_record_id
from marketplace.disclosure.models import AccessRequest, FurtherPart
from marketplace.matching.models import Match, MatchContact, MatchDecision
from marketplace.matching.radar.models import UnmetGroup, UnmetSearch
from marketplace.matching.radar.services import renew_groups
from marketplace.matching.reasons import requirements_of
from marketplace.matching.subjects import Subject, read_subjects
from marketplace.obligations.models import Obligation
from marketplace.posting.models import Posting, Upload
from marketplace.settings import Mode
from marketplace.shelf.models import SavedRecord, SavedSearch, SearchMatch
from marketplace.statistics.stored_forecasts import forecast_of
from tests.grounds import put_once

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def load_at_noon() -> dict[str, dict[str, int]]:
    """The demonstration as loaded at noon of a Monday; how many records of each kind came."""

    def load() -> dict[str, dict[str, int]]:
        with time_machine.travel(NOON, tick=False):
            return load_demo(system("demo"))

    return put_once("demonstration", load)


def test_everything_is_loaded_public_and_marked():
    counts = load_at_noon()
    for kind, model in RECORD_MODELS.items():
        # The bureau for which the demonstration's staff act isn't listed.
        records = db.session.scalars(select(model).where(model.state != "draft")).all()
        assert counts[kind] == {"created": len(records)}
        assert {record.state for record in records} <= set(searched_states(kind))
        assert {(record.is_demo, record.source) for record in records} == {(True, "demo")}
    status = demo_status()
    assert status["result"].demo == status["result"].all >= 55
    assert status["organisation"].all == 21


@pytest.mark.exhaustive
def test_loading_again_on_the_same_day_changes_nothing():
    load_at_noon()
    with time_machine.travel(NOON, tick=False):
        counts = load_demo(system("demo"))
    assert all(set(count) == {"unchanged"} for count in counts.values())


@pytest.mark.exhaustive
def test_a_later_day_moves_all_days_along():
    load_at_noon()
    # What was changed on the pages stays as its holder left it.
    is_loaded = Result.kept_by_hand_since.is_(None)
    days = select(Result.id, Result.confirmed_on).where(is_loaded).order_by(Result.id)
    before = db.session.execute(days).all()
    with time_machine.travel(NOON + timedelta(days=40), tick=False):
        load_demo(system("demo"))
    db.session.rollback()
    after = db.session.execute(days).all()
    assert [row.confirmed_on + timedelta(days=40) for row in before] == [
        row.confirmed_on for row in after
    ]


def test_no_day_of_a_confirmation_lies_ahead():
    load_at_noon()
    latest = db.session.scalar(select(func.max(Result.confirmed_on)))
    assert isinstance(latest, date)
    assert latest <= WRITTEN_AS_OF


def test_records_are_tied_to_each_other_and_to_districts():
    load_at_noon()
    results = db.session.scalars(select(Result)).all()
    assert all(result.owners for result in results)
    assert any(result.patents for result in results)
    assert any(result.projects for result in results)
    assert all(patent.inventors for patent in db.session.scalars(select(Patent)))
    assert db.session.scalar(select(func.count(Contributor.id)))
    divisions = set(db.session.scalars(select(Organisation.division)))
    assert all(code_name("division", code).en for code in divisions)


def test_the_command_loads_and_counts():
    loaded = CliRunner().invoke(demo, ["load", "--json"])
    assert loaded.exit_code == 0
    counted = CliRunner().invoke(demo, ["status", "--json"])
    assert json.loads(counted.stdout)["organisation"] == {"demo": 21, "all": 21}
    assert "演示 21 条" in CliRunner().invoke(demo, ["status"]).stdout
    assert forecast_of(db.session, today().year) is not None


def test_a_market_in_production_takes_no_demonstration(app, monkeypatch):
    monkeypatch.setattr(app.extensions["settings"], "mode", Mode.PRODUCTION)
    refused = CliRunner().invoke(demo, ["load"])
    assert refused.exit_code == 2
    assert "MARKET_MODE=demo" in refused.stderr
    assert demo_status()["organisation"].all == 0


def test_everybody_of_the_demonstration_finds_something_to_do(app):
    load_at_noon()
    drain(part="quick")
    with app.test_request_context():
        kinds = {
            mailbox: {
                task.kind
                for task in my_tasks.waiting_for(db.session, person_at_work(db.session, mailbox))
            }
            for mailbox in (
                *("liwen", "zhouqing", "zhaoyiming", "xuning", "luxin"),
                *("fangke", "chensiyuan"),
            )
        }
    of_clerk = {"obligation", "transfer_clock", "disclosure.request", "listing.confirm"}
    assert of_clerk | {"match.offer"} <= kinds["liwen"]
    assert "match.consent" in kinds["zhaoyiming"]
    assert kinds["zhouqing"]
    assert "posting.review" in kinds["xuning"]
    assert "posting.review" in kinds["luxin"]
    assert kinds["fangke"]
    assert kinds["chensiyuan"]
    reader = person_at_work(db.session, "zhaoyiming")
    kept = select(SavedRecord).filter_by(person_id=reader.person_id)
    assert len(db.session.scalars(kept).all()) == 4
    assert db.session.scalars(select(SearchMatch)).first() is not None
    states = set(db.session.scalars(select(Obligation.state)))
    assert states == {"due", "submitted", "accepted", "returned"}


@pytest.mark.exhaustive
def test_what_people_did_is_loaded_once():
    load_at_noon()
    models = (
        *(Obligation, FurtherPart, AccessRequest, SavedRecord, SavedSearch, Posting, Upload),
        *(Contract, UnmetSearch, UnmetGroup, Match, MatchDecision, MatchContact),
    )
    counts = [db.session.scalar(select(func.count(model.id))) for model in models]
    with time_machine.travel(NOON, tick=False):
        load_demo(system("demo"))
    assert [db.session.scalar(select(func.count(model.id))) for model in models] == counts


@pytest.mark.exhaustive
def test_what_its_organisations_did_not_find_is_not_found_and_told_of_from_five_up():
    load_at_noon()
    drain()
    with time_machine.travel(NOON, tick=False):
        renew_groups()
    told = select(UnmetGroup.words, UnmetGroup.organisations).order_by(UnmetGroup.words)
    assert [tuple(row) for row in db.session.execute(told)] == [
        ("敷设 海底 电缆", 5),
        ("热喷涂", 5),
        ("齿轮", 5),
    ]


def test_contracts_stand_at_every_step_of_the_register_with_clocks_that_differ():
    load_at_noon()
    found = list(db.session.scalars(select(Contract).where(Contract.organisation_id.is_not(None))))
    assert {one.state for one in found} == {
        *("draft", "submitted", "correction", "accepted", "reviewing", "expert_review"),
        *("objection", "change_pending"),
    }
    assert all(one.is_demo for one in found)
    assert len({one.accepted_on for one in found if one.accepted_on}) > 3
    assert verify_ledger(db.session).is_whole


def test_matches_stand_at_every_step_of_their_course_without_an_encoder(app):
    app.extensions.pop("encoders", None)
    load_at_noon()
    assert "encoders" not in app.extensions
    demander = person_at_work(db.session, "zhaoyiming")
    own = matches_of_organisation(demander.organisation_id)
    assert sorted(match.state for match in own) == [
        *("declined", "introduced", "one_consents", "one_wants", "suggested", "suggested"),
    ]
    assert {match.decline_code for match in own} == {"too_early", None}
    assert [match.features["lowered"] for match in own if match.features["lowered"]] == [
        ["too_early"]
    ]
    introduced = next(match for match in own if match.state == "introduced")
    contacts = db.session.scalars(select(MatchContact).filter_by(match_id=introduced.id)).all()
    assert {one.side for one in contacts} == {"demander", "holder"}
    proposed = db.session.scalars(select(Match).where(Match.state == "proposed")).one()
    assert proposed.proposal


def matches_of_organisation(organisation_id: int | None) -> list[Match]:
    """The matches of the demands of an organisation."""
    found = db.session.scalars(select(Match).order_by(Match.id)).all()
    return [match for match in found if organisation_id in match.demander_ids]


WELL_SERVED = {
    "d01": (("result", "r61"), ("result", "r62")),
    "d02": (("result", "r63"), ("result", "r64")),
    "d03": (("result", "r66"), ("result", "r67")),
    "d06": (("result", "r72"), ("result", "r73")),
    "d09": (("result", "r68"), ("result", "r23")),
    "d10": (("patent", "pt41"), ("patent", "pt42")),
    "d12": (("result", "r69"), ("result", "r70")),
}
"""Demands by key, each with the record that serves it and the one that fails it by a figure."""


@pytest.mark.exhaustive
@pytest.mark.parametrize("code", ["zh", "en"])
@pytest.mark.parametrize("key", WELL_SERVED)
def test_a_demand_has_a_record_that_meets_its_figures_and_one_that_fails(key, code):
    load_at_noon()
    demand = subject("demand", key)
    serving, failing = (
        requirements_of(
            demand.question, demand.indicators(code), record.texts(code, has_title=True)
        )[: len(demand.indicators(code))]
        for record in (subject(*one) for one in WELL_SERVED[key])
    )
    assert {row.verdict for row in serving} == {"met"}
    assert "unmet" in {row.verdict for row in failing}


def subject(kind: str, key: str) -> Subject:
    """A record of the demonstration as matching reads it."""
    record_id = demo_record_id(db.session, kind, key)
    return read_subjects(kind, [record_id])[record_id]
