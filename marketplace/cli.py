"""The command line: ``market``. Each domain brings its own commands.

Exit codes: 0 all done; 1 done with exceptions that were reported; 2 could not be done.
"""

from __future__ import annotations

import sys

import click
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

from marketplace.accounts.commands import admin
from marketplace.backup.commands import backup, restore
from marketplace.catalogue.search_commands import evaluate, reindex, search_command
from marketplace.contracts.evaluation_commands import evaluate_contracts
from marketplace.contracts.ledger.commands import ledger
from marketplace.core.audit_chain.commands import audit
from marketplace.core.commandline import EXIT_UNUSABLE, LANGUAGE_OPTION, Program, option
from marketplace.core.i18n import LANGUAGES, language
from marketplace.core.schema import (
    NewerSchema,
    newest_revision,
    refuse_newer_schema,
    schema_revision,
)
from marketplace.demo.commands import demo
from marketplace.doctor import doctor
from marketplace.factory import create_app
from marketplace.file_commands import import_command, template_command
from marketplace.matching.evaluation_commands import matching_command, titles_command
from marketplace.preparation import prepare_market
from marketplace.settings import Settings, sentences_about
from marketplace.statistics.commands import statistics_command
from marketplace.statistics.edition_commands import edition

# A backup before an update must hold what was there before it.
AS_IT_IS = (doctor, backup, restore)


@click.group(
    cls=Program,
    help=_l("科技成果转化市场的命令行。"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@option(
    LANGUAGE_OPTION,
    type=click.Choice(list(LANGUAGES)),
    expose_value=False,
    help=_l("输出的语言；不写就看 MARKET_LANG，再看系统的语言。"),
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Nothing is opened yet: each command does so when it runs."""
    ctx.obj = open_market


def open_market(ctx: click.Context) -> None:
    """Open the market of the environment's settings for a command, in its language.

    Some find it as it is; for all others a database of its own is brought up to date. One that
    others may be using at this moment is not changed by the way.
    """
    chosen = language()
    try:
        settings = Settings()
    except ValidationError as error:
        for sentence in sentences_about(error):
            click.echo(sentence, err=True)
        sys.exit(EXIT_UNUSABLE)
    ctx.with_resource(create_app(settings).app_context())
    ctx.with_resource(force_locale(LANGUAGES[chosen]))
    if ctx.command in AS_IT_IS:
        return
    try:
        refuse_newer_schema()
    except NewerSchema as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_UNUSABLE)
    if settings.has_own_database:
        prepare_market()
    elif schema_revision() != newest_revision():
        click.echo(
            _("数据库的结构不是这个版本的。请先运行 make setup（或 make run），它会更新。"),
            err=True,
        )
        sys.exit(EXIT_UNUSABLE)


for measure in (evaluate_contracts, matching_command, titles_command):
    evaluate.add_command(measure)
for command in (
    import_command,
    template_command,
    reindex,
    search_command,
    evaluate,
    demo,
    doctor,
    backup,
    restore,
    admin,
    audit,
    ledger,
    statistics_command,
    edition,
):
    main.add_command(command)
