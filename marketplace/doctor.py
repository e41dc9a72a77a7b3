"""``market doctor``: what is configured, what can be reached, what is behind."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.catalogue.indexing import compare_index
from marketplace.core.commandline import Command, json_option, option
from marketplace.core.outbox import drain
from marketplace.core.outbox_upkeep import backlog, revive_dead
from marketplace.core.schema import is_newer, newer_sentence
from marketplace.matching.encoders import encoder_sentences, market_encoders
from marketplace.operations.condition import (
    look_at_audit,
    look_at_mail,
    look_at_outbox,
    look_at_schema,
    look_at_search,
    look_at_worker,
)
from marketplace.reach import Seen, see_database, see_mail, see_redis, see_search
from marketplace.settings import Mode, Settings

TITLES = {
    "mode": _l("运行方式"),
    "address": _l("对外网址"),
    "data_folder": _l("数据文件夹"),
    "database": _l("数据库"),
    "schema": _l("数据库的结构"),
    "redis": "Redis",
    "search": _l("搜索引擎"),
    "mail": _l("邮件"),
    "revived": _l("再试一次"),
    "outbox": _l("待办事件"),
    "audit": _l("审计记录的封存"),
    "worker": _l("后台进程"),
    "letters": _l("待寄的信"),
    "index": _l("搜索索引"),
    "equality": _l("索引与数据库"),
    "matching": _l("编码和匹配"),
}


# What can't be looked at without which service, or without the tables.
NEEDED = {
    "schema": {"database"},
    "revived": {"database", "schema"},
    "outbox": {"database", "schema"},
    "audit": {"database", "schema", "redis"},
    "worker": {"database", "schema", "redis"},
    "letters": {"database", "schema"},
    "index": {"schema", "search"},
    "equality": {"database", "schema", "search"},
    "matching": {"database", "schema"},
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen or what to do.

    ``name`` is made for programs, ``detail`` is in the present language.
    """

    name: str
    is_well: bool
    detail: str


def examine(*, compare: bool = True, has_to_revive: bool = False) -> list[Finding]:
    """Look at settings, folder, services, outbox, worker and index.

    ``compare`` looks at every record. With ``has_to_revive`` the dead events of the outbox are
    first let be tried again. What needs a service that doesn't answer is not looked at.
    """
    settings: Settings = current_app.extensions["settings"]
    checks: dict[str, Callable[[], Seen]] = {
        "mode": partial(_mode, settings),
        "address": partial(_address, settings),
        "data_folder": partial(_folder, settings),
        "database": partial(see_database, settings),
        "redis": partial(see_redis, settings),
        "search": partial(see_search, settings),
        "mail": partial(see_mail, settings),
        "schema": partial(_schema, settings),
        "revived": _revive,
        "outbox": _outbox,
        "audit": _audit,
        "worker": _worker,
        "letters": partial(_letters, settings),
        "index": _index,
        "equality": _equality,
        "matching": _matching,
    }
    if not has_to_revive:
        del checks["revived"]
    if not compare:
        del checks["equality"]
    findings: list[Finding] = []
    missing: set[str] = set()
    for name, check in checks.items():
        if gone := missing & NEEDED.get(name, set()):
            findings.append(Finding(name, False, _not_looked_at(gone)))
            continue
        findings.append(_safely(name, check))
        if not findings[-1].is_well:
            missing.add(name)
    return findings


def _not_looked_at(gone: set[str]) -> str:
    if gone == {"schema"}:
        return _("没有看：先要数据库的结构合用")
    services = _("、").join(str(TITLES[one]) for one in sorted(gone - {"schema"}))
    return _("没有看：先要连上%(services)s", services=services)


def _safely(name: str, check: Callable[[], Seen]) -> Finding:
    try:
        return Finding(name, *check())
    except Exception as error:
        return Finding(name, False, f"{type(error).__name__}: {error}".split("\n")[0])


def _mode(settings: Settings) -> Seen:
    return True, f"{settings.mode.value}, {settings.host}:{settings.port}"


def _address(settings: Settings) -> Seen:
    if settings.public_url:
        return True, settings.public_url
    if settings.mode is Mode.PRODUCTION:
        return settings.trusted_hosts is not None, _(
            "没有设置 MARKET_PUBLIC_URL，网页里的规范网址随每次请求的域名而变。"
        )
    return True, _("随请求而定")


def _folder(settings: Settings) -> Seen:
    if os.access(settings.data_dir, os.W_OK):
        return True, _("%(path)s，可以写", path=settings.data_dir)
    return False, _(
        "%(path)s 不能写：要么改它的所有者，要么用 DATA_DIR 换一个文件夹。", path=settings.data_dir
    )


