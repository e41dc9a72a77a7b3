"""What every command shares: its language, and that it opens the market only to run.

``--help`` and an error of usage so create nothing. The texts of a command are Chinese like all
others, and translated when they are shown. What a command does does not belong here.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import Babel
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.faults import SERVICE_FAULTS, fault_sentence
from marketplace.core.i18n import LANGUAGES
from marketplace.core.web.translations import compile_catalogues

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
LANGUAGE_OPTION = "--lang"
EXIT_DOWN, EXIT_UNUSABLE = 1, 2
# POSIX.1-2024, 8.2: the first that is set decides; ours goes before them.
LANGUAGE_VARIABLES = ("MARKET_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
# Click's own sentences; their source is English.
CLICK_DOMAIN = "click"


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """``zh`` or ``en``: from ``--lang`` before the command's name, else from the environment.

    Without any wish, and in the locale C, it is Chinese; in the locale of any other language,
    English.
    """
    for position, argument in enumerate(arguments):
        wish = argument.removeprefix(f"{LANGUAGE_OPTION}=")
        if argument == LANGUAGE_OPTION and position + 1 < len(arguments):
            wish = arguments[position + 1]
        if wish in LANGUAGES and argument.startswith(LANGUAGE_OPTION):
            return wish
        if not argument.startswith("-"):
            break
    locale = next((environment[name] for name in LANGUAGE_VARIABLES if environment.get(name)), "C")
    name = locale.partition(".")[0]
    return "zh" if name in {"C", "POSIX"} or name.lower().startswith("zh") else "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Answer gettext in ``zh`` or ``en`` where no market is open yet; Click's sentences, too."""
    if os.access(CATALOGUES, os.W_OK):
        compile_catalogues(CATALOGUES)
    voice = Flask("voice")
    Babel(
        voice,
        default_translation_directories=str(CATALOGUES),
        locale_selector=lambda: LANGUAGES[language],
    )
    before, domain = os.environ.get("LANGUAGE"), gettext.textdomain()
    gettext.bindtextdomain(CLICK_DOMAIN, str(CATALOGUES))
    gettext.textdomain(CLICK_DOMAIN)
    os.environ["LANGUAGE"] = language
    try:
        with voice.app_context():
            yield
    finally:
        gettext.textdomain(domain)
        del os.environ["LANGUAGE"]
        if before is not None:
            os.environ["LANGUAGE"] = before


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def __init__(self, *names: Any, help: Any = None, **attributes: Any) -> None:
        super().__init__(*names, **attributes)
        # Click would make a text of it now, in the language of now.
        self.help = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help, the latter in the present language."""
        record = super().get_help_record(ctx)
        return record and (record[0], str(record[1]))


option = partial(click.option, cls=Option)
json_option = option("--json", "as_json", is_flag=True, help=_l("结果写成 JSON。"))


class Command(click.Command):
    """A command that opens the market, by the callable in the context's ``obj``, when it runs.

    Called without the program around it, it works in the market that is open.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Open the market and run; a service that doesn't answer is told in a sentence."""
        try:
            if ctx.obj is not None:
                ctx.obj(ctx)
            return super().invoke(ctx)
        except SERVICE_FAULTS as error:
            click.echo(fault_sentence(error), err=True)
            sys.exit(EXIT_UNUSABLE)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help``, explained in the present language."""
        return _explained(super().get_help_option(ctx))


class Group(click.Group):
    """Commands under one name."""

    command_class = Command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help``, explained in the present language."""
        return _explained(super().get_help_option(ctx))


class Program(Group):
    """The whole command line: it decides the language for all that is said."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the command line in its language."""
        given = sys.argv[1:] if args is None else list(args)
        with speaking(chosen_language(given, os.environ)):
            return super().main(given, *rest, **extra)


def _explained(helping: click.Option | None) -> click.Option | None:
    if helping is not None:
        helping.help = _("显示这段说明，然后退出。")
    return helping
