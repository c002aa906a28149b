"""Claims about the committed example: it is what the seed makes, and it shows life."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from gsyf_example import write_example
from gsyf_lib.errors import UsageError
from gsyf_lib.plan.plan import Plan, load_plan

ROOT = Path(__file__).resolve().parents[1]
COMMITTED = ROOT / "data" / "raw" / "example"


@dataclass(frozen=True)
class Sent:
    received_on: date
    file: str
    row: dict

    def __getitem__(self, column):
        return self.row[column]


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan(ROOT / "data")


@pytest.fixture(scope="module")
def fresh(plan, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("example")
    write_example(plan, out)
    return out


@pytest.fixture(scope="module")
def sent() -> list[Sent]:
    return [row for path in submissions(COMMITTED) for row in read_rows(path)]


def submissions(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*") if path.suffix in (".csv", ".xlsx"))


def read_rows(path: Path) -> list[Sent]:
    if path.suffix == ".xlsx":
        lines = [list(line) for line in load_workbook(path).active.iter_rows(values_only=True)]
    else:
        raw = path.read_bytes()
        encoding = "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "gb18030"
        lines = list(csv.reader(io.StringIO(raw.decode(encoding), newline="")))
    start = next(number for number, line in enumerate(lines) if line[0] == "年度")
    day = date.fromisoformat(path.parent.name)
    rows = [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]
    return [Sent(day, path.name, {k: as_number(v) for k, v in row.items()}) for row in rows]


def as_number(cell):
    return int(cell) if isinstance(cell, str) and cell.isdigit() else cell


def table(sent, column, **keys):
    return [
        row
        for row in sent
        if column in row.row and all(row[name] == value for name, value in keys.items())
    ]


def series(sent, area, industry, column="事故起数"):
    rows = table(sent, column, 市=area, 行业=industry)
    return {row["年度"]: row[column] for row in sorted(rows, key=lambda row: row.received_on)}


def test_committed_example_is_what_the_default_seed_makes(fresh):
    def contents(folder):
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    assert contents(fresh) == contents(COMMITTED)


def test_another_seed_makes_other_figures(plan, fresh, tmp_path):
    write_example(plan, tmp_path, seed=7)
    assert [p.name for p in submissions(tmp_path)] == [p.name for p in submissions(fresh)]
    name = "2023-02-24/山西省_安全生产事故_2022年.xlsx"
    assert (tmp_path / name).read_bytes() != (fresh / name).read_bytes()


def test_every_area_and_year_is_there_in_four_tables_of_moderate_size(plan, sent):
    areas = {plan.area, *plan.cities}
    for column, years in (
        ("事故起数", {2019, *plan.years}),
        ("已培训人数", set(plan.years)),
        ("完成情况", set(plan.years)),
    ):
        there = {(row["市"], row["年度"]) for row in table(sent, column)}
        assert there == {(area, year) for area in areas for year in years}
    files = submissions(COMMITTED)
    assert 150 < len(files) < 260
    assert sum(path.stat().st_size for path in files) < 3_000_000


def test_offices_send_workbooks_with_and_without_title_and_csv_in_two_encodings():
    kinds = Counter()
    for path in submissions(COMMITTED):
        if path.suffix == ".csv":
            kinds["bom" if path.read_bytes().startswith(b"\xef\xbb\xbf") else "gb18030"] += 1
        else:
            first = load_workbook(path).active["A1"].value
            kinds["plain" if first == "年度" else "titled"] += 1
    assert set(kinds) == {"bom", "gb18030", "plain", "titled"}
    assert kinds["plain"] + kinds["titled"] > kinds["bom"] + kinds["gb18030"]
    assert min(kinds.values()) >= 5


def test_data_come_in_time_except_from_the_late_city(plan, sent):
    owed = plan.duties[plan.duties["items"].str.contains("accidents")]
    due = dict(zip(owed["data_year"], owed["due"].dt.date, strict=True))
    late = {
        (row["市"], row["年度"])
        for row in table(sent, "事故起数")
        if row.received_on > due[row["年度"]] and "更正" not in row.file
    }
    assert late == {("晋中市", 2022)}
    (day,) = {row.received_on for row in table(sent, "事故起数", 市="晋中市", 年度=2022)}
    assert (day.year, day.month) == (2023, 4)


def test_training_comes_with_the_accidents_of_the_year_and_2025_is_provisional(sent):
    accidents = {
        (row["市"], row["年度"]): row.received_on
        for row in table(sent, "事故起数")
        if "更正" not in row.file
    }
    training = {(row["市"], row["年度"]): row.received_on for row in table(sent, "已培训人数")}
    assert all(accidents[key] == day for key, day in training.items())
    assert {day.year for (_, year), day in accidents.items() if year == 2025} == {2025}


def test_zero_baseline_that_stays_zero_and_one_that_rises_exist(sent):
    assert series(sent, "朔州市", "危险化学品") == dict.fromkeys(
        (2019, 2021, 2022, 2023, 2024, 2025), 0
    )
    assert set(series(sent, "朔州市", "危险化学品", "伤亡人数").values()) == {0}
    rising = series(sent, "阳泉市", "非煤矿山")
    assert rising[2019] == 0
    assert rising[2023] > 0


def test_city_without_coal_says_so_in_every_table_and_year(sent):
    rows = [row for row in sent if row.row.get("行业") == "煤矿" and row["市"] == "运城市"]
    assert len(rows) == 6 + 5
    for row in rows:
        assert {v for k, v in row.row.items() if k.endswith("数")} == {"无此行业"}
    absent = {
        (row["市"], row["行业"]) for row in table(sent, "事故起数") if row["事故起数"] == "无此行业"
    }
    assert absent == {("运城市", "煤矿"), ("晋城市", "非煤矿山")}


def test_one_city_never_sends_its_pneumoconiosis_table_from_2023_on(plan, sent):
    there = {
        (row["市"], row["年度"])
        for row in sent
        if "尘肺病报告例数" in row.row or "尘肺病报告比例" in row.row
    }
    owed = {(area, year) for area in (plan.area, *plan.cities) for year in (2019, *plan.years)}
    assert owed - there == {("忻州市", year) for year in (2023, 2024, 2025)}


def test_revision_hands_in_the_full_table_with_one_other_figure(sent):
    rows = table(sent, "事故起数", 市="临汾市", 年度=2022)
    first = [row.row for row in rows if "更正" not in row.file]
    second = [row.row for row in rows if "更正" in row.file]
    (folder,) = {row.received_on for row in rows if "更正" in row.file}
    assert folder == date(2023, 5, 10)
    assert len(first) == len(second) == 6
    changed = [
        key for old, new in zip(first, second, strict=True) for key in old if old[key] != new[key]
    ]
    assert changed == ["伤亡人数"]


def test_exactly_one_cell_is_not_a_figure(sent):
    counted = ("数", "例数")
    wrong = [
        (row["市"], row["年度"], row["行业"], column)
        for row in sent
        for column, value in row.row.items()
        if column.endswith(counted) and not isinstance(value, int) and value != "无此行业"
    ]
    assert wrong == [("吕梁市", 2023, "煤矿", "事故起数")]
    assert series(sent, "吕梁市", "煤矿")[2023].endswith("例左右")


def test_exact_hits_and_a_miss_by_one_case_exist(sent):
    assert [series(sent, "大同市", "建筑施工")[year] for year in (2019, 2022, 2025)] == [40, 38, 32]
    assert [series(sent, "长治市", "机械制造")[year] for year in (2019, 2023)] == [20, 18]
    assert [series(sent, "太原市", "建筑施工")[year] for year in (2019, 2023)] == [30, 28]


def test_verdicts_of_2023_are_a_mix(plan, sent):
    met = []
    for city in plan.cities:
        for industry in plan.targets["industry"].unique():
            for column in ("事故起数", "伤亡人数"):
                counts = series(sent, city, industry, column)
                if isinstance(counts.get(2019), int) and isinstance(counts[2023], int):
                    met.append(100 * counts[2023] <= 90 * counts[2019])
    assert len(met) > 120
    assert 0.55 <= sum(met) / len(met) <= 0.70


def test_province_is_the_sum_of_its_cities_but_for_one_accident(plan, sent):
    differences = []
    for industry in plan.targets["industry"].unique():
        for column in ("事故起数", "伤亡人数"):
            of_cities = [series(sent, city, industry, column) for city in plan.cities]
            for year, own in series(sent, plan.area, industry, column).items():
                parts = [counts[year] for counts in of_cities]
                # The wrong cell is the province's to know: its true figure stands in the text.
                numbers = [as_number(str(n).removesuffix("例左右")) for n in parts]
                total = sum(n for n in numbers if n != "无此行业")
                if own != total:
                    differences.append((industry, column, year, own - total))
    assert differences == [("机械制造", "事故起数", 2022, 1)]


def test_short_exposure_share_falls_in_most_cities_ties_once_and_rises_once(plan, sent):
    shares = {
        city: [
            row["接尘工龄不足5年例数"] / row["尘肺病报告例数"]
            for row in table(sent, "尘肺病报告例数", 市=city)
        ]
        for city in plan.cities
    }
    steps = {
        city: [later - earlier for earlier, later in zip(path, path[1:], strict=False)]
        for city, path in shares.items()
        if path
    }
    assert [city for city, path in steps.items() if max(path) > 0] == ["晋城市"]
    assert [city for city, path in steps.items() if 0 in path] == ["阳泉市"]
    assert len(steps) == 10
    reported = [row["尘肺病报告例数"] for row in table(sent, "尘肺病报告例数")]
    assert min(reported) >= 10


def test_one_city_reports_only_the_bare_ratio(sent):
    rows = table(sent, "尘肺病报告比例")
    assert {row["市"] for row in rows} == {"朔州市"}
    assert len(rows) == 6
    assert all(row["尘肺病报告比例"].endswith("%") for row in rows)


def test_training_is_around_the_milestones_and_sometimes_exactly_complete(sent):
    rows = [row for row in table(sent, "已培训人数") if row["已培训人数"] != "无此行业"]
    assert all(row["已培训人数"] <= row["重点岗位人员数"] for row in rows)
    final = [row["已培训人数"] == row["重点岗位人员数"] for row in rows if row["年度"] == 2025]
    assert 0.2 < sum(final) / len(final) < 0.9
    short = [
        10 * row["已培训人数"] < 9 * row["重点岗位人员数"] for row in rows if row["年度"] == 2023
    ]
    assert 0 < sum(short) < len(short)


def test_tasks_are_reported_by_those_who_act(plan, sent):
    rows = table(sent, "完成情况")
    there = {(row["市"], row["年度"], row["任务序号"]) for row in rows}
    levels = {plan.area: "province"} | dict.fromkeys(plan.cities, "city")
    assert there == {
        (area, task.year, task.number)
        for area, level in levels.items()
        for task in plan.tasks.itertuples()
        if task.actors in (level, "both")
    }
    assert {row["完成情况"] for row in rows} == {"已完成", "进行中", "未开展"}
    for row in rows:
        assert bool(row["完成日期"]) == (row["完成情况"] == "已完成")
        if row["完成日期"]:
            assert date.fromisoformat(row["完成日期"]) <= row.received_on


def test_folder_with_other_files_is_refused(plan, tmp_path):
    real = tmp_path / "2023-02-20" / "太原市_安全生产事故_2022年.xlsx"
    real.parent.mkdir()
    real.write_bytes(b"real")
    with pytest.raises(UsageError, match="已有内容"):
        write_example(plan, tmp_path)
    assert real.read_bytes() == b"real"


def test_another_plan_with_other_areas_industries_and_years_has_an_example(plan, tmp_path):
    written = write_example(tiny(plan), tmp_path)
    rows = [row for path in submissions(tmp_path) for row in read_rows(path)]
    assert len(written) == len(submissions(tmp_path)) + 1
    assert {row["市"] for row in rows} == {"某省", "甲市", "乙市"}
    assert {row["年度"] for row in rows} == {2020, 2022, 2023}
    assert {row["行业"] for row in table(rows, "事故起数")} == {"冶金", "建材"}


def tiny(plan: Plan) -> Plan:
    areas = pd.DataFrame(
        [
            ("990000", "某省", "", "province", ""),
            ("990100", "甲市", "", "city", "990000"),
            ("990200", "乙市", "", "city", "990000"),
        ],
        columns=plan.areas.columns,
    )
    goals = [
        (year, industry, indicator, rule, threshold, 2020, "甲部门", "")
        for year in (2022, 2023)
        for industry, indicator, rule, threshold in (
            ("冶金", "accidents", "decline_at_least", Decimal("0.1")),
            ("建材", "accidents", "decline_at_least", Decimal("0.1")),
            ("冶金", "safety_training_coverage", "coverage_at_least", Decimal("0.8")),
        )
    ]
    duties = [
        (year + 1, 1, "", "", "accidents|casualties", year, pd.Timestamp(year + 1, 3, 31))
        for year in (2020, 2022, 2023)
    ]
    tasks = [(year, 1, "报送", "", "both") for year in (2022, 2023)]
    return replace(
        plan,
        area="某省",
        baseline_year=2020,
        first_year=2022,
        last_year=2023,
        areas=areas,
        targets=pd.DataFrame(goals, columns=plan.targets.columns),
        duties=pd.DataFrame(duties, columns=plan.duties.columns),
        tasks=pd.DataFrame(tasks, columns=plan.tasks.columns),
    )
