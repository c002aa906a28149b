"""The evaluation briefing: right to the last digit, nothing invented, nothing left blank."""

import io
import re
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from docx import Document
from gsyf_lib.briefing.work import quality_sentences
from pptx import Presentation
from submitted import hand_in, sheet

import gsyf_lib as gs
from gsyf_lib import briefing, words
from gsyf_lib.briefing.advice import proposals
from gsyf_lib.briefing.text import basis_sentences, brief_sentences, limit_sentences
from gsyf_lib.cli import main
from gsyf_lib.errors import UsageError
from gsyf_lib.office import Table, html_blocks
from gsyf_lib.publish.briefing import build_briefing

TOTAL = "重点行业合计"
NOT_WORDS = re.compile(r"\bnan\b|NaT|<NA>|None|\binf\b", re.IGNORECASE)
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
    briefing.changes,
    briefing.work_table,
    briefing.open_tasks_table,
    briefing.quality,
    briefing.advice,
    briefing.limits,
    briefing.findings,
)


@pytest.fixture(scope="module")
def midterm() -> briefing.Review:
    return briefing.load_review(2023, data="data")


@pytest.fixture(scope="module")
def final() -> briefing.Review:
    return briefing.load_review(2025, data="data")


def of_area(review: briefing.Review, area: str) -> briefing.Review:
    """Return the review of another area, without judging everything again."""
    other = replace(review, area=area)
    for name in ("history", "outlook", "contributions"):
        other.__dict__[name] = getattr(review, name)
    return other


def table(html: str) -> Table:
    (found,) = [block for block in html_blocks(str(html)) if isinstance(block, Table)]
    return found


def lines(html: str) -> list[dict[str, str]]:
    found = table(html)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


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
    states = gs.receipt_states(
        midterm.plan, midterm.submissions.observations, midterm.submissions.as_of
    )
    of_2022 = states[states["data_year"] == 2022]
    whole = (of_2022["received"] == of_2022["expected"]).sum()
    assert f"2022年应报{len(of_2022)}张、收齐{whole}张" in received


def test_the_whole_is_said_in_five_sentences(midterm):
    sentences = brief_sentences(midterm)
    assert len(sentences) == 5
    assert all(sentence.endswith("。") and sentence.count("。") == 1 for sentence in sentences)


def test_exceptions_come_with_department_and_the_cases_they_are_short(midterm):
    rows = lines(briefing.gaps_table(midterm))
    goals = midterm.goals
    missed = goals[goals["status"] == "missed"]
    assert len([row for row in rows if row["结论"] == "未达标"]) == len(missed) > 0
    for _, goal in missed.iterrows():
        (row,) = [
            r
            for r in rows
            if (r["行业"], r["指标"])
            == (goal["industry"], words.SHORT_INDICATORS[goal["indicator"]])
        ]
        assert row["责任部门"] == goal["department"]
        assert str(-goal["margin"]) in row["差距"]


def test_every_missed_goal_of_a_city_is_named_once(midterm):
    rows = lines(briefing.city_gaps_table(midterm))
    results = midterm.results
    missed = results[(results["level"] == "city") & (results["status"] == "missed")]
    missed = missed[(missed["indicator"] != "joint") & (missed["industry"] != TOTAL)]
    assert sum(int(row["市数"]) for row in rows) == len(missed)
    assert sum(len(row["未达标的市"].split("、")) for row in rows) == len(missed)


@pytest.mark.parametrize("indicator", ["accidents", "casualties"])
def test_the_tables_of_counts_hold_the_figures_of_the_results(midterm, indicator):
    history = words.select_area(midterm.history, "山西省")
    for row in lines(briefing.goal_table(midterm, indicator)):
        for year in (2021, 2022):
            (figure,) = history[
                (history["industry"] == row["行业"])
                & (history["indicator"] == indicator)
                & (history["year"] == year)
            ].to_dict("records")
            assert row[f"{year}年"] == f"{int(figure['value'])}{words.UNITS[indicator]}"
            assert row["2019年"] == f"{int(figure['baseline'])}{words.UNITS[indicator]}"
        assert words.STATUSES[figure["status"]] in row["结论"]


