"""Which verdicts change: under another reading, between two days (revisions: test_check_years)."""

from dataclasses import replace

import pandas as pd
import pytest
from submitted import construction, hand_in, sheet

import gsyf_lib as gs
from gsyf_lib import frames
from gsyf_lib.assessment.changes import Comparison, reading_changes
from gsyf_lib.plan.readings import ALLOWED, SWITCHES, Readings

COAL, BUILDING, DUST = "煤矿", "建筑施工", "涉尘行业"
SHARE = "short_exposure_share"
TOTAL = "重点行业合计"

pytestmark = pytest.mark.usefixtures("the_example_is_read_once")


def figures(area: str, industry: str, measure: str, by_year: dict) -> list[tuple]:
    return [(area, industry, year, measure, value) for year, value in by_year.items()]


def shares(area: str, by_year: dict) -> list[tuple]:
    cases = {year: pair[0] for year, pair in by_year.items()}
    totals = {year: pair[1] for year, pair in by_year.items()}
    return [
        *figures(area, DUST, "short_exposure_cases", cases),
        *figures(area, DUST, "reported_cases", totals),
    ]


def told(changes: pd.DataFrame) -> list[tuple]:
    names = ["area", "industry", "indicator", "reading", "alternative", "old_status", "new_status"]
    return list(changes[names].itertuples(index=False, name=None))


# Readings


def test_a_baseline_of_zero_hangs_on_reading_6(plan, observe):
    made = figures("太原市", COAL, "accidents", {2019: 0, 2021: 0, 2023: 0})
    first = reading_changes(plan, observe(*made), 2021)
    undefined = ("太原市", COAL, "accidents", "zero_baseline", "undefined", "met", "undefined")
    literal = ("太原市", COAL, "accidents", "zero_baseline", "literal", "met", "missed")
    joint = ("太原市", COAL, "joint", "zero_baseline", "literal", "not_reported", "missed")
    assert told(first) == [undefined, literal, joint]
    assert first["new_reason"].tolist() == ["zero_baseline", "not_below_zero", ""]
    assert told(reading_changes(plan, observe(*made), 2023)) == [undefined]


def test_a_share_above_last_year_s_and_below_the_first_hangs_on_reading_8(plan, observe):
    made = shares("太原市", {2019: (20, 100), 2022: (10, 100), 2023: (15, 100)})
    (row,) = reading_changes(plan, observe(*made), 2023).to_dict("records")
    assert (row["reading"], row["in_force"], row["alternative"]) == (
        "falling",
        "previous_year",
        "baseline_year",
    )
    assert (row["old_status"], row["new_status"]) == ("missed", "met")
    assert (row["old_margin"], row["new_margin"]) == (-6, 4)


def test_a_share_of_zero_hangs_on_reading_9(plan, observe):
    made = shares("太原市", {2019: (20, 100), 2022: (0, 100), 2023: (0, 90)})
    expected = ("太原市", DUST, SHARE, "falling_at_zero", "undefined", "met", "undefined")
    assert told(reading_changes(plan, observe(*made), 2023)) == [expected]


def test_the_province_s_own_figure_hangs_on_reading_18(plan, observe):
    made = [f for c in plan.cities for f in figures(c, COAL, "accidents", {2019: 10, 2023: 9})]
    made += figures("山西省", COAL, "accidents", {2019: 110, 2023: 100})
    turned = ("province", "sum_of_cities", "missed")
    changes = reading_changes(plan, observe(*made), 2023)
    assert told(changes) == [
        ("山西省", COAL, "accidents", *turned, "met"),
        ("山西省", COAL, "joint", *turned, "not_reported"),
    ]
    assert changes["new_reason"].tolist() == ["sum_of_cities", ""]


def test_the_default_is_the_other_reading_where_it_is_not_in_force(plan, observe):
    other = replace(plan, readings=Readings(falling="baseline_year"))
    made = shares("太原市", {2019: (20, 100), 2022: (10, 100), 2023: (15, 100)})
    (row,) = reading_changes(other, observe(*made), 2023).to_dict("records")
    assert (row["in_force"], row["alternative"]) == ("baseline_year", "previous_year")
    assert (row["old_status"], row["new_status"]) == ("met", "missed")


