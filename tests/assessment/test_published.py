"""Figures that offices printed (tests/published): reproduced, or named where they are wrong."""

from collections import Counter
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from many_pairs import judge_counts

from gsyf_lib.wording import percent

PUBLISHED = Path(__file__).parents[1] / "published"
DASH = "—"

# Every printed change that does not follow from the counts beside it, and why.
WRONG_CHANGES = {
    "7": "6起降为2起，下降66.7%，印作65.7%（一位数字之误）",
    "82": "按首次公布的351起应为下降14.2%；对比数事后修订",
    "83": "按首次公布的299人应为下降6.7%；对比数事后修订",
    "98": "由已取整的百万吨死亡率算不出55.39%；原率位数更多",
    "119": "由首次公布的0.059算不出24%；对比数事后修订或原率位数更多",
}
TRUNCATED_CHANGES = ["1", "2", "3", "28", "101"]
TRUNCATED_SHARES = {"煤炭行业/尘肺", "疑似尘肺及呼吸/疑似职业病", "煤工尘肺/疑似尘肺"}
WRONG_SHARES = {"煤工+矽肺/尘肺": "29787/30136为98.84%，印作98.9%"}


def printed(name: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / name, dtype=str, keep_default_na=False)


def places_of(text: str) -> int:
    return len(text.partition(".")[2])


def how_printed(exact: Fraction, text: str) -> str:
    """Tell how a printed percentage follows from an exact fraction: half-up as ours, or else."""
    places = places_of(text)
    if Decimal(percent(exact, decimals=places).removesuffix("%")) == Decimal(text):
        return "half-up"
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator) * 100
    cut = scaled.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)
    return "truncated" if cut == Decimal(text) else "wrong"


def baseline_of(row: dict) -> Decimal | None:
    """Return the baseline as printed, or from the difference; a blank count beside one is 0."""
    if row["baseline"]:
        return Decimal(row["baseline"])
    return Decimal(row["current"] or 0) - Decimal(row["delta"]) if row["delta"] else None


def classified_changes() -> dict[str, str]:
    """Return how each printed change of changes_cn.csv follows from its counts."""
    found = {}
    for row in printed("changes_cn.csv").to_dict("records"):
        base = baseline_of(row)
        if base is None:
            found[row["id"]] = "baseline unknown"
        elif not row["printed_pct"]:
            found[row["id"]] = "no percentage"
        else:
            exact = Fraction(Decimal(row["current"] or 0)) / Fraction(base) - 1
            found[row["id"]] = how_printed(exact, row["printed_pct"])
    return found


@pytest.fixture(scope="module")
def chizhou() -> pd.DataFrame:
    """Return the 80 cells with the decline as our verdicts compute it, in order."""
    cells = printed("chizhou_2020_vs_2019.csv")
    pairs = [(int(b), int(v)) for b, v in zip(cells.base_2019, cells.value_2020, strict=True)]
    results = judge_counts(pairs, None).sort_values("area_code", kind="stable")
    for name in ("decline", "reason"):
        cells[name] = results[name].to_numpy()
    return cells


def named(cells: pd.DataFrame) -> list[str]:
    return (cells["region"] + cells["industry"] + cells["measure"]).tolist()


def test_the_cells_of_chizhou_without_a_percentage_are_those_with_a_zero_baseline(chizhou):
    assert len(chizhou) == 80
    dashes = chizhou["printed_pct_vs_2019"] == DASH
    assert dashes.sum() == 45
    assert chizhou.loc[dashes, "decline"].isna().all()
    zero = chizhou["base_2019"] == "0"
    assert (chizhou["decline"].isna() == zero).all()
    assert set(chizhou.loc[zero, "reason"]) == {"held_at_zero", "rise_from_zero"}


