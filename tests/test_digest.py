"""What a notebook says at its end: which figures it used, and how much it showed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.blocks import Paragraph
from gsyf_lib.digest import CLOSING, Digests, Shown, closing
from gsyf_lib.figures import Figure, FigureSeries


@pytest.fixture(scope="module")
def results(plan, example) -> pd.DataFrame:
    return gs.assess(plan, example.observations, year=2023)


def test_the_notebook_and_the_library_work_out_the_same(plan, example, results):
    digests = Digests(plan, example, results)
    assert closing(plan, example, results).digest == digests.of_all()
    for name in ("太原", "大同市", "140300"):
        row = plan.area_row(name)
        digest = closing(plan, example, results, name).digest
        assert digest == digests.of(row["code"], row["name"])


def test_every_area_has_a_digest_of_its_own(plan, example, results):
    digests = Digests(plan, example, results)
    areas = plan.areas[plan.areas["level"] != "county"]
    found = {digests.of(area.code, area.name) for area in areas.itertuples()}
    assert len(found | {digests.of_all()}) == 13


def changed(frame: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[frame.index[row], column] = value
    return frame


def of(plan, submissions, results, city: str) -> str:
    row = plan.area_row(city)
    return Digests(plan, submissions, results).of(row["code"], row["name"])


def test_one_figure_changes_the_digest_of_its_city_and_of_all_but_of_no_other(
    plan, example, results
):
    frame = example.observations
    row = frame.index[frame["area"] == "大同市"][7]
    other = replace(example, observations=changed(frame, row, "value", 4711))
    assert of(plan, other, results, "大同") != of(plan, example, results, "大同")
    assert of(plan, other, results, "太原") == of(plan, example, results, "太原")
    assert Digests(plan, other, results).of_all() != Digests(plan, example, results).of_all()


@pytest.mark.parametrize("name", ["observations", "progress", "sources"])
def test_every_frame_counts(plan, example, results, name):
    frame = getattr(example, name)
    other = replace(example, **{name: frame.iloc[:0]})
    assert of(plan, other, results, "太原") != of(plan, example, results, "太原")


def test_a_finding_of_another_city_does_not_count_but_one_of_no_city_does(plan, example, results):
    frame = example.findings
    row = frame.index[frame["area"] == "吕梁市"][0]
    elsewhere = replace(example, findings=changed(frame, row, "message", "另一句"))
    nowhere = replace(example, findings=changed(frame, row, "area", ""))
    before = of(plan, example, results, "太原")
    assert of(plan, elsewhere, results, "太原") == before
    assert of(plan, nowhere, results, "太原") != before
    assert of(plan, elsewhere, results, "吕梁") != of(plan, example, results, "吕梁")


def test_results_readings_and_day_count(plan, example, results):
    before = of(plan, example, results, "太原")
    row = results.index[results["area"] == "太原市"][0]
    assert of(plan, example, changed(results, row, "status", "met?"), "太原") != before
    strict = replace(plan, readings=replace(plan.readings, zero_baseline="literal"))
    assert of(strict, example, results, "太原") != before
    later = replace(example, as_of=example.as_of + pd.Timedelta(days=1))
    assert of(plan, later, results, "太原") != before


def test_where_the_plan_lies_does_not_count(plan, example, results, tmp_path):
    moved = replace(plan, folder=tmp_path)
    assert of(moved, example, results, "太原") == of(plan, example, results, "太原")


def test_a_notebook_shows_it_in_words_and_for_the_machine(plan, example, results):
    said = closing(plan, example, results)
    shown = said._repr_mimebundle_()
    assert shown[CLOSING] == {"digest": said.digest, "figures": 0, "tables": 0}
    assert shown["text/plain"].startswith("显示图0幅、表和文字0处")


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (Figure(100, "图"), (1, 0)),
        (FigureSeries([Figure, Figure, Figure]), (3, 0)),
        (Paragraph("表"), (0, 1)),
        (pd.DataFrame(), (0, 1)),
        (4711, (0, 0)),
    ],
)
def test_what_a_result_is_to_jupyter(result, shown):
    assert Shown.by(result) == shown


@pytest.mark.parametrize("name", ["revisions", "faulty"])
def test_a_revision_and_what_was_withheld_count(plan, example, results, name):
    frame = getattr(example, name)
    (area, *_) = frame["area"]
    other = replace(example, **{name: frame[frame["area"] != area]})
    assert of(plan, other, results, area) != of(plan, example, results, area)


def test_whether_data_are_synthetic_counts(plan, example, results):
    real = replace(example, synthetic=False)
    assert of(plan, real, results, "太原") != of(plan, example, results, "太原")


def test_a_row_counts_as_one_of_its_own_frame(plan, example, results):
    """The same hashes, parted elsewhere between the frames, are other figures."""
    digests = Digests(plan, example, results)
    one, two = np.array([1, 2], "uint64"), np.array([3], "uint64")
    moved = np.array([1], "uint64"), np.array([2, 3], "uint64")
    assert digests._digest([one, two]) != digests._digest(moved)
