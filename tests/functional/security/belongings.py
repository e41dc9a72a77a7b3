"""One thing of each kind that belongs to one organisation and that isn't public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    Deputy,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    SecondStepReset,
    SignIn,
)
from marketplace.catalogue.models import (
    Demand,
    DemandOwner,
    Patent,
    PatentOwner,
    Project,
    ProjectOrganisation,
    Result,
    ResultOwner,
    ResultProject,
)
from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractFlag,
    ContractObjection,
    ContractReceipt,
    FlaggedContract,
)
from marketplace.core.attachments import Attachment
from marketplace.core.db import now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import Notification
from marketplace.disclosure.models import AccessRequest, FurtherPart
from marketplace.matching.models import Match
from marketplace.matching.states import MUTUAL
from marketplace.obligations.models import Obligation, ScienceReport, TransferClock
from marketplace.posting.models import Posting, Upload
from marketplace.shelf.models import SavedSearch
from marketplace.statistics.edition_content import content_of
from marketplace.statistics.models import EditionDraft, Goal, IndicatorValue
from tests.functional.accounts.organisations import application_of
from tests.functional.security.people import NOBODY, add_person

DISTRICT = "410103"
Belongings = dict[str, int]
"""The number of each thing by what names it: the parameter of addresses, or a kind of record."""


def add_belongings(*, is_listed: bool = False, is_sent: bool = False) -> Belongings:
    """An organisation of :data:`DISTRICT` with two members, and all that belongs to it.

    Records are off the pages unless ``is_listed``; what goes to staff waits there if ``is_sent``.
    """
    state = "published" if is_listed else "withheld"
    with writing() as session:
        unit = Organisation(
            name=Bilingual("青堤机械有限公司"),
            name_key="青堤机械有限公司",
            state="published" if is_listed else "draft",
            division=DISTRICT,
            verified_on=date(2026, 2, 11),
        )
        session.add(unit)
        session.flush()
        unit_id = unit.id
    chief = add_person("chief@qingdi.example", "HOLDER_MGR", unit_id)
    clerk = add_person("clerk@qingdi.example", "HOLDER", unit_id)
    guest = add_person("guest@qingdi.example", NOBODY, unit_id)
    with writing() as session:

        def kept(row: Any) -> Any:
            session.add(row)
            session.flush()
            return row

        chiefs, clerks = (
            session.query(Membership).filter_by(person_id=person_id).one()
            for person_id in (chief, clerk)
        )
        listed: dict[str, Any] = {"state": state, "title": Bilingual("夹具"), "published_at": now()}
        project = kept(
            Project(
                **listed,
                number="2024-P-017",
                is_fiscal=True,
                started_on=date(2024, 3, 1),
                ended_on=date(2026, 2, 28),
                accepted_on=date(2026, 3, 20),
                parties=[ProjectOrganisation(organisation_id=unit_id, rank=1)],
            )
        )
        result, second = (
            kept(
                Result(
                    **listed,
                    result_class="Y",
                    owner_links=[ResultOwner(organisation_id=unit_id, rank=1)],
                    project_links=[ResultProject(project_id=project.id, rank=1)],
                )
            )
            for _number in range(2)
        )
        patent = kept(Patent(**listed, owner_links=[PatentOwner(organisation_id=unit_id, rank=1)]))
        demand = kept(
            Demand(
                **(listed | {"state": "open" if is_listed else "withdrawn"}),
                owner_links=[DemandOwner(organisation_id=unit_id, rank=1)],
            )
        )
        match = kept(Match(demand_id=demand.id, kind="result", record_id=result.id, state=MUTUAL))
        application = kept(
            application_of(
                guest,
                state="submitted" if is_sent else "draft",
                submitted_at=now() if is_sent else None,
            )
        )
        posting = kept(
            Posting(
                kind="result",
                organisation_id=unit_id,
                state="unit_ok" if is_sent else "draft",
                submitted_at=now() if is_sent else None,
                submitted_by_id=clerk,
                approved_by_id=chief,
            )
        )
        obligation = kept(
            Obligation(
                project_id=project.id,
                organisation_id=unit_id,
                kind="final",
                due_on=date(2026, 12, 1),
                state="submitted" if is_sent else "due",
                submitted_by_id=clerk,
            )
        )
        report = kept(
            ScienceReport(
                obligation_id=obligation.id,
                project_id=project.id,
                title="报告",
                unit="青堤",
                written_on=date(2026, 5, 8),
                abstract="摘要",
            )
        )
        part = kept(
            FurtherPart(
                kind="result",
                record_id=result.id,
                rank=1,
                level=3,
                heading=Bilingual("参数"),
                text=Bilingual("参数"),
            )
        )
        upload = kept(
            Upload(
                kind="result",
                organisation_id=unit_id,
                state="checked",
                by_name="人",
                sha256="0" * 64,
                size=1,
                name="成果.xlsx",
            )
        )
        batch = kept(
            ContractBatch(
                key="1", source="合同.csv", state="held", brought_by="人", counts={"contracts": 1}
            )
        )
        contract = kept(
            Contract(
                state="reviewing" if is_sent else "registered",
                origin="typed",
                rule_version="2026",
                organisation_id=unit_id,
                seller_id=unit_id,
                title="夹具委托开发",
                class_name="技术开发",
                subtype="DEV-COM",
                seller_name="青堤机械有限公司",
                seller_division=DISTRICT,
                buyer_name="云岫新能源有限公司",
                turnover=100,
                tech_amount=100,
                signed_on=date(2026, 9, 28),
                submitted_by_id=clerk,
                submitted_at=now(),
            )
        )
        flag = kept(
            ContractFlag(
                key="1",
                rule="related.one_party",
                family="related",
                params={"seller": "青堤机械有限公司", "buyer": "青堤机械有限公司"},
            )
        )
        session.add(FlaggedContract(flag_id=flag.id, contract_id=contract.id))
        return {
            "contract": contract.id,
            "flag": flag.id,
            "objection": kept(
                ContractObjection(
                    contract_id=contract.id,
                    raised_by="party",
                    name="青堤机械有限公司",
                    text="金额不对",
                    entered_by="人",
                )
            ).id,
            "receipt": kept(
                ContractReceipt(
                    contract_id=contract.id,
                    received_on=date(2026, 10, 8),
                    amount=100,
                    entered_by="人",
                )
            ).id,
            "batch": batch.id,
            "organisation": unit_id,
            "project": project.id,
            "result": result.id,
            "second result": second.id,
            "patent": patent.id,
            "demand": demand.id,
            "match": match.id,
            "application": application.id,
            "posting": posting.id,
            "obligation": obligation.id,
            "report": report.id,
            "part": part.id,
            "upload": upload.id,
            "membership": clerks.id,
            "deputy": kept(
                Deputy(
                    membership_id=chiefs.id,
                    deputy_id=clerks.id,
                    from_on=date(2026, 1, 1),
                    until_on=date(2099, 1, 1),
                )
            ).id,
            "invitation": kept(
                Invitation(
                    organisation_id=unit_id,
                    email="new@qingdi.example",
                    roles=["HOLDER"],
                    inviter_id=chief,
                    expires_at=now() + timedelta(days=7),
                )
            ).id,
            "join_request": kept(JoinRequest(applicant_id=guest, organisation_id=unit_id)).id,
            "access_request": kept(
                AccessRequest(
                    part_id=part.id,
                    person_id=guest,
                    person_name="人",
                    organisation_id=unit_id,
                    purpose="看看",
                )
            ).id,
            "clock": kept(
                TransferClock(
                    result_id=second.id,
                    project_id=project.id,
                    starts_on=date(2026, 3, 20),
                    due_on=date(2027, 3, 20),
                    reason="适合",
                )
            ).id,
            "notice": kept(Notification(event_id=1_000_000, organisation_id=unit_id, kind="x")).id,
            "search": kept(SavedSearch(person_id=clerk, name="夹具", params=[["q", "夹具"]])).id,
            "sign_in": kept(
                SignIn(person_id=clerk, digest="d", expires_at=now() + timedelta(days=1))
            ).id,
            **_of_statistics(session),
            "attachment": kept(
                Attachment(
                    subject_kind="application",
                    subject_id=application.id,
                    purpose="evidence",
                    name="执照.pdf",
                    media_type="application/pdf",
                    size=1,
                    sha256="0" * 64,
                    uploaded_by_id=guest,
                )
            ).id,
            "second_step_reset": kept(
                SecondStepReset(
                    person_id=clerk,
                    requested_by_id=chief,
                    reason="丢了",
                    due_at=now() + timedelta(days=1),
                )
            ).id,
        }


def _of_statistics(session: Session) -> dict[str, int]:
    """A goal, a value and an edition that wait for a second person; no published edition."""
    brought = {"submitted_by": "人", "submitted_by_id": None}
    rows = {
        "value": IndicatorValue(
            indicator="high_tech_enterprises",
            as_of=date(2020, 12, 31),
            value="1",
            source="名单",
            **brought,
        ),
        "draft": EditionDraft(
            kind="tables",
            year=2020,
            last_month=12,
            content=content_of(session, "tables", 2020, 12),
            position=0,
            **brought,
        ),
        "goal": Goal(
            indicator="contract_turnover",
            year=2099,
            operator="more_than",
            value="1",
            unit="yi_yuan",
            strength="binding",
            source=Bilingual("文件"),
        ),
    }
    session.add_all(rows.values())
    session.flush()
    # What is published is everybody's.
    return {"edition": 999_998, **{name: row.id for name, row in rows.items()}}
