"""``market import`` and ``market template`` as somebody at a terminal meets them."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import is_zipfile

import pytest
from click.testing import CliRunner, Result
from flask_babel import force_locale
from sqlalchemy import select

from marketplace import file_commands as commands
from marketplace.catalogue.inputs import INPUTS
from marketplace.catalogue.models import RECORD_MODELS, Patent
from marketplace.contracts.inputs import INPUT
from marketplace.contracts.models import Contract
from marketplace.core.db import db
from marketplace.core.i18n import LANGUAGES
from marketplace.core.outbox_upkeep import Backlog
from marketplace.core.tables import Column, Sheet, open_table, write_xlsx
from marketplace.factory import make_engine
from marketplace.file_commands import import_command, template_command

pytestmark = pytest.mark.usefixtures("app")

KINDS = {
    "results": "result",
    "patents": "patent",
    "projects": "project",
    "organisations": "organisation",
}


def market(*arguments: object) -> Result:
    name, *rest = (str(argument) for argument in arguments)
    command = import_command if name == "import" else template_command
    return CliRunner().invoke(command, rest)


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def test_all_rows_in_ends_with_zero_and_says_how_many(tmp_path):
    result = market("import", "patents", written(tmp_path / "a.csv", "专利名称,备注", "隔膜,无"))
    assert result.exit_code == 0
    assert "新增 1" in result.stdout
    assert "备注" in result.stdout
    assert "a.csv" in result.stdout


def test_some_bad_rows_end_with_one_and_say_where_they_are(tmp_path):
    path = written(tmp_path / "a.csv", "专利名称,申请号", "隔膜,1", "电极,")
    result = market("import", "patents", path)
    assert result.exit_code == 1
    assert str(tmp_path / "a.errors.csv") in result.stdout
    assert "第 2 行 申请号" in result.stdout


def test_an_unusable_file_ends_with_two(tmp_path):
    result = market("import", "patents", written(tmp_path / "a.csv", "甲", "乙"))
    assert result.exit_code == 2
    assert "专利名称" in result.stderr


def test_an_import_does_not_wait_for_a_search_that_is_down(app, tmp_path):
    nowhere = app.extensions["settings"].model_copy(update={"search_url": "http://127.0.0.1:1"})
    app.extensions["search"].engine = make_engine(nowhere)
    path = written(tmp_path / "a.csv", "专利名称,申请号", "隔膜,202110318264.1")
    result = market("import", "patents", path)
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("搜索暂时不可用") == 1
    assert db.session.scalars(select(Patent.application_number)).one() == "2021103182641"


def test_the_report_can_be_read_by_programs(tmp_path):
    path = written(tmp_path / "a.csv", "专利名称,申请号", "隔膜,1", "电极,")
    result = market("import", "patents", path, "--json", "--errors", tmp_path / "e.csv")
    report = json.loads(result.stdout)
    assert (report["read"], report["created"], report["failed"]) == (2, 1, 1)
    assert report["errors_path"] == str(tmp_path / "e.csv")
    assert report["first_errors"][0]["column"] == "申请号"
    unusable = market("import", "patents", tmp_path / "nowhere.csv", "--json")
    assert json.loads(unusable.stdout)["error"] == "unreadable"


@pytest.mark.parametrize("is_file", [True, False])
def test_a_mapping_is_a_file_or_written_out(tmp_path, is_file):
    path = written(tmp_path / "a.csv", "甲,乙", "隔膜,202110318264.1")
    mapping = "title_zh=甲, application_number=乙"
    if is_file:
        mapping = str(
            written(tmp_path / "m.json", '{"title_zh": "甲", "application_number": "乙"}')
        )
    assert market("import", "patents", path, "--mapping", mapping).exit_code == 0
    assert db.session.scalars(select(Patent.application_number)).one() == "2021103182641"


@pytest.mark.parametrize("mapping", ["甲", "title_zh=", "[1]"])
def test_a_mapping_that_is_none_ends_with_two(tmp_path, mapping):
    path = written(tmp_path / "a.csv", "甲", "隔膜")
    if mapping == "[1]":
        mapping = str(written(tmp_path / "m.json", mapping))
    assert market("import", "patents", path, "--mapping", mapping).exit_code == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_of_contracts_filled_with_its_own_examples_goes_in(tmp_path, language):
    template, filled = tmp_path / "t.xlsx", tmp_path / "f.xlsx"
    with force_locale(LANGUAGES[language]):
        assert market("template", "contracts", template).exit_code == 0
        columns = [
            Column(field.key, f"{field.label}（元）" if "amount" in field.key else str(field.label))
            for field in INPUT.fields
        ]
    examples = {field.key: field.example for field in INPUT.fields}
    for key in ("turnover", "tech_amount"):
        examples[key] += "元"
    write_xlsx(filled, [Sheet("1", columns, [{**examples, "number": None}])])
    report = json.loads(market("import", "contracts", filled, "--json").stdout)
    assert (report["created"], report["failed"]) == (1, 0), report
    assert db.session.scalars(select(Contract.state)).one() == "held"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kinds", list(KINDS))
def test_a_template_filled_with_its_own_examples_goes_in(tmp_path, kinds, language):
    kind = KINDS[kinds]
    template, filled = tmp_path / "t.xlsx", tmp_path / "f.xlsx"
    with force_locale(LANGUAGES[language]):
        assert market("template", kinds, template).exit_code == 0
    fields = [field for field in INPUTS[kind].fields if field.is_offered]
    examples = {field.key: field.example for field in fields}
    with force_locale(LANGUAGES[language]):
        columns = [Column(field.key, str(field.label)) for field in fields]
    write_xlsx(filled, [Sheet("1", columns, [examples])])
    result = market("import", kinds, filled, "--json")
    report = json.loads(result.stdout)
    assert (report["created"], report["unknown_columns"]) == (1, []), result.stdout
    record = db.session.scalars(
        select(RECORD_MODELS[kind]).order_by(RECORD_MODELS[kind].id)
    ).first()
    assert record is not None


def test_a_template_is_empty_and_has_the_columns_of_the_input(tmp_path):
    path = tmp_path / "t.xlsx"
    market("template", "patents", path)
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    header, *rest = book.get_sheet_by_index(0).to_python()
    assert header[:3] == ["编号", "专利名称 *", "英文名称"]
    assert rest == []
    assert "填写说明" in book.sheet_names


def test_a_template_needs_the_name_of_a_workbook(tmp_path):
    result = market("template", "patents", tmp_path / "t.csv")
    assert result.exit_code == 2
    assert ".xlsx" in result.stderr


def test_a_template_never_replaces_a_file_that_somebody_may_have_filled_in(tmp_path):
    path = written(tmp_path / "t.xlsx", "填好的")
    refused = market("template", "patents", path)
    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert path.read_text("utf-8") == "填好的\n"
    assert market("template", "patents", path, "--overwrite").exit_code == 0
    assert is_zipfile(path)


class SlowIndex:
    """An index that another process brings up to date, one record each time it is asked."""

    def __init__(self, monkeypatch, seconds_each):
        self.left = 12
        self.moment = 0.0
        self.seconds_each = seconds_each
        monkeypatch.setattr(commands, "backlog", self.backlog)
        monkeypatch.setattr(commands, "drain", lambda _limit, **_how: 0)
        monkeypatch.setattr(commands, "sleep", self.sleep)
        monkeypatch.setattr(commands, "monotonic", lambda: self.moment)

    def backlog(self):
        return Backlog(self.left, self.left, 0, None)

    def sleep(self, _seconds):
        self.left -= 1
        self.moment += self.seconds_each


def test_waiting_for_the_index_is_said_once_and_then_every_five_seconds(tmp_path, monkeypatch):
    SlowIndex(monkeypatch, seconds_each=1)
    result = market("import", "patents", written(tmp_path / "a.csv", "专利名称", "隔膜"))
    waiting = [line for line in result.stderr.splitlines() if "索引" in line]
    assert waiting == ["正在等索引跟上……", "索引还差 7 条。", "索引还差 2 条。"]


def test_an_interrupted_wait_for_the_index_still_reports_the_import(tmp_path, monkeypatch):
    SlowIndex(monkeypatch, seconds_each=1)

    def interrupt(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "sleep", interrupt)
    path = written(tmp_path / "a.csv", "专利名称,申请号", "隔膜,1", "电极,")
    result = market("import", "patents", path)
    assert result.exit_code == 1
    assert "新增 1" in result.stdout
    assert "后台进程" in result.stderr


def test_what_a_template_offers_is_what_an_import_accepts(tmp_path):
    path = tmp_path / "t.xlsx"
    fields = {field.key: field for field in INPUTS["patent"].fields}
    columns = [Column(key, str(fields[key].label)) for key in ("title_zh", "kind", "legal_status")]
    rows = [{"title_zh": "隔膜", "kind": "发明", "legal_status": "有效"}]
    write_xlsx(path, [Sheet("1", columns, rows)])
    with open_table(path) as table:
        assert table.columns == ("专利名称", "专利类型", "法律状态")
    assert market("import", "patents", path).exit_code == 0
