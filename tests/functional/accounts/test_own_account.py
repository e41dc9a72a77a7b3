"""The own account: second step, browsers, acting for an organisation, data, closing."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.administrators import create_administrator
from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Membership, Organisation, Person, RecoveryCode, SignIn
from marketplace.core.actor import Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from tests.functional.accounts.browsing import PASSWORD, Browser, letters, link_in, register, seen
from tests.functional.accounts.conftest import LIWEN
from tests.functional.accounts.organisations import actor, submitted
from tests.functional.statements import statements

BUREAU = "云岫市科学技术局"


def turn_on(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """Turn the second step on; the application's generator, and the recovery codes."""
    page = browser.get("/account/second-step").text
    letters_shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert letters_shown
    assert sealed
    generator = pyotp.TOTP(letters_shown[1].replace(" ", ""))
    answer = browser.post("/account/second-step", sealed=sealed[1], code=generator.now())
    assert answer.status_code == 200
    return generator, re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", answer.text)


def organisation(name: str) -> int:
    """The id of a new organisation."""
    with writing() as session:
        made = Organisation(name=Bilingual(name), name_key=name, state="published")
        session.add(made)
        session.flush()
        return made.id


def person_id(email: str = LIWEN) -> int:
    """The id of a person."""
    found = db.session.scalar(select(Person.id).where(Person.email == email))
    assert found
    return found


def test_with_the_second_step_a_password_alone_opens_nothing(app: Flask, liwen: Browser) -> None:
    generator, codes = turn_on(liwen)
    assert len(codes) == 10
    other = Browser(app)
    answer = other.sign_in(LIWEN)
    assert answer.location == "/account/code"
    assert other.get("/account").status_code == 302
    assert other.post("/account/code", code="000000").status_code == 422
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        assert other.post("/account/code", code=generator.now()).status_code == 302
        assert other.get("/account").status_code == 200


def test_a_code_is_taken_once(app: Flask, liwen: Browser) -> None:
    generator, _codes = turn_on(liwen)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        for browser, status in ((Browser(app), 302), (Browser(app), 422)):
            browser.sign_in(LIWEN)
            assert browser.post("/account/code", code=generator.now()).status_code == status


def test_a_recovery_code_stands_in_once(app: Flask, liwen: Browser) -> None:
    _generator, codes = turn_on(liwen)
    for browser, status in ((Browser(app), 302), (Browser(app), 422)):
        browser.sign_in(LIWEN)
        assert browser.post("/account/code", code=codes[3].lower()).status_code == status
    assert "还有 9 个恢复码没有用" in seen(liwen.get("/account"))


def test_codes_can_not_be_guessed_in_a_row(app: Flask, liwen: Browser) -> None:
    generator, _codes = turn_on(liwen)
    browser = Browser(app)
    browser.sign_in(LIWEN)
    answers = [browser.post("/account/code", code=f"{n:06}").status_code for n in range(8)]
    assert 429 in answers
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        browser.sign_in(LIWEN)
        assert browser.post("/account/code", code=generator.now()).status_code == 302


def test_the_secret_is_encrypted_and_the_codes_are_digests(app: Flask, liwen: Browser) -> None:
    generator, codes = turn_on(liwen)
    kept = db.session.scalar(select(Person.totp_secret))
    assert kept
    assert generator.secret not in kept
    digests = db.session.scalars(select(RecoveryCode.digest)).all()
    assert not {code.replace("-", "") for code in codes} & set(digests)


def test_whoever_has_the_second_step_is_given_no_other_secret_to_scan(
    app: Flask, liwen: Browser
) -> None:
    turn_on(liwen)
    assert liwen.get("/account/second-step").location == "/account"
    assert "关掉" in liwen.get("/account").text


def test_the_form_that_turned_it_on_gives_no_other_secret_when_it_is_sent_again(
    liwen: Browser,
) -> None:
    page = liwen.get("/account/second-step").text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed
    turn_on(liwen)
    answer = liwen.post("/account/second-step", sealed=sealed[1], code="123456")
    assert answer.location == "/account"
    assert "两步验证已经开着" in seen(liwen.get("/account"))


def test_new_recovery_codes_replace_the_old_ones(app: Flask, liwen: Browser) -> None:
    _generator, old = turn_on(liwen)
    answer = liwen.post("/account/second-step/codes", password=PASSWORD)
    new = re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", answer.text)
    assert len(new) == 10
    for code, status in ((old[0], 422), (new[0], 302)):
        browser = Browser(app)
        browser.sign_in(LIWEN)
        assert browser.post("/account/code", code=code).status_code == status


