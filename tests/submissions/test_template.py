"""Blank workbooks: only what is asked can be filled in, and filled in rightly they pass."""

import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from submitted import codes, figures, load

from gsyf_lib.errors import UsageError
from gsyf_lib.submissions.collect.template import write_templates

SOFFICE = shutil.which("soffice")
YEAR = 2023
RECEIVED = "2024-02-20"
VALUES = {
    "事故起数": 3,
    "伤亡人数": 5,
    "尘肺病报告例数": 60,
    "接尘工龄不足5年例数": 8,
    "重点岗位人员数": 111,
    "已培训人数": 104,
    "完成情况": "已完成",
    "完成日期": dt.date(2023, 5, 9),
}


@pytest.fixture(scope="module")
def blank(plan, tmp_path_factory) -> list[Path]:
    return write_templates(plan, YEAR, tmp_path_factory.mktemp("blank"))


def of_area(paths: list[Path], area: str) -> list[Path]:
    return [path for path in paths if path.name.startswith(area)]


def fill(path: Path, values: dict[str, object], out: Path) -> bytes:
    """Fill in the unlocked cells, each by its heading."""
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if not cell.protection.locked:
                    cell.value = values[sheet.cell(3, cell.column).value]
    book.save(out / path.name)
    return (out / path.name).read_bytes()


def handed_in(plan, tmp_path: Path, paths: list[Path], values: dict[str, object]):
    (tmp_path / "filled").mkdir()
    files = {f"{RECEIVED}/{p.name}": fill(p, values, tmp_path / "filled") for p in paths}
    return load(plan, tmp_path, files)


def test_every_area_and_department_has_a_workbook(plan, blank):
    assert len(blank) == 12 * 5
    assert "太原市_应急管理部门_2023年.xlsx" in {path.name for path in blank}


def test_nobody_is_asked_for_training_in_the_baseline_year(plan, tmp_path):
    written = write_templates(plan, plan.baseline_year, tmp_path)
    assert len(written) == 12 * 4
    assert not any("培训" in name for path in written for name in load_workbook(path).sheetnames)


@pytest.mark.parametrize("year", [2018, 2020, 2026])
def test_a_year_nothing_is_owed_for_is_refused_with_those_that_are(plan, tmp_path, year):
    with pytest.raises(UsageError, match="2019、2021、2022、2023、2024、2025"):
        write_templates(plan, year, tmp_path)


def test_only_the_cells_to_fill_are_unlocked_and_each_has_a_rule_and_a_prompt(blank):
    for path in of_area(blank, "太原市"):
        for sheet in load_workbook(path):
            assert sheet.protection.sheet
            assert not sheet.protection.password
            rules = sheet.data_validations.dataValidation
            for row in sheet.iter_rows():
                for cell in row:
                    is_asked = cell.row > 3 and sheet.cell(3, cell.column).value in VALUES
                    assert cell.protection.locked != is_asked, (path.name, cell.coordinate)
                    ruled = [rule for rule in rules if cell.coordinate in rule.sqref]
                    assert len(ruled) == is_asked
                    assert all(rule.prompt and rule.error for rule in ruled)
                    assert not is_asked or cell.value is None


def test_filled_in_they_pass_without_a_finding_and_give_back_the_figures(plan, blank, tmp_path):
    read = handed_in(plan, tmp_path, of_area(blank, "太原市"), VALUES)
    assert codes(read) == []
    found = figures(read)
    assert len(found) == 6 * 2 + 2 + 7 * 2
    assert found["太原市", "煤矿", YEAR, "accidents"] == 3
    assert found["太原市", "建筑施工", YEAR, "casualties"] == 5
    assert found["太原市", "涉尘行业", YEAR, "short_exposure_cases"] == 8
    assert found["太原市", "交通运输", YEAR, "safety_trained"] == 104
    assert found["太原市", "涉尘行业", YEAR, "health_personnel"] == 111
    owed = plan.tasks[(plan.tasks["year"] == YEAR) & plan.tasks["actors"].isin(["city", "both"])]
    assert read.progress["number"].tolist() == owed["number"].tolist()
    assert set(read.progress["state"]) == {"done"}


def test_no_such_industry_may_be_filled_in(plan, blank, tmp_path):
    asked = ("事故起数", "伤亡人数", "重点岗位人员数", "已培训人数")
    values = VALUES | dict.fromkeys(asked, "无此行业")
    coal = [path for path in of_area(blank, "太原市") if "应急" in path.name]
    read = handed_in(plan, tmp_path, coal, values)
    assert codes(read) == []
    assert figures(read)["太原市", "煤矿", YEAR, "accidents"] == "absent"


def test_sent_back_unfilled_it_is_missing_and_never_zero(plan, blank, tmp_path):
    path = next(p for p in of_area(blank, "太原市") if "应急" in p.name)
    read = load(plan, tmp_path, {f"{RECEIVED}/{path.name}": path.read_bytes()})
    assert codes(read) == ["error cell-missing"]
    assert len(read.findings) == 4 * 4
    assert read.observations.empty


def test_the_same_bytes_on_every_run(plan, blank, tmp_path):
    again = write_templates(plan, YEAR, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in blank]


@pytest.mark.skipif(SOFFICE is None and not os.environ.get("CI"), reason="no LibreOffice")
def test_libreoffice_opens_every_kind_and_keeps_what_it_says(blank, tmp_path):
    kinds = of_area(blank, "太原市")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "ods:calc8", "--outdir", tmp_path]
    subprocess.run([*command, *kinds], check=True, capture_output=True, timeout=120)
    back = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path]
    sheets = [tmp_path / f"{path.stem}.ods" for path in kinds]
    subprocess.run([*back, *sheets], check=True, capture_output=True, timeout=120)
    for path in kinds:
        ours, theirs = load_workbook(path), load_workbook(tmp_path / path.name)
        assert ours.sheetnames == theirs.sheetnames
        for sheet, other in zip(ours, theirs, strict=True):
            seen = [[cell.value for cell in row] for row in sheet.iter_rows()]
            last = [sheet.max_row, sheet.max_column]
            assert seen == [
                [cell.value for cell in row]
                for row in other.iter_rows(max_row=last[0], max_col=last[1])
            ]
            rules = other.data_validations.dataValidation
            assert len(rules) == len(sheet.data_validations.dataValidation)
            assert other.protection.sheet
