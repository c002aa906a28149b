"""The evaluation briefing: right to the last digit, nothing invented, nothing left blank."""

import html
import io
import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from docx import Document
from pptx import Presentation
from shown import blanks, tables
from submitted import hand_in, sheet

import gsyf_lib as gs
from gsyf_lib import briefing, wording
from gsyf_lib.assessment.selection import select_area
from gsyf_lib.briefing.advice import proposals
from gsyf_lib.briefing.tasks import tasks_sentences
from gsyf_lib.charts.contributions import contributions_figure
from gsyf_lib.charts.coverage import coverage_figure
from gsyf_lib.charts.decline import decline_figure
from gsyf_lib.charts.share import share_figure
from gsyf_lib.cli.main import main
from gsyf_lib.documents.blocks import BLOCKS, Block, Box, Table, unpacked
from gsyf_lib.documents.html import render
from gsyf_lib.errors import BusyError, UsageError
from gsyf_lib.frames import RATIO_SCALE
from gsyf_lib.reports.briefing import build_briefing
from gsyf_lib.reports.briefing_files import briefing_files
from gsyf_lib.submissions import receipt_states

TOTAL, SHARE = "重点行业合计", "short_exposure_share"
NOT_WORDS = re.compile(r"nan\b|NaT|<NA>|None|\binf\b|（）|：。|、、|，，|“”", re.IGNORECASE)
INDICATORS = (
    "accidents",
    "casualties",
    "short_exposure_share",
    "safety_training_coverage",
    "health_training_coverage",
)
FUNCTIONS = (
    briefing.basis,
    briefing.in_brief,
    briefing.gaps_table,
    briefing.city_gaps_table,
    briefing.gaps_note,
    briefing.joint_note,
    briefing.progress_note,
    briefing.progress_table,
    briefing.pace_note,
    briefing.pace,
    briefing.tasks_note,
    briefing.tasks_by_area,
    briefing.open_tasks_note,
    briefing.open_tasks_table,
    briefing.tasks_table,
    briefing.quality,
    briefing.advice,
    briefing.limits,
    briefing.findings,
)
PARTS = [
    partial(function, indicator=code)
    for function in (briefing.goal_table, briefing.goal_note, briefing.verdicts_table)
    for code in INDICATORS
] + [
    partial(function, indicator=code)
    for function in (briefing.changes_note, briefing.changes_table)
    for code in INDICATORS[:2]
]


@pytest.fixture(scope="module")
def midterm() -> briefing.Review:
    return briefing.load_review(2023, data="data")


@pytest.fixture(scope="module")
def final() -> briefing.Review:
    return briefing.load_review(2025, data="data")


def of_area(review: briefing.Review, area: str, **others: object) -> briefing.Review:
    """Return the review of another area, without judging everything again."""
    known = {name: others.pop(name) for name in ("receipts",) if name in others}
    judged = review.judged
    if others:
        judged = replace(judged, **others)
        judged._frames.update(review.judged._frames)
    other = replace(review, area=area, judged=judged)
    other.__dict__.update({"values": review.values} | known)
    return other


def table(shown: Block) -> Table:
    (found,) = tables(shown)
    return found


def texts(block: Block) -> list[str]:
    """Return the paragraphs of a section."""
    return repr(block).splitlines()


def basis_sentences(review: briefing.Review) -> list[str]:
    """Return what the briefing is based on, without the banner that its data are synthetic."""
    return [text for text in texts(briefing.basis(review)) if wording.SYNTHETIC not in text]


def brief_sentences(review: briefing.Review) -> list[str]:
    return texts(briefing.in_brief(review))


def lines(shown: Block) -> list[dict[str, str]]:
    """Return the rows of a table as a document has them: head -> text."""
    found = table(shown)
    return [dict(zip(found.heads, row, strict=True)) for row in found.texts]


def test_the_midterm_evaluation_uses_what_had_come_by_the_end_of_its_year(midterm):
    assert (midterm.kind, midterm.last) == ("midterm_review", 2022)
    assert midterm.submissions.sources["received_on"].max() <= pd.Timestamp("2023-12-31")
    assert set(midterm.submissions.observations["year"]) == {2019, 2021, 2022}


def test_the_final_evaluation_says_that_2025_is_provisional(final):
    assert (final.kind, final.last) == ("final_review", 2025)
    assert any("初步数据" in sentence for sentence in basis_sentences(final))


def test_a_year_without_an_evaluation_is_refused_with_those_that_have_one(capsys):
    with pytest.raises(UsageError, match="2023年.*2025年"):
        briefing.load_review(2024, data="data")
    assert main(["briefing", "--data", "data", "--year", "2024"]) == 2
    assert "2023年（中期评估报告）" in capsys.readouterr().err


def test_without_a_figure_there_is_nothing_to_evaluate():
    with pytest.raises(UsageError, match="没有收到数据"):
        briefing.load_review(2023, data="data", as_of="2020-01-01")


def test_the_basis_names_the_task_of_the_plan_and_how_much_had_come(midterm):
    first, received, *_ = basis_sentences(midterm)
    assert "2023年工作任务第5项“开展工伤预防五年行动计划中期评估”" in first
    assert "2023年12月31日前（含当日）" in first
    states = receipt_states(
        midterm.plan,
        midterm.submissions.observations,
        midterm.submissions.as_of,
        midterm.submissions.faulty,
    )
    of_2022 = states[states["data_year"] == 2022]
    assert (of_2022["received"] == of_2022["expected"]).all()
    owed = (states["data_year"] <= 2022).sum()
    assert f"2019年至2022年数据应报报表{owed}份，全部收齐" in received
    files = midterm.submissions.sources
    assert (
        f"文件{len(files)}个，最近一次为{wording.day(files['received_on'].max())}收到" in received
    )


def with_fault(review: briefing.Review) -> briefing.Review:
    """Return the review in which 吕梁市's report of accidents in 2023 is one with an error."""
    rows = review.receipts.copy()
    mine = (rows["area"] == "吕梁市") & (rows["data_year"] == 2023) & (rows["table"] == "accidents")
    rows.loc[mine & (rows["received"] < rows["expected"]), "state"] = "faulty"
    assert (rows["state"] == "faulty").sum() == 1
    return of_area(review, review.area, receipts=rows)


def test_a_report_that_came_with_an_error_is_not_said_to_be_owed(final):
    """Its figure is to be corrected, which the findings ask of its sender."""
    review = with_fault(final)
    received = basis_sentences(review)[1]
    assert (
        "收齐524份，收到但有误待更正的有2023年1份，未收齐的有2023年1份、2024年1份、2025年1份。"
        in (received)
    )
    asked = proposals(review)
    assert not [text for text in asked if text.startswith("吕梁市应急管理部门于×月×日前补报")]
    assert [text for text in asked if "核实、更正或补报吕梁市2023年煤矿事故起数" in text]
    assert not re.search("逾期未报齐：[^。]*吕梁市", repr(briefing.quality(review)))


def test_the_basis_names_the_years_that_had_not_come_whole(final):
    rows = final.receipts[final.receipts["received"] < final.receipts["expected"]]
    rows = rows[rows["state"] != "faulty"]
    (said,) = re.findall(r"未收齐的有(.*?)。", basis_sentences(final)[1])
    assert dict(re.findall(r"(\d+)年(\d+)份", said)) == {
        str(year): str(len(group)) for year, group in rows.groupby("data_year")
    }
    whole = final.receipts["received"] == final.receipts["expected"]
    assert f"收齐{whole.sum()}份" in basis_sentences(final)[1]


def test_the_whole_is_said_in_five_sentences(midterm):
    sentences = brief_sentences(midterm)
    assert len(sentences) == 5
    assert all(sentence.endswith("。") and sentence.count("。") == 1 for sentence in sentences)


def test_exceptions_come_with_department_and_the_cases_they_are_short(midterm, final):
    for review in (midterm, final, of_area(final, "忻州市")):
        rows = {row["行业"]: row for row in lines(briefing.gaps_table(review))}
        goals = review.goals
        goals = goals[~goals["status"].isin(["met", "not_applicable"])]
        assert set(rows) == set(goals["industry"]) != set()
        for _, goal in goals.iterrows():
            row, name = rows[goal["industry"]], wording.SHORT_INDICATORS[goal["indicator"]]
            assert row["责任部门"] == goal["department"]
            if goal["status"] == "missed":
                (gap,) = re.findall(rf"{name}（\D+(\d+).）", row["未达标的指标和差距"])
                assert int(gap) == -goal["margin"]
            else:
                why = wording.reason_words(goal["reason"])
                assert f"{name}（{why}）" in row["无法判定的指标和原因"]
        told = "".join(row.get("未达标的指标和差距", "") for row in rows.values())
        assert told.count("（") == (goals["status"] == "missed").sum()


def test_the_exceptions_are_counted_first_by_department(midterm, final):
    for review in (midterm, final):
        first, of_cities = texts(briefing.gaps_note(review))
        missed = review.goals[review.goals["status"] == "missed"]
        assert f"未达标{len(missed)}项" in first
        assert dict(re.findall(r"([^、，：]+部门)(\d+)项", first)) == {
            name: str(len(group)) for name, group in missed.groupby("department")
        }
        results = review.results
        rows = results[(results["level"] == "city") & (results["status"] == "missed")]
        rows = rows[(rows["indicator"] != "joint") & (rows["industry"] != TOTAL)]
        assert f"共{len(rows)}项" in of_cities
        assert f"{rows['area'].nunique()}个市" in of_cities


