"""The command line: ``market``. Each domain brings its own commands.

Exit codes: 0 all done; 1 done with exceptions that were reported; 2 could not be done.
"""

from __future__ import annotations

import sys

import click
from pydantic import ValidationError

from marketplace.catalogue.commands import import_command, template_command
from marketplace.catalogue.search_commands import evaluate, reindex, search_command
from marketplace.demo.commands import demo
from marketplace.doctor import doctor
from marketplace.factory import create_app
from marketplace.preparation import prepare_market
from marketplace.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def main(ctx: click.Context) -> None:
    """科技成果转化市场 – technology transfer market."""
    if ctx.obj is not None:
        return
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            click.echo(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", err=True)
        sys.exit(2)
    ctx.with_resource(create_app(settings).app_context())
    if settings.database.startswith("sqlite") and ctx.invoked_subcommand != "doctor":
        prepare_market()


for command in (
    import_command,
    template_command,
    reindex,
    search_command,
    evaluate,
    demo,
    doctor,
):
    main.add_command(command)