def _schema(settings: Settings) -> Seen:
    schema = look_at_schema()
    if schema.is_right:
        return True, _("版本 %(revision)s", revision=schema.present)
    if is_newer(schema.present):
        return False, newer_sentence(schema.present)
    return False, _(
        "版本是 %(present)s，应为 %(newest)s。%(advice)s",
        present=schema.present or _("空的"),
        newest=schema.expected,
        advice=_("启动服务（make run）或运行别的 market 命令就会更新。")
        if settings.has_own_database
        else _("运行 make setup 或 make run 就会更新。"),
    )


def _revive() -> Seen:
    revived = revive_dead()
    drain()
    return True, _("%(count)s 个放弃了的事件", count=revived)


def _outbox() -> Seen:
    state = look_at_outbox()
    detail = _(
        "%(waiting)s 个在等，最早的等了 %(seconds)s 秒，%(dead)s 个已放弃",
        waiting=state.waiting,
        seconds=f"{state.lag_seconds:.0f}",
        dead=state.dead,
    )
    if state.dead:
        detail += _("；market doctor --revive 让它们再试一次")
    return state.is_well, detail


def _audit() -> Seen:
    audit = look_at_audit()
    if not audit.unsealed_seconds:
        return True, _("都封存了；market audit verify 可以核对")
    detail = _("最早没有封存的一条等了 %(seconds)s 秒", seconds=f"{audit.unsealed_seconds:.0f}")
    # Without a worker nobody seals: after an import without the server, or a restore, say.
    return not (audit.is_behind and look_at_worker().is_alive), detail


def _worker() -> Seen:
    worker = look_at_worker()
    if worker.silent_seconds is None:
        detail = _("没有在运行；make run 会一起启动它")
    else:
        ago = _("最近一次活动在 %(seconds)s 秒前", seconds=f"{worker.silent_seconds:.0f}")
        if worker.is_alive:
            return True, ago
        detail = _("没有在运行，%(ago)s；make run 会一起启动它", ago=ago)
    # With nothing waiting nobody misses it: after an import without the server, say.
    return not look_at_outbox().is_behind, detail


def _letters(settings: Settings) -> Seen:
    mail = look_at_mail(settings)
    detail = _("%(count)s 封在等", count=mail.waiting)
    if mail.rejected:
        detail += _(
            "；一天内有 %(count)s 封被邮件服务器拒收，日志里是 letter_rejected", count=mail.rejected
        )
    return mail.is_well, detail


def _index() -> Seen:
    search = look_at_search()
    detail = _(
        "%(documents)s 条，第 %(generation)s 代",
        documents=search.documents,
        generation=search.generation or "–",
    )
    if search.needs_reindex:
        detail += _("；字段或分词变了，要运行 market reindex")
    return search.is_well, detail


def _equality() -> Seen:
    difference = compare_index()
    if difference.is_equal:
        return True, _("一致")
    return False, _(
        "缺 %(missing)s 条，旧 %(outdated)s 条，多 %(surplus)s 条；要运行 market reindex",
        missing=len(difference.missing),
        outdated=len(difference.outdated),
        surplus=len(difference.surplus),
    )


def _matching() -> Seen:
    encoders = market_encoders()
    detail = _(
        "%(waiting)s 步在后台等着，编码器：%(names)s",
        waiting=f"{backlog(of_long=True).waiting:,}",
        names=_("、").join(encoder.name for encoder in encoders.used) or _("没有"),
    )
    return encoders.is_off or not encoder_sentences(), " ".join([detail, *encoder_sentences()])


@click.command(
    cls=Command,
    help=_l("看看配置了什么、连得上什么、落下了什么。退出码 0：一切正常；1：有不正常的。"),
)
@option("--revive", is_flag=True, help=_l("先让放弃了的事件再试一次。"))
@json_option
def doctor(revive: bool, as_json: bool) -> None:
    """Exit codes: 0 all is well; 1 something is not."""
    findings = examine(has_to_revive=revive)
    is_well = all(finding.is_well for finding in findings)
    if as_json:
        report: dict[str, Any] = {
            "well": is_well,
            "findings": [asdict(finding) for finding in findings],
        }
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        for finding in findings:
            state = _("正常") if finding.is_well else _("异常")
            title = _("%(state)s  %(title)s：", state=state, title=str(TITLES[finding.name]))
            click.echo(title + finding.detail)
    sys.exit(0 if is_well else 1)
