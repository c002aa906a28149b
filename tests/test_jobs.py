"""The pages of a run, and what each hangs on: whatever changes it makes it anew."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from small_notebooks import write_notebooks

import gsyf_lib as gs
from gsyf_lib.errors import PlanError
from gsyf_lib.publish.jobs import make_jobs
from gsyf_lib.publish.provenance import NOTEBOOKS, Makers
from gsyf_lib.publish.work import Job

MADE_BY = Makers("code", dict.fromkeys(NOTEBOOKS, "source"), {"python": "3.11"})


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory) -> Path:
    return write_notebooks(tmp_path_factory.mktemp("notebooks"))


def jobs(judged: gs.JudgedPlan, notebooks: Path, makers: Makers = MADE_BY) -> dict[str, Job]:
    return {job.name: job for job in make_jobs(judged, 2023, makers, notebooks)}


def anew(before: dict[str, Job], after: dict[str, Job]) -> set[str]:
    """Return the pages that are made anew."""
    assert before.keys() == after.keys()
    return {name for name, job in after.items() if job.key != before[name].key}


@pytest.mark.parametrize("changes", [{"code": "other"}, {"versions": {"python": "3.12"}}])
def test_other_code_or_another_package_makes_every_page_anew(judged, notebooks, changes):
    before = jobs(judged, notebooks)
    assert anew(before, jobs(judged, notebooks)) == set()
    assert anew(before, jobs(judged, notebooks, replace(MADE_BY, **changes))) == {*before}


def test_another_notebook_makes_its_own_pages_anew(judged, notebooks):
    before = jobs(judged, notebooks)
    changed = replace(MADE_BY, notebooks=MADE_BY.notebooks | {"province_report": "other"})
    assert anew(before, jobs(judged, notebooks, changed)) == {"140000"}


def test_another_day_makes_every_page_anew(judged, notebooks):
    before = jobs(judged, notebooks)
    assert anew(before, jobs(replace(judged, as_of="2099-01-01"), notebooks)) == {*before}


def test_pages_that_draw_every_area_take_more_room(judged, notebooks):
    wide = {name for name, job in jobs(judged, notebooks).items() if job.room() > 1}
    assert wide == {"140000", "baseline_declines", "coverage_trajectories"}


def test_a_notebook_that_would_not_take_its_parameters_is_refused_before_any_runs(judged, tmp_path):
    path = write_notebooks(tmp_path) / "province_report.ipynb"
    stored = json.loads(path.read_bytes())
    stored["cells"][0]["source"] = "area = None\nyaer = 2023"
    path.write_text(json.dumps(stored), "utf-8")
    with pytest.raises(PlanError, match="province_report.*没有参数"):
        jobs(judged, tmp_path)
