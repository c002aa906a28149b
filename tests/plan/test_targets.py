import re
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from gsyf_lib import frames
from gsyf_lib.errors import PlanError, UsageError
from gsyf_lib.plan.annexes import transcribe
from gsyf_lib.plan.clauses import interpret, write_targets
from gsyf_lib.plan.plan import Settings, read_codes, read_csv, read_settings

DATA = Path(__file__).parents[2] / "data"
TEXT = (DATA / "raw" / "annexes.txt").read_text(encoding="utf-8")
SETTINGS = read_settings(DATA)
CODES = read_codes(DATA)
REAL = interpret(transcribe(TEXT), SETTINGS, CODES)
FILES = ("targets.csv", "tasks.csv", "duties.csv")


def damaged(old: str, new: str, count: int = 1) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, count)


def message(text: str) -> str:
    with pytest.raises(PlanError) as caught:
        interpret(transcribe(text), SETTINGS, CODES)
    return str(caught.value)


def target(year: int, industry: str, indicator: str) -> pd.Series:
    table = REAL["targets"].set_index(["year", "industry", "indicator"])
    return table.loc[(year, industry, indicator)]


def task(year: int, number: int) -> pd.Series:
    return REAL["tasks"].set_index(["year", "number"]).loc[(year, number)]


def test_the_plan_has_100_targets_28_tasks_and_12_duties():
    assert {name: len(table) for name, table in REAL.items()} == {
        "targets": 100,
        "tasks": 28,
        "duties": 12,
    }


def test_every_year_has_20_targets_of_five_indicators():
    counts = REAL["targets"].groupby(["year", "indicator"]).size().unstack()
    assert counts.sum(axis=1).tolist() == [20] * 5
    assert counts.iloc[0].to_dict() == {
        "accidents": 6,
        "casualties": 6,
        "health_training_coverage": 1,
        "safety_training_coverage": 6,
        "short_exposure_share": 1,
    }


def test_thresholds_are_exact_decimals_with_two_places():
    path = {
        indicator: [target(year, industry, indicator)["threshold"] for year in range(2021, 2026)]
        for industry, indicator in (
            ("煤矿", "casualties"),
            ("建筑施工", "safety_training_coverage"),
            ("涉尘行业", "short_exposure_share"),
        )
    }
    assert list(map(str, path["casualties"])) == ["None", "0.05", "0.10", "0.15", "0.20"]
    coverage = path["safety_training_coverage"]
    assert list(map(str, coverage)) == ["0.70", "0.80", "0.90", "0.95", "1.00"]
    assert path["short_exposure_share"] == [None] * 5
    assert all(type(threshold) is Decimal for threshold in coverage)


def test_each_indicator_has_its_rule_and_only_coverage_has_no_baseline_year():
    rules = REAL["targets"].groupby(["indicator", "rule"])["year"].agg(["min", "max"])
    assert rules.T.to_dict("list") == {
        ("accidents", "below_baseline"): [2021, 2021],
        ("accidents", "decline_at_least"): [2022, 2025],
        ("casualties", "below_baseline"): [2021, 2021],
        ("casualties", "decline_at_least"): [2022, 2025],
        ("health_training_coverage", "coverage_at_least"): [2021, 2025],
        ("safety_training_coverage", "coverage_at_least"): [2021, 2025],
        ("short_exposure_share", "falling"): [2021, 2025],
    }
    coverage = REAL["targets"]["rule"] == "coverage_at_least"
    assert REAL["targets"].loc[coverage, "baseline_year"].isna().all()
    assert (REAL["targets"].loc[~coverage, "baseline_year"] == 2019).all()


def test_a_target_names_its_department_and_both_its_sources():
    found = target(2022, "煤矿", "accidents")
    assert found["department"] == "应急管理部门"
    assert (
        found["source"] == "附件1“煤矿”行“安全生产事故起数及伤亡人数降幅”；附件2“2022年”工作目标1"
    )
    assert target(2024, "涉尘行业", "health_training_coverage")["source"].endswith("工作目标4")


