"""What was owed and what came."""

import pandas as pd
import pytest
from submitted import construction, load, table_rows, workbook

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.plan.dues import owed
from gsyf_lib.submissions import receipt_states

BUILDING = "住房和城乡建设部门"
EMERGENCY = "应急管理部门"
SHARE = ("short_exposure_cases", "reported_cases")


def building(value: object = 3, year: int = 2023, area: str = "太原市") -> list[tuple]:
    return [(area, "建筑施工", year, measure, value) for measure in ("accidents", "casualties")]


def receipt(plan, observed, as_of="2099-01-01", faulty=None, **chosen) -> pd.Series:
    wanted = {"area": "太原市", "data_year": 2023, "department": BUILDING, "table": "accidents"}
    faulty = frames.FAULTY.empty() if faulty is None else faulty
    rows = receipt_states(plan, observed, pd.Timestamp(as_of), faulty)
    for name, value in (wanted | chosen).items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_twelve_areas_owe_the_figures_of_every_duty(plan, observe):
    rows = receipt_states(plan, observe(), pd.Timestamp("2099-01-01"), frames.FAULTY.empty())
    assert rows["area"].nunique() == 12
    per_year = rows[rows["area"] == "山西省"].groupby("data_year")["table"].agg(["size", "nunique"])
    assert per_year.loc[2019].tolist() == [4, 2]
    assert all(per_year.loc[year].tolist() == [8, 3] for year in range(2021, 2026))
    assert 2020 not in per_year.index


def test_training_is_owed_with_the_same_year_s_accidents_and_not_for_the_baseline(plan):
    rows = owed(plan)
    dues = rows.groupby(["table", "data_year"])["due"].unique().map(list)
    assert (("training", 2019)) not in dues.index
    for year in plan.years:
        assert dues["training", year] == dues["accidents", year]


@pytest.mark.parametrize(
    ("received", "state", "days"),
    [
        ("2024-02-28", "on_time", None),
        ("2024-02-29", "on_time", None),
        ("2024-03-01", "late", 1),
        ("2024-03-31", "late", 31),
    ],
)
def test_the_leap_day_is_the_last_in_time(plan, observe, received, state, days):
    row = receipt(plan, observe(*building(), received=received))
    assert row["due"] == pd.Timestamp("2024-02-29")
    assert row["state"] == state
    assert (None if pd.isna(row["days_late"]) else row["days_late"]) == days
    assert row["received_on"] == pd.Timestamp(received)


@pytest.mark.parametrize(("as_of", "state"), [("2024-02-29", "not_due"), ("2024-03-01", "missing")])
def test_nothing_is_missing_before_its_day_is_over(plan, observe, as_of, state):
    row = receipt(plan, observe(), as_of)
    assert row["state"] == state
    assert (row["received"], row["expected"]) == (0, 1)
    assert pd.isna(row["received_on"])


def test_some_of_a_department_s_industries_are_a_part(plan, observe):
    figures = [
        ("太原市", industry, 2023, measure, 1)
        for industry in ("煤矿", "机械制造")
        for measure in ("accidents", "casualties")
    ]
    figures.append(("太原市", "危险化学品", 2023, "accidents", 1))
    row = receipt(plan, observe(*figures, received="2024-02-01"), department=EMERGENCY)
    assert (row["state"], row["received"], row["expected"]) == ("partial", 2, 4)
    assert pd.isna(row["received_on"])


def test_no_such_industry_is_an_answer_and_a_withheld_figure_is_none(plan, observe):
    absent = receipt(plan, observe(*building("absent"), received="2024-02-01"))
    assert absent["state"] == "on_time"
    withheld = receipt(plan, observe(*building("withheld"), received="2024-02-01"))
    assert withheld["state"] == "missing"


def test_the_last_figure_decides_when_a_table_was_complete(plan, observe):
    early, late = building()
    rows = pd.concat([observe(early, received="2024-02-01"), observe(late, received="2024-03-02")])
    assert receipt(plan, rows)["days_late"] == 2


def test_a_table_is_complete_on_the_day_of_its_last_industry(plan, observe):
    days = dict.fromkeys(("危险化学品", "煤矿", "机械制造"), "2024-02-01") | {
        "非煤矿山": "2024-03-02"
    }
    parts = [
        observe(*(("太原市", industry, 2023, name, 1) for name in ("accidents", "casualties")),
                received=day)
        for industry, day in days.items()
    ]  # fmt: skip
    row = receipt(plan, pd.concat(parts), department=EMERGENCY)
    assert (row["state"], row["days_late"], row["received_on"]) == (
        "late",
        2,
        pd.Timestamp("2024-03-02"),
    )


def test_a_revision_after_the_due_day_does_not_make_it_late(plan, observe):
    rows = observe(*building(), received="2024-02-20")
    rows["received_on"] = pd.Timestamp("2024-05-01")
    assert receipt(plan, rows)["state"] == "on_time"


def test_a_bare_ratio_counts_as_received(plan, observe):
    chosen = {"department": "卫生健康部门", "table": "pneumoconiosis"}
    bare = ("太原市", "涉尘行业", 2023, "short_exposure_per_million", 125_000_000_000)
    row = receipt(plan, observe(bare, received="2024-02-20"), **chosen)
    assert row["state"] == "on_time"
    counts = [("太原市", "涉尘行业", 2023, measure, 4) for measure in SHARE]
    both = pd.concat(
        [observe(*counts, received="2024-04-20"), observe(bare, received="2024-02-20")]
    )
    assert receipt(plan, both, **chosen)["state"] == "on_time"
    half = observe(counts[0], received="2024-02-20")
    assert receipt(plan, half, **chosen)["state"] == "missing"