def test_every_missed_goal_of_a_city_is_named_once(midterm):
    rows = lines(briefing.city_gaps_table(midterm))
    results = midterm.results
    missed = results[(results["level"] == "city") & (results["status"] == "missed")]
    missed = missed[(missed["indicator"] != "joint") & (missed["industry"] != TOTAL)]
    assert sum(int(row["市数"]) for row in rows) == len(missed)
    assert sum(len(row["未达标的市和差距"].split("、")) for row in rows) == len(missed)


@pytest.mark.parametrize("indicator", ["accidents", "casualties"])
def test_the_tables_of_counts_hold_the_figures_of_the_results(midterm, indicator):
    history = select_area(midterm.judged.history, "山西省")
    for row in lines(briefing.goal_table(midterm, indicator)):
        for year in (2021, 2022):
            (figure,) = history[
                (history["industry"] == row["行业"])
                & (history["indicator"] == indicator)
                & (history["year"] == year)
            ].to_dict("records")
            assert row[f"{year}年"] == f"{int(figure['value'])}{wording.UNITS[indicator]}"
            assert row["2019年"] == f"{int(figure['baseline'])}{wording.UNITS[indicator]}"
        assert wording.STATUSES[figure["status"]] in row["结论"]


CHANGES = {"上升": 1, "下降": -1}


@pytest.mark.parametrize("indicator", [*sorted({*INDICATORS} - {SHARE}), "joint"])
@pytest.mark.parametrize("area", ["山西省", "吕梁市"])
def test_every_cell_of_the_annex_tells_figure_verdict_and_margin_of_the_results(
    midterm, indicator, area
):
    review = of_area(midterm, area)
    results = review.results[review.results["indicator"] == indicator]
    results = results if area == "山西省" else results[results["area"] == area]
    cells = annex_cells(briefing.verdicts_table(review, indicator))
    assert len(cells) == len(results) > 0
    for row in results.to_dict("records"):
        cell = cells[(row["area"], row["industry"])]
        verdict = wording.STATUSES[row["status"]]
        if indicator == "joint" or row["status"] not in ("met", "missed"):
            assert cell == [verdict]
            continue
        assert cell[1] == verdict
        assert cell[2:] == ([] if pd.isna(row["margin"]) else [wording.margin_words(row)])
        if indicator in ("accidents", "casualties"):
            assert_change_of_a_count(cell[0], int(row["baseline"]), int(row["value"]))
        else:
            shown = float(cell[0].split("%")[0])
            assert shown == pytest.approx(100 * row["value"], abs=0.0501)


def annex_cells(shown: Block) -> dict[tuple[str, str], list[str]]:
    """Return what is told of each area and industry; of one industry alone, side by side."""
    cells = {}
    for row in lines(shown):
        area, (industry, *others) = row.pop("地区"), row
        if others[:1] == ["结论"]:
            cells[area, industry] = [text for text in row.values() if text != "—"]
        else:
            cells |= {(area, name): cell.split("\n") for name, cell in row.items()}
    return cells


def assert_change_of_a_count(said: str, then: int, now: int) -> None:
    if not then:
        assert said == ("保持为0" if not now else f"由0升至{now}{said[-1]}")
    elif then == now:
        assert said == "持平"
    else:
        sign, rate = CHANGES[said[:2]], Fraction(said[2:].removesuffix("%"))
        assert float(sign * rate) == pytest.approx(100 * (now - then) / then, abs=0.0501)


def shares_handed_in(review: briefing.Review) -> dict[tuple[str, int], tuple[int, int]]:
    """Return cases and all cases reported by area and year, from what came."""
    seen = review.submissions.observations
    names = ("short_exposure_cases", "reported_cases")
    upper, lower = (
        seen[seen["measure"] == name].set_index(["area", "year"])["value"] for name in names
    )
    return {key: (int(upper[key]), int(lower[key])) for key in upper.index}


def share_told(text: str) -> tuple[int, int]:
    """Return both counts of a share told as 15.9%（11/69例）, which they make up."""
    share, cases, reported = re.fullmatch(r"([\d.]+)%（(\d+)/(\d+)例）\*?", text).groups()
    assert float(share) == pytest.approx(100 * int(cases) / int(reported), abs=0.0501)
    return int(cases), int(reported)


def test_a_verdict_on_a_share_can_be_worked_out_from_its_row(midterm, final):
    """Lower than in the year compared with, in the last year than in 2019, too; and by how much."""
    for review, year in ((midterm, 2022), (final, 2025)):
        handed_in, seen = shares_handed_in(review), 0
        for row in lines(briefing.verdicts_table(review, SHARE)):
            if row["结论"] == "未到报送期限" or "只报比例" in row[f"{year}年"]:
                continue
            before, compared = re.fullmatch(r"(\d+)年：(.*)", row["对比年度"]).groups()
            told = {year: row[f"{year}年"], int(before): compared}
            told |= {2019: row["2019年"]} if year == 2025 else {}
            counts = {one: share_told(text) for one, text in told.items()}
            assert counts == {one: handed_in[row["地区"], one] for one in counts}
            cases, reported = counts.pop(year)
            most = max(
                n
                for n in range(-1, reported)
                if all(n * lower < reported * upper for upper, lower in counts.values())
            )
            assert row["结论"] == ("达标" if cases <= most else "未达标")
            gap = re.fullmatch(r"(低于控制目标|超控制目标|等于控制目标)(\d*)例?", row["与目标之差"])
            assert int(gap[2] or 0) == abs(most - cases)
            seen += 1
        assert seen >= 10


def with_values(review: briefing.Review, *changes: tuple, kind: str = "") -> briefing.Review:
    """Return a review of the figures with some replaced: (area, industry, year, measure, value).

    A value of None leaves the figure out; ``absent`` and ``withheld`` are states.
    """
    frame = review.submissions.observations.copy()
    for area, industry, year, measure, value in changes:
        at = (frame["area"] == area) & (frame["industry"] == industry) & (frame["year"] == year)
        at &= frame["measure"] == measure
        assert at.sum() == 1
        is_count = not isinstance(value, str)
        frame.loc[at, "value"] = value if is_count else None
        frame.loc[at, "state"] = "figure" if is_count else value
        if value is None:
            frame = frame[~at]
    return replace(
        review,
        judged=replace(review.judged, submissions=replace(review.submissions, observations=frame)),
    )


def share_of(area: str, year: int, cases: int | None, reported: int | None) -> list[tuple]:
    names = ("short_exposure_cases", "reported_cases")
    pairs = zip(names, (cases, reported), strict=True)
    return [(area, "涉尘行业", year, name, value) for name, value in pairs]


def test_a_share_that_is_lower_than_last_year_but_not_than_2019_shows_both_years(final):
    """2019 20 %, 2024 50 %, 2025 30 %: 60 of 200, at most 39 would have met the target."""
    figures = [(2019, 20, 100), (2024, 50, 100), (2025, 60, 200)]
    changes = [line for figure in figures for line in share_of("太原市", *figure)]
    review = replace(with_values(final, *changes), area="太原市")
    (row,) = lines(briefing.verdicts_table(review, SHARE))
    assert row == {
        "地区": "太原市",
        "2025年": "30.0%（60/200例）*",
        "对比年度": "2024年：50.0%（50/100例）",
        "2019年": "20.0%（20/100例）",
        "变化": "下降20.0个百分点",
        "结论": "未达标",
        "与目标之差": "超控制目标21例",
    }
    caption = table(briefing.verdicts_table(review, SHARE)).caption
    assert caption == "2025年尘肺病报告比例（目标：低于2024年和2019年；*为初步数据）"
    both = (
        "较2024年（50.0%，50/100例）下降20.0个百分点，较2019年（20.0%，20/100例）上升10.0个百分点"
    )
    for said in (repr(briefing.goal_note(review, SHARE)), "".join(brief_sentences(review))):
        assert both in said
        assert [said.count(counts) for counts in ("50/100例", "20/100例")] == [1, 1]


def test_the_target_of_a_caption_holds_for_every_row_below_it(midterm):
    """A city that sent nothing of 2021 is compared with 2019, the others with 2021."""
    caption = partial(briefing.verdicts_table, indicator=SHARE)
    assert table(caption(midterm)).caption == "2022年尘肺病报告比例（目标：低于2021年）"
    review = with_values(midterm, *share_of("太原市", 2021, None, None))
    assert table(caption(review)).caption == "2022年尘肺病报告比例（目标：低于对比年度）"
    rows = {row["地区"]: row for row in lines(caption(review))}
    assert rows["太原市"]["对比年度"] == "2019年：19.3%（16/83例）"
    assert rows["大同市"]["对比年度"] == "2021年：15.8%（12/76例）"


def test_targets_that_differ_stand_in_the_cells_not_in_the_caption(plan, midterm):
    """Another plan may ask more of one industry than of the others."""
    targets = plan.targets.copy()
    counted = (targets["indicator"] == "accidents") & (targets["year"] == 2022)
    targets.loc[counted & (targets["industry"] == "煤矿"), "threshold"] = Decimal("0.07")
    review = replace(midterm, judged=replace(midterm.judged, plan=replace(plan, targets=targets)))
    shown = table(briefing.verdicts_table(review, "accidents"))
    assert shown.caption == "2022年事故起数（目标：见各格）"
    for column, target in (("煤矿", "下降7%"), ("建筑施工", "下降5%")):
        cells = [row[shown.heads.index(column)] for row in shown.texts]
        judged = [cell for cell in cells if cell != "无此行业"]
        assert all(cell.endswith(f"目标：{target}") for cell in judged) and len(judged) > 10


