"""The pages of a run."""

import json

import pandas as pd
import pytest
from small_notebooks import write_notebooks

import gsyf_lib as gs
from gsyf_lib.digest import digest_of
from gsyf_lib.errors import PlanError
from gsyf_lib.publish.jobs import make_jobs
from gsyf_lib.shared import Reading


@pytest.fixture(scope="module")
def reading(plan, example) -> Reading:
    history = gs.assess(plan, example.observations)
    return Reading(plan.folder, None, plan, example, history, pd.DataFrame())


def test_there_is_a_page_for_every_area_and_department_and_two_over_all_cities(reading, tmp_path):
    jobs = make_jobs(reading, 2023, write_notebooks(tmp_path))
    names = [job.name for job in jobs]
    assert names[:3] == ["baseline_declines", "coverage_trajectories", "140000"]
    assert len(names) == 18
    assert {job.digest for job in jobs} == {digest_of(*reading_of(reading))}


def reading_of(reading: Reading) -> tuple:
    return reading.plan, reading.submissions, reading.of_year(2023)


def test_a_notebook_that_would_not_take_its_parameters_is_refused_before_any_runs(
    reading, tmp_path
):
    path = write_notebooks(tmp_path) / "province_report.ipynb"
    stored = json.loads(path.read_bytes())
    stored["cells"][0]["source"] = "area = None\nyaer = 2023"
    path.write_text(json.dumps(stored), "utf-8")
    with pytest.raises(PlanError, match="province_report.*没有参数"):
        make_jobs(reading, 2023, tmp_path)
