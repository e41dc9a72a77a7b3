"""Canaries in rows whose way in is tested elsewhere: they are put into the tables as they are."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import current_app
from sqlalchemy import JSON, inspect
from sqlalchemy.orm import Session

from marketplace.accounts.models import Application, Organisation, SecondStepReset
from marketplace.catalogue.models import (
    Contributor,
    Patent,
    PatentInventor,
    PatentOwner,
    Project,
    ProjectOrganisation,
    Result,
    ResultContributor,
    ResultOwner,
)
from marketplace.core.attachments import Attachment
from marketplace.core.db import BilingualText, now, writing
from marketplace.core.i18n import Bilingual, today
from marketplace.obligations.models import Obligation, ScienceReport, TransferClock
from marketplace.posting.models import Posting, Upload, UploadIssue, UploadRow
from marketplace.shelf.models import SavedRecord, SavedSearch
from tests.functional.posting.conftest import People
from tests.functional.security.restricted import is_short, restricted_columns

IN_LISTS = {"authors", "partners", "keywords"}
BY_LANGUAGE = {"keywords", "notes", "problem"}


def filled(model: type, word: str, **given: Any) -> Any:
    """A row of the model with the word in every column that may hold restricted words."""
    values: dict[str, Any] = {}
    for name in (name for of, name in restricted_columns().values() if of is model):
        kind: Any = inspect(model).columns[name].type
        if isinstance(kind, BilingualText):
            values[name] = Bilingual(word, word)
        elif not isinstance(kind, JSON):
            values[name] = word.split()[-1] if is_short(kind) else word
        elif name in IN_LISTS and model is ScienceReport:
            values[name] = [word]
        elif name in BY_LANGUAGE:
            values[name] = {"zh": [word], "en": [word]}
    return model(**{**values, **given})


def plant_rows(people: People, record_id: int, words: dict[str, str]) -> tuple[int, ...]:
    """Whole records that are hidden, uploads, obligations with reports, what somebody saved.

    :returns: the ids of the hidden results.
    """
    alone, unit = people["alone"].person_id, people["clerk"].organisation_id
    assert alone
    assert unit
    with writing() as session:
        session.add_all(
            [
                filled(
                    SavedRecord,
                    words["saved"],
                    person_id=alone,
                    kind="result",
                    record_id=record_id,
                    version=1,
                ),
                SavedSearch(person_id=alone, name=words["saved"], params=[["q", words["saved"]]]),
                filled(
                    SecondStepReset,
                    words["lost"],
                    person_id=alone,
                    requested_by_id=people["admin"].person_id,
                    due_at=now() + timedelta(hours=1),
                ),
            ]
        )
        _plant_upload(session, unit, words["upload"])
        hidden = _plant_hidden_records(session, unit, words)
        _plant_obligations(session, unit, hidden, words)
        _plant_files(session, hidden, words)
        return (hidden,)


def _plant_upload(session: Session, unit: int, word: str) -> None:
    told = {"zh": word, "en": word}
    sent = filled(
        Upload,
        word,
        kind="result",
        organisation_id=unit,
        state="checked",
        sha256="0" * 64,
        size=1,
        notes=told,
        problem=told,
    )
    session.add(sent)
    session.flush()
    session.add(UploadRow(upload_id=sent.id, number=2, title=word, cells={"title_zh": word}))
    about = {"column": word, "value": word, "reason": told, "kind": word}
    session.add(UploadIssue(upload_id=sent.id, row=2, **about))


def _plant_hidden_records(session: Session, unit: int, words: dict[str, str]) -> int:
    """A record of each kind that only its holder and staff see; the id of the result."""
    word, author = words["hidden"], words["hidden author"]
    hidden: dict[str, Any] = {"state": "suspended", "published_at": now()}
    evaluation = {"kind": "1", "body": word, "date": "2026-01-05", "conclusion": word}
    result = filled(
        Result,
        word,
        **hidden,
        indicators=[{"name": word, "value": word, "baseline": word, "method": word}],
        evaluation=evaluation,
    )
    patent, project = filled(Patent, word, **hidden), filled(Project, word, **hidden)
    somebody = filled(
        Contributor, author, name=Bilingual(author, author), name_key=author, organisation_id=unit
    )
    session.add_all(
        [result, patent, project, somebody, filled(Organisation, words["hidden unit"], **hidden)]
    )
    session.flush()
    session.add_all(
        [
            ResultOwner(result_id=result.id, organisation_id=unit, rank=1),
            PatentOwner(patent_id=patent.id, organisation_id=unit, rank=1),
            ProjectOrganisation(project_id=project.id, organisation_id=unit, rank=1),
            PatentInventor(patent_id=patent.id, contributor_id=somebody.id, rank=1),
            ResultContributor(
                result_id=result.id,
                contributor_id=somebody.id,
                rank=1,
                role=Bilingual(author, author),
            ),
        ]
    )
    return result.id


def _plant_obligations(
    session: Session, unit: int, hidden_result: int, words: dict[str, str]
) -> None:
    """Of a public project: reports that are due again, not accepted yet, closed, and deferred."""
    project = Project(state="published", published_at=now(), title=Bilingual("公开的项目"))
    project.parties = [ProjectOrganisation(organisation_id=unit, rank=1)]
    session.add(project)
    session.flush()
    states = {
        "special": ("returned", "obligation draft"),
        "initial": ("submitted", "report not in"),
        "annual": ("accepted", "report closed"),
        "final": ("accepted", ""),
    }
    for number, (kind, (state, key)) in enumerate(states.items()):
        owed = Obligation(
            project_id=project.id,
            organisation_id=unit,
            kind=kind,
            due_on=today() + timedelta(days=number),
            state=state,
            comment=words["obligation comment"],
        )
        session.add(owed)
        session.flush()
        if state == "returned":
            owed.draft = {"title": [words[key]], "abstract": [words[key]]}
            continue
        scope = {"annual": "closed", "final": "deferred"}.get(kind, "open")
        text = words[key] if key else "公开的报告"
        session.add(
            filled(
                ScienceReport,
                text,
                obligation_id=owed.id,
                project_id=project.id,
                sequence=number,
                written_on=today(),
                scope=scope,
                opens_on=today() + timedelta(days=30),
            )
        )
        if kind == "final":
            add_file(session, "obligation", owed.id, "full_text", words["deferred text"])
    session.add(
        filled(
            TransferClock,
            words["clock"],
            result_id=hidden_result,
            project_id=project.id,
            starts_on=today(),
            due_on=today(),
        )
    )


def _plant_files(session: Session, hidden_result: int, words: dict[str, str]) -> None:
    application = session.query(Application.id).order_by(Application.id).first()
    newest_first = session.query(Posting.state, Posting.id).order_by(Posting.id.desc())
    states = dict(newest_first.all())
    assert application
    add_file(session, "application", application[0], "evidence", words["evidence"])
    add_file(session, "posting", states["draft"], "open", words["draft file"])
    add_file(session, "posting", states["submitted"], "review", words["review file"])
    add_file(session, "result", hidden_result, "open", words["hidden file"])


def add_file(session: Session, kind: str, subject_id: int, purpose: str, word: str) -> None:
    """A file with the word in its name and in its content."""
    content = f"%PDF-1.7\n{word}\n%%EOF\n".encode()
    stored = current_app.extensions["files"].save(BytesIO(content), 1024)
    session.add(
        Attachment(
            subject_kind=kind,
            subject_id=subject_id,
            purpose=purpose,
            name=f"{word}.pdf",
            media_type="application/pdf",
            size=stored.size,
            sha256=stored.sha256,
        )
    )