def test_turning_the_second_step_off_needs_the_password(app: Flask, liwen: Browser) -> None:
    turn_on(liwen)
    liwen.post("/account/second-step/off", password="wrong")
    assert "密码不对" in seen(liwen.get("/account"))
    liwen.post("/account/second-step/off", password=PASSWORD)
    assert Browser(app).sign_in(LIWEN).location == "/account"


def test_staff_roles_lie_idle_without_the_second_step(app: Flask, liwen: Browser) -> None:
    made = create_administrator(system("test"), LIWEN, "李雯", BUREAU)
    assert actor(LIWEN).roles == frozenset()
    assert "打开两步验证以后才能用" in seen(liwen.get("/account"))
    turn_on(liwen)
    present = actor(LIWEN)
    assert present.roles == {Role.ADMIN, Role.BUREAU}
    assert present.organisation_id == made.organisation_id
    liwen.post("/account/second-step/off", password=PASSWORD)
    assert "两步验证不能关" in seen(liwen.get("/account"))


def test_an_administrator_can_be_made_again_and_chooses_the_own_password(app: Flask) -> None:
    first = create_administrator(system("test"), "tang@yunxiu.example", "唐越", BUREAU)
    again = create_administrator(system("test"), "TANG@yunxiu.example", "唐越", BUREAU)
    assert (first.person_id, first.organisation_id) == (again.person_id, again.organisation_id)
    browser = Browser(app)
    assert browser.post(again.path, password=PASSWORD).status_code == 302
    assert browser.sign_in("tang@yunxiu.example").status_code == 302
    assert browser.get(first.path).status_code == 410


def test_everybody_acts_for_one_organisation_and_every_page_says_for_which(
    app: Flask, liwen: Browser
) -> None:
    one, two, foreign = (organisation(name) for name in ("甲大学", "乙公司", "丙研究所"))
    with writing() as session:
        grant_roles(session, system("test"), person_id(), one, [Role.HOLDER])
        grant_roles(session, system("test"), person_id(), two, [Role.DEMANDER])
    assert "李雯，替 甲大学 办事" in seen(liwen.get("/"))
    liwen.post("/account/act-for", organisation=str(two))
    assert "李雯，替 乙公司 办事" in seen(liwen.get("/search"))
    assert actor(LIWEN).roles == {Role.DEMANDER}
    liwen.post("/account/act-for", organisation=str(foreign))
    assert "你不在这个单位里" in seen(liwen.get("/account"))
    assert "李雯，替 乙公司 办事" in seen(liwen.get("/account"))
    liwen.post("/account/sign-out")
    liwen.sign_in(LIWEN)
    assert "李雯，替 乙公司 办事" in seen(liwen.get("/"))


def test_another_organisation_is_offered_to_those_who_have_one(liwen: Browser) -> None:
    one, two = (organisation(name) for name in ("甲大学", "乙公司"))
    with writing() as session:
        grant_roles(session, system("test"), person_id(), one, [Role.HOLDER])
    page = seen(liwen.get("/about"))
    assert "李雯，替 甲大学 办事" in page
    assert "换一个" not in page
    with writing() as session:
        grant_roles(session, system("test"), person_id(), two, [Role.HOLDER])
    assert "换一个" in seen(liwen.get("/about"))
    with writing() as session:
        ended = select(Membership).where(Membership.organisation_id == two)
        session.scalars(ended).one().ended_at = now()
    assert "换一个" not in seen(liwen.get("/about"))


def test_a_page_asks_once_for_whom_its_reader_acts(liwen: Browser) -> None:
    made = organisation("甲大学")
    with writing() as session:
        grant_roles(session, system("test"), person_id(), made, [Role.HOLDER])
    with statements() as sent:
        page = seen(liwen.get("/about"))
    asked = [found for one in sent for found in re.findall(r"FROM membership\s", one)]
    assert "李雯，替 甲大学 办事" in page
    assert len(asked) == 1


def test_a_membership_that_ended_gives_no_role_in_the_next_request(
    app: Flask, liwen: Browser
) -> None:
    one = organisation("甲大学")
    with writing() as session:
        grant_roles(session, system("test"), person_id(), one, [Role.HOLDER])
    assert "甲大学" in seen(liwen.get("/"))
    with writing() as session:
        session.scalars(select(Membership)).one().ended_at = now()
    assert "甲大学" not in seen(liwen.get("/"))
    with writing() as session:
        again = grant_roles(session, system("test"), person_id(), one, [Role.DEMANDER])
        assert again.roles == {Role.DEMANDER}