def test_a_bare_ratio_in_the_annex_says_that_it_is_one(midterm):
    (row,) = lines(briefing.verdicts_table(of_area(midterm, "朔州市"), SHARE))
    assert row["2022年"] == "18.4%（只报比例）"
    assert row["对比年度"] == "2021年：20.3%（只报比例）"
    assert (row["结论"], row["与目标之差"]) == ("达标", "—")


def test_a_share_changes_by_percentage_points_and_is_never_held_at_zero():
    row = {"indicator": "short_exposure_share", "threshold": None}
    assert wording.change_words(row | {"baseline": 0.182, "value": 0.158}) == "下降2.4个百分点"
    assert wording.change_words(row | {"baseline": 0.0, "value": 0.158}) == "上升15.8个百分点"


def test_years_after_the_last_one_judged_are_not_shown(midterm):
    assert "2023年" not in table(briefing.goal_table(midterm, "accidents")).heads


def test_each_proposal_rests_on_something_found(midterm, final):
    for review in (midterm, final, of_area(midterm, "吕梁市")):
        found = list(proposals(review))
        assert found
        assert all(re.search(r"（依据：[^）]+", text) for text in found)


def test_more_effort_is_proposed_only_where_the_fall_has_to_be_faster(midterm):
    """The two paces of each sentence are worked out anew from the results."""
    seen = 0
    for area in (midterm.plan.area, *midterm.plan.cities):
        review = of_area(midterm, area)
        ahead = select_area(review.judged.outlook(review.last), area).set_index(
            ["industry", "indicator"]
        )
        for text in proposals(review):
            found = re.search(
                r"：(.+?)(事故起数|伤亡人数)今后年均需再减少([\d.]+).，以往年均(..)", text
            )
            if not found:
                continue
            code = {"事故起数": "accidents", "伤亡人数": "casualties"}[found[2]]
            row = ahead.loc[(found[1], code)]
            years = int(row["last_year"] - row["year"])
            assert Fraction(found[3]) * years >= row["to_go"] > 0
            faster = row["pace_needed"] > row["pace_seen"]
            assert ("加大工作力度" in text, "巩固成果" in text) == (faster, not faster)
            seen += 1
    assert seen > 5


def test_departments_are_asked_only_for_what_they_miss(midterm, final):
    """Proposals name each missed goal under its department once, and no other goal."""
    for review in (midterm, final, of_area(midterm, "吕梁市")):
        asked = [
            re.match(r"(.+?部门)针对(.+?)未达标，查明原因", text) for text in proposals(review)
        ]
        named = [
            (found[1], industry, indicator, int(gap))
            for found in asked
            if found
            for part in re.findall(r"((?:[^（，]+（[^）]+）)+)的([^，]+)", found[2])
            for industry, gap in re.findall(r"、?([^（、]+)（\D+(\d+).）", part[0])
            for indicator in [part[1]]
        ]
        missed = review.goals[review.goals["status"] == "missed"]
        assert sorted(named) == sorted(
            (row.department, row.industry, wording.INDICATORS[row.indicator], -row.margin)
            for row in missed.itertuples()
        )


def test_what_is_lacking_is_asked_of_who_owes_it(final):
    owed = final.receipts[final.receipts["received"] < final.receipts["expected"]]
    owed = owed[(owed["due"] < final.submissions.as_of) & (owed["state"] != "faulty")]
    asked = [text for text in proposals(final) if "表中缺少的数据" in text]
    for row in owed.itertuples():
        (text,) = [t for t in asked if t.startswith(f"{row.area}{row.department}于×月×日前补报")]
        years = re.search(rf"([\d、]+)年“{wording.TABLES[row.table]}”", text)[1]
        assert str(row.data_year) in years.split("、")
    assert len(asked) == len(owed.drop_duplicates(["area", "department"]))


def test_what_the_year_judged_lacks_is_asked_for_by_its_due_day(final):
    """忻州市's report of 2025 is due on the very day of the evaluation."""
    asked = "忻州市卫生健康部门于2025年12月31日前报齐2025年数据"
    assert f"{asked}（依据：报送期限，尚有报表1份未收齐）。" in proposals(final)
    early = briefing.load_review(2025, data="data", as_of="2023-12-31")
    assert (
        "尚未报齐的地区和责任部门于2025年12月31日前报齐2025年数据"
        "（依据：报送期限，尚有报表96份未收齐）。"
    ) in proposals(early)


def test_the_proposals_go_to_the_joint_meeting_that_the_plan_holds_next(midterm, final):
    (task,) = midterm.plan.tasks[
        (midterm.plan.tasks["year"] == 2024) & (midterm.plan.tasks["kind"] == "joint_meeting")
    ]["text"]
    assert proposals(midterm)[-1].endswith(f"（依据：2024年工作任务第3项“{task}”）。")
    assert not [text for text in proposals(final) if "联席会议研究" in text]


def told_of(review: briefing.Review) -> dict[tuple[str, int, int], str]:
    """Return the word for every area and task, from the plan's tasks and what came, one by one."""
    areas = {"province": [review.plan.area], "city": review.plan.cities}
    areas["both"] = areas["province"] + areas["city"]
    progress = review.submissions.progress
    came = {(r.area, r.year, r.number): wording.TASK_STATES[r.state] for r in progress.itertuples()}
    told = {}
    for task in review.plan.tasks.itertuples():
        silence = "未报送" if review.submissions.as_of.year > task.year else "未到期"
        for area in areas[task.actors]:
            if review.is_province or area == review.area:
                key = area, task.year, task.number
                told[key] = came.get(key, silence)
    return told


def silenced(review: briefing.Review) -> briefing.Review:
    """Return the review as if 大同市 had said nothing, and 忻州市 nothing of 2022."""
    seen, rows = review.submissions, review.submissions.progress
    left = rows[(rows["area"] != "大同市") & ~((rows["area"] == "忻州市") & (rows["year"] == 2022))]
    return of_area(review, review.area, submissions=replace(seen, progress=left))


def task_reviews(midterm: briefing.Review, final: briefing.Review) -> list[briefing.Review]:
    reviews = [midterm, final, silenced(midterm), silenced(final)]
    return [*reviews, *(of_area(r, name) for r in reviews for name in ("吕梁市", "忻州市"))]


WORDS = ("已完成", "进行中", "未开展", "未报送")


def test_tasks_are_counted_as_the_progress_tells_them(midterm, final):
    for review in task_reviews(midterm, final):
        told = told_of(review)
        first, *others = tasks_sentences(review)
        due = [word for word in told.values() if word != "未到期"]
        said = dict(re.findall(r"(已完成|进行中|未开展|未报送)(\d+)项", first))
        assert said == {word: str(due.count(word)) for word in WORDS if word in due}
        assert int(re.search(r"应办(?:共|的)(\d+)项", first)[1]) == len(due)
        assert brief_sentences(review)[-1] == first
        tasks = {key[1:] for key in told}
        whole = [t for t in tasks if {w for k, w in told.items() if k[1:] == t} == {"未到期"}]
        single = [k for k, w in told.items() if w == "未到期" and k[1:] not in whole]
        assert [int(re.search(r"(\d+)项", text)[1]) for text in others] == [
            len(found) for found in (whole, single) if found
        ]


def test_each_area_has_its_tasks_counted_year_by_year(midterm, final):
    for review in (midterm, final, silenced(midterm), silenced(final)):
        told = told_of(review)
        rows = lines(briefing.tasks_by_area(review))
        assert [row["地区"] for row in rows] == [review.plan.area, *review.plan.cities, "合计"]
        for row in rows:
            mine = {k: word for k, word in told.items() if row["地区"] in (k[0], "合计")}
            for year in review.plan.years:
                of_year = [word for key, word in mine.items() if key[1] == year]
                due = [word for word in of_year if word != "未到期"]
                alone = of_year[0] if len(set(of_year)) == 1 else ""
                expected = f"{due.count('已完成')}/{len(due)}"
                expected = alone if alone in ("未到期", "未报送") else expected
                assert row[f"{year}年"] == expected
            for word in WORDS:
                assert row[word] == str(list(mine.values()).count(word))


def test_a_city_sees_its_tasks_year_by_year(midterm, final):
    for review in (of_area(r, "吕梁市") for r in (midterm, final, silenced(final))):
        told = told_of(review)
        for row in lines(briefing.tasks_by_area(review)):
            mine = {k[2]: word for k, word in told.items() if f"{k[1]}年" == row["年度"]}
            assert row["应办"] == str(len(mine))
            if set(mine.values()) == {"未到期"}:
                assert row["已完成"] == "未到期"
                continue
            assert [row[word] for word in WORDS] == [
                str(list(mine.values()).count(word)) for word in WORDS
            ]
            left = [str(n) for n, word in mine.items() if word not in ("已完成", "未到期")]
            assert row["未完成的任务"] == (f"第{'、'.join(left)}项" if left else "—")


def test_the_open_tasks_name_every_area_that_has_one_open(midterm, final):
    for review in task_reviews(midterm, final):
        told = told_of(review)
        named = {}
        for row in lines(briefing.open_tasks_table(review)):
            year, number = int(row["年度"].removesuffix("年")), int(row["序号"])
            if not review.is_province:
                named[review.area, year, number] = row["完成情况"]
                continue
            named |= {
                (area, year, number): word
                for word in WORDS
                for area in row.get(word, "—").split("、")
                if area != "—"
            }
        assert named == {k: w for k, w in told.items() if w not in ("已完成", "未到期")}


