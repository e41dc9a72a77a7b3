"""Commands around technology contracts: ``evaluate contracts``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.contracts.evaluation import BadTruth, MissingColumns, evaluate_checks
from marketplace.core.commandline import EXIT_UNUSABLE, Command, json_option, option
from marketplace.core.tables import TableError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "contracts",
    cls=Command,
    help=_l(
        "在一份已知哪些合同有问题的登记表上，量一量检查能找出多少，又误报多少。"
        "退出码 0：量好了；2：文件不能用。"
    ),
)
@option("--contracts", "register", required=True, type=FILE, help=_l("合同登记表。"))
@option(
    "--truth",
    required=True,
    type=FILE,
    help=_l("哪些行有问题：fault_id、kind、family、rows 四列，行号从 1 数起，用分号隔开。"),
)
@json_option
def evaluate_contracts(register: Path, truth: Path, as_json: bool) -> None:
    """Exit codes: 0 measured; 2 a file can't be used."""
    try:
        report = evaluate_checks(register, truth)
    except TableError as error:
        sys.exit(_refused(str(error)))
    except MissingColumns as error:
        sys.exit(
            _refused(
                _(
                    "%(file)s 缺少这些列：%(columns)s。",
                    file=click.format_filename(error.file),
                    columns=_("、").join(error.columns),
                )
            )
        )
    except BadTruth as error:
        sys.exit(
            _refused(
                _(
                    "%(file)s 的第 %(line)s 行没有写明登记表的行号。rows 一列应是从 1 数起的"
                    "行号，用分号隔开，例如 12;15。",
                    file=click.format_filename(error.file),
                    line=error.line,
                )
            )
        )
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(
        _(
            "%(faults)s 处问题找出 %(recall)s，%(honest)s 行正常的合同误报 %(wrong)s。",
            faults=f"{report['n_faults']:,}",
            recall=f"{report['recall']:.1%}",
            honest=f"{report['n_honest']:,}",
            wrong=f"{report['false_rate']:.2%}",
        )
    )


def _refused(sentence: str) -> int:
    click.echo(sentence, err=True)
    return EXIT_UNUSABLE
