"""Steps of one listing."""

from __future__ import annotations

import pytest

from marketplace.catalogue.models import Result
from marketplace.catalogue.services import (
    publish_listing,
    resume_listing,
    suspend_listing,
    withdraw_listing,
)
from marketplace.core.actor import ANONYMOUS
from marketplace.core.db import writing
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from tests.unit.catalogue.saving.rows import events, stored

pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def draft() -> int:
    with writing() as session:
        result = Result(title=Bilingual("隔膜"))
        session.add(result)
        session.flush()
        return result.id


def test_a_listing_is_published_suspended_resumed_and_withdrawn(importer, draft):
    publish_listing(importer, "result", draft)
    assert stored("result", draft).published_at is not None
    suspend_listing(importer, "result", draft, "权属有争议")
    resume_listing(importer, "result", draft)
    withdraw_listing(importer, "result", draft, "已经转让")
    assert stored("result", draft).state == "withdrawn"
    assert [name for name, _ in events("result")] == [
        "listing_published",
        "listing_suspended",
        "listing_resumed",
        "listing_withdrawn",
    ]


def test_a_step_that_does_not_fit_the_state_is_refused(importer, draft):
    with pytest.raises(StateError):
        resume_listing(importer, "result", draft)


def test_a_listing_that_is_not_there_is_a_sentence(importer):
    with pytest.raises(StateError, match="找不到"):
        publish_listing(importer, "result", 999)


def test_a_visitor_takes_no_step(draft):
    with pytest.raises(Forbidden):
        publish_listing(ANONYMOUS, "result", draft)


def test_suspending_needs_a_reason(importer, draft):
    publish_listing(importer, "result", draft)
    with pytest.raises(StateError, match="原因"):
        suspend_listing(importer, "result", draft, " ")