def test_areas_with_everything_done_and_those_with_nothing_begun_are_named(midterm, final):
    for review in (midterm, final, silenced(midterm)):
        told = told_of(review)
        of_areas, of_task = texts(briefing.open_tasks_note(review))
        names = [review.plan.area, *review.plan.cities]
        mine = {area: {w for k, w in told.items() if k[0] == area} for area in names}
        whole = [area for area, seen in mine.items() if seen <= {"已完成", "未到期"}]
        found = re.search(r"全部完成的有([^；。]+)", of_areas)
        assert (found[1].split("、") if found else []) == whole
        for word in ("未开展", "未报送"):
            found = re.search(rf"存在{word}任务的有([^；。]+)", of_areas)
            having = {area for area, seen in mine.items() if word in seen}
            assert set(found[1].split("、") if found else []) == having
        assert of_task.startswith("按任务看，完成率最低的是")
        named = re.findall(r"(\d+)年第(\d+)项“[^”]+”（(省和)?(\d+)个市中(\d+)个完成）", of_task)
        shares = {
            key: Fraction(states.count("已完成"), len(states))
            for key in {k[1:] for k, w in told.items() if w != "未到期"}
            for states in [[w for k, w in told.items() if k[1:] == key and w != "未到期"]]
        }
        least = {key for key, share in shares.items() if share == min(shares.values())}
        assert [(int(year), int(number)) for year, number, *_ in named] == sorted(least)
        for *key, upper, cities, done in named:
            whole = int(cities) + bool(upper)
            assert Fraction(int(done), whole) == shares[tuple(map(int, key))]


def with_progress(review: briefing.Review, *states: tuple[int, int, int]) -> briefing.Review:
    """Return the review with tasks told done by so many of the areas that have them."""
    rows = review.submissions.progress.copy()
    for year, number, done in states:
        at = rows.index[(rows["year"] == year) & (rows["number"] == number)]
        rows.loc[at, "state"] = ["done"] * done + ["not_done"] * (len(at) - done)
    return of_area(review, review.area, submissions=replace(review.submissions, progress=rows))


def test_a_task_that_nobody_reports_on_is_not_told_as_undone(midterm):
    rows = midterm.submissions.progress
    rows = rows[~((rows["year"] == 2022) & rows["number"].isin([1, 2]))]
    review = of_area(midterm, midterm.area, submissions=replace(midterm.submissions, progress=rows))
    assert texts(briefing.open_tasks_note(review))[1] == (
        "按任务看，2022年第1、2项均未报送完成情况；其余任务中，"
        "完成率最低的是2021年第6项“组建工伤预防专家库”（省和11个市中6个完成）。"
    )


def test_every_task_with_the_lowest_rate_is_named(midterm):
    """One that 6 of 12 have done and one that the province alone has not: none; ties all."""
    review = with_progress(midterm, (2021, 6, 3), (2022, 5, 3), (2022, 6, 3))
    assert texts(briefing.open_tasks_note(review))[1] == (
        "按任务看，完成率最低的是2021年第6项“组建工伤预防专家库”（省和11个市中3个完成）；"
        "2022年第5项“充实、优化工伤预防专家库”（省和11个市中3个完成）；"
        "2022年第6项“省、市分别启动工伤预防警示教育基地建设工作”（省和11个市中3个完成）。"
    )
    nobody = with_progress(midterm, (2021, 1, 0), (2021, 2, 0))
    assert texts(briefing.open_tasks_note(nobody))[1] == (
        "按任务看，完成率最低的是2021年第1项“各市分别制定工伤预防五年行动计划实施办法”"
        "（11个市均未完成）；2021年第2项“出台《山西省工伤预防费使用管理实施办法》和"
        "《山西省工伤保险费率浮动办法》”（山西省未完成）。"
    )


def test_where_no_task_is_done_none_is_singled_out(midterm):
    tasks = midterm.plan.tasks[midterm.plan.tasks["year"] < 2023]
    keys = tasks[["year", "number"]].itertuples(index=False)
    review = with_progress(midterm, *((year, number, 0) for year, number in keys))
    assert texts(briefing.open_tasks_note(review))[1] == "按任务看，到期的13项任务均没有地区完成。"


def test_the_annex_lists_every_task_of_the_plan_with_those_not_due(midterm, final):
    for review in task_reviews(midterm, final):
        told = told_of(review)
        rows = lines(briefing.tasks_table(review))
        keys = [(int(row["年度"].removesuffix("年")), int(row["序号"])) for row in rows]
        assert keys == sorted({key[1:] for key in told})
        texts = review.plan.tasks.set_index(["year", "number"])["text"]
        for key, row in zip(keys, rows, strict=True):
            assert row["工作任务"] == texts[key]
            states = [word for k, word in told.items() if k[1:] == key]
            if not review.is_province:
                assert row["完成情况"] == states[0]
            elif set(states) == {"未到期"}:
                assert row["已完成"] == "未到期"
            else:
                assert [row[word] for word in WORDS] == [str(states.count(w)) for w in WORDS]


def test_the_tasks_of_a_year_are_asked_for_when_it_is_out(midterm):
    later = replace(
        midterm,
        judged=replace(midterm.judged, submissions=gs.load_submissions(midterm.plan, "2024-01-01")),
    )
    rows = {row["地区"]: row for row in lines(briefing.tasks_by_area(later))}
    assert rows["合计"]["2023年"] == "未报送"
    before = {row["地区"]: row for row in lines(briefing.tasks_by_area(midterm))}
    assert before["合计"]["2023年"] == "未到期"


CLASSES = {"提前实现": "achieved", "快于预期": "ahead", "基本符合预期": "on_pace", "滞后": "behind"}


def test_each_class_has_its_rule_its_number_and_its_goals(midterm):
    for area in (midterm.plan.area, *midterm.plan.cities):
        review = of_area(midterm, area)
        ahead = select_area(review.judged.outlook(review.last), area)
        ahead = ahead[(ahead["industry"] != TOTAL) & (ahead["note"] != "no_such_industry")]
        rows = lines(briefing.progress_table(review))
        assert [row["类别"] for row in rows][:4] == list(CLASSES)
        assert sum(int(row["项数"]) for row in rows) == len(ahead)
        for row in rows[:4]:
            goals = ahead[ahead["outlook"] == CLASSES[row["类别"]]]
            assert row["项数"] == str(len(goals))
            assert goals_named(row["目标"]) == {
                (g.industry, g.indicator) for g in goals.itertuples()
            }
    years = [re.search(r"(\d+)年目标", row["划分办法"])[1] for row in rows[:4]]
    assert years == ["2025", "2023", "2022", "2022"]


def goals_named(text: str) -> set[tuple[str, str]]:
    """Return the goals in a text such as 煤矿、机械制造事故起数，煤矿伤亡人数."""
    codes = {name: code for code, name in wording.INDICATORS.items()}
    found = set()
    for part in text.split("，") if text != "无" else []:
        name = next(name for name in codes if part.endswith(name))
        found |= {(industry, codes[name]) for industry in part.removesuffix(name).split("、")}
    return found


def test_what_is_within_reach_is_told_by_the_pace_it_takes(midterm):
    for area in (midterm.plan.area, *midterm.plan.cities):
        review = of_area(midterm, area)
        rows = select_area(review.judged.outlook(review.last), area)
        rows = rows[
            rows["indicator"].isin(["accidents", "casualties"]) & (rows["industry"] != TOTAL)
        ]
        rows = rows[rows["to_go"].notna()]
        _, said, _ = texts(briefing.pace_note(review))
        seen = set()
        for how, number, named in re.findall(r"([^；，]+?)的(\d+)项（([^）]+)）", said):
            goals = goals_named(named)
            assert len(goals) == int(number) and not goals & seen
            seen |= goals
            for row in rows.itertuples():
                if (row.industry, row.indicator) in goals:
                    assert reach(row) in how
        assert seen == {(row.industry, row.indicator) for row in rows.itertuples()}
        assert said.startswith(f"{len(rows)}项有结论的")


def reach(row) -> str:
    """Return by what words a goal has to be told, from its two paces."""
    if row.to_go == 0:
        return "已达到"
    if row.pace_seen >= row.pace_needed:
        return "按以往年均减少的数量可以实现"
    return "需加快进度" if row.pace_seen > 0 else "需扭转态势"


def test_the_final_evaluation_looks_back_on_the_goals_met_in_each_year(final):
    for area in (final.plan.area, "忻州市"):
        review = of_area(final, area)
        rows = select_area(review.judged.history, area)
        rows = rows[(rows["indicator"] != "joint") & (rows["industry"] != TOTAL)]
        rows = rows[rows["status"] != "not_applicable"]
        for line in lines(briefing.progress_table(review)):
            for year in review.plan.years:
                goals = rows[rows["year"] == year]
                if line["指标"] != "合计":
                    goals = goals[goals["indicator"].map(wording.INDICATORS) == line["指标"]]
                met, unjudged = (
                    (goals["status"] == "met").sum(),
                    (~goals["status"].isin(["met", "missed"])).sum(),
                )
                told = re.fullmatch(r"(\d+)/(\d+)(\*?)(?:（(\d+)项无法判定）)?", line[f"{year}年"])
                *numbers, star, left = told.groups()
                assert [*map(int, numbers), int(left or 0)] == [met, len(goals), unjudged]
                early = goals["status"].isin(["met", "missed"]) & goals["provisional"]
                assert bool(star) == early.any()
        assert briefing.pace(review) == briefing.pace_note(review) == Box()


def test_a_figure_corrected_later_is_told_from_what_to_what(midterm):
    (row,) = midterm.submissions.revisions.to_dict("records")
    said = repr(briefing.quality(midterm))
    assert f"{row['area']}{row['year']}年{row['industry']}" in said
    assert f"由{row['old_value']}人更正为{row['new_value']}人（2023年5月10日收到）" in said


def test_when_all_came_in_time_and_right_one_sentence_says_so(midterm):
    assert texts(briefing.quality(of_area(midterm, "太原市"))) == [
        "到期的报表均按期报齐，未发现数据质量问题，无更正数据。"
    ]


