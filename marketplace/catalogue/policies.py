"""Who may do what to a listing, who may see which, and the catalogue's routes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, or_, true

from marketplace.catalogue.districts import lies_in_districts
from marketplace.catalogue.models import (
    Organisation,
    Patent,
    PatentOwner,
    Project,
    ProjectOrganisation,
    Result,
    ResultOwner,
)
from marketplace.catalogue.states import OPEN_STATES
from marketplace.core.actor import Actor
from marketplace.core.policy import (
    Level,
    Permission,
    acts_for_holder,
    any_of,
    bureau,
    holder_of_record,
    only_system,
    policy,
    visibility,
)
from marketplace.core.web.access import ANYONE

PERMISSIONS = (
    Permission("search.rebuild", only_system, _l("重建索引由系统管理员在命令行进行。")),
    Permission("listing.import", only_system, _l("导入由系统管理员在命令行进行。")),
    Permission("listing.publish", any_of(only_system, bureau), _l("发布由科技局审核人员进行。")),
    Permission(
        "listing.suspend",
        any_of(only_system, bureau, holder_of_record),
        _l("暂停展示由持有单位或科技局进行。"),
    ),
    Permission("listing.resume", any_of(only_system, bureau), _l("恢复展示由科技局审核人员进行。")),
    Permission(
        "listing.resume_own",
        holder_of_record,
        _l("持有单位自己暂停的，由持有单位恢复。"),
    ),
    Permission("listing.withhold", bureau, _l("不予公开由科技局决定。")),
    Permission("listing.reserve", holder_of_record, _l("预留由持有单位进行。")),
    Permission("listing.release", holder_of_record, _l("取消预留由持有单位进行。")),
    Permission("listing.convert", holder_of_record, _l("登记转化由持有单位进行。")),
    Permission(
        "listing.withdraw",
        any_of(only_system, holder_of_record),
        _l("撤下由持有单位进行。"),
    ),
)

ROUTES = {
    "catalogue.home": ANYONE,
    "catalogue.search": ANYONE,
    "catalogue.suggest": ANYONE,
    "catalogue.export": ANYONE,
    "catalogue.result": ANYONE,
    "catalogue.patent": ANYONE,
    "catalogue.demand": ANYONE,
    "catalogue.project": ANYONE,
    "catalogue.organisation": ANYONE,
    "catalogue.about": ANYONE,
}

LISTED_FIELDS = (
    "id state version published_at confirmed_on source source_id source_url imported_at is_demo"
)
DESCRIBED_FIELDS = "title abstract keywords tech_field topics"
OFFERED_FIELDS = (
    "conversion_modes price_mode price_kind price_min_fen price_max_fen price_note "
    "try_before_pay open_licence silent_since"
)
FIELDS: dict[type, str] = {
    Organisation: "name uscc kind nature division country is_state_founded website intro "
    "verified_on",
    Project: f"{DESCRIBED_FIELDS} number plan_source programme funder is_fiscal started_on "
    "ended_on accepted_on has_transfer_obligation transfer_due_on parties",
    Patent: f"{DESCRIBED_FIELDS} {OFFERED_FIELDS} kind application_number publication_number ipc "
    "filed_on published_on granted_on expires_on legal_status status_checked_on is_pledged "
    "licences owner_links inventor_links project_links",
    Result: f"{DESCRIBED_FIELDS} {OFFERED_FIELDS} registration_number doi result_class "
    "result_attr result_form result_level stage trl trl_method trl_assessed_by trl_assessed_on "
    "discipline industry started_on ended_on problem solution indicators applications offer "
    "evaluation intended_region disclosure owner_links contributor_links project_links "
    "patent_links",
}


def _own_records(actor: Actor, model: type) -> ColumnElement[bool]:
    if not acts_for_holder(actor):
        return false()
    if model is Organisation:
        return Organisation.id == actor.organisation_id
    if model is Result:
        return Result.owner_links.any(ResultOwner.organisation_id == actor.organisation_id)
    if model is Patent:
        return Patent.owner_links.any(PatentOwner.organisation_id == actor.organisation_id)
    return Project.parties.any(ProjectOrganisation.organisation_id == actor.organisation_id)


def _level(actor: Actor, record: object) -> Level:
    if actor.is_system or bureau(actor, record) or holder_of_record(actor, record):
        return Level.OWNER
    return Level.PUBLIC


def declare_policies() -> None:
    """Put the catalogue's rows into the tables of permissions and of visibility."""
    policy.add(PERMISSIONS)
    for model, own_fields in FIELDS.items():

        def seen(actor: Actor, model: type = model) -> ColumnElement[bool]:
            if actor.is_system:
                return true()
            is_open = model.state.in_(OPEN_STATES)  # type: ignore[attr-defined]
            if bureau(actor, None):
                return or_(is_open, lies_in_districts(actor, model))
            return or_(is_open, _own_records(actor, model))

        visibility.declare(
            model,
            records=seen,
            fields=dict.fromkeys(f"{LISTED_FIELDS} {own_fields}".split(), Level.PUBLIC),
            level=_level,
        )