def test_annex_1_equals_the_last_year_wherever_it_gives_a_number():
    compared = 0
    for row in transcribe(TEXT).goals_table.rows:
        industry = row["行业名称"].text
        for column, indicators in {
            "安全生产事故起数及伤亡人数降幅": ("accidents", "casualties"),
            "重点岗位人员安全生产培训覆盖率": ("safety_training_coverage",),
            "重点岗位人员职业卫生培训覆盖率": ("health_training_coverage",),
        }.items():
            digits = "".join(filter(str.isdigit, row[column].text))
            for indicator in indicators if digits else ():
                assert target(2025, industry, indicator)["threshold"] == Decimal(digits) / 100
                compared += 1
    assert compared == 19


@pytest.mark.parametrize("dash", "－—–-")
def test_any_dash_is_no_goal(dash):
    text = TEXT.replace("\t－\n", f"\t{dash}\n")
    assert interpret(transcribe(text), SETTINGS, CODES)["targets"].equals(REAL["targets"])


def test_tasks_keep_their_words_without_the_closing_mark():
    found = task(2021, 7)
    assert found["text"] == "各市按计划开展工伤预防宣传、培训工作"
    assert not REAL["tasks"]["text"].str.contains("[；。\n]").any()


def test_tasks_have_their_kinds():
    kinds = REAL["tasks"].groupby("year")["kind"].agg("|".join)
    reports = "accident_report|pneumoconiosis_report"
    assert kinds.to_dict() == {
        2021: f"implementation_plan|regulation|joint_meeting|{reports}|expert_pool|training",
        2022: f"{reports}|inspection|training|expert_pool|education_base",
        2023: f"{reports}|training|expert_pool|midterm_review",
        2024: f"{reports}|joint_meeting|training|expert_pool",
        2025: f"{reports}|training|expert_pool|final_review",
    }


def test_a_regulation_is_the_province_s_task_and_what_the_cities_do_is_theirs():
    actors = REAL["tasks"].groupby("actors")["kind"].unique().map(sorted)
    assert actors["province"] == ["regulation"]
    assert actors["city"] == ["implementation_plan", "training"]
    assert task(2021, 3)["actors"] == task(2021, 6)["actors"] == "both"


def test_duties_are_due_at_month_end_and_february_2024_has_29_days():
    duties = REAL["duties"]
    accidents = duties[duties["items"] == "accidents|casualties"]
    assert dict(zip(accidents["data_year"], accidents["due"], strict=True)) == {
        2019: datetime(2021, 7, 31),
        2021: datetime(2022, 2, 28),
        2022: datetime(2023, 2, 28),
        2023: datetime(2024, 2, 29),
        2024: datetime(2025, 2, 28),
        2025: datetime(2025, 12, 31),
    }
    dust = duties[duties["items"] == "short_exposure_share"]
    assert dust["due"].tolist() == accidents["due"].tolist()


def test_a_duty_says_in_the_clause_s_words_who_hands_in_to_whom():
    columns = ["items", "from_department", "to_department"]
    assert REAL["duties"][columns].drop_duplicates().to_numpy().tolist() == [
        ["accidents|casualties", "重点行业责任部门", "同级人社部门"],
        ["short_exposure_share", "卫生健康部门", "同级人社部门"],
    ]