def test_nothing_is_projected_where_nothing_is_judged(sparse):
    assert briefing.pace(sparse) == briefing.pace_note(sparse) == Box()
    (row,) = [r for r in lines(briefing.progress_table(sparse)) if r["类别"] == "不作预警"]
    assert row["项数"] == str(len(sparse.goals))


def test_a_finding_without_industry_or_year_leaves_no_gap(plan, tmp_path):
    """Figures without a baseline are one finding on an area: it names neither."""
    rows = [f"2021,太原市,{industry},10,12" for industry in ("煤矿", "建筑施工")]
    few = hand_in(
        plan, tmp_path, {"2022-02-20/a.csv": sheet("accidents", *rows), "2022-02-21/b.xlsx": b"PK"}
    )
    few = replace(few, duties=plan.duties)
    submissions = gs.load_submissions(few, "2023-12-31")
    found = submissions.findings[submissions.findings["code"] == "baseline-missing"]
    assert list(found["industry"]) == [""] and found["year"].isna().all()
    for area in ("太原市", few.area):
        review = briefing.Review(
            gs.JudgedPlan(few, submissions), area, 2023, "midterm_review", 2021
        )
        for function in (*FUNCTIONS, *PARTS):
            part = str(function(review))
            assert not NOT_WORDS.search(part), (function, part)
        assert [text for text in proposals(review) if "太原市缺少的基期数据" in text]


@pytest.fixture(scope="module")
def sparse(plan, tmp_path_factory) -> briefing.Review:
    """The province, to which one city alone has handed in anything, and all is due."""
    rows = [f"{year},太原市,煤矿,{n},{n + 2}" for year, n in ((2019, 10), (2021, 8))]
    folder = tmp_path_factory.mktemp("sparse")
    few = hand_in(plan, folder, {"2022-02-20/a.csv": sheet("accidents", *rows)})
    few = replace(few, duties=plan.duties)
    seen = gs.load_submissions(few, "2023-12-31")
    return briefing.Review(gs.JudgedPlan(few, seen), few.area, 2023, "midterm_review", 2021)


def test_goals_that_cannot_be_judged_are_not_said_to_be_met(sparse):
    assert "因数据不全，各项目标均无法判定" in brief_sentences(sparse)[3]
    city = of_area(sparse, "太原市")
    assert "可以判定的目标全部达标" in brief_sentences(city)[3]
    assert set(city.goals["status"]) == {"met", "not_reported"}


def test_what_the_cities_did_not_send_is_not_laid_to_the_province(sparse):
    for row in lines(briefing.goal_table(sparse, "accidents")):
        some = row["行业"] in ("煤矿", TOTAL)
        assert row["2021年"] == ("各市数据不全" if some else "未报送")
    rows = {
        row["行业"]: row
        for row in lines(briefing.goal_table(of_area(sparse, "太原市"), "accidents"))
    }
    assert rows["煤矿"]["2019年"] == "10起"
    assert rows["建筑施工"]["2019年"] == rows["建筑施工"]["2021年"] == "未报送"


def test_a_reason_that_several_goals_share_is_said_once(sparse):
    for row in lines(briefing.gaps_table(sparse)):
        reasons = re.findall(r"（[^）]+）", row["无法判定的指标和原因"])
        assert len(reasons) == len(set(reasons)) > 0


def test_where_nobody_sends_reports_they_are_asked_for_department_by_department(sparse):
    owed = sparse.receipts[sparse.receipts["received"] < sparse.receipts["expected"]]
    owed = owed[owed["due"] < sparse.submissions.as_of]
    asked = [
        re.fullmatch(r"(.+)的(.+部门)于×月×日前补报逾期未报齐的报表，共(\d+)份.*", t)
        for t in proposals(sparse)
    ]
    asked = {found[2]: found for found in asked if found}
    assert set(asked) == set(owed["department"])
    for department, group in owed.groupby("department"):
        assert int(asked[department][3]) == len(group)
        assert asked[department][1].split("、") == list(group["area"].unique())
    assert len(proposals(sparse)) < 10


def test_tasks_of_which_nobody_tells_are_said_to_be_so(sparse):
    assert texts(briefing.open_tasks_note(sparse)) == ["到期的工作任务均未报送完成情况。"]
    rows = lines(briefing.open_tasks_table(sparse))
    assert {row["未报送"] for row in rows} == {"全部12个地区", "全部11个地区", "山西省"}
    assert table(briefing.open_tasks_table(sparse)).caption == "未完成或未报送的工作任务"


def test_nothing_found_is_said_in_a_sentence(midterm, final):
    said = repr(briefing.quality(midterm))
    assert "逾期未报" not in said
    assert "：无" not in said and "0处" not in said and "未采用" not in said
    assert "错误1处" in repr(briefing.quality(final))
    assert "有错误的数据（吕梁市2023年煤矿事故起数）未采用" in repr(briefing.quality(final))


def test_a_goal_met_to_the_last_case_says_so_in_one_word(midterm):
    review = of_area(midterm, "太原市")
    rows = {row["行业"]: row["结论"] for row in lines(briefing.goal_table(review, "accidents"))}
    assert rows["危险化学品"] == "达标，上限12起"
    assert rows["煤矿"] == "未达标，超控制目标3起"


def test_no_function_leaves_a_blank_or_a_nan_for_any_area(midterm, final):
    places = [(final, area) for area in (final.plan.area, *final.plan.cities)]
    for review, area in [*places, *((midterm, name) for name in ("山西省", "运城市", "吕梁市"))]:
        other = of_area(review, area)
        parts = [function(other) for function in (*FUNCTIONS, *PARTS)]
        for part in parts:
            assert not NOT_WORDS.search(repr(part)), (area, part)
            assert not blanks(part), (area, part)


def test_what_was_not_handed_in_says_so_at_its_place(plan, tmp_path):
    figures = sheet("accidents", "2019,太原市,建筑施工,10,12", "2021,太原市,建筑施工,9,11")
    few = hand_in(plan, tmp_path, {"2022-02-20/a.csv": figures})
    submissions = gs.load_submissions(few, "2023-12-31")
    review = briefing.Review(
        gs.JudgedPlan(few, submissions), "太原市", 2023, "midterm_review", 2021
    )
    rows = {row["行业"]: row for row in lines(briefing.goal_table(review, "accidents"))}
    assert rows["建筑施工"]["2021年"] == "9起"
    assert (rows["煤矿"]["2019年"], rows["煤矿"]["2021年"]) == ("未报送", "未报送")
    assert rows["煤矿"]["结论"] == "未报送"
    for section in (briefing.basis, briefing.in_brief, briefing.limits, briefing.quality):
        assert not NOT_WORDS.search(repr(section(review)))


def test_the_final_evaluation_judges_the_last_year_of_the_plan_whatever_came(plan):
    """Nothing had come after 2023: the verdicts of 2025 say so, not those of 2022 instead."""
    review = briefing.load_review(2025, data="data", as_of="2023-12-31")
    assert review.last == 2025 and set(review.goals["status"]) == {"not_reported"}
    assert "评价截至2025年" in basis_sentences(review)[0]
    assert "2025年各市目标均无法判定。" in str(briefing.gaps_note(review))
    first, instead, *_ = brief_sentences(review)
    assert first == "2025年，山西省20项年度目标均未到报送期限。"
    assert instead == (
        "2025年数据尚未收到（2025年12月31日到期）；"
        "可以判定的最近年度：2022年，山西省20项年度目标中，达标15项，未达标5项。"
    )
    for indicator in ("accidents", "casualties", "safety_training_coverage"):
        for row in lines(briefing.goal_table(review, indicator)):
            assert row["2025年"] == row["2024年"] == "未到报送期限" != row["2022年"]
    for function in (*FUNCTIONS, *PARTS):
        assert not NOT_WORDS.search(str(function(review))), function
    late = replace(review.submissions, as_of=pd.Timestamp("2026-01-10"))
    overdue = replace(review, judged=replace(review.judged, submissions=late))
    assert "20项年度目标均未报送。" in brief_sentences(overdue)[0]
    assert brief_sentences(overdue)[1].startswith("2025年数据尚未收到（2025年12月31日到期）")
    for row in lines(briefing.goal_table(overdue, "accidents")):
        assert row["2025年"] == row["2024年"] == row["结论"] == "未报送"


def test_what_is_due_by_the_day_is_owed_whether_it_came_or_not(plan):
    """528 reports are due by the end of 2025: 240 came, and 96 of each later year did not."""
    came = gs.load_submissions(plan, "2023-12-31")
    late = replace(came, as_of=pd.Timestamp("2025-12-31"))
    review = briefing.Review(gs.JudgedPlan(plan, late), plan.area, 2025, "final_review", 2025)
    assert (
        "2019年至2025年数据应报报表528份，收齐240份，未收齐的有2023年96份、2024年96份、2025年96份"
        in (basis_sentences(review)[1])
    )
    early = replace(came, as_of=pd.Timestamp("2023-01-31"))
    review = briefing.Review(gs.JudgedPlan(plan, early), plan.area, 2023, "midterm_review", 2022)
    assert (
        "2019年至2021年数据应报报表144份，全部收齐；2022年数据2023年2月28日到期，已收齐96份。"
        in basis_sentences(review)[1]
    )
    none = replace(came, as_of=pd.Timestamp("2021-07-01"))
    review = briefing.Review(gs.JudgedPlan(plan, none), plan.area, 2023, "midterm_review", 2022)
    assert "尚无到期的报表" in basis_sentences(review)[1]


