"""``market evaluate contracts``: what the checks find of planted faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marketplace.contracts.evaluation_commands import evaluate_contracts
from tests.functional.contracts.registers import numbered, row, written

TITLES = ("窑炉余热回收评估", "涂料配方试验", "轴承座砂型打印", "焊缝气孔检测")
NUMBER = "合同登记编号"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Rows 1 and 2 one contract, row 3 with its amounts exchanged, rows 4 to 7 honest."""
    again = {NUMBER: "2024410100000102", "签订日期": "2024-02-24", "登记机构": "金水区登记点"}
    wrong = {
        NUMBER: "2024410100000103",
        "项目名称": "铸件内腔清理工艺咨询",
        "技术交易额(元)": "900000",
    }
    honest = [
        one | {"项目名称": title, "合同成交额(元)": "300000", "技术交易额(元)": "300000"}
        for one, title in zip(numbered(4), TITLES, strict=True)
    ]
    first = row(**{NUMBER: "2024410100000101"})
    return written(tmp_path / "register.csv", [first, row(**again), row(**wrong), *honest])


def truth(folder: Path, *entries: str) -> Path:
    path = folder / "truth.csv"
    path.write_text("\n".join(["fault_id,kind,family,rows,explanation", *entries]) + "\n", "utf-8")
    return path


def evaluate(register: Path, entries: Path, *more: str) -> Result:
    files = ["--contracts", str(register), "--truth", str(entries)]
    return CliRunner().invoke(evaluate_contracts, [*files, *more])


def test_shares_found_and_flagged_are_told_by_kind_and_family(app, register, tmp_path):
    entries = truth(
        tmp_path,
        "F1,dup_other_office,duplicate,1;2,",
        "F2,tech_gt_turnover,tech_amount,3,",
        "F3,split,split,1;3,",
        "H1,honest_same_day,honest,4;5,",
    )
    answer = evaluate(register, entries, "--json")
    assert answer.exit_code == 0
    figures = json.loads(answer.stdout)
    assert figures["by_kind"] == {"dup_other_office": 1.0, "split": 0.0, "tech_gt_turnover": 1.0}
    assert figures["by_family"] == {"duplicate": 1.0, "split": 0.0, "tech_amount": 1.0}
    assert figures["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert (figures["n_faults"], figures["n_honest"]) == (3, 4)
    assert figures["false_rate"] == figures["false_rate_lookalikes"] == 0


def test_a_flagged_row_outside_the_faults_is_false(app, register, tmp_path):
    entries = truth(tmp_path, "F1,dup,duplicate,1;2,", "H1,honest_x,honest,3;4,")
    figures = json.loads(evaluate(register, entries, "--json").stdout)
    assert figures["recall"] == 1
    assert figures["false_rate"] == pytest.approx(1 / 5)
    assert figures["false_rate_lookalikes"] == pytest.approx(1 / 2)


def test_people_are_told_in_a_sentence(app, register, tmp_path):
    entries = truth(tmp_path, "F1,dup,duplicate,1;2,")
    answer = evaluate(register, entries)
    assert "1 个问题找出 100.00%" in answer.stdout


def test_a_truth_file_without_its_columns_is_refused(app, register, tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text("id,what\n1,2\n", "utf-8")
    answer = evaluate(register, path)
    assert answer.exit_code == 2
    assert "kind、family、rows" in answer.stderr