def test_a_city_s_figures_do_not_stand_for_another_s(plan, observe):
    observed = observe(*building(area="大同市"), received="2024-02-01")
    assert receipt(plan, observed)["state"] == "missing"
    assert receipt(plan, observed, area="大同市")["state"] == "on_time"


def test_completeness_counts_areas_that_handed_in_everything(plan, example):
    received = receipt_states(plan, example.observations, example.as_of, example.faulty)
    assert gs.completeness(received, 2019) == (12, 12)
    of_year = received[received["data_year"] == 2023]
    lacking = of_year.loc[of_year["received"] < of_year["expected"], "area"].unique()
    assert "吕梁市" in lacking
    assert gs.completeness(received, 2023) == (12 - len(lacking), 12)


def test_the_example_has_a_city_that_was_late_and_one_that_never_sent_a_table(plan, example):
    received = receipt_states(plan, example.observations, example.as_of, example.faulty)
    states = received.groupby("state")["area"].unique()
    assert "晋中市" in states["late"]
    assert len(states["missing"]) >= 1
    late = received[received["state"] == "late"]
    assert ((late["received_on"] - late["due"]).dt.days == late["days_late"]).all()
    assert received.loc[received["state"] != "late", "days_late"].isna().all()


def received(submissions, plan, **chosen) -> pd.Series:
    faulty = submissions.faulty
    return receipt(plan, submissions.observations, "2024-06-01", faulty, **chosen)


def test_a_report_with_an_error_was_received(plan, tmp_path):
    city = load(plan, tmp_path, {"2024-02-20/太原市.csv": construction("12例左右", year=2023)})
    row = received(city, plan)
    assert (row["state"], row["received"], row["faulty"]) == ("faulty", 0, "建筑施工")
    assert row["faulty_on"] == pd.Timestamp("2024-02-20")
    assert (row["fault_codes"], row["fault_cells"]) == ("cell-type", "D2")
    assert pd.isna(row["received_on"])
    assert received(city, plan, area="大同市")["state"] == "missing"


def test_a_blank_cell_is_an_error_in_a_report_that_was_received(plan, tmp_path):
    city = load(plan, tmp_path, {"2024-02-20/太原市.csv": construction("", year=2023)})
    row = received(city, plan)
    assert (row["state"], row["fault_codes"]) == ("faulty", "cell-missing")


def test_a_report_that_cannot_be_opened_was_received_if_its_name_tells_whose_it_is(plan, tmp_path):
    broken = workbook(table_rows("accidents"))[:900]
    files = {
        "2024-02-20/太原市_住房和城乡建设部门_2023年.xlsx": broken,
        "2024-02-20/大同市.xlsx": broken,
    }
    submissions = load(plan, tmp_path, files)
    row = received(submissions, plan)
    assert (row["state"], row["faulty"], row["fault_cells"]) == ("faulty", "建筑施工", "")
    assert row["fault_codes"] in set(submissions.findings["code"])
    assert received(submissions, plan, department=EMERGENCY)["state"] == "missing"
    assert received(submissions, plan, area="大同市")["state"] == "missing"


def test_what_was_mended_is_faulty_no_more(plan, tmp_path):
    files = {
        "2024-02-20/太原市.csv": construction("12例左右", year=2023),
        "2024-03-05/太原市.csv": construction(12, year=2023),
    }
    row = received(load(plan, tmp_path, files), plan)
    assert (row["state"], row["faulty"], row["days_late"]) == ("late", "", 5)
    assert pd.isna(row["faulty_on"])


def test_a_figure_in_force_stays_received_when_a_later_one_is_faulty(plan, tmp_path):
    files = {
        "2024-02-20/太原市.csv": construction(12, year=2023),
        "2024-03-05/太原市.csv": construction("12例左右", year=2023),
    }
    submissions = load(plan, tmp_path, files)
    assert received(submissions, plan)["state"] == "on_time"
    assert submissions.faulty.empty


def test_some_industries_faulty_and_others_never_sent_are_a_part(plan, observe):
    faulty = pd.DataFrame([{
        "area_code": "140100", "area": "太原市", "industry": "煤矿", "year": 2023,
        "measure": "accidents", "code": "cell-type", "received_on": pd.Timestamp("2024-02-20"),
        "file": "a.csv", "sheet": "", "cell": "D4",
    }])  # fmt: skip
    faulty = frames.conform(faulty, frames.FAULTY)
    row = receipt(plan, observe(), faulty=faulty, department=EMERGENCY)
    assert (row["state"], row["received"], row["faulty"]) == ("partial", 0, "煤矿")
    three = [
        ("太原市", industry, 2023, measure, 1)
        for industry in ("危险化学品", "非煤矿山", "机械制造")
        for measure in ("accidents", "casualties")
    ]
    row = receipt(plan, observe(*three), "2024-01-01", faulty, department=EMERGENCY)
    assert (row["state"], row["received"], row["fault_cells"]) == ("faulty", 3, "D4")


def test_a_faulty_ratio_stands_for_both_of_its_counts(plan, tmp_path):
    text = "年度,市,尘肺病报告比例\n2023,太原市,12.5\n"
    submissions = load(plan, tmp_path, {"2024-02-20/太原市.csv": text})
    row = received(submissions, plan, department="卫生健康部门", table="pneumoconiosis")
    assert (row["state"], row["fault_cells"]) == ("faulty", "C2")


def test_the_example_s_faulty_report_is_not_told_as_never_sent(plan, example):
    rows = receipt_states(plan, example.observations, example.as_of, example.faulty)
    rows = rows[(rows["area"] == "吕梁市") & (rows["department"] == EMERGENCY)]
    row = rows[(rows["data_year"] == 2023) & (rows["table"] == "accidents")].iloc[0]
    assert (row["state"], row["faulty"], row["fault_cells"]) == ("faulty", "煤矿", "D4")