def test_nothing_changes_where_no_clause_is_open(plan, observe):
    made = figures("太原市", COAL, "accidents", {2019: 20, 2023: 18})
    changes = reading_changes(plan, observe(*made), 2023)
    pd.testing.assert_frame_equal(changes, frames.READING_CHANGES.empty())


def test_how_trainees_were_counted_cannot_be_told_from_what_was_handed_in(plan, example):
    """Both values judge the same counts: a list without them must not read as "no change"."""
    within = replace(plan, readings=Readings(training="within_year"))
    assert not SWITCHES["training"].recounted
    pd.testing.assert_frame_equal(
        gs.assess(plan, example.observations, 2023), gs.assess(within, example.observations, 2023)
    )
    assert "training" not in set(reading_changes(plan, example.observations, 2023)["reading"])


@pytest.mark.parametrize("year", [2021, 2023])
def test_every_change_of_the_example_is_found_and_no_other(plan, example, judged, year):
    found = judged.reading_changes(year)
    now = gs.assess(plan, example.observations, year)
    expected = set()
    for name, (_, *others) in ALLOWED.items():
        for value in others:
            other = replace(plan, readings=Readings(**{name: value}))
            rows = gs.assess(other, example.observations, year)
            rows = rows[(rows["status"] != now["status"]).to_numpy()]
            expected |= {(r.area, r.industry, r.indicator, name, value) for r in rows.itertuples()}
    assert len(found) == len(expected) > 0
    assert {row[:5] for row in told(found)} == expected


def test_a_year_without_targets_is_refused(plan, observe):
    with pytest.raises(gs.UsageError, match="2020年没有年度目标"):
        reading_changes(plan, observe(), 2020)


# Days


FILES = {
    "2021-07-20/a.csv": construction(40, 80, 2019),
    "2024-02-10/a.csv": construction(30, 60, 2023),
    "2024-02-10/b.csv": sheet("accidents", "2023,大同市,建筑施工,x,9"),
    "2024-03-10/a.csv": construction(37, 60, 2023),
    "2024-03-10/b.csv": sheet(
        "accidents", "2023,大同市,建筑施工,8,9", "2019,大同市,建筑施工,10,12"
    ),
    "2024-04-10/a.csv": sheet("accidents", "2023,阳泉市,建筑施工,-1,5"),
}


@pytest.fixture
def there(plan, tmp_path):
    return hand_in(plan, tmp_path, FILES)


def kinds(changed: Comparison) -> dict[tuple, str]:
    keys = changed.figures[["area", "year", "measure"]].itertuples(index=False, name=None)
    return dict(zip(keys, changed.figures["change"], strict=True))


def test_every_figure_that_differs_is_named_with_what_became_of_it(there):
    assert kinds(gs.compare(there, "2024-02-29", "2024-03-31", 2023)) == {
        ("太原市", 2023, "accidents"): "revised",
        ("大同市", 2023, "accidents"): "mended",
        ("大同市", 2019, "accidents"): "first",
        ("大同市", 2019, "casualties"): "first",
    }
    later = gs.compare(there, "2024-03-31", "2024-04-30", 2023)
    assert kinds(later) == {
        ("阳泉市", 2023, "accidents"): "withheld",
        ("阳泉市", 2023, "casualties"): "first",
    }
    assert not later.synthetic


def test_a_changed_figure_has_both_values_and_its_place(there):
    figures = gs.compare(there, "2024-02-29", "2024-03-31", 2023).figures
    row = figures[(figures["area"] == "太原市")].iloc[0]
    assert (row["old_value"], row["new_value"]) == (30, 37)
    assert (row["file"], row["cell"]) == ("2024-03-10/a.csv", "D2")
    row = figures[(figures["change"] == "mended")].iloc[0]
    assert (row["old_state"], row["new_state"], row["new_value"]) == ("withheld", "figure", 8)
    assert pd.isna(row["old_value"])