def test_an_area_without_verdicts_in_the_year_tells_its_last_year_with_some(midterm):
    rows = midterm.submissions.observations
    left = rows[~((rows["area"] == "大同市") & (rows["year"] == 2022))]
    seen = replace(midterm.submissions, observations=left)
    review = replace(midterm, area="大同市", judged=replace(midterm.judged, submissions=seen))
    assert (
        "2022年数据尚未收到（2023年2月28日到期）；可以判定的最近年度：2021年，大同市"
        in (brief_sentences(review)[1])
    )


def test_every_table_that_rests_on_provisional_figures_says_so(midterm, final):
    told = (*FUNCTIONS, *PARTS, partial(briefing.verdicts_table, indicator="joint"))
    others = ("工作任务", "数据质量问题", "至2025年的进度")
    for area in (final.plan.area, "晋城市"):
        for review in (final, midterm):
            other = of_area(review, area)
            shown = [function(other) for function in told]
            if area != review.plan.area:
                shown.append(briefing.changes.city_changes_table(other))
            captions = [
                table.caption
                for block in shown
                for table in tables(block)
                if not any(name in table.caption for name in others)
            ]
            assert len(captions) >= 12
            assert {"初步数据" in caption for caption in captions} == {review is final}


def test_only_the_figures_that_may_be_corrected_carry_the_star(plan, final):
    """All of 2025 was received before 31 January 2026 but this city's figures of coal mining."""
    frame = final.submissions.observations.copy()
    mine = (frame["area"] == "太原市") & (frame["industry"] == "煤矿") & (frame["year"] == 2025)
    frame.loc[mine, "received_on"] = pd.Timestamp("2026-02-01")
    review = replace(
        final,
        judged=replace(final.judged, submissions=replace(final.submissions, observations=frame)),
    )
    cells = annex_cells(briefing.verdicts_table(review, "accidents"))
    starred = {place for place, (figure, *_) in cells.items() if figure.endswith("*")}
    judged = {place for place, cell in cells.items() if len(cell) > 1}
    assert judged - starred == {("太原市", "煤矿")}
    assert "部分为初步数据" in table(briefing.city_gaps_table(review)).caption


# What may be known of a figure, and what a city's table says in its place.
TOLD = {"zero": "0", "absent": "无此行业", "withheld": "有误未采用", "missing": "未报送"}
KNOWN = ("figure", *TOLD)
PAIRS = {
    "counts": ("accidents", "casualties"),
    "safety": ("safety_personnel", "safety_trained"),
    "health": ("health_personnel", "health_trained"),
    "share": ("reported_cases", "short_exposure_cases"),
}
PAIR_OF = {measure: pair for pair, measures in PAIRS.items() for measure in measures}
ACCUSES = re.compile("未报送|未报齐|不全|缺数|缺少的|补报|未收齐|有误")
STATES = tuple[str, ...]


def arranged(
    review: briefing.Review, states: Mapping[tuple[str, str, str], STATES], *, own: bool = True
) -> briefing.Review:
    """Return the review with the figures of 2019, the year before and the year judged in states.

    Parameters
    ----------
    review : of the example
    states : by area, industry and pair of measures: the state of each of the three years
    own : whether the province has figures of its own
    """
    frame = review.submissions.observations
    years = (2019, review.last - 1, review.last)
    wanted = {
        (*place, year): state
        for place, three in states.items()
        for year, state in zip(years, three, strict=True)
    }
    keys = zip(
        frame["area"], frame["industry"], frame["measure"].map(PAIR_OF), frame["year"], strict=True
    )
    state = pd.Series([wanted.get(key, "") for key in keys], frame.index)
    told = frame.assign(
        value=frame["value"].fillna(7).mask(state == "zero", 0).where(state != "", frame["value"]),
        state=state.replace("zero", "figure").where(state != "", frame["state"]),
    )
    told["value"] = told["value"].where(told["state"] == "figure")
    left = (state != "missing") & (own | (frame["level"] == "city"))
    seen = replace(review.submissions, observations=told[left])
    return replace(review, area=review.plan.area, judged=replace(review.judged, submissions=seen))


def spread(review: briefing.Review, known: STATES, start: int = 0) -> dict:
    """Return every combination of states, one for each city and industry, in turn."""
    combinations = itertools.product(known, repeat=3)
    turn = itertools.islice(itertools.cycle(combinations), start, None)
    industries = [name for name in review.plan.industries["name"] if name != "涉尘行业"]
    places = list(itertools.product(review.plan.cities, industries))
    states = {}
    for (area, industry), three in zip(places, turn, strict=False):
        states[area, industry, "counts"] = states[area, industry, "safety"] = three
        states[area, "涉尘行业", "share"] = states[area, "涉尘行业", "health"] = three
    return states


def whole_paper(review: briefing.Review) -> dict[str, str]:
    """Return all that the paper says of figures, by function."""
    of_tasks = {f for f in FUNCTIONS if "task" in f.__name__}
    told = [f for f in FUNCTIONS if f not in (*of_tasks, briefing.findings)] + PARTS
    parts = {str(function): function(review) for function in told}
    if not review.is_province:
        parts["changes"] = briefing.changes.city_changes_table(review)
    for name, part in parts.items():
        assert not NOT_WORDS.search(repr(part)), (review.area, name, part)
        assert not blanks(part), (review.area, name, part)
    return {name: repr(part) for name, part in parts.items()}


@pytest.mark.parametrize(("kind", "start", "own"), [("final", 0, True), ("midterm", 60, False)])
def test_a_paper_is_written_whatever_is_known_of_each_year(request, kind, start, own):
    """Every combination of states in 2019, the year before and the year judged, and what it says.

    In a city's tables each figure stands as it is, or why there is none: never 未报送 of what came.
    """
    example = request.getfixturevalue(kind)
    states = spread(example, KNOWN, start)
    review = arranged(example, states, own=own)
    whole_paper(review)
    for area in review.plan.cities:
        city = of_area(review, area)
        whole_paper(city)
        for indicator, pair in (("accidents", "counts"), ("safety_training_coverage", "safety")):
            rows = {row["行业"]: row for row in lines(briefing.goal_table(city, indicator))}
            for (place, industry, kind_of), three in states.items():
                if (place, kind_of) == (area, pair):
                    assert_told(rows[industry], three, review.last, pair)


def assert_told(row: dict[str, str], three: STATES, last: int, pair: str) -> None:
    for year, state in zip((2019, last - 1, last), three, strict=True):
        if pair == "safety" and year == 2019:
            continue  # training has no baseline
        cell = row[f"{year}年"].removesuffix("*")
        if state == "zero" and pair == "safety":
            assert cell == "无人员"
        elif state in ("figure", "zero"):
            assert re.fullmatch(r"\d+起|[\d.]+%", cell) and (state != "zero" or cell == "0起")
        else:
            assert cell == told_of_state(state, year), (row, three)


def told_of_state(state: str, year: int) -> str:
    """Return what stands for a figure; those of 2025 are due on the day of the evaluation."""
    return "未到报送期限" if (state, year) == ("missing", 2025) else TOLD[state]


def test_every_figure_is_drawn_whatever_is_known_of_each_year(final):
    review = arranged(final, spread(final, KNOWN))
    assert contributions_figure(review.judged.contributions(review.last)).alt
    for area in (review.plan.area, *review.plan.cities[::5]):
        for draw in (decline_figure, share_figure, coverage_figure):
            figure = draw(review.judged.history, area, review.last)
            assert not NOT_WORDS.search(figure.alt + repr(figure.data or "")), (area, draw)


def test_where_everything_came_nobody_is_told_to_lack_anything(midterm):
    """Industries that come and go, and zeros: all 27 combinations, and no figure is missing."""
    example = arranged(midterm, spread(midterm, ("figure", "zero", "absent")))
    for area in (example.plan.area, *example.plan.cities):
        for name, part in whole_paper(of_area(example, area)).items():
            assert not ACCUSES.search(part), (area, name, part)


def test_a_total_says_what_it_lacks_and_counts_an_absent_industry_as_nothing(final):
    """One industry of a city in one state in one of the two years; all else is whole."""
    cases = list(itertools.product(("absent", "withheld", "missing"), (0, 2)))
    states = {
        (area, "机械制造", "counts"): tuple(state if n == year else "figure" for n in range(3))
        for area, (state, year) in zip(final.plan.cities, cases, strict=False)
    }
    review = arranged(final, states, own=False)
    whole_paper(review)
    figures = final.submissions.observations.query("measure == 'accidents'")
    figures = figures.set_index(["area", "industry", "year"])["value"]
    for area, (state, year) in zip(final.plan.cities, cases, strict=False):
        city = of_area(review, area)
        whole_paper(city)
        total = lines(briefing.goal_table(city, "accidents"))[-1]
        for n, column in ((0, "2019年"), (2, "2025年")):
            rest = figures.xs((area, int(column[:4])), level=("area", "year")).drop("机械制造")
            if n == year and state != "absent":
                # The figures of 2025 are not late until 31 December, the day of the evaluation.
                lacks = "未到报送期限" if n == 2 else "数据不全"
                assert total[column].removesuffix("*") == lacks
            elif n == year:
                assert total[column].removesuffix("*") == f"{rest.sum()}起"
        (line,) = [row for row in city_changes(city) if row["行业"] == TOTAL]
        assert ("数据不全" in line["事故起数"]) == (state != "absent")
        said = repr(briefing.goal_note(city, "accidents")).splitlines()[0]
        assert ("年无此行业的机械制造" in said) == (state == "absent")
        if state == "absent":
            lone = (2019, 0, 2025)[year]
            count = figures[area, "机械制造", 2019 + 2025 - lone]
            then, now = (
                figures.xs((area, n), level=("area", "year")).drop("机械制造").sum()
                for n in (2019, 2025)
            )
            row = {"indicator": "accidents", "threshold": None, "baseline": then, "value": now}
            alike = wording.change_words(row)
            assert f"其中{lone}年无此行业的机械制造{count}起，不计则为{alike}" in said
            changed = f"{'增加' if lone == 2019 else '减少'}{count}起"
            assert f"含{lone}年无此行业的机械制造（{changed}）" in str(
                briefing.changes_note(city, "accidents")
            )