CHANGES = {"上升": 1, "下降": -1}


@pytest.mark.parametrize("indicator", [*INDICATORS, "joint"])
@pytest.mark.parametrize("area", ["山西省", "吕梁市"])
def test_every_cell_of_the_annex_tells_figure_verdict_and_margin_of_the_results(
    midterm, indicator, area
):
    review = of_area(midterm, area)
    results = review.results[review.results["indicator"] == indicator]
    results = results if area == "山西省" else results[results["area"] == area]
    cells = {
        (row["地区"], industry): cell.split("\n")
        for row in lines(briefing.verdicts_table(review, indicator))
        for industry, cell in row.items()
        if industry != "地区"
    }
    assert len(cells) == len(results) > 0
    for row in results.to_dict("records"):
        cell = cells[(row["area"], row["industry"])]
        verdict = words.STATUSES[row["status"]]
        if indicator == "joint" or row["status"] not in ("met", "missed"):
            assert cell == [verdict]
            continue
        assert cell[1] == verdict
        assert cell[2:] == ([] if pd.isna(row["margin"]) else [words.margin_words(row)])
        if indicator in ("accidents", "casualties"):
            assert_change_of_a_count(cell[0], int(row["baseline"]), int(row["value"]))
        else:
            shown = float(cell[0].split("%")[0])
            assert shown == pytest.approx(100 * row["value"], abs=0.0501)
        if indicator == "short_exposure_share":
            direction, number = re.fullmatch(
                r"[\d.]+%(?:（只报比例）)?，(上升|下降)([\d.]+)个百分点", cell[0]
            ).groups()
            change = 100 * (row["value"] - row["baseline"])
            assert CHANGES[direction] * float(number) == pytest.approx(change, abs=0.0501)


def assert_change_of_a_count(said: str, then: int, now: int) -> None:
    if not then:
        assert said == ("保持为0" if not now else f"由0升至{now}{said[-1]}")
    elif then == now:
        assert said == "持平"
    else:
        sign, rate = CHANGES[said[:2]], Fraction(said[2:].removesuffix("%"))
        assert float(sign * rate) == pytest.approx(100 * (now - then) / then, abs=0.0501)


def test_a_bare_ratio_in_the_annex_says_that_it_is_one(midterm):
    review = of_area(midterm, "太原市")
    history = review.history.copy()
    of_share = history["indicator"] == "short_exposure_share"
    history.loc[of_share, ["numerator", "denominator", "margin"]] = None
    review.__dict__["history"] = history
    (row,) = lines(briefing.verdicts_table(review, "short_exposure_share"))
    assert row["涉尘行业"] == "15.9%（只报比例），下降2.4个百分点\n达标"


def test_a_share_changes_by_percentage_points_and_is_never_held_at_zero():
    row = {"indicator": "short_exposure_share", "threshold": None}
    assert words.change_words(row | {"baseline": 0.182, "value": 0.158}) == "下降2.4个百分点"
    assert words.change_words(row | {"baseline": 0.0, "value": 0.158}) == "上升15.8个百分点"


def test_years_after_the_last_one_judged_are_not_shown(midterm):
    assert "2023年" not in table(briefing.goal_table(midterm, "accidents")).columns


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
        ahead = words.select_area(review.outlook, area).set_index(["industry", "indicator"])
        for text in proposals(review):
            found = re.match(
                r"(.+?)(事故起数|伤亡人数)今后每年须再减少([\d.]+).，以往年均(..)", text
            )
            if not found:
                continue
            code = {"事故起数": "accidents", "伤亡人数": "casualties"}[found[2]]
            row = ahead.loc[(found[1], code)]
            years = int(row["last_year"] - row["year"])
            assert Fraction(found[3]) * years >= row["to_go"] > 0
            faster = row["pace_needed"] > row["pace_seen"]
            assert ("宜加大力度" in text, "须防止反弹" in text) == (faster, not faster)
            seen += 1
    assert seen > 5