def test_a_verdict_that_flipped_has_both_sides(there):
    results = gs.compare(there, "2024-02-29", "2024-03-31", 2023).results
    rows = results.set_index(["area", "industry", "indicator"])
    row = rows.loc[("太原市", BUILDING, "accidents")]
    assert (row["old_value"], row["new_value"], row["new_baseline"]) == (30, 37, 40)
    assert (row["old_status"], row["new_status"]) == ("met", "missed")
    assert (row["old_margin"], row["new_margin"]) == (6, -1)
    joint = rows.loc[("太原市", BUILDING, "joint")]
    assert (joint["old_status"], joint["new_status"]) == ("met", "missed")
    row = rows.loc[("大同市", BUILDING, "accidents")]
    assert (row["old_reason"], row["new_status"]) == ("withheld", "met")
    assert ("太原市", BUILDING, "casualties") not in rows.index


def test_only_rows_that_differ_are_told_and_all_of_them(there):
    days = ("2024-02-29", "2024-03-31")
    judged = [gs.assess(there, gs.load_submissions(there, day).observations, 2023) for day in days]
    shown = ["status", "value", "margin", "baseline_year", "baseline", "reason"]
    before, after = (frame[shown].astype(object).fillna("") for frame in judged)
    differ = (before != after).any(axis=1)
    key = ["area_code", "industry", "indicator"]
    found = gs.compare(there, *days, 2023).results
    assert found[key].to_numpy().tolist() == judged[1].loc[differ, key].to_numpy().tolist()


def test_no_figure_is_lost_from_one_day_to_a_later_one(there):
    """Files are only added, so a comparison need not look for figures that went away."""
    key = ["area_code", "industry", "year", "measure"]
    kept: set[tuple] = set()
    for day in ("2021-12-31", "2024-02-29", "2024-03-31", "2024-04-30"):
        rows = gs.load_submissions(there, day).observations[key]
        found = set(rows.itertuples(index=False, name=None))
        assert kept < found
        kept = found


def test_a_file_about_another_year_changes_no_later_nor_earlier_verdict(there):
    changed = gs.compare(there, "2024-02-01", "2024-04-30", 2022)
    assert set(changed.figures["year"]) == {2019}
    assert set(changed.results["area"]) == {"大同市"}
    assert set(changed.results["new_reason"]) <= {"not_reported", ""}


def test_the_same_day_twice_differs_in_nothing(there):
    changed = gs.compare(there, "2024-03-31", "2024-03-31", 2023)
    pd.testing.assert_frame_equal(changed.results, frames.RESULT_CHANGES.empty())
    pd.testing.assert_frame_equal(changed.figures, frames.FIGURE_CHANGES.empty())


def test_a_share_handed_in_late_moves_the_year_compared_with(plan, tmp_path):
    rows = ("2019,太原市,100,20", "2021,太原市,100,10", "2023,太原市,100,9")
    files = {
        "2024-02-10/a.csv": sheet("pneumoconiosis", *rows),
        "2024-03-10/a.csv": sheet("pneumoconiosis", "2022,太原市,100,8"),
    }
    changed = gs.compare(hand_in(plan, tmp_path, files), "2024-02-29", "2024-03-31", 2023)
    (row,) = changed.results.to_dict("records")
    assert (row["old_baseline_year"], row["new_baseline_year"]) == (2021, 2022)
    assert (row["old_status"], row["new_status"]) == ("met", "missed")
    assert (row["old_value"], row["new_value"]) == (0.09, 0.09)


@pytest.mark.parametrize(
    ("days", "year", "said"),
    [
        (("2024-03-31", "2024-02-29"), 2023, "先早后晚：2024-03-31晚于2024-02-29"),
        (("2024-03-31", "2024-02-30"), 2023, "“2024-02-30”不是日期"),
        (("2024-02-29", "2024-03-31"), 2020, "2020年没有年度目标"),
    ],
)
def test_days_or_a_year_that_cannot_be_compared_are_refused(plan, days, year, said):
    with pytest.raises(gs.UsageError, match=said):
        gs.compare(plan, *days, year)


def test_the_frames_of_the_example_keep_their_contracts(plan, judged):
    changed = gs.compare(plan, "2023-03-31", "2023-12-31", 2022)
    assert changed.synthetic
    for frame, contract in (
        (changed.results, frames.RESULT_CHANGES),
        (changed.figures, frames.FIGURE_CHANGES),
        (judged.reading_changes(2022), frames.READING_CHANGES),
    ):
        assert len(frame)
        pd.testing.assert_frame_equal(frame, frames.conform(frame, contract))