def city_changes(review: briefing.Review) -> list[dict[str, str]]:
    return lines(briefing.changes.city_changes_table(review))


def test_an_industry_absent_in_both_years_has_no_change_and_is_not_said_to_be_unreported(final):
    """晋城市 has no 非煤矿山: its paper said 未报送 of 2019, and 持平 of the change."""
    review = of_area(final, "晋城市")
    rows = {row["行业"]: row for row in lines(briefing.goal_table(review, "accidents"))}
    columns = [f"{year}年" for year in (2019, 2021, 2022, 2023, 2024, 2025)]
    assert {rows["非煤矿山"][name] for name in [*columns, "较2019年", "结论"]} == {"无此行业"}
    assert "非煤矿山" not in str(briefing.changes_note(review, "accidents"))
    assert {row["行业"]: row["事故起数"] for row in city_changes(review)}["非煤矿山"] == "无此行业"


def test_an_industry_of_one_year_alone_is_told_in_a_citys_changes(final):
    """A mine that closed, and one that opened: 26 accidents in 2019, and 7 in 2025."""
    review = with_values(
        final,
        ("阳泉市", "煤矿", 2025, "accidents", "absent"),
        ("晋城市", "非煤矿山", 2025, "accidents", 7),
    )
    changes = {}
    for area in ("阳泉市", "晋城市"):
        city = of_area(review, area)
        changes |= {(area, row["行业"]): row["事故起数"] for row in city_changes(city)}
    assert changes["阳泉市", "煤矿"] == "减少26起（26→无此行业）"
    assert changes["晋城市", "非煤矿山"] == "增加7起（无此行业→7）"
    assert "2019年无此行业的非煤矿山7起，不计则为持平" in brief_sentences(city)[1]


SHARES = (*KNOWN, "bare", "bare and withheld")
SHARE_TOLD = {"zero": "无病例", **dict.fromkeys(("withheld", "bare and withheld"), "数据有误")}


def test_a_share_is_told_as_it_is_known_in_every_year(final):
    """Every state of the year judged beside every one of the year compared with, and of 2019."""
    pairs = list(itertools.product(SHARES, SHARES))
    # The example has no counts of the other two in every year.
    cities = [name for name in final.plan.cities if name not in ("朔州市", "忻州市")]
    for start in range(0, len(pairs), len(cities)):
        chosen = dict(zip(cities, pairs[start : start + len(cities)], strict=False))
        three = {area: (SHARES[start % len(SHARES)], *pair) for area, pair in chosen.items()}
        states = {(area, "涉尘行业", "share"): told for area, told in three.items()}
        review = with_bare_ratios(arranged(final, states), three)
        for area in (review.plan.area, *three):
            city = of_area(review, area)
            parts = [briefing.goal_note, briefing.verdicts_table]
            told = briefing.goal_table(city, SHARE)
            shown = [repr(told), *(repr(part(city, SHARE)) for part in parts)]
            shown += ["".join(brief_sentences(city)), repr(briefing.gaps_table(city))]
            if "bare and withheld" in three.get(area, ()):  # its figure failed on Fraction("nan")
                shown.append(share_figure(city.judged.history, area, 2025).alt)
            assert not NOT_WORDS.search("".join(shown)), (area, three, shown)
            for row in lines(told) if area in three else ():
                year = int(row["年度"].removesuffix("年"))
                if year in (2019, 2024, 2025):
                    state = three[area][(2019, 2024, 2025).index(year)]
                    cell = row["尘肺病报告比例"].removesuffix("*")
                    if state in ("figure", "bare"):
                        assert re.fullmatch(r"\d[\d.]*%", cell), (row, three)
                    else:
                        expected = SHARE_TOLD.get(state) or told_of_state(state, year)
                        assert cell == expected, (row, three)


def with_bare_ratios(review: briefing.Review, states: Mapping[str, STATES]) -> briefing.Review:
    """Return the review with bare ratios of 12.5 % in the place of counts that are to be bare."""
    wanted = {
        (area, year): state
        for area, three in states.items()
        for year, state in zip((2019, 2024, 2025), three, strict=True)
        if state.startswith("bare")
    }
    frame = review.submissions.observations
    places = pd.Series(list(zip(frame["area"], frame["year"], strict=True)), frame.index)
    of_share = frame["measure"].isin(PAIRS["share"]) & places.isin(list(wanted))
    bare = frame[of_share & (frame["measure"] == "short_exposure_cases")].assign(
        measure="short_exposure_per_million", value=RATIO_SCALE // 8, state="figure"
    )
    faulty = places[bare.index].map(wanted) != "bare"
    bare = bare.assign(
        value=bare["value"].mask(faulty), state=bare["state"].mask(faulty, "withheld")
    )
    observations = pd.concat([frame[~of_share], bare], ignore_index=True)
    return replace(
        review,
        judged=replace(
            review.judged, submissions=replace(review.submissions, observations=observations)
        ),
    )


@pytest.fixture(scope="module")
def briefing_folder(plan, tmp_path_factory) -> Path:
    """The folder of the mid-term briefing of the province, made once."""
    out = tmp_path_factory.mktemp("briefing")
    build_briefing(plan.folder, year=2023, out=out)
    return out


@pytest.fixture(scope="module")
def files(briefing_folder) -> dict[str, bytes]:
    return {path.suffix: path.read_bytes() for path in briefing_folder.glob("140000.*")}


def docx_tables(content: bytes) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in found.rows]
        for found in Document(io.BytesIO(content)).tables
    ]


def test_the_document_and_the_page_hold_the_same_tables(files):
    page, shown = files[".html"].decode(), tables_of(files[".ipynb"])
    in_word = docx_tables(files[".docx"])
    assert [[list(table.heads), *map(list, table.texts)] for table in shown] == in_word
    words = re.sub(r"<[^>]*>", "", page)
    assert all(re.sub(r"<[^>]*>", "", render(table)) in words for table in shown)


def tables_of(notebook: bytes) -> list[Table]:
    """Return the tables that the cells show; not the numbers behind figures."""
    cells = nbformat.reads(notebook.decode(), 4).cells
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return [t for data in outputs if BLOCKS in data for t in tables(unpacked(data[BLOCKS]))]


def test_the_document_and_the_page_say_the_same(files):
    on_page = html.unescape(re.sub("<[^>]*>", "", files[".html"].decode()))
    document = Document(io.BytesIO(files[".docx"]))
    in_word = {p.text for p in document.paragraphs if p.style.name in ("Normal", "Notice")}
    assert len(in_word) > 40
    assert all(re.sub(r"^(?:\d+\. |——)", "", text) in on_page for text in in_word)


def test_every_number_of_the_text_is_one_of_the_results(files, midterm):
    """Each figure with its unit in the running text is worked out anew from the results."""
    told = numbers_told(midterm) | tasks_told(midterm)
    document = Document(io.BytesIO(files[".docx"]))
    text = [p.text for p in document.paragraphs if p.style.name == "Normal"]
    start, end = (
        next(n for n, line in enumerate(text) if line.startswith(head))
        for head in ("2022年，山西省", "8份报表逾期报送")
    )
    seen = 0
    for line in text[start:end]:
        for number in re.findall(r"(?<![\d.—])(\d+(?:\.\d+)?(?:%|个百分点|起|人|例|项次?))", line):
            assert number in told, (number, line)
            seen += 1
    assert seen > 60


def numbers_told(review: briefing.Review) -> set[str]:
    """Return every figure that the province's results can give a sentence, with its unit."""
    ahead = select_area(review.judged.outlook(review.last), review.area)
    ahead = ahead[ahead["industry"] != TOTAL]
    counts = ahead[ahead["indicator"].isin(["accidents", "casualties"])]
    missed = review.results[(review.results["status"] == "missed")]
    missed = missed[(missed["indicator"] != "joint") & (missed["industry"] != TOTAL)]
    told = {f"{len(review.goals)}项", f"{len(counts)}项"}
    told |= {wording.goal(value) for value in review.plan.targets["threshold"].dropna()}
    told |= {f"{n}项" for n in review.goals["status"].value_counts()}
    told |= {f"{n}项" for n in ahead["outlook"].value_counts()}
    reached = pd.Series([reach(row) for row in counts.itertuples()])
    told |= {f"{n}项" for n in reached.value_counts()}
    own = missed[missed["area"] == review.area]
    told |= {f"{n}项" for n in own["department"].value_counts()}
    told.add(f"{(missed['level'] == 'city').sum()}项次")
    for row in select_area(review.results, review.area).to_dict("records"):
        told |= of_row(row)
    for row in review.judged.contributions(review.last)[
        review.judged.contributions(review.last)["part"] == "province"
    ].itertuples():
        numbers = [abs(row.change), row.baseline, row.value]
        told |= {f"{number}{wording.UNITS[row.indicator]}" for number in numbers}
    return told