def test_departments_are_asked_only_for_what_they_miss(midterm):
    goals = midterm.goals
    met = goals.loc[goals["status"] == "met", ["industry", "indicator"]]
    asked = [text for text in proposals(midterm) if "分析" in text]
    for _, goal in met.iterrows():
        name = f"{goal['industry']}{words.INDICATORS[goal['indicator']]}（"
        assert not [text for text in asked if re.search(rf"(?<!非){name}", text)]


def test_the_tasks_of_all_years_are_told_with_the_areas_that_say_nothing(midterm):
    rows = lines(briefing.work_table(midterm))
    tasks = midterm.plan.tasks[midterm.plan.tasks["year"] <= 2023]
    assert len(rows) == len(tasks)
    for row in rows:
        told = sum(int(row[word]) for word in words.TASK_STATES.values())
        assert (told == int(row["应办地区"])) == (row["未报送"] == "无")


def test_tasks_of_a_year_that_is_not_out_are_not_called_missing(midterm):
    rows = [row for row in lines(briefing.work_table(midterm)) if row["年度"] == "2023年"]
    assert {row["未报送"] for row in rows} == {"进度报告尚未到期"}
    later = replace(midterm, submissions=gs.load_submissions(midterm.plan, "2024-01-01"))
    rows = [row for row in lines(briefing.work_table(later)) if row["年度"] == "2023年"]
    assert all("等1" in row["未报送"] for row in rows)
    of_city = lines(briefing.work_table(of_area(midterm, "吕梁市")))
    assert [r["完成情况"] for r in of_city if r["年度"] == "2023年"] == ["进度报告尚未到期"] * 5


def test_the_open_tasks_of_each_area_are_those_its_progress_tells(midterm):
    rows = {row["地区"]: row for row in lines(briefing.open_tasks_table(midterm))}
    assert list(rows) == [midterm.plan.area, *midterm.plan.cities]
    told = midterm.submissions.progress
    for area, row in rows.items():
        for year in (2021, 2022):
            own = told[(told["area"] == area) & (told["year"] == year)]
            left = {}
            for part in row[f"{year}年"].split("；"):
                word, _, numbers = part.partition("：第")
                left[word] = [int(n) for n in numbers.removesuffix("项").split("、") if n]
            for code, word in {"under_way": "进行中", "not_done": "未开展"}.items():
                assert left.get(word, []) == sorted(own.loc[own["state"] == code, "number"])
            assert ("全部完成" in left) == (own["state"] == "done").all()
    assert briefing.open_tasks_table(of_area(midterm, "吕梁市")) == ""


def test_nothing_found_is_said_in_a_sentence(midterm, final):
    said = "".join(quality_sentences(midterm))
    assert "没有逾期未报的报表。" in said
    assert "：无" not in said and "0处" not in said and "未采用" not in said
    assert "错误1处" in "".join(quality_sentences(final))
    assert "有错误的数据未采用" in "".join(quality_sentences(final))


def test_a_goal_met_to_the_last_case_says_so_in_one_word(midterm):
    review = of_area(midterm, "太原市")
    rows = {row["行业"]: row["结论"] for row in lines(briefing.goal_table(review, "accidents"))}
    assert rows["危险化学品"] == "恰好达标"
    assert rows["煤矿"] == "未达标，超出3起"


def test_no_function_leaves_a_blank_or_a_nan_for_any_area(midterm, final):
    for review in (midterm, final):
        for area in (review.plan.area, *review.plan.cities):
            other = of_area(review, area)
            parts = [str(function(other)) for function in FUNCTIONS]
            parts += [str(briefing.goal_table(other, code)) for code in INDICATORS]
            parts += [str(briefing.goal_note(other, code)) for code in INDICATORS]
            for part in parts:
                assert not NOT_WORDS.search(part), (area, part)
                assert "<td></td>" not in part and "<p></p>" not in part, (area, part)