def test_browsers_can_be_signed_out_one_by_one_or_all_others(app: Flask, liwen: Browser) -> None:
    others = [Browser(app) for _ in range(3)]
    for one in others:
        one.sign_in(LIWEN)
    first = db.session.scalars(select(SignIn.id).order_by(SignIn.id)).all()[1]
    liwen.post(f"/account/sign-ins/{first}/end")
    assert [one.get("/account").status_code for one in others] == [302, 200, 200]
    liwen.post("/account/sign-ins/end-others")
    assert [one.get("/account").status_code for one in others] == [302, 302, 302]
    assert liwen.get("/account").status_code == 200


def test_nobody_signs_somebody_elses_browser_out(app: Flask, liwen: Browser) -> None:
    other = register(app, "wang@yunxiu.example", "王五")
    other.sign_in("wang@yunxiu.example")
    theirs = db.session.scalars(
        select(SignIn.id).join(Person).where(Person.email == "wang@yunxiu.example")
    ).one()
    liwen.post(f"/account/sign-ins/{theirs}/end")
    assert other.get("/account").status_code == 200


def test_a_changed_password_signs_the_other_browsers_out(app: Flask, liwen: Browser) -> None:
    other = Browser(app)
    other.sign_in(LIWEN)
    assert liwen.post("/account/password", old="wrong", new="x").status_code == 422
    answer = liwen.post("/account/password", old=PASSWORD, new="another heron 7 windows")
    assert answer.status_code == 302
    assert other.get("/account").status_code == 302
    assert liwen.get("/account").status_code == 200


def test_one_can_take_all_own_data_along_without_what_is_secret(app: Flask, liwen: Browser) -> None:
    turn_on(liwen)
    submitted(LIWEN)
    data = json.loads(liwen.get("/account/data").text)
    assert data["person"]["email"] == LIWEN
    assert [one["device"] for one in data["sign_ins"]] == ["Chrome, Linux"]
    assert "account.sign_in" in [one["action"] for one in data["acts"]]
    assert "argon2" not in json.dumps(data)
    assert [one["name"] for one in data["applications"]] == ["清溪精密有限公司"]


def test_a_closed_account_keeps_neither_address_nor_name(app: Flask, liwen: Browser) -> None:
    one = organisation("甲大学")
    with writing() as session:
        grant_roles(session, system("test"), person_id(), one, [Role.HOLDER])
    assert liwen.post("/account/close", password="wrong", alone="1").status_code == 422
    assert liwen.post("/account/close", password=PASSWORD, alone="1").status_code == 302
    assert liwen.get("/account").status_code == 302
    assert Browser(app).sign_in(LIWEN).status_code == 422
    person = db.session.scalars(select(Person)).one()
    assert (person.email, person.name) == (f"closed-{person.id}@invalid", "已注销")
    assert person.password_hash is None
    sent = len(letters(app))
    visitor = Browser(app)
    visitor.post("/account/register", email=LIWEN, name="李雯")
    assert "/welcome/" in link_in(letters(app)[sent])


def test_the_last_administrator_cannot_close_the_account(app: Flask, liwen: Browser) -> None:
    create_administrator(system("test"), LIWEN, "李雯", BUREAU)
    answer = liwen.post("/account/close", password=PASSWORD)
    assert answer.status_code == 422
    assert "最后一位管理员" in answer.text


@pytest.mark.parametrize("path", ["/permissions", "/privacy", "/account/register"])
def test_pages_about_accounts_are_there_in_both_languages(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status_code == 200
    assert visitor.get(f"/en{path}").status_code == 200


def test_the_permission_page_shows_every_row_that_is_asked(visitor: Browser) -> None:
    from marketplace.core.policy import policy

    page = visitor.get("/permissions").text
    for action, row in policy.rows.items():
        assert f"<code>{action}</code>" in page
        assert str(row.who.label) in page


def test_who_may_do_what_is_a_page_about_the_site_not_of_an_account(visitor: Browser) -> None:
    page = visitor.get("/permissions").text
    tabbar = page[page.index('class="m-tabbar"') :]
    (current,) = re.findall(r'<a href="([^"]*)" aria-current="page"', tabbar)
    assert current == "/about"
