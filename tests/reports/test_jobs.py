"""The pages of a run."""

import json

import pytest
from small_notebooks import write_notebooks

from gsyf_lib.errors import PlanError
from gsyf_lib.reports.closing import digest_of
from gsyf_lib.reports.jobs import make_jobs


def test_there_is_a_page_for_every_area_and_department_and_two_over_all_cities(judged, tmp_path):
    jobs = make_jobs(judged, 2023, write_notebooks(tmp_path))
    names = [job.name for job in jobs]
    assert names[:3] == ["baseline_declines", "coverage_trajectories", "140000"]
    assert len(names) == 18
    digest = digest_of(judged.plan, judged.submissions, judged.results(2023))
    assert {job.digest for job in jobs} == {digest}


def test_a_notebook_that_would_not_take_its_parameters_is_refused_before_any_runs(judged, tmp_path):
    path = write_notebooks(tmp_path) / "province_report.ipynb"
    stored = json.loads(path.read_bytes())
    stored["cells"][0]["source"] = "area = None\nyaer = 2023"
    path.write_text(json.dumps(stored), "utf-8")
    with pytest.raises(PlanError, match="province_report.*没有参数"):
        make_jobs(judged, 2023, tmp_path)
