"""Forms with several faults: each is told at its field, all at once."""

from __future__ import annotations

from flask import Flask

from marketplace.core.actor import Role
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.accounts.organisations import staff

WRITE_EMAIL, WRITE_NAME = "请填写邮箱。", "请写姓名"


def test_an_empty_form_to_register_misses_both_name_and_address(visitor: Browser) -> None:
    answer = visitor.post("/account/register", email=" ", name="")
    assert answer.status_code == 422
    page = seen(answer)
    assert WRITE_EMAIL in page
    assert WRITE_NAME in page
    assert "不像一个邮箱" not in page


def test_an_empty_form_to_sign_in_says_what_to_fill_in(visitor: Browser) -> None:
    for email, password, told in (
        ("", "", "请填写邮箱和密码。"),
        ("", "something", WRITE_EMAIL),
        ("liwen@yunxiu.example", "", "请填写密码。"),
    ):
        answer = visitor.post("/account/sign-in", email=email, password=password)
        assert answer.status_code == 422
        assert told in seen(answer)


def test_a_change_of_password_tells_of_the_old_and_of_the_new_one(liwen: Browser) -> None:
    answer = liwen.post("/account/password", old="", new="")
    assert answer.status_code == 422
    assert "现在的密码不对" in seen(answer)
    assert "密码至少" in seen(answer)


def test_a_reset_of_the_second_step_misses_both_address_and_reason(app: Flask) -> None:
    administrator = staff(app, "tang", "唐", Role.ADMIN)
    answer = administrator.post("/staff/second-steps", email="", reason="")
    assert answer.status_code == 422
    assert WRITE_EMAIL in seen(answer)
    assert "请写明原因" in seen(answer)


def test_an_invitation_misses_both_address_and_roles(zhou: Browser, university: int) -> None:
    answer = zhou.post(f"/account/organisations/{university}/invitations", email="")
    assert answer.status_code == 422
    assert WRITE_EMAIL in seen(answer)
    assert 'href="#f-roles"' in answer.text