def test_what_was_not_handed_in_says_so_at_its_place(plan, tmp_path):
    figures = sheet("accidents", "2019,太原市,建筑施工,10,12", "2021,太原市,建筑施工,9,11")
    few = hand_in(plan, tmp_path, {"2022-02-20/a.csv": figures})
    submissions = gs.load_submissions(few, "2023-12-31")
    review = briefing.Review(few, submissions, "太原市", 2023, "midterm_review", 2021)
    rows = {row["行业"]: row for row in lines(briefing.goal_table(review, "accidents"))}
    assert rows["建筑施工"]["2021年"] == "9起"
    assert (rows["煤矿"]["2019年"], rows["煤矿"]["2021年"]) == ("未报送", "未报送")
    assert rows["煤矿"]["结论"] == "未报送"
    for sentences in (basis_sentences, brief_sentences, limit_sentences, quality_sentences):
        assert not NOT_WORDS.search("".join(sentences(review)))


@pytest.fixture(scope="module")
def files(plan, tmp_path_factory) -> dict[str, bytes]:
    """The mid-term briefing of the province, made once."""
    out = tmp_path_factory.mktemp("briefing")
    paths = build_briefing(plan.folder, year=2023, out=out)
    return {path.suffix: path.read_bytes() for path in paths}


def docx_tables(content: bytes) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in found.rows]
        for found in Document(io.BytesIO(content)).tables
    ]


def test_the_document_and_the_page_hold_the_same_tables(files):
    body = files[".html"].decode().split("</header>", 1)[1]
    body = re.sub("<figure.*?</figure>", "", body, flags=re.DOTALL)  # the numbers behind it
    on_page = [block for block in html_blocks(body) if isinstance(block, Table)]
    in_word = docx_tables(files[".docx"])
    assert [[list(t.columns), *map(list, t.rows)] for t in on_page] == in_word


def test_every_number_of_the_text_is_one_of_the_results(files, midterm):
    """Each figure with its unit in the running text is worked out anew from the results."""
    told = numbers_told(midterm)
    document = Document(io.BytesIO(files[".docx"]))
    text = [p.text for p in document.paragraphs if p.style.name == "Normal"]
    start, end = (
        next(n for n, line in enumerate(text) if line.startswith(head))
        for head in ("2022年，山西省", "报告总例数增加")
    )
    for line in text[start:end]:
        for number in re.findall(r"(?<![\d.—])(\d+(?:\.\d+)?(?:%|个百分点|起|人|例|项))", line):
            assert number in told, (number, line)


def numbers_told(review: briefing.Review) -> set[str]:
    """Return every figure that the province's results can give a sentence, with its unit."""
    ahead = words.select_area(review.outlook, review.area)
    ahead = ahead[ahead["industry"] != TOTAL]
    told = {f"{len(review.goals)}项"}
    told |= {f"{n}项" for n in review.goals["status"].value_counts()}
    told |= {f"{n}项" for n in ahead["outlook"].value_counts()}
    for row in words.select_area(review.results, review.area).to_dict("records"):
        told |= of_row(row)
    return told


def of_row(row: dict) -> set[str]:
    """Return what one row can give; what it does not have, no sentence may hold."""
    unit = words.UNITS.get(row["indicator"], "")
    whole = [
        abs(row[n]) for n in ("value", "baseline", "margin", "denominator") if pd.notna(row[n])
    ]
    shares = [row[n] for n in ("value", "baseline") if pd.notna(row[n])]
    told = {f"{int(number)}{unit}" for number in whole} | {words.percent(s) for s in shares}
    if pd.notna(row["threshold"]):
        told.add(words.goal(row["threshold"]))
    if pd.notna(row["decline"]):
        threshold = row["threshold"] if pd.notna(row["threshold"]) else None
        told.add(words.percent(abs(row["decline"]), threshold))
        told.add(re.sub(r"^\D+", "", words.points(row["value"] - row["baseline"])))
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
    assert all(text.endswith("（山西省，截至2022年）") for text in of_pictures)


def test_the_slides_are_few_and_carry_their_sources(files):
    deck = Presentation(io.BytesIO(files[".pptx"]))
    assert 8 <= len(deck.slides) <= 12
    for page in list(deck.slides)[1:]:
        assert page.notes_slide.notes_text_frame.text.startswith("来源：截至2023年12月31日")
    assert any(shape.has_table for page in deck.slides for shape in page.shapes)


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
    assert any("初步数据" in p.text for p in document.paragraphs)