def tasks_told(review: briefing.Review) -> set[str]:
    """Return every number of tasks that a sentence may hold."""
    told = told_of(review)
    due = {key: word for key, word in told.items() if word != "未到期"}
    tasks = {key[1:] for key in told}
    open_ = {key[1:] for key, word in due.items() if word != "已完成"}
    numbers = {f"{list(due.values()).count(word)}项次" for word in WORDS} | {f"{len(due)}项次"}
    numbers |= {f"{n}项" for n in (len({k[1:] for k in due}), len(tasks - {k[1:] for k in due}))}
    return numbers | {f"{number}项" for _, number in open_}


def of_row(row: dict) -> set[str]:
    """Return what one row can give; what it does not have, no sentence may hold."""
    unit = wording.UNITS.get(row["indicator"], "")
    whole = [
        abs(row[n])
        for n in ("value", "baseline", "margin", "allowed", "denominator")
        if pd.notna(row[n])
    ]
    shares = [row[n] for n in ("value", "baseline") if pd.notna(row[n])]
    told = {f"{int(number)}{unit}" for number in whole} | {wording.percent(s) for s in shares}
    if pd.notna(row["threshold"]):
        told.add(wording.goal(row["threshold"]))
    if pd.notna(row["decline"]):
        threshold = row["threshold"] if pd.notna(row["threshold"]) else None
        told.add(wording.percent(abs(row["decline"]), threshold))
    if row["indicator"] == "short_exposure_share":
        told.add(re.sub(r"^\D+", "", wording.points(row["value"] - row["baseline"])))
    return told


def test_the_document_has_styles_captions_and_alternative_texts(files):
    document = Document(io.BytesIO(files[".docx"]))
    styles = {p.style.name for p in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "Normal"} <= styles
    pictures = document.inline_shapes
    assert len(pictures) == 4
    assert all(len(shape._inline.docPr.get("descr")) > 20 for shape in pictures)
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(pictures) + len(document.tables)
    of_pictures = [p.text for p in captions if p.text.startswith("图")]
    assert of_pictures == [
        f"图{number}　{shown}（山西省，截至2022年）"
        for number, shown in enumerate(
            [
                "事故起数、伤亡人数与2019年相比",
                "尘肺病报告比例",
                "重点岗位人员培训覆盖率",
                "事故起数的增减：2022年与2019年相比",
            ],
            1,
        )
    ]


def test_a_figure_stands_by_what_it_shows(files):
    """That of the accidents before a word is said of the casualties."""
    page = files[".html"].decode().split("增减变化的构成</h2>")[1]
    figure = page.index("<figure")
    assert "合计事故起数减少242起" in page[:figure]
    assert "伤亡人数" not in page[:figure]


def test_a_picture_without_numbers_is_captioned_by_its_heading(files):
    notebook = nbformat.reads(files[".ipynb"].decode(), 4)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            output.get("metadata", {}).get("image/svg+xml", {}).pop("data", None)
    told = briefing_files(notebook, "140000", "行动计划")["140000.docx"]
    captions = [p.text for p in Document(io.BytesIO(told)).paragraphs if p.text.startswith("图1")]
    assert captions == ["图1　安全生产事故（山西省，截至2022年）"]


def test_the_slides_are_few_and_carry_their_sources(files, midterm):
    deck = Presentation(io.BytesIO(files[".pptx"]))
    assert 8 <= len(deck.slides) <= 12
    (tasks,) = [page for page in deck.slides if "各地区工作任务完成情况" in slide_text(page)]
    assert tasks_sentences(midterm)[0] in slide_text(tasks)
    assert any(shape.has_table for shape in tasks.shapes)
    for page in list(deck.slides)[1:]:
        assert page.notes_slide.notes_text_frame.text.startswith("来源：截至2023年12月31日")
    assert any(shape.has_table for page in deck.slides for shape in page.shapes)


def slide_text(page) -> str:
    return "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)


def test_what_the_slides_say_the_document_says(files):
    document = Document(io.BytesIO(files[".docx"]))
    said = {p.text for p in document.paragraphs}
    cells = {cell.replace("\n", "，") for t in docx_tables(files[".docx"]) for r in t for cell in r}
    for page in list(Presentation(io.BytesIO(files[".pptx"])).slides)[1:]:
        foot, title, *texts = slide_text(page).split("\n")
        assert not [line for line in texts if line not in said]
        for shape in page.shapes:
            if shape.has_table:
                shown = {cell.text for row in shape.table.rows for cell in row.cells}
                assert shown <= cells


def test_every_link_of_the_page_leads_somewhere_on_it(files):
    page = files[".html"].decode()
    places = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= places


def test_synthetic_data_are_called_so_in_every_form(files):
    document = Document(io.BytesIO(files[".docx"]))
    assert "示例数据（非真实）" in document.sections[0].header.paragraphs[0].text
    assert "示例数据（非真实）" in files[".html"].decode()
    deck = Presentation(io.BytesIO(files[".pptx"]))
    for page in deck.slides:
        texts = [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
        assert any("示例数据（非真实）" in text for text in texts)


def test_a_second_run_gives_the_same_bytes(files, plan, tmp_path):
    again = build_briefing(plan.folder, year=2023, out=tmp_path)
    assert {path.suffix: path.read_bytes() for path in again} == files


def test_a_city_has_a_briefing_of_its_own(plan, tmp_path):
    paths = build_briefing(plan.folder, year=2025, area="吕梁", out=tmp_path)
    assert [path.name for path in paths][:2] == ["141100.docx", "141100.pptx"]
    document = Document(io.BytesIO(paths[0].read_bytes()))
    assert "实施情况总结报告" in [p.text for p in document.paragraphs if p.style.name == "Title"]
    assert any("初步数据（快报数）" in p.text for p in document.paragraphs)
    assert 8 <= len(Presentation(io.BytesIO(paths[1].read_bytes())).slides) <= 12


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_briefing_that_is_stopped_says_so_and_leaves_nothing(tmp_path, number, code):
    temporary, out = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    run = [sys.executable, "-m", "gsyf_lib", "briefing", "--year", "2023", "--out", str(out)]
    process = subprocess.Popen(
        run, env={**os.environ, "TMPDIR": str(temporary)}, stderr=subprocess.PIPE, text=True
    )
    while not any(temporary.glob("gsyf-run-*/data/raw")):
        time.sleep(0.01)
    process.send_signal(number)
    told = process.communicate(timeout=30)[1]
    assert (process.returncode, told.count("\n")) == (code, 1)
    assert told.endswith("没有留下未写完的文件\n")
    assert not out.exists()
    assert list(temporary.glob("gsyf-run-*")) == []


FILES = ("140000.docx", "140000.pptx", "140000.html", "140000.ipynb")
AGAIN = "140000（2023-12-31重新生成）.docx"


@pytest.fixture
def write(plan, tmp_path, monkeypatch):
    """Return what writes a briefing of the given words without a notebook, and what it told."""

    def written(words: str) -> list[str]:
        contents = {name: f"{words} {name}".encode() for name in FILES}
        monkeypatch.setattr(
            "gsyf_lib.reports.briefing._contents", lambda *_: ("2023-12-31", contents)
        )
        told: list[str] = []
        paths = build_briefing(plan.folder, year=2023, out=tmp_path / "out", say=told.append)
        assert [path.read_bytes() for path in paths] == list(contents.values())
        return told

    return written


def in_folder(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"manifest.json"}


def test_an_unedited_briefing_is_replaced(write, tmp_path):
    assert write("old") == []
    assert write("new") == []
    assert in_folder(tmp_path / "out") == set(FILES)


def test_an_edited_document_is_never_touched_and_the_new_one_stands_beside_it(write, tmp_path):
    write("old")
    edited = tmp_path / "out" / "140000.docx"
    edited.write_bytes(b"with measures")
    (said,) = write("new")
    assert str(edited) in said
    assert AGAIN in said
    assert edited.read_bytes() == b"with measures"
    assert in_folder(tmp_path / "out") == {*FILES, AGAIN}
    write("newer")
    assert in_folder(tmp_path / "out") == {*FILES, AGAIN}
    (tmp_path / "out" / AGAIN).write_bytes(b"edited as well")
    write("newest")
    assert edited.read_bytes() == b"with measures"
    assert (tmp_path / "out" / AGAIN).read_bytes() == b"edited as well"
    assert in_folder(tmp_path / "out") == {*FILES, AGAIN, AGAIN.replace("生成", "生成2")}


def test_a_document_that_was_taken_away_comes_back_under_its_own_name(write, tmp_path):
    write("old")
    (tmp_path / "out" / "140000.docx").unlink()
    assert write("new") == []


def test_an_edited_briefing_does_not_verify(write, tmp_path, capsys):
    write("old")
    assert main(["verify", str(tmp_path / "out")]) == 0
    (tmp_path / "out" / "140000.docx").write_bytes(b"with measures")
    assert main(["verify", str(tmp_path / "out")]) == 4
    assert "已改动  140000.docx" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["140000.docx", "notes.txt", "manifest.json"])
def test_a_briefing_is_not_written_into_somebodys_folder(write, tmp_path, name):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_bytes(b"mine")
    with pytest.raises(gs.UsageError, match=f"已有“{name}”"):
        write("new")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_a_briefing_waits_for_no_other_run_in_its_folder(write, tmp_path):
    hold = (
        "import sys, time\nfrom pathlib import Path\nfrom gsyf_lib.processes.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print(1, flush=True)\n    time.sleep(60)"
    )
    command = [sys.executable, "-c", hold, str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with pytest.raises(BusyError):
            write("new")
        other.kill()
    assert not (tmp_path / "out").exists()


def test_a_year_that_no_calendar_has_is_wrong_usage(plan, tmp_path, capsys):
    arguments = ["briefing", "--data", str(plan.folder), "--year", "99999"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 2
    assert "99999不是年度" in capsys.readouterr().err
