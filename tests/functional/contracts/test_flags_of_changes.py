"""Facts that changed are asked about anew, facts that were decided never again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from marketplace.contracts import checking
from marketplace.contracts.batches.bringing import _fail
from marketplace.contracts.batches.releasing import release_batch
from marketplace.contracts.batches.undoing import undo_batch
from marketplace.contracts.checking import check_contracts, check_next
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.flags import decide_flag, with_contracts
from marketplace.contracts.models import Contract, ContractFlag, FlaggedContract
from marketplace.core.actor import Role
from marketplace.core.db import db, writing
from marketplace.core.outbox import drain
from tests.functional.contracts.batch_files import amended, brought
from tests.functional.contracts.batch_files import row as held_row
from tests.functional.contracts.conftest import Scene, actor_of, add_contract, registered, seen
from tests.functional.contracts.registers import AMENDED, bring_in, row
from tests.functional.posting.conftest import People

LIST = "/staff/contracts/flags"
TITLES = ("窑炉余热回收", "涂料配方试验", "轴承座砂型打印", "焊缝气孔检测", "铸件内腔清理")
WAN = 1_000_000
Kept = list[tuple[str, str, tuple[int, ...]]]


def flags() -> list[ContractFlag]:
    db.session.rollback()
    return list(db.session.scalars(select(ContractFlag).order_by(ContractFlag.id)))


def kept() -> Kept:
    """Rule, state and contracts of all flags."""
    contracts: dict[int, list[int]] = {}
    for link in db.session.scalars(select(FlaggedContract).order_by(FlaggedContract.contract_id)):
        contracts.setdefault(link.flag_id, []).append(link.contract_id)
    return [(one.rule, one.state, tuple(contracts[one.id])) for one in flags()]


def is_open(found: Kept) -> Kept:
    return [one for one in found if one[1] == "open"]


def change(contract_id: int, **values: Any) -> None:
    with writing() as session:
        session.execute(update(Contract).where(Contract.id == contract_id).values(**values))
    check_contracts([contract_id])


def swapped(scene: Scene, **values: Any) -> int:
    """A contract whose amounts are exchanged, looked over."""
    made = add_contract(
        scene, **{"turnover": 40 * WAN, "tech_amount": 60 * WAN, "submitted_by_id": None, **values}
    )
    check_contracts([made])
    return made


def above_a_tier(scene: Scene, number: int) -> int:
    """One of several contracts just above 1000万元, a day apart; not looked over."""
    amount = (1005 + number) * WAN
    return add_contract(
        scene,
        title=TITLES[number],
        buyer_name=f"第{number}机械厂",
        buyer_uscc="",
        turnover=amount,
        tech_amount=amount,
        signed_on=date(2026, 9, 1) + timedelta(days=number),
    )


def decided(scene: Scene, flag_id: int, reason: str = "核对过合同文本") -> None:
    assert decide_flag(actor_of(scene, Role.REGISTRAR), flag_id, "dismissed", reason)


def test_other_amounts_of_a_dismissed_flag_are_asked_about_and_the_decision_is_told(
    scene, registrar
):
    slip = swapped(scene)
    decided(scene, flags()[0].id, "补充协议里写明了")
    change(slip, tech_amount=90 * WAN)
    assert [one.state for one in flags()] == ["dismissed", "open"]
    page = seen(registrar.get(LIST))
    assert "90 万元" in page
    assert "以前有过同类的疑点" in page
    assert "60 万元" in page
    assert "补充协议里写明了" in page


def test_what_was_decided_once_is_not_asked_again_when_it_comes_back(scene):
    slip = swapped(scene)
    decided(scene, flags()[0].id)
    change(slip, tech_amount=90 * WAN)
    change(slip, tech_amount=60 * WAN)
    assert [one.state for one in flags()] == ["dismissed", "superseded"]


def test_an_open_flag_shows_the_amounts_of_now(scene, registrar):
    slip = swapped(scene)
    change(slip, tech_amount=90 * WAN)
    assert [one.state for one in flags()] == ["superseded", "open"]
    page = seen(registrar.get(LIST))
    assert "1 条疑点等判断" in page
    assert "60 万元" not in page
    assert "1 条疑点" in seen(registrar.get(f"/contracts/{slip}"))


def test_a_flag_whose_fault_was_mended_asks_nothing_any_more(scene, registrar):
    slip = swapped(scene)
    (flag,) = flags()
    change(slip, tech_amount=30 * WAN)
    assert "没有等判断的疑点" in seen(registrar.get(LIST))
    assert "疑点" not in seen(registrar.get(f"/contracts/{slip}"))
    for reason in ("看过了", ""):
        answer = registrar.post(
            f"{LIST}/{flag.id}", do="dismissed", **{f"reason-{flag.id}": reason}
        )
        assert "内容已经变了" in seen(registrar.get(answer.headers["Location"]))
    assert flags()[0].decided_by is None


def test_an_open_flag_whose_facts_come_back_is_the_same_one(scene):
    slip = swapped(scene)
    change(slip, tech_amount=30 * WAN)
    change(slip, tech_amount=60 * WAN)
    assert [one.state for one in flags()] == ["open"]


def test_another_title_changes_nothing_about_an_amount(scene):
    slip = swapped(scene)
    change(slip, title="极片毛刺检测")
    (flag,) = flags()
    assert (flag.state, flag.params["title"]) == ("open", "极片毛刺检测")


def test_a_group_that_grows_takes_the_place_of_the_open_smaller_one(scene):
    ids = [above_a_tier(scene, number) for number in range(5)]
    check_contracts(ids[:3])
    check_contracts(ids[3:4])
    check_contracts(ids[4:])
    assert is_open(kept()) == [("tier.burst", "open", tuple(ids))]
    assert [one.state for one in flags()] == ["superseded", "superseded", "open"]


def test_a_group_that_grows_tells_what_was_decided_about_the_smaller_one(scene):
    ids = [above_a_tier(scene, number) for number in range(4)]
    check_contracts(ids[:3])
    decided(scene, flags()[0].id, "三个不同的项目")
    check_contracts(ids[3:])
    (shown,) = with_contracts(actor_of(scene, Role.REVIEWER), flags()[1:])
    assert [one.reason for one in shown.earlier] == ["三个不同的项目"]


def test_who_may_not_see_all_contracts_of_an_earlier_decision_is_not_told_of_it(scene):
    ids = [above_a_tier(scene, number) for number in range(4)]
    check_contracts(ids)
    decided(scene, flags()[0].id)
    change(ids[0], turnover=80 * WAN, tech_amount=80 * WAN, seller_division="410181")
    mine = actor_of(scene, Role.REVIEWER, districts=frozenset({"410105"}))
    (shown,) = with_contracts(mine, flags()[1:])
    assert (shown.is_whole, shown.earlier) == (True, [])


def test_a_contract_that_leaves_a_group_leaves_the_rest_to_be_asked_about(scene):
    ids = [above_a_tier(scene, number) for number in range(4)]
    check_contracts(ids)
    change(ids[0], seller_name="远帆农业研究院", seller_uscc="")
    assert is_open(kept()) == [("tier.burst", "open", tuple(ids[1:]))]


def test_what_another_contract_makes_of_an_amount_is_noticed_with_that_contract(scene):
    large = add_contract(scene, title="总装", turnover=900 * WAN, tech_amount=900 * WAN)
    check_contracts([large])
    small = [add_contract(scene, title=one, turnover=WAN, tech_amount=WAN) for one in TITLES[:3]]
    for each in small:
        check_contracts([each])
    assert ("unit.unlike_the_seller", "open", (large,)) in kept()
    with_more = add_contract(scene, title="改造", turnover=700 * WAN, tech_amount=700 * WAN)
    check_contracts([with_more])
    assert ("unit.unlike_the_seller", "superseded", (large,)) in kept()


@pytest.mark.parametrize("portions", [[[0, 1, 2, 3, 4, 5]], [[5], [3], [1, 4], [0], [2]]])
def test_portions_and_order_of_looking_over_change_nothing(scene, portions: list[Sequence[int]]):
    ids = [above_a_tier(scene, number) for number in range(4)]
    ids += [add_contract(scene, turnover=WAN, tech_amount=2 * WAN) for _twice in range(2)]
    for portion in portions:
        check_contracts([ids[place] for place in portion])
    assert sorted(is_open(kept())) == [
        ("duplicate.same_subject", "open", tuple(ids[4:])),
        ("tech_amount.above_turnover", "open", (ids[4],)),
        ("tech_amount.above_turnover", "open", (ids[5],)),
        ("tier.burst", "open", tuple(ids[:4])),
    ]


def test_a_decision_that_comes_first_is_not_superseded(scene, monkeypatch):
    slip = swapped(scene)
    find = checking.find_faults

    def decided_meanwhile(*given: Any, **named: Any) -> Any:
        decided(scene, flags_now()[0].id)
        return find(*given, **named)

    monkeypatch.setattr(checking, "find_faults", decided_meanwhile)
    change(slip, tech_amount=30 * WAN)
    assert [one.state for one in flags()] == ["dismissed"]


def flags_now() -> Sequence[ContractFlag]:
    return db.session.scalars(select(ContractFlag)).all()


def test_an_amendment_by_a_file_is_looked_over_again(app, tmp_path):
    slip = {"技术交易额(元)": "900000"}
    bring_in(tmp_path / "one.csv", [row(**slip)])
    drain()
    assert [one.state for one in flags()] == ["open"]
    bring_in(tmp_path / "two.csv", [row(**slip, **AMENDED)])
    drain()
    assert [one.state for one in flags()] == ["superseded"]


def test_an_amendment_that_a_release_applies_is_looked_over_again(staff: People):
    slip = {"变更后成交额（元）": "20000000000", "变更后技术交易额（元）": "20000000000"}
    batch = brought(staff["registrar"], [amended(1, **slip)])
    assert flags() == []
    release_batch(staff["second"], batch.id)
    drain()
    assert [(one.rule, one.state) for one in flags()] == [("unit.out_of_bounds", "open")]


def test_a_pair_of_which_one_is_refused_or_deregistered_asks_nothing_any_more(scene):
    first = registered(scene)
    other = add_contract(scene)
    drain()
    check_contracts([first, other])
    assert [one.state for one in flags()] == ["open"]
    reviewer = actor_of(scene, Role.REVIEWER, 905)
    registrar = actor_of(scene, Role.REGISTRAR, 906)
    decide(registrar, other, "contract.accept", Decision())
    decide(registrar, other, "contract.pass_on", Decision())
    decide(reviewer, other, "contract.refuse", Decision(reason="重复登记", codes=["PARTY_UNCLEAR"]))
    drain()
    assert [one.state for one in flags()] == ["superseded"]
    decide(registrar, first, "contract.propose_revocation", Decision(reason="重复"))
    decide(reviewer, first, "contract.revoke", Decision(on="2026-10-20"))
    drain()
    assert None not in db.session.scalars(select(Contract.checked_at)).all()


@pytest.mark.parametrize("is_failing", [True, False])
def test_flags_of_contracts_that_are_taken_away_go_and_the_rest_is_asked_about_again(
    staff: People, scene: Scene, is_failing: bool
):
    ids = [above_a_tier(scene, number) for number in range(3)]
    amount = {"合同成交额（元）": "10080000", "技术交易额（元）": "10080000"}
    seller = {"卖方名称": "河湾理工大学", "签订日期": "2026-09-05", "登记日期": ""}
    batch = brought(staff["registrar"], [held_row(1, **amount, **seller)])
    while check_next():
        pass
    (grown,) = is_open(kept())
    assert len(grown[2]) == 4
    if is_failing:
        with writing() as session:
            batch.state = "loading"
            session.flush()
            _fail(session, batch.file)
    else:
        undo_batch(staff["registrar"], batch.id, "传错了")
    drain()
    assert kept() == [("tier.burst", "open", tuple(ids))]


def test_the_links_of_the_page_say_which_flags_they_lead_to(scene, registrar):
    swapped(scene)
    page = registrar.get(LIST).text
    assert "Macro" not in page
    assert "state=dismissed" in page
    assert 'aria-current="page">等判断' in page
    assert f"{LIST}?state=open&amp;family=tech_amount" in page