def test_chizhou_prints_one_zero_where_its_own_note_requires_a_dash(chizhou):
    wrong = chizhou[chizhou["decline"].isna() & (chizhou["printed_pct_vs_2019"] != DASH)]
    assert named(wrong) == ["贵池区建筑死亡人数"]
    assert wrong["printed_pct_vs_2019"].tolist() == ["0"]


def test_the_percentages_of_chizhou_are_our_declines_rounded_half_up_except_five_cut_off(chizhou):
    computed = chizhou[chizhou["decline"].notna()]
    how = [
        how_printed(-Fraction(repr(float(decline))), text)
        for decline, text in zip(computed["decline"], computed["printed_pct_vs_2019"], strict=True)
    ]
    assert Counter(how) == {"half-up": 29, "truncated": 5}
    assert named(computed[[word == "truncated" for word in how]]) == [
        "合计商贸制造事故起数",
        "合计交通运输事故起数",
        "合计商贸制造死亡人数",
        "贵池区交通运输死亡人数",
        "青阳县交通运输事故起数",
    ]


@pytest.mark.parametrize("year", ["base_2019", "value_2020"])
def test_the_total_row_of_chizhou_is_the_sum_of_its_units(chizhou, year):
    counts = chizhou.assign(count=chizhou[year].astype(int))
    is_total = counts["region"] == "合计"
    key = ["industry", "measure"]
    total = counts[is_total].set_index(key)["count"].sort_index()
    added = counts[~is_total].groupby(key)["count"].sum()
    assert len(total) == 8
    pd.testing.assert_series_equal(total, added)


def test_of_the_printed_changes_five_are_cut_off_and_five_do_not_follow_from_their_counts():
    how = classified_changes()
    assert len(how) == 138
    assert Counter(how.values()) == {
        "half-up": 73,
        "truncated": 5,
        "wrong": 5,
        "baseline unknown": 52,
        "no percentage": 3,
    }
    assert [number for number, word in how.items() if word == "truncated"] == TRUNCATED_CHANGES
    assert [number for number, word in how.items() if word == "wrong"] == [*WRONG_CHANGES]


def test_changes_without_a_percentage_are_those_from_a_zero_baseline():
    how = classified_changes()
    rows = printed("changes_cn.csv").to_dict("records")
    bare = [row for row in rows if how[row["id"]] == "no percentage"]
    assert [baseline_of(row) for row in bare] == [0, 0, 0]


def test_a_printed_difference_and_a_printed_baseline_never_contradict_each_other():
    rows = printed("changes_cn.csv")
    both = rows[(rows["delta"] != "") & (rows["baseline"] != "")]
    assert both.empty, "then the baseline has two sources: compare them here"


def test_of_the_printed_shares_three_are_cut_off_and_one_is_wrong():
    rows = printed("shares_cn.csv").to_dict("records")
    how = [
        how_printed(Fraction(int(row["numerator"]), int(row["denominator"])), row["printed_pct"])
        for row in rows
    ]
    assert Counter(how) == {"half-up": 21, "truncated": 3, "wrong": 1}
    told = list(zip(rows, how, strict=True))
    assert {row["share"] for row, word in told if word == "truncated"} == TRUNCATED_SHARES
    wrong = [(row["region"], row["share"]) for row, word in told if word == "wrong"]
    assert wrong == [("四川", share) for share in WRONG_SHARES]


def test_sichuans_share_of_short_exposure_is_21_5_percent():
    assert percent(Fraction(6471, 30136)) == "21.5%"


@pytest.mark.parametrize(
    ("exact", "text", "how"),
    [
        (Fraction(-1, 6), "-16.67", "half-up"),
        (Fraction(-1, 6), "-16.66", "truncated"),
        (Fraction(-1, 6), "-16.68", "wrong"),
        (Fraction(1, 200), "0.5", "half-up"),
        (Fraction(-1, 8), "-12", "truncated"),
    ],
)
def test_a_printed_percentage_is_told_by_how_it_was_rounded(exact, text, how):
    assert how_printed(exact, text) == how
