"""Files of a record: taking them in, opening, removing; what strangers and GETs may not."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from marketplace.backup.making import make_backup
from marketplace.core.actor import ANONYMOUS, Actor, ActorKind
from marketplace.core.attachments import (
    Attachment,
    UploadRefused,
    attachments_of,
    receive,
)
from marketplace.core.audit import AuditEntry
from marketplace.core.contents import forget_contents
from marketplace.core.db import db, now, writing
from marketplace.core.policy import Forbidden
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.attachments.conftest import SUBJECT
from tests.unit.core.attachments.contents import PDF, office, png

Put = Callable[..., Attachment]
MEGABYTE = 1024**2


def send(browser: Browser, address: str, content: bytes, name: str = "a.pdf") -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)
    assert token
    data = {"csrf_token": token[1], "file": (io.BytesIO(content), name)}
    return Context().run(browser.client.post, address, data=data)


def acts(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def own_actor(organisation_id: int) -> Actor:
    return Actor(ActorKind.PERSON, "李雯", 1, organisation_id)


def test_a_file_is_kept_under_its_content_outside_of_the_web_root(
    files_app: Flask, put: Put
) -> None:
    one = put(PDF, "../检测\u202e报告.exe")
    assert (one.name, one.media_type, one.size) == ("检测报告.pdf", "application/pdf", len(PDF))
    folder = files_app.extensions["settings"].files_dir
    assert (folder / one.sha256[:2] / one.sha256).read_bytes() == PDF
    assert not str(folder).startswith(str(files_app.static_folder))
    (act,) = acts("attachment.add")
    assert act.detail["sha256"] == one.sha256


def test_a_public_file_is_downloaded_and_never_shown_in_place(files_app: Flask, put: Put) -> None:
    one = put(PDF, "检测报告.pdf", "brochure")
    answer = Browser(files_app).get(f"/files/{one.id}")
    assert answer.status_code == 200
    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="file-{one.id}.pdf"; '
        "filename*=UTF-8''%E6%A3%80%E6%B5%8B%E6%8A%A5%E5%91%8A.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert acts("attachment.open") == []


def test_a_file_that_is_not_public_opens_by_a_recorded_post(
    files_app: Flask, member: Browser, put: Put
) -> None:
    one = put(png(), "图.png")
    led = member.get(f"/files/{one.id}")
    assert led.location == f"/files/{one.id}/open"
    assert "打开会记下是谁" in seen(member.get(led.location))
    assert acts("attachment.open") == []
    answer = member.post(f"/files/{one.id}/open")
    assert answer.data == png()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    (act,) = acts("attachment.open")
    assert (act.subject_id, act.actor_name) == (one.id, "李雯")


def test_whoever_may_not_see_a_file_is_not_told_that_it_exists(
    files_app: Flask, member: Browser, stranger: Browser, put: Put
) -> None:
    one = put(PDF)
    token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/account").text)
    assert token
    for number in (one.id, one.id + 1):
        answer = Browser(files_app).get(f"/files/{number}")
        assert answer.status_code == 404
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert stranger.get(f"/files/{number}").status_code == 404
        assert stranger.get(f"/files/{number}/open").status_code == 404
        for act in ("open", "remove"):
            answer = stranger.post_without_token(f"/files/{number}/{act}", csrf_token=token[1])
            assert answer.status_code == 404
    assert Browser(files_app).get(f"/files/{one.id}/open").status_code == 302
    assert acts("attachment.open") == []


def test_opening_and_removing_need_the_token_of_a_form(member: Browser, put: Put) -> None:
    one = put(PDF)
    for act in ("open", "remove"):
        assert member.post_without_token(f"/files/{one.id}/{act}").status_code == 400


def test_the_same_content_is_kept_once_and_removing_one_keeps_the_other(
    files_app: Flask, member: Browser, organisation_id: int, put: Put
) -> None:
    first, second = put(PDF, "a.pdf", "brochure"), put(PDF, "b.pdf", "brochure")
    assert first.sha256 == second.sha256
    assert len(list(files_app.extensions["files"].contents())) == 1
    answer = member.post(f"/files/{first.id}/remove")
    assert answer.location == "/account"
    assert member.get(f"/files/{first.id}").status_code == 404
    with time_machine.travel(now() + timedelta(days=31)):
        assert forget_contents() == 0
    assert member.get(f"/files/{second.id}").data == PDF
    listed = attachments_of(db.session, own_actor(organisation_id), SUBJECT, organisation_id)
    assert [one.name for one in listed] == ["b.pdf"]
    assert [act.subject_id for act in acts("attachment.remove")] == [first.id]


def test_a_removed_content_goes_after_a_month(files_app: Flask, member: Browser, put: Put) -> None:
    one = put(PDF)
    member.post(f"/files/{one.id}/remove")
    assert forget_contents() == 0
    with time_machine.travel(now() + timedelta(days=31)):
        assert forget_contents() == 1
        assert forget_contents() == 0
    assert list(files_app.extensions["files"].contents()) == []
    assert put(PDF).sha256 == one.sha256


def test_a_public_file_is_not_removed_by_whoever_only_sees_it(stranger: Browser, put: Put) -> None:
    one = put(PDF, "a.pdf", "brochure")
    assert stranger.post(f"/files/{one.id}/remove").status_code == 403
    assert stranger.get(f"/files/{one.id}").status_code == 200


def test_nobody_adds_files_to_a_record_of_others(organisation_id: int, put: Put) -> None:
    with pytest.raises(Forbidden), writing() as session:
        receive(
            session,
            ANONYMOUS,
            FileStorage(io.BytesIO(PDF), "a.pdf"),
            SUBJECT,
            organisation_id,
            "evidence",
        )
    for kind, number in ((SUBJECT, 999), ("unknown", organisation_id)):
        with pytest.raises(Forbidden), writing() as session:
            receive(
                session,
                own_actor(organisation_id),
                FileStorage(io.BytesIO(PDF), "a.pdf"),
                kind,
                number,
                "evidence",
            )


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ" + bytes(100), "报告.pdf", "not_accepted"),
        (b"<html></html>", "photo.png", "not_accepted"),
        (b"<html>" + PDF, "a.pdf", "not_accepted"),
        (office("docx", {"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
        (office("docx", {"word/document.xml": bytes(9_000_000)}), "a.docx", "zip_bomb"),
        (office("docx", {"word/document.xml": b"<!DOCTYPE x>"}), "a.docx", "xml_entities"),
        (PDF, "", "missing"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(
    files_app: Flask, put: Put, content: bytes, name: str, code: str
) -> None:
    with pytest.raises(UploadRefused) as caught:
        put(content, name)
    assert caught.value.code == code
    assert list(files_app.extensions["files"].contents()) == []
    assert db.session.scalars(select(Attachment)).all() == []


def test_a_file_larger_than_the_setting_is_refused_with_the_limit(
    files_app: Flask, put: Put
) -> None:
    files_app.extensions["settings"].upload_limit_mb = 1
    padded = PDF[:9] + b"%" * MEGABYTE + PDF[9:]
    with pytest.raises(UploadRefused, match="超过 1 MB"):
        put(padded)
    assert put(PDF[:9] + b"%" * (MEGABYTE - len(PDF)) + PDF[9:]).size == MEGABYTE


def test_a_record_has_so_many_files_at_most(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.core.attachments.services.MOST_FILES", 2)
    put(PDF)
    put(PDF)
    with pytest.raises(UploadRefused, match="不能再加"):
        put(PDF)


def test_only_upload_routes_take_large_requests_and_only_from_signed_in_people(
    files_app: Flask, member: Browser, organisation_id: int
) -> None:
    files_app.extensions["settings"].upload_limit_mb = 2
    address = f"/send/{organisation_id}"
    content = PDF[:9] + b"%" * (2 * MEGABYTE - len(PDF)) + PDF[9:]
    assert send(member, address, content).text == "taken 1"
    assert send(member, "/account/password", content).status_code == 413
    assert "太大" in send(member, address, bytes(8 * MEGABYTE)).text
    data = {"file": (io.BytesIO(content), "a.pdf")}
    visitor = Browser(files_app)
    assert Context().run(visitor.client.post, address, data=data).status_code == 413
    assert len(db.session.scalars(select(Attachment)).all()) == 1


def test_a_lost_content_is_not_found(files_app: Flask, member: Browser, put: Put) -> None:
    one, other = put(PDF, "a.pdf", "brochure"), put(png(), "b.png")
    for lost in (one, other):
        files_app.extensions["files"].remove(lost.sha256)
    assert member.get(f"/files/{one.id}").status_code == 404
    assert member.post(f"/files/{other.id}/open").status_code == 404


def test_the_list_tells_each_viewer_what_they_may_see(organisation_id: int, put: Put) -> None:
    put(PDF, "a.pdf", "brochure")
    put(PDF, "b.pdf")
    for actor, shown in (
        (ANONYMOUS, [("a.pdf", True, False)]),
        (own_actor(organisation_id), [("a.pdf", True, True), ("b.pdf", False, True)]),
    ):
        rows = attachments_of(db.session, actor, SUBJECT, organisation_id)
        assert [(one.name, one.is_public, one.may_remove) for one in rows] == shown
    assert attachments_of(db.session, ANONYMOUS, "unknown", 1) == []


def test_a_backup_holds_the_files(files_app: Flask, put: Put, tmp_path: Path) -> None:
    put(PDF)
    assert make_backup(tmp_path / "market.backup").files == 1
