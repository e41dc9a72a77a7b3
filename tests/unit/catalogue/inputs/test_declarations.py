"""The declarations themselves: every column name leads to one field."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from marketplace.catalogue.inputs import INPUTS
from marketplace.catalogue.inputs.declaration import LINKS
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.codelists import items
from marketplace.core.i18n import LANGUAGES
from marketplace.core.tables import match_columns

pytestmark = pytest.mark.usefixtures("market")


@pytest.mark.parametrize("locale", LANGUAGES.values())
@pytest.mark.parametrize("kind", list(INPUTS))
def test_the_labels_of_a_template_lead_back_to_their_own_fields(kind, locale):
    declared = INPUTS[kind]
    with force_locale(locale):
        labels = {field.key: str(field.label) for field in declared.fields if field.is_offered}
    match = match_columns(tuple(labels.values()), declared.accepted_names())
    assert match.found == labels


@pytest.mark.parametrize("kind", list(INPUTS))
def test_the_keys_of_fields_lead_back_to_them(kind):
    keys = [field.key for field in INPUTS[kind].fields]
    match = match_columns(keys, INPUTS[kind].accepted_names())
    assert match.found == dict(zip(keys, keys, strict=True))


@pytest.mark.parametrize("kind", list(INPUTS))
def test_every_field_has_a_column_or_a_link_and_every_list_has_items(kind):
    columns = set(RECORD_MODELS[kind].__table__.columns.keys())
    for field in INPUTS[kind].fields:
        is_part = field.goes_to.startswith("evaluation_")
        assert field.goes_to in columns or field.goes_to in LINKS or is_part, field.key
        assert not field.choices or items(field.choices), field.key


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        *((kind, name) for kind in ("result", "patent", "project") for name in ("题名", "题目")),
        ("patent", "专利题名"),
    ],
)
def test_a_title_is_known_by_the_names_that_databases_give_it(kind, column):
    match = match_columns((column,), INPUTS[kind].accepted_names())
    assert match.found == {"title_zh": column}
