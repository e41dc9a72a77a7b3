"""The contracts of a batch have pages of their own, before and after its release."""

from __future__ import annotations

from marketplace.contracts.batches.releasing import release_batch
from marketplace.core.outbox import drain
from tests.functional.contracts.batch_files import amended, brought, cancelled, contracts, row
from tests.functional.posting.conftest import People

WAITING = row(4, 合同登记编号="", 登记日期="", 状态="已提交")


def test_the_page_of_a_batch_leads_to_its_contracts(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), amended(2), cancelled(3), WAITING])
    second = staff.browser("second")
    page = second.get(f"/staff/contract-batches/{batch.id}").text
    for one in contracts():
        assert f'href="/contracts/{one.id}"' in page
        assert second.get(f"/contracts/{one.id}").status_code == 200


def test_after_the_release_what_is_not_registered_yet_stands_in_the_queue(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), amended(2), cancelled(3), WAITING])
    release_batch(staff["second"], batch.id)
    drain()
    second = staff.browser("second")
    for one in contracts():
        assert second.get(f"/contracts/{one.id}").status_code == 200
    queue = second.get("/staff/contracts").text.replace("<wbr>", "")
    assert WAITING["项目名称"] in queue
