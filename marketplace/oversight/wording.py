"""What stands in the audit trail, in words: acts, kinds of subjects, details.

One table for all domains, so that it can be read as one page. A test names each act that is
recorded anywhere and has no words here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.accounts.wording import role_name
from marketplace.core.actor import Role
from marketplace.core.web.refusal_log import SEE
from marketplace.core.web.wording import gettext as _

ACTIONS = {
    "access.admit": _l("同意查看"),
    "access.end": _l("随删去的部分结束查看申请"),
    "access.refuse": _l("拒绝查看"),
    "access.request": _l("申请查看"),
    "access.revoke": _l("收回了查看权"),
    "access.withdraw": _l("撤回查看申请"),
    "account.act_for": _l("改为替这个单位办事"),
    "account.closed": _l("注销了账号"),
    "account.confirmed": _l("打开注册链接，设了密码"),
    "account.password_changed": _l("换了密码"),
    "account.password_reset": _l("用邮件重设了密码"),
    "account.recovery_codes_renewed": _l("换了一套恢复码"),
    "account.register": _l("注册了账号"),
    "account.second_step_off": _l("关掉了两步验证"),
    "account.second_step_on": _l("打开了两步验证"),
    "account.second_step_reset": _l("重置了这个人的两步验证"),
    "account.sign_in": _l("登录"),
    "account.sign_out": _l("让一个浏览器退出"),
    "account.sign_out_others": _l("让别的浏览器都退出"),
    "application.approve": _l("核验通过"),
    "application.begin": _l("开始填写入驻申请"),
    "application.change": _l("修改了入驻申请"),
    "application.refuse": _l("拒绝了入驻申请"),
    "application.return": _l("退回了入驻申请"),
    "application.submit": _l("提交了入驻申请"),
    "application.withdraw": _l("撤回了入驻申请"),
    "attachment.add": _l("加了文件"),
    "attachment.open": _l("打开了文件"),
    "attachment.remove": _l("删去了文件"),
    "audit.export": _l("导出了审计记录"),
    "calendar.load": _l("载入了放假安排"),
    "deputy.end": _l("结束了代理"),
    "deputy.name": _l("指定了代理人"),
    "edition.confirm": _l("确认发布了统计版本"),
    "edition.drop": _l("撤回了待确认的统计版本"),
    "edition.publish": _l("提出发布统计版本"),
    "edition.refuse": _l("退回了待确认的统计版本"),
    "goal.set": _l("登记或修改了目标"),
    "indicator.choose_basis": _l("选定了统计口径"),
    "indicator_value.enter": _l("填报了指标值"),
    "indicator_value.release": _l("放行了指标值"),
    "indicator_value.return": _l("退回了指标值"),
    "invitation.accept": _l("接受了邀请"),
    "invitation.end": _l("收回了邀请"),
    "invitation.send": _l("邀请了成员"),
    "join_request.accept": _l("同意加入"),
    "join_request.ask": _l("申请加入单位"),
    "join_request.refuse": _l("拒绝加入"),
    "join_request.withdraw": _l("撤回了加入申请"),
    "letter.answer": _l("答复了来信"),
    "letter.write": _l("给持有单位写信"),
    "listing.ask": _l("询问是否仍然有效"),
    "listing.change": _l("改了记录"),
    "listing.confirm": _l("确认仍然有效"),
    "listing.convert": _l("标为已转化"),
    "listing.hide": _l("长期没有确认，隐藏了"),
    "contract_batch.begin": _l("开始导入合同"),
    "contract_batch.finish": _l("合同导入完毕"),
    "listing.import": _l("导入或更新"),
    "listing.lower": _l("长期没有确认，排序靠后"),
    "listing.publish": _l("发布了"),
    "listing.reconfirm": _l("确认有效并恢复展示"),
    "listing.release": _l("解除预留"),
    "listing.reserve": _l("标为预留"),
    "listing.resume": _l("恢复了展示"),
    "listing.resume_own": _l("恢复了自己暂停的展示"),
    "listing.suspend": _l("暂停了展示"),
    "listing.withdraw": _l("撤下了"),
    "listing.withhold": _l("停止展示"),
    "membership.change": _l("改了成员的角色"),
    "membership.end": _l("结束了成员关系"),
    "membership.grant": _l("授予角色"),
    "obligation.accept": _l("接收了汇交"),
    "obligation.remind": _l("提醒了转化义务"),
    "obligation.return": _l("退回了汇交"),
    "obligation.save": _l("存了汇交的草稿"),
    "obligation.set_up": _l("设立了转化义务"),
    "obligation.submit": _l("提交了汇交"),
    "obligation.waive": _l("免除了义务"),
    "organisation.verify": _l("核验了单位"),
    "part.add": _l("加了进一步的内容"),
    "part.change": _l("改了进一步的内容"),
    "part.move": _l("调整了内容的次序"),
    "part.open": _l("打开了进一步的内容"),
    "part.remove": _l("删去了进一步的内容"),
    "posting.apply": _l("修改了公开的内容"),
    "posting.approve": _l("单位审核通过了"),
    "posting.begin": _l("开始填写"),
    "posting.discard": _l("丢弃了草稿"),
    "posting.publish": _l("核准发布"),
    "posting.reopen": _l("重新开始填写"),
    "posting.return": _l("由单位退回"),
    "posting.return_by_bureau": _l("由科技局退回"),
    "posting.submit": _l("提交了审核"),
    "posting.submit_alone": _l("提交，直接由科技局审核"),
    "refused": _l("被拒绝"),
    "second_step_reset.confirm": _l("确认了重置两步验证的请求"),
    "second_step_reset.refuse": _l("拒绝或收回了重置两步验证的请求"),
    "second_step_reset.request": _l("请求重置两步验证"),
    "staff_body.set_up": _l("设立了管理部门"),
    "terms.accept": _l("接受了条款"),
    "terms.set": _l("写了新的条款"),
    "transfer_clock.cancel": _l("取消了转化期限"),
    "transfer_clock.decide": _l("决定起算转化期限"),
    "transfer_clock.meet": _l("转化期限内已转化"),
    "upload.checked": _l("查完了一份表格"),
    "upload.decide": _l("批量审核了一份表格"),
    "upload.fail": _l("没有查完一份表格"),
    "upload.receive": _l("上传了表格"),
    "upload.resume": _l("让停下的表格接着处理"),
    "upload.submit": _l("提交了一份表格"),
    "upload.submitted": _l("一份表格提交完了"),
    "upload.taken_back": _l("撤回了一批提交"),
    "upload.undo": _l("开始撤回一份表格"),
    "upload.undone": _l("撤回完了一份表格"),
}

SUBJECTS = {
    "access_request": _l("查看申请"),
    "application": _l("入驻申请"),
    "attachment": _l("文件"),
    "audit": _l("审计记录"),
    "calendar_year": _l("工作日历"),
    "contract": _l("合同"),
    "contract_batch": _l("合同批次"),
    "disclosure_part": _l("进一步的内容"),
    "disclosure_terms": _l("条款"),
    "edition_draft": _l("待确认的统计版本"),
    "goal": _l("目标"),
    "indicator_basis": _l("统计口径"),
    "indicator_value": _l("指标值"),
    "invitation": _l("邀请"),
    "join_request": _l("加入申请"),
    "obligation": _l("转化义务"),
    "organisation": _l("机构记录"),
    "page": _l("页面"),
    "patent": _l("专利记录"),
    "person": _l("人员"),
    "posting": _l("填报"),
    "project": _l("项目记录"),
    "result": _l("成果记录"),
    "second_step_reset": _l("重置请求"),
    "sign_in": _l("登录着的浏览器"),
    "transfer_clock": _l("转化期限"),
    "upload": _l("上传的表格"),
}
# Refusals name what stands in an address.
ADDRESSED = {
    "clock": _l("转化期限"),
    "deputy": _l("代理"),
    "draft": _l("待确认的统计版本"),
    "edition": _l("统计版本"),
    "membership": _l("成员"),
    "notice": _l("通知"),
    "part": _l("进一步的内容"),
    "report": _l("科技报告"),
    "request": _l("申请"),
    "search": _l("保存的检索"),
    "value": _l("指标值"),
}


# What a row of the table of permissions lets somebody do; ACTIONS says what was done.
RULES: dict[str, LazyString] = {
    "access.admit": _l("同意查看申请"),
    "access.end": _l("随删去的部分结束申请"),
    "access.refuse": _l("拒绝查看申请"),
    "access.request": _l("申请查看分级公开的内容"),
    "access.revoke": _l("收回查看权"),
    "access.withdraw": _l("撤回自己的查看申请"),
    "account.use": _l("用自己的账号"),
    "administrator.create": _l("设立第一位管理员"),
    "application.approve": _l("通过单位核验"),
    "application.change": _l("修改入驻申请"),
    "application.queue": _l("看等核验的单位"),
    "application.refuse": _l("拒绝入驻申请"),
    "application.return": _l("退回入驻申请"),
    "application.submit": _l("提交入驻申请"),
    "application.withdraw": _l("撤回入驻申请"),
    "attachment.open": _l("打开文件"),
    "attachment.remove": _l("删去文件"),
    "audit.export": _l("导出审计记录"),
    "audit.read": _l("看审计记录"),
    "calendar.keep": _l("看工作日历，载入放假安排"),
    "contract.import": _l("导入合同，等人放行"),
    "contract.import_history": _l("导入已办结的合同登记册"),
    "edition.confirm": _l("确认发布统计版本"),
    "edition.drop": _l("撤回自己提出的统计版本"),
    "edition.publish": _l("提出发布统计版本"),
    "edition.refuse": _l("退回提出的统计版本"),
    "edition.see_drafts": _l("看待确认的统计版本"),
    "edition.verify": _l("从台账重算一个统计版本"),
    "goal.set": _l("登记和修改目标"),
    "inbox.read": _l("看收件箱"),
    "indicator.choose_basis": _l("选定统计口径"),
    "indicator_value.enter": _l("填报指标值"),
    "indicator_value.release": _l("放行别人填报的指标值"),
    "indicator_value.return": _l("退回别人填报的指标值"),
    "indicator_value.see": _l("看填报的指标值"),
    "join_request.accept": _l("同意加入申请"),
    "join_request.refuse": _l("拒绝加入申请"),
    "join_request.withdraw": _l("撤回加入申请"),
    "ledger.verify": _l("核对合同台账"),
    "letter.answer": _l("答复来信"),
    "letter.write": _l("写信给持有单位"),
    "listing.ask": _l("询问记录是否仍然有效"),
    "listing.confirm": _l("确认记录仍然有效"),
    "listing.convert": _l("把一条记录登记为已转化"),
    "listing.hide": _l("隐藏长期没有确认的记录"),
    "listing.import": _l("导入或更新记录"),
    "listing.list_due": _l("看等确认的"),
    "listing.publish": _l("发布一条记录"),
    "listing.reconfirm": _l("确认记录有效并恢复展示"),
    "listing.release": _l("取消一条记录的预留"),
    "listing.reserve": _l("预留一条记录"),
    "listing.resume": _l("恢复展示一条记录"),
    "listing.resume_own": _l("恢复展示自己暂停的记录"),
    "listing.suspend": _l("暂停展示一条记录"),
    "listing.withdraw": _l("撤下一条记录"),
    "listing.withhold": _l("决定一条记录不予公开"),
    "member.grant_staff": _l("授予管理部门的角色"),
    "member.manage": _l("管理成员"),
    "member.view": _l("看成员"),
    "obligation.accept": _l("接收汇交"),
    "obligation.list_all": _l("看全部转化义务"),
    "obligation.list_own": _l("看本单位的转化义务"),
    "obligation.open": _l("看一项转化义务"),
    "obligation.return": _l("退回汇交"),
    "obligation.save": _l("存汇交的草稿"),
    "obligation.set_up": _l("设立转化义务"),
    "obligation.submit": _l("提交汇交"),
    "obligation.waive": _l("免除义务"),
    "organisation.verify": _l("核验一个单位"),
    "part.open": _l("打开分级公开的内容"),
    "part.write": _l("管理分级公开的内容"),
    "posting.apply": _l("直接公开小的修改"),
    "posting.approve": _l("通过单位审核"),
    "posting.discard": _l("丢弃填报的草稿"),
    "posting.list_waiting": _l("看等审核的"),
    "posting.publish": _l("核准并发布"),
    "posting.reopen": _l("重新填写退回的内容"),
    "posting.return": _l("由单位退回修改"),
    "posting.return_by_bureau": _l("由科技局退回修改"),
    "posting.submit": _l("把填报提交单位审核"),
    "posting.submit_alone": _l("把填报直接提交科技局审核"),
    "posting.use": _l("看自己的发布"),
    "posting.write": _l("填写要发布的内容"),
    "search.rebuild": _l("重建索引"),
    "second_step_reset.confirm": _l("确认重置两步验证的请求"),
    "second_step_reset.refuse": _l("拒绝或收回重置两步验证的请求"),
    "second_step_reset.request": _l("提出重置两步验证"),
    "shelf.use": _l("收藏记录，保存检索"),
    "staff_body.manage": _l("设立管理部门"),
    "tasks.see": _l("看待办"),
    "transfer_clock.cancel": _l("取消转化期限"),
    "transfer_clock.decide": _l("决定开始计算转化期限"),
    "transfer_report.open": _l("看年度转化情况报告"),
    "upload.checked": _l("记下表格已经查完"),
    "upload.fail": _l("记下表格没有查完"),
    "upload.receive": _l("上传表格"),
    "upload.resume": _l("接着处理停下的表格"),
    "upload.submit": _l("提交表格里的各行"),
    "upload.submitted": _l("记下表格已经提交完"),
    "upload.undo": _l("撤回一份表格"),
    "upload.undone": _l("记下表格已经撤回完"),
    "version.read": _l("看历次版本"),
}


def rule_words(action: str) -> str:
    """What a row of the table of permissions lets somebody do."""
    return str(RULES.get(action, action))


def action_words(action: str) -> str:
    """What was done; the bare name where nobody has given words yet."""
    return str(ACTIONS.get(action, action))


def subject_words(kind: str) -> str:
    """What kind of thing it was done to."""
    return str(SUBJECTS.get(kind) or ADDRESSED.get(kind, kind))


def detail_words(detail: Mapping[str, Any]) -> str:
    """What else the row says, but for the reason, which stands by itself."""
    parts = []
    if wanted := detail.get("wanted"):
        what = _("看不对他开放的内容") if wanted == SEE else rule_words(wanted)
        parts.append(_("要做的是 %(what)s", what=what))
    if roles := detail.get("roles"):
        names = (role_name(Role(one)) for one in roles)
        parts.append(_("角色 %(roles)s", roles=_("、").join(names)))
    if source := detail.get("source"):
        parts.append(_("来源 %(source)s", source=source))
    if rows := detail.get("rows"):
        parts.append(_("%(rows)s 行", rows=rows))
    return _("；").join(parts)
