"""What the rules notice is shown as pairs and flags, decided by a person, and never asked again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from marketplace.contracts.checking import check_contracts, check_next
from marketplace.contracts.flags import decide_flag, with_contracts
from marketplace.contracts.models import Contract, ContractFlag, FlaggedContract
from marketplace.core.actor import Role
from marketplace.core.db import db, writing
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    CONTRACT,
    Scene,
    actor_of,
    add_contract,
    seen,
    send,
    someone,
)
from tests.functional.contracts.registers import bring_in, numbered, row

LIST = "/staff/contracts/flags"
AGAIN = {
    "合同登记编号": "2024410100000002",
    "项目名称": "关于刀具涂层寿命预测软件开发的合同",
    "签订日期": "2024-02-24",
    "登记机构": "金水区登记点",
}


def flags() -> list[ContractFlag]:
    db.session.rollback()
    return list(db.session.scalars(select(ContractFlag).order_by(ContractFlag.id)))


def look_over_all() -> None:
    while check_next():
        pass


@pytest.fixture
def pair(app, tmp_path) -> ContractFlag:
    bring_in(tmp_path / "r.csv", [row(), row(**AGAIN)])
    drain()
    (flag,) = flags()
    return flag


def test_a_register_that_came_in_is_looked_over_in_the_background(pair):
    assert (pair.rule, pair.family, pair.state) == ("duplicate.same_subject", "duplicate", "open")
    concerned = select(FlaggedContract.contract_id).where(FlaggedContract.flag_id == pair.id)
    assert len(db.session.scalars(concerned).all()) == 2


def test_contracts_that_came_on_different_days_are_seen_together(app, tmp_path):
    bring_in(tmp_path / "one.csv", [row()])
    look_over_all()
    assert flags() == []
    bring_in(tmp_path / "two.csv", [row(**AGAIN)])
    look_over_all()
    assert [flag.family for flag in flags()] == ["duplicate"]


def test_looking_again_finds_nothing_new(pair):
    ids = db.session.scalars(select(Contract.id)).all()
    assert check_contracts(ids) == 0
    assert len(flags()) == 1


@pytest.mark.exhaustive
def test_all_of_a_long_register_is_looked_over(app, tmp_path):
    rows = [
        one | {"买方名称": f"第{place}号工坊", "买方统一社会信用代码": ""}
        for place, one in enumerate(numbered(2_600))
    ]
    bring_in(tmp_path / "r.csv", rows)
    while drain():
        pass
    left = select(Contract.id).where(Contract.checked_at.is_(None)).limit(1)
    assert db.session.scalar(left) is None


def test_the_page_shows_the_pair_side_by_side_and_says_why(pair, registrar):
    page = seen(registrar.get(LIST))
    assert "1 条疑点等判断" in page
    assert "签订相差 4 天" in page
    assert "关于刀具涂层寿命预测软件开发的合同" in page
    assert page.count("河湾理工大学") >= 2


def test_a_decision_needs_a_reason_and_is_kept(pair, registrar):
    address = f"{LIST}/{pair.id}"
    answer = registrar.post(address, do="dismissed")
    assert answer.status_code == 422
    assert "请写明为什么" in seen(answer)
    registrar.post(address, do="dismissed", **{f"reason-{pair.id}": "补充协议，另一批刀具"})
    (flag,) = flags()
    assert (flag.state, flag.reason, flag.decided_by) == (
        "dismissed",
        "补充协议，另一批刀具",
        "周敏",
    )
    assert "没有等判断的疑点" in seen(registrar.get(LIST))
    assert "补充协议，另一批刀具" in seen(registrar.get(f"{LIST}?state=dismissed"))
    check_contracts(db.session.scalars(select(Contract.id)).all())
    assert [one.state for one in flags()] == ["dismissed"]


def test_what_somebody_else_decided_stays(pair, registrar, reviewer):
    address, field = f"{LIST}/{pair.id}", f"reason-{pair.id}"
    registrar.post(address, do="confirmed", **{field: "同一份合同"})
    answer = reviewer.post(address, do="dismissed", **{field: "看错了"})
    assert "你的判断没有生效" in seen(reviewer.get(answer.headers["Location"]))
    assert flags()[0].state == "confirmed"


def test_the_contract_page_tells_staff_and_not_the_parties(app, scene, seller, registrar):
    first = add_contract(scene, signed_on=date(2026, 9, 28))
    second = add_contract(scene, signed_on=date(2026, 9, 30))
    check_contracts([first, second])
    assert "1 条疑点" in seen(registrar.get(f"/contracts/{first}"))
    assert "1 条疑点" in seen(registrar.get("/staff/contracts"))
    assert "疑点" not in seen(seller.get(f"/contracts/{first}"))


def test_staff_of_another_district_see_nothing_of_it(app, scene: Scene):
    first, second = add_contract(scene), add_contract(scene)
    check_contracts([first, second])
    (flag,) = flags()
    other = someone(app, "yuanshan", "袁杉", scene.office, Role.REGISTRAR, districts=("410181",))
    assert "没有等判断的疑点" in seen(other.get(LIST))
    answer = other.post(f"{LIST}/{flag.id}", do="dismissed", **{f"reason-{flag.id}": "不相干"})
    assert answer.status_code == 404


def test_a_wrong_decision_or_address_is_refused(pair, registrar: Browser):
    assert registrar.post(f"{LIST}/{pair.id}", do="perhaps").status_code == 400
    assert registrar.post(f"{LIST}/9999", do="dismissed").status_code == 404
    assert flags()[0].state == "open"


def test_what_is_handed_in_on_the_page_is_looked_over_too(seller: Browser):
    for _twice in range(2):
        assert send(seller, "/contracts/new", do="submit", **CONTRACT).status_code == 302
    drain()
    assert [flag.family for flag in flags()] == ["duplicate"]
    checked = db.session.scalars(select(Contract.checked_at)).all()
    assert len(checked) == 2
    assert None not in checked


def test_whoever_belongs_to_a_party_does_not_decide(pair, app, scene: Scene):
    with writing() as session:
        for one in session.scalars(select(Contract)):
            one.seller_id = scene.seller
    own = actor_of(scene, Role.REGISTRAR, organisation_id=scene.seller)
    with pytest.raises(Forbidden):
        decide_flag(own, pair.id, "dismissed", "不是一回事")
    assert decide_flag(actor_of(scene, Role.REGISTRAR), pair.id, "dismissed", "不是一回事")


def test_what_concerns_another_district_as_well_tells_nothing_of_it(app, tmp_path, scene: Scene):
    bring_in(tmp_path / "r.csv", [row(), row(**AGAIN, 卖方行政区划="410105")])
    drain()
    (flag,) = flags()
    mine = actor_of(scene, Role.REGISTRAR, districts=frozenset({"410172"}))
    (shown,) = with_contracts(mine, [flag])
    assert (len(shown.contracts), shown.is_whole) == (1, False)
    registrar = someone(app, "qu", "区登记", scene.office, Role.REGISTRAR, districts=("410172",))
    page = seen(registrar.get(LIST))
    assert "它还涉及别的区划的合同" in page
    assert "看得到全部合同的人判断" in page
    assert AGAIN["项目名称"] not in page


def test_who_sees_half_of_a_pair_does_not_decide_for_both(app, tmp_path, scene: Scene):
    bring_in(tmp_path / "r.csv", [row(), row(**AGAIN, 卖方行政区划="410105")])
    drain()
    (flag,) = flags()
    address, why = f"{LIST}/{flag.id}", {f"reason-{flag.id}": "不是一回事"}
    for number, own in enumerate((("410172",), ("410105",), ("410172", "410105"))):
        who = someone(app, f"q{number}", "区登记", scene.office, Role.REGISTRAR, districts=own)
        sees_both = len(own) == 2
        assert (f'action="{address}"' in who.get(LIST).text) is sees_both
        answer = who.post(address, do="dismissed", **why)
        assert answer.status_code == (302 if sees_both else 403)
        assert ("负责的区划以外" in seen(answer)) is not sees_both
        assert flags()[0].state == ("dismissed" if sees_both else "open")


def test_whoever_belongs_to_a_party_is_shown_no_form(pair, app, scene: Scene):
    with writing() as session:
        for one in session.scalars(select(Contract)):
            one.buyer_id = scene.office
    own = someone(app, "own", "本单位", scene.office, Role.REGISTRAR)
    page = own.get(LIST).text
    assert "1 条疑点等判断" in page
    assert f'action="{LIST}/{pair.id}"' not in page


def test_a_contract_that_nothing_can_be_compared_with_keeps_no_other_from_being_looked_over(
    app, tmp_path
):
    nameless = {"卖方名称": "***", "卖方统一社会信用代码": "", "买方名称": "—"}
    bring_in(tmp_path / "r.csv", [row(**nameless, 合同登记编号="2024410100000009")])
    bring_in(tmp_path / "s.csv", [row(), row(**AGAIN)])
    drain()
    assert "duplicate" in {flag.family for flag in flags()}
    assert None not in db.session.scalars(select(Contract.checked_at)).all()
