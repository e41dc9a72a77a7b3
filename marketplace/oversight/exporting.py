"""The audit trail as a file, for whoever looks into something: the newest 10,000 rows at most.

An export is itself an act and stands in the trail.
"""

from __future__ import annotations

from typing import BinaryIO

from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import writing
from marketplace.core.i18n import DISPLAY_ZONE, today
from marketplace.core.policy import policy
from marketplace.core.tables import Column, Sheet, write_csv, write_xlsx
from marketplace.core.web.demo_mark import is_demo_site, marked, notes
from marketplace.core.web.wording import gettext as _
from marketplace.oversight.conditions import Conditions
from marketplace.oversight.policies import EXPORT
from marketplace.oversight.queries import AuditRow, exported_rows
from marketplace.oversight.wording import action_words, detail_words, subject_words

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def export_audit(actor: Actor, wanted: Conditions, form: str, target: BinaryIO) -> None:
    """Write what is looked for into ``target``, newest first.

    :param form: ``xlsx`` or ``csv``.
    :raises Forbidden: when the actor may not.
    """
    policy.require(actor, EXPORT)
    given = {name: text for name, text in wanted.given.items() if text}
    with writing() as session:
        record_audit(session, actor, EXPORT, "audit", 0, conditions=given, form=form)
    is_demo = is_demo_site()
    columns, rows = marked(_columns(), map(_row, exported_rows(actor, wanted)), is_demo=is_demo)
    if form == "csv":
        write_csv(target, columns, rows)
        return
    about = [
        *notes(is_demo=is_demo),
        {"about": _("导出日期 %(day)s，最新的在前，最多 10,000 行。", day=today().isoformat())},
        *({"about": f"{name}: {text}"} for name, text in given.items()),
    ]
    write_xlsx(
        target,
        [
            Sheet(_("审计记录"), columns, rows),
            Sheet(_("说明"), [Column("about", _("这份表格"), width=80)], about),
        ],
    )


def _columns() -> list[Column]:
    return [
        Column("id", _("编号"), width=10, kind="number"),
        Column("at", _("时间（北京）"), width=20),
        Column("who", _("谁"), width=14),
        Column("person_id", _("人员编号"), width=10, kind="number"),
        Column("organisation", _("替谁"), width=28),
        Column("words", _("办了什么"), width=24),
        Column("action", _("操作"), width=26),
        Column("kind", _("对什么"), width=12),
        Column("subject_id", _("对象编号"), width=10, kind="number"),
        Column("subject", _("对象名称"), width=40),
        Column("version", _("版本"), width=8, kind="number"),
        Column("reason", _("原因"), width=40),
        Column("detail", _("其他"), width=40),
        Column("seal", _("封存于第几块"), width=12, kind="number"),
    ]


def _row(row: AuditRow) -> dict[str, object]:
    entry = row.entry
    return {
        "id": entry.id,
        "at": f"{entry.at.astimezone(DISPLAY_ZONE):%Y-%m-%d %H:%M:%S}",
        "who": entry.actor_name,
        "person_id": entry.person_id,
        "organisation": row.organisation,
        "words": action_words(entry.action),
        "action": entry.action,
        "kind": subject_words(entry.subject_kind),
        "subject_id": entry.subject_id,
        "subject": row.subject.name,
        "version": entry.subject_version,
        "reason": entry.detail.get("reason"),
        "detail": detail_words(entry.detail),
        "seal": row.seal,
    }