DAMAGES = {
    "missing column": (
        "\t责任部门\n",
        "\t部门\n",
        ["附件1", "第3行", "缺少列“责任部门”", "无法识别的列“部门”", "应有：行业名称、"],
    ),
    "missing column of annex 2": ("\t工作任务\n", "\t任务\n", ["附件2", "缺少列“工作任务”"]),
    "unknown industry": (
        "\t煤矿\n",
        "\t金矿\n",
        ["附件1", "第17行", "“金矿”行“行业名称”", "无法识别的行业", "危险化学品、煤矿"],
    ),
    "industry twice": ("\t煤矿\n", "\t非煤矿山\n", ["附件1", "行业“非煤矿山”重复", "第17行"]),
    "unknown department": (
        "\t交通运输部门\n",
        "\t交通部门\n",
        ["“交通运输”行“责任部门”", "无法识别的责任部门“交通部门”", "应急管理部门、"],
    ),
    "unknown wording of a cell": (
        "\t持续下降\n",
        "\t有所下降\n",
        ["“涉尘行业”行“尘肺病报告比例”", "无法识别的写法“有所下降”", "“持续下降”"],
    ),
    "empty cell": ("\t均下降20%\n", "\t\n", ["“危险化学品”行", "无法识别的写法“”"]),
    "goal in the wrong column": ("\t均下降20%\n", "\t100%\n", ["无法识别的写法“100%”", "均下降N%"]),
    "percentage without its sign": (
        "均下降20%",
        "均下降20",
        ["“危险化学品”行“安全生产事故起数及伤亡人数降幅”", "“均下降20”缺少百分号"],
    ),
    "yearly percentage without its sign": (
        "覆盖率达80%",
        "覆盖率达80",
        ["“2022年”行“工作目标”第3项", "缺少百分号"],
    ),
    "more than everybody": ("覆盖率达95%", "覆盖率达195%", ["“2024年”行“工作目标”第3项", "100%"]),
    "unknown wording of a goal": (
        "较2019年下降5%",
        "较2019年有所下降",
        ["“2022年”行“工作目标”第1项", "无法识别的写法", "下降N%"],
    ),
    "goal lost inside another": (
        "持续降低；\n\n3、",
        "持续降低；\n\n",
        ["“2021年”行“工作目标”", "条目编号"],
    ),
    "year outside the plan": ("\t2022年\n", "\t2032年\n", ["“2032年”行“年度”", "2021年、2022年"]),
    "year twice": ("\t2022年\n", "\t2021年\n", ["第94行", "年度“2021年”重复", "第68行"]),
    "year that is no year": ("\t2021年\n", "\t202X年\n", ["不属于任何一行"]),
    "other baseline year": (
        "较2019年下降10%",
        "较2018年下降10%",
        ["“2023年”行“工作目标”第1项", "对比年度2018年", "应为2019年"],
    ),
    "other baseline year of the first goal": ("低于2019年度", "低于2020年度", ["应为2019年"]),
    "other baseline year in the note": (
        "末较2019年末",
        "末较2018年末",
        ["附件1注", "2025年末较2019年末"],
    ),
    "goal twice in a year": (
        "2、涉尘行业尘肺病报告比例持续降低",
        "2、重点行业安全生产事故发生起数及伤亡人数低于2019年度",
        ["“2021年”行“工作目标”第2项", "“事故起数”的目标重复", "第1项"],
    ),
    "goal missing in a year": (
        "4、涉尘行业用人单位的重点岗位人员职业卫生培训覆盖率达90%。",
        "",
        ["“2023年”行“工作目标”", "缺少“职业卫生培训覆盖率”的目标"],
    ),
    "goal nobody bears": (
        "\t持续下降\n",
        "\t－\n",
        ["“2021年”行“工作目标”第2项", "附件1没有行业承担"],
    ),
    "looser decline": (
        "较2019年下降10%",
        "较2019年下降4%",
        ["“2023年”行“工作目标”第1项", "“事故起数”的目标（4%）比2022年（5%）放宽"],
    ),
    "below the baseline after a percentage": (
        "较2019年下降10%",
        "低于2019年度",
        ["“2023年”行“工作目标”第1项", "（未定百分比）比2022年（5%）放宽"],
    ),
    "looser coverage": (
        "安全生产培训覆盖率达95%",
        "安全生产培训覆盖率达85%",
        ["“2024年”行“工作目标”第3项", "（85%）比2023年（90%）放宽"],
    ),
    "annex 1 apart from the last year": (
        "\t均下降20%\n",
        "\t均下降25%\n",
        ["“危险化学品”行", "25%与附件2", "“2025年”行“工作目标”第1项", "20%不一致"],
    ),
    "unknown wording of a task": (
        "6、组建工伤预防专家库",
        "6、卫生健康部门于3月报送工伤预防专家名单",
        ["“2021年”行“工作任务”第6项", "无法识别的写法", "专家库"],
    ),
    "goal with an exception added": (
        "尘肺病报告比例持续降低；",
        "尘肺病报告比例持续降低，个别市除外；",
        ["“2021年”行“工作目标”第2项", "个别市除外"],
    ),
    "duty hidden in a known task": (
        "6、组建工伤预防专家库",
        "6、组建工伤预防专家库，各部门于8月底前提供名单",
        ["“2021年”行“工作任务”第6项", "无法判断其中有无报送要求"],
    ),
    "task swallowed by the one before": (
        "安排下一步工作；\n4、",
        "安排下一步工作；\n",
        ["“2022年”行“工作任务”", "1、2、3、5、6"],
    ),
    "department that is owed is unknown": (
        "向同级人社部门",
        "向同级人事部门",
        ["“2021年”行“工作任务”第4项", "无法识别的部门“人事部门”", "人社部门"],
    ),
    "month that does not exist": ("于7月底前", "于13月底前", ["第4项", "没有“13月”"]),
    "fewer months than years": (
        "分别于2月底和12月底前",
        "于2月底前",
        ["“2025年”行“工作任务”第1项", "1个期限与2个数据年度"],
    ),
    "data year outside the plan": (
        "本地区2022年",
        "本地区2020年",
        ["“2023年”", "2020年", "2019、2021"],
    ),
    "data year asked for twice": (
        "本地区2022年安全",
        "本地区2023年安全",
        ["附件2“工作任务”", "要求提供2022年“事故起数”的任务有0项"],
    ),
    "more months than years": (
        "于7月底前",
        "分别于7月底和8月底前",
        ["“2021年”行“工作任务”第4项", "2个期限与1个数据年度"],
    ),
    "data year asked for once more": (
        "本地区2024年",
        "本地区2023年",
        ["要求提供2023年“事故起数”的任务有2项"],
    ),
    "decline of nothing": ("\t均下降20%\n", "\t均下降0%\n", ["百分比应大于0%"]),
    "annex 1 below the last year": (
        "\t均下降20%\n",
        "\t均下降15%\n",
        ["“危险化学品”行", "15%与附件2", "20%不一致"],
    ),
    "tasks without numbers": (
        TEXT[TEXT.index("\t1、各市分别") : TEXT.index("\t2022年")],
        "\t各市按计划开展工伤预防宣传、培训工作\n",
        ["“2021年”行“工作任务”", "应为编号的条目"],
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_told_with_row_and_cell(damage):
    old, new, told = DAMAGES[damage]
    text = message(damaged(old, new))
    assert not [part for part in told if part not in text], text


def test_a_column_too_many_is_told():
    first, mark, rest = TEXT.partition("附件2\n")
    wider = re.sub(r"(\t *\S*部门\n)", r"\1\t备注\n", first)
    assert "无法识别的列“备注”" in message(wider + mark + rest)


def rows_of_year(year: int) -> str:
    end = TEXT.find(f"\t{year + 1}年\n")
    return TEXT[TEXT.index(f"\t{year}年\n") : end if end > 0 else None]


def test_a_missing_year_is_told():
    text = message(TEXT.replace(rows_of_year(2023), ""))
    assert "附件2" in text
    assert "缺少年度“2023年”" in text


def test_years_out_of_order_are_told():
    earlier, later = rows_of_year(2022), rows_of_year(2023)
    text = message(TEXT.replace(earlier + later, later + earlier))
    assert "年度应依次为2021年、2022年" in text


def test_a_missing_industry_is_told():
    row = TEXT[TEXT.index("\t煤矿\n") : TEXT.index("\t非煤矿山\n")]
    assert "缺少行业“煤矿”" in message(TEXT.replace(row, ""))


def test_an_indicator_that_the_code_table_lacks_is_told():
    indicators = CODES["indicators"].query("code != 'casualties'")
    with pytest.raises(PlanError, match="“危险化学品”行.*缺少指标 casualties"):
        interpret(transcribe(TEXT), SETTINGS, CODES | {"indicators": indicators})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw").mkdir()
    shutil.copy(DATA / "raw" / "annexes.txt", tmp_path / "raw")
    shutil.copy(DATA / "plan.toml", tmp_path)
    shutil.copytree(DATA / "codes", tmp_path / "codes")
    return tmp_path


def test_the_committed_tables_equal_a_rebuild(folder):
    assert write_targets(folder) == {"targets.csv": 100, "tasks.csv": 28, "duties.csv": 12}
    for name in FILES:
        assert (folder / name).read_bytes() == (DATA / name).read_bytes(), name


def test_the_tables_have_a_byte_order_mark_plain_line_ends_and_read_back_unchanged(folder):
    write_targets(folder)
    for name, contract in zip(FILES, (frames.TARGETS, frames.TASKS, frames.DUTIES), strict=True):
        data = (folder / name).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        pd.testing.assert_frame_equal(read_csv(folder / name, contract), REAL[contract.name])


@pytest.mark.parametrize(
    "damage", ["unknown industry", "looser coverage", "fewer months than years"]
)
def test_a_damaged_annex_leaves_the_old_files_as_they_were(folder, damage):
    for name in FILES:
        (folder / name).write_bytes(f"old {name}".encode())
    before = {path: path.read_bytes() for path in folder.glob("*.csv")}
    old, new, _ = DAMAGES[damage]
    (folder / "raw" / "annexes.txt").write_text(damaged(old, new), encoding="utf-8")
    with pytest.raises(PlanError):
        write_targets(folder)
    assert {path: path.read_bytes() for path in folder.glob("*.csv")} == before
    assert not list(folder.glob(".*"))


def test_what_is_in_the_place_of_a_table_is_told_and_nothing_is_written(folder):
    (folder / "targets.csv").mkdir()
    with pytest.raises(UsageError, match="targets.csv"):
        write_targets(folder)
    assert not list(folder.glob(".*"))


OTHER = Settings("乙省工伤预防行动计划", "乙省人社厅", "乙省", 2025, 2026, 2030)
OTHER_CODES = CODES | {
    "industries": pd.DataFrame(
        [("fishing", "远洋渔业", ""), ("stone", "石材加工", "")],
        columns=["code", "name", "aliases"],
    ),
    "departments": pd.DataFrame(
        [("sea", "海洋部门", ""), ("health", "疾控部门", ""), ("hr", "社保部门", "")],
        columns=["code", "name", "aliases"],
    ),
}
OTHER_DECLINES = ["低于2025年度", *(f"较2025年下降{n}%" for n in ("2.5", "5", "5", "30"))]


def other_annexes() -> str:
    lines = ["附件1", "目标表", "\t行业名称", "\t责任部门", "\t安全生产事故起数及伤亡人数降幅"]
    lines += ["\t尘肺病报告比例", "\t重点岗位人员安全生产培训覆盖率"]
    lines += ["\t重点岗位人员职业卫生培训覆盖率", ""]
    lines += ["\t远洋渔业", "\t海洋部门", "\t均下降30%", "\t-", "\t-", "\t-", ""]
    lines += ["\t石材加工", "\t疾控部门", "\t—", "\t持续降低", "\t—", "\t90%", ""]
    lines += ["附件2", "任务表", "\t年度", "\t工作目标", "\t工作任务", ""]
    for year, decline in zip(range(2026, 2031), OTHER_DECLINES, strict=True):
        lines += [f"\t{year}年度", f"\t1、重点行业安全生产事故发生起数及伤亡人数{decline}"]
        lines += ["2、涉尘行业尘肺病报告比例持续下降；"]
        lines += ["3、涉尘行业用人单位的重点岗位人员职业卫生培训覆盖率达90%。"]
        lines += [f"\t1、{other_report(year, '重点行业责任部门', '安全生产事故起数和伤亡人数')}；"]
        lines += [f"2、{other_report(year, '疾控部门', '尘肺病报告比例')}；"]
        lines += ["3、出台《乙省办法》；", "4、出台《山西省办法》。"]
    return "\n".join(lines)


def other_report(year: int, sender: str, items: str) -> str:
    due, years = {
        2030: ("分别于4月底和11月底", "2029年和2030年"),
    }.get(year, ("于4月底", f"{year - 1}年度"))
    return f"{sender}{due}前向同级社保部门提供本地区{years}{items}"


def test_another_plan_with_other_industries_departments_and_years_is_read():
    found = interpret(transcribe(other_annexes()), OTHER, OTHER_CODES)
    targets, duties = found["targets"], found["duties"]
    assert targets.groupby("year").size().to_dict() == dict.fromkeys(range(2026, 2031), 4)
    assert targets.drop_duplicates(["industry", "department"])["department"].tolist() == [
        "海洋部门",
        "疾控部门",
    ]
    declines = targets[targets["indicator"] == "accidents"]
    assert list(map(str, declines["threshold"])) == ["None", "0.025", "0.05", "0.05", "0.30"]
    assert set(declines["baseline_year"]) == {2025}
    assert duties["due"].max() == pd.Timestamp(2030, 11, 30)
    assert sorted(duties["data_year"].unique()) == list(range(2025, 2031))
    assert set(duties["to_department"]) == {"同级社保部门"}
    actors = found["tasks"].query("year == 2026")["actors"].tolist()
    assert actors == ["both", "both", "province", "both"]


def test_the_plan_s_own_annex_is_refused_by_another_plan():
    with pytest.raises(PlanError, match="附件1.*无法识别的行业“危险化学品”.*远洋渔业、石材加工"):
        interpret(transcribe(TEXT), OTHER, OTHER_CODES)
