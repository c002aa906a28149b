"""Tables of a plan that were changed by hand: what cannot be judged is refused with its place."""

import csv
import shutil
from pathlib import Path

import pytest

import gsyf_lib as gs
from gsyf_lib.cli.main import main
from gsyf_lib.errors import PlanError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "data"
    shutil.copytree(ROOT / "data", target, ignore=shutil.ignore_patterns("raw"))
    (target / "raw" / "submissions").mkdir(parents=True)
    return target


def change(path: Path, row: int, **cells: str) -> None:
    """Change cells of a row, counted as a spreadsheet does."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = [*csv.DictReader(stream)]
    lines[row - 2] |= cells
    write(path, lines)


def write(path: Path, lines: list[dict]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)


def keep(path: Path, **wanted: str) -> None:
    """Keep the rows that do not have these cells."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = [*csv.DictReader(stream)]
    write(path, [row for row in lines if any(row[name] != said for name, said in wanted.items())])


def test_the_plan_s_own_tables_are_sound(folder):
    assert len(gs.load_plan(folder).targets) == 100


@pytest.mark.parametrize("threshold", ["0", "1", "0.0001"])
def test_a_target_may_ask_for_no_rise_or_for_no_case_at_all(folder, threshold):
    change(folder / "targets.csv", 22, threshold=threshold)
    assert str(gs.load_plan(folder).targets["threshold"].iloc[20]) == threshold


@pytest.mark.parametrize(
    ("row", "cells", "said"),
    [
        (22, {"threshold": "0.05123"}, "threshold“0.05123”不能用.*最多四位小数.*0.05"),
        (22, {"threshold": ""}, "threshold“”不能用"),
        (22, {"threshold": "1.2"}, "threshold“1.2”不能用.*0到1之间"),
        (22, {"threshold": "-0.1"}, "threshold“-0.1”不能用"),
        (22, {"threshold": "NaN"}, "threshold“NaN”不能用"),
        (22, {"threshold": "Infinity"}, "threshold“Infinity”不能用"),
        (22, {"threshold": "5%"}, "threshold“5%”不是小数"),
        (2, {"threshold": "0.05"}, "threshold“0.05”不能用。可用：（留空）"),
        (22, {"rule": "at_most"}, "rule“at_most”不能用。可用：below_baseline、decline_at_least"),
        (22, {"rule": "coverage_at_least"}, "rule“coverage_at_least”不能用"),
        (22, {"industry": "远洋渔业"}, "industry“远洋渔业”不能用。可用：危险化学品、"),
        (22, {"indicator": "fatalities"}, "indicator“fatalities”不能用。可用：accidents、"),
        (22, {"department": "渔业部门"}, "department“渔业部门”不能用。可用："),
        (22, {"year": "2031"}, "year“2031”不能用。可用：2021、2022"),
        (22, {"year": "二〇二二"}, "year“二〇二二”不是整数"),
        (22, {"year": ""}, "year“”不能用"),
        (22, {"baseline_year": "2020"}, "baseline_year“2020”不能用。可用：2019"),
        (22, {"baseline_year": ""}, "baseline_year“”不能用。可用：2019"),
    ],
)
def test_a_target_that_cannot_be_judged_is_refused(folder, row, cells, said, capsys):
    """Row 2 is a target of 2021 without a threshold, row 22 one of 2022 with 5 per cent."""
    change(folder / "targets.csv", row, **cells)
    with pytest.raises(PlanError, match=f"targets.csv 第{row}行的 {said}"):
        gs.load_plan(folder)
    assert main(["status", "--data", str(folder)]) == 2
    assert "targets.csv" in capsys.readouterr().err


def test_a_year_without_targets_is_refused(folder):
    keep(folder / "targets.csv", year="2023")
    with pytest.raises(PlanError, match="targets.csv 中没有2023年的目标"):
        gs.load_plan(folder)


@pytest.mark.parametrize(
    ("row", "cells", "said"),
    [
        (2, {"code": "fatalities"}, "code“fatalities”不能用。可用：accidents、casualties"),
        (2, {"numerator": "deaths"}, "numerator“deaths”不能用。可用：accidents"),
        (2, {"denominator": "workers"}, "denominator“workers”不能用。可用：（留空）"),
        (2, {"direction": "up"}, "direction“up”不能用"),
        (2, {"table": "training"}, "table“training”不能用"),
        (4, {"denominator": ""}, "denominator“”不能用。可用：reported_cases"),
    ],
)
def test_an_indicator_that_no_rule_can_judge_is_refused(folder, row, cells, said):
    change(folder / "codes" / "indicators.csv", row, **cells)
    with pytest.raises(PlanError, match=f"codes/indicators.csv 第{row}行的 {said}"):
        gs.load_plan(folder)


def test_an_indicator_more_is_refused_as_the_command_says(folder, capsys):
    path = folder / "codes" / "indicators.csv"
    text = path.read_text("utf-8-sig")
    rate = "accident_rate,亿元GDP事故起数,起,accidents,gdp,down,accidents,每亿元,附件1\n"
    path.write_text(text + rate, "utf-8-sig")
    assert main(["results", "--year", "2023", "--data", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "第7行的 code“accident_rate”不能用" in said
    assert "short_exposure_share" in said


def test_a_column_that_nothing_reads_is_refused(folder):
    change(folder / "codes" / "columns.csv", 8, field="workers")
    with pytest.raises(PlanError, match="codes/columns.csv 第8行的 field“workers”不能用"):
        gs.load_plan(folder)


def test_a_plan_has_one_province_and_its_cities(folder):
    areas = folder / "codes" / "areas.csv"
    change(areas, 2, level="国家")
    with pytest.raises(PlanError, match="第2行的 level“国家”不能用。可用：province、city、county"):
        gs.load_plan(folder)
    change(areas, 2, level="province", name="陕西省")
    with pytest.raises(PlanError, match="只有 plan.toml 的 area“山西省”一行，现为：陕西省"):
        gs.load_plan(folder)
    keep(areas, level="province")
    with pytest.raises(PlanError, match="现为：没有"):
        gs.load_plan(folder)


def test_an_area_lies_below_one_that_is_there(folder):
    change(folder / "codes" / "areas.csv", 3, parent="150000")
    with pytest.raises(PlanError, match="第3行的 parent“150000”不能用。可用：140000"):
        gs.load_plan(folder)
