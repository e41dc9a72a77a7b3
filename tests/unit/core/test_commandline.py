"""The command line's language, and that looking at a command opens nothing."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.commandline import (
    LANGUAGE_OPTION,
    Group,
    Program,
    chosen_language,
    json_option,
    option,
    speaking,
)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": ""}, "zh"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "en_US", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, "en"),
        ({"MARKET_LANG": "zh", "LC_ALL": "en_US"}, "zh"),
        ({"MARKET_LANG": "en", "LC_ALL": "zh_CN"}, "en"),
    ],
)
def test_without_an_option_the_environment_decides_on_the_language(
    environment: dict[str, str], language: str
) -> None:
    assert chosen_language([], environment) == language


@pytest.mark.parametrize("arguments", [["--lang", "en", "search"], ["-h", "--lang=en"]])
def test_the_option_goes_before_the_environment(arguments: list[str]) -> None:
    assert chosen_language(arguments, {"MARKET_LANG": "zh"}) == "en"


@pytest.mark.parametrize(
    "arguments", [["search", "--lang", "en"], ["--lang"], ["--lang", "fr"], ["--lang=", "en"]]
)
def test_what_is_no_language_before_the_command_decides_nothing(arguments: list[str]) -> None:
    assert chosen_language(arguments, {}) == "zh"


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "结果写成 JSON。"), ("en", "Report as JSON.")]
)
def test_texts_are_translated_where_no_market_is_open(language: str, text: str) -> None:
    with speaking(language):
        assert _("结果写成 JSON。") == text


opened: list[str] = []


@click.group(cls=Program, help=_l("数据库"))
@option(LANGUAGE_OPTION, type=click.Choice(["zh", "en"]), expose_value=False, help=_l("机构"))
@click.pass_context
def program(ctx: click.Context) -> None:
    ctx.obj = lambda inner: opened.append(inner.info_name)


@program.group(cls=Group, help=_l("项目"))
def inner() -> None:
    """A group below."""


@inner.command("run", help=_l("专利"))
@json_option
@click.argument("word")
def run(word: str, as_json: bool) -> None:
    click.echo(_("成果"))


@pytest.fixture(autouse=True)
def nothing_opened() -> None:
    opened.clear()


def said(*arguments: str) -> str:
    return CliRunner().invoke(program, arguments).output


def test_help_is_shown_in_the_language_of_each_call() -> None:
    for _round in range(2):
        chinese = said("--lang", "zh", "inner", "run", "--help")
        assert "专利" in chinese
        assert "结果写成 JSON。" in chinese
        assert "用法：" in chinese
        assert "显示这段说明" in chinese
        english = said("--lang", "en", "inner", "run", "--help")
        assert "Patents" in english
        assert "Report as JSON." in english
        assert "Usage:" in english
        assert "Show this text" in english


def test_an_error_of_usage_is_in_the_language_too() -> None:
    assert "没有 'nothing' 这个命令" in said("--lang", "zh", "nothing")
    assert "No such command 'nothing'" in said("--lang", "en", "nothing")


def test_a_command_speaks_the_language_of_the_program() -> None:
    assert said("--lang", "zh", "inner", "run", "x").strip() == "成果"
    assert said("--lang", "en", "inner", "run", "x").strip() == "Results"


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["inner"], ["inner", "--help"], ["inner", "run", "--help"], ["inner", "run"]],
)
def test_help_and_errors_of_usage_open_no_market(arguments: list[str]) -> None:
    said(*arguments)
    assert opened == []


def test_a_command_that_runs_opens_the_market_once() -> None:
    said("inner", "run", "x")
    assert opened == ["run"]
