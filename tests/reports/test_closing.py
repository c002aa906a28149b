"""What a notebook says at its end: which figures it used, and how much it showed."""

from dataclasses import replace

import pandas as pd
import pytest

import gsyf_lib as gs
from gsyf_lib.charts import Figure, FigureSeries
from gsyf_lib.documents.blocks import Paragraph
from gsyf_lib.reports.closing import CLOSING, closing, digest_of, shown_by


@pytest.fixture(scope="module")
def results(plan, example) -> pd.DataFrame:
    return gs.assess(plan, example.observations, year=2023)


def changed(frame: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[frame.index[row], column] = value
    return frame


def test_one_figure_changes_the_digest(plan, example, results):
    other = replace(example, observations=changed(example.observations, 7, "value", 4711))
    assert digest_of(plan, other, results) != digest_of(plan, example, results)


@pytest.mark.parametrize(
    "name", ["observations", "progress", "sources", "findings", "revisions", "faulty"]
)
def test_every_frame_counts(plan, example, results, name):
    frame = getattr(example, name)
    other = replace(example, **{name: frame.iloc[1:]})
    assert digest_of(plan, other, results) != digest_of(plan, example, results)


def test_results_readings_and_day_count(plan, example, results):
    before = digest_of(plan, example, results)
    row = results.index[results["area"] == "太原市"][0]
    assert digest_of(plan, example, changed(results, row, "status", "met?")) != before
    strict = replace(plan, readings=replace(plan.readings, zero_baseline="literal"))
    assert digest_of(strict, example, results) != before
    later = replace(example, as_of=example.as_of + pd.Timedelta(days=1))
    assert digest_of(plan, later, results) != before


def test_where_the_plan_lies_does_not_count(plan, example, results, tmp_path):
    moved = replace(plan, folder=tmp_path)
    assert digest_of(moved, example, results) == digest_of(plan, example, results)


def test_a_notebook_shows_it_in_words_and_for_the_machine(judged, plan, example, results):
    said = closing(judged, results)
    assert said.digest == digest_of(plan, example, results)
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
    assert shown_by(result) == shown


def test_whether_data_are_synthetic_counts(plan, example, results):
    real = replace(example, synthetic=False)
    assert digest_of(plan, real, results) != digest_of(plan, example, results)


def test_a_row_counts_as_one_of_its_own_frame(plan, example, results):
    """The same hashes, parted elsewhere between the frames, are other figures."""
    one = {"observations": pd.DataFrame({"a": [1, 2]}), "progress": pd.DataFrame({"a": [3]})}
    other = {"observations": pd.DataFrame({"a": [1]}), "progress": pd.DataFrame({"a": [2, 3]})}
    digests = {digest_of(plan, replace(example, **frames), results) for frames in (one, other)}
    assert len(digests) == 2
