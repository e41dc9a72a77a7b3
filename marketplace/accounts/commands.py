"""Commands of accounts: ``market admin create``."""

from __future__ import annotations

import json
import sys

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.accounts.administrators import create_administrator
from marketplace.accounts.problems import AccountProblem
from marketplace.core.actor import system
from marketplace.core.commandline import EXIT_UNUSABLE, Group, json_option, option
from marketplace.core.mail.links import site_address


@click.group(cls=Group, help=_l("管理员的账号。"))
def admin() -> None:
    """Only whoever may run commands on the machine can make the first one."""


@admin.command("create", help=_l("让一个人成为管理员，并给出设密码的链接；可以重复运行。"))
@option("--email", required=True, help=_l("这个人的邮箱。"))
@option("--name", required=True, help=_l("这个人的姓名。"))
@option("--organisation", required=True, help=_l("管理部门的全称，例如“某市科学技术局”。"))
@json_option
def create_command(email: str, name: str, organisation: str, as_json: bool) -> None:
    """Exit codes: 0 done; 2 something given can't be used."""
    try:
        made = create_administrator(system("admin"), email, name, organisation)
    except AccountProblem as problem:
        click.echo(str(problem.message), err=True)
        sys.exit(EXIT_UNUSABLE)
    link = site_address() + made.path
    if as_json:
        click.echo(
            json.dumps(
                {
                    "person": made.person_id,
                    "organisation": made.organisation_id,
                    "link": link,
                }
            )
        )
        return
    click.echo(_("%(name)s 是管理员了。请打开这个链接设密码，只能用一次：", name=name))
    click.echo(link)
    click.echo(_("登录以后先打开两步验证，管理员的角色才能用。"))
