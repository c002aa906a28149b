"""What a batch has read is handed to its notebooks; everybody else reads the files."""

import os
import pickle
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import gsyf_lib as gs
from gsyf_lib import shared
from gsyf_lib.errors import MachineError
from gsyf_lib.files import READING

DATA = Path(__file__).parent.parent / "data"
FRAMES = ("observations", "findings", "faulty", "revisions", "progress", "sources")


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """A private copy of the plan folder, and beside it what was read from it."""
    private = tmp_path_factory.mktemp("private")
    shutil.copytree(DATA, private / "data", ignore=shutil.ignore_patterns("annexes.txt"))
    reading = shared.read(private / "data", None).with_year(2023)
    shared.keep(reading, private / "reading")
    return private


@pytest.fixture
def kernel(kept, tmp_path, monkeypatch) -> Path:
    """The working folder of a kernel of the batch."""
    (tmp_path / "data").symlink_to(kept / "data")
    monkeypatch.setenv(READING, str(kept / "reading"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_reading(monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the files were read")

    for name in (
        "load_plan_anew",
        "load_submissions_anew",
        "assess_anew",
        "outlook_anew",
        "reading_changes_anew",
        "receipt_states_anew",
        "revised_verdicts_anew",
    ):
        monkeypatch.setattr(shared, name, refuse)


def test_a_notebook_of_the_batch_reads_nothing_again(kernel, no_reading):
    plan = gs.load_plan(None)
    submissions = gs.load_submissions(plan, as_of=None)
    assert len(gs.assess(plan, submissions.observations)) == 5 * 348
    assert len(gs.assess(plan, submissions.observations, year=2023)) == 348
    assert len(gs.reading_changes(plan, submissions.observations, 2023)) > 0
    assert len(gs.outlook(plan, submissions.observations, 2023)) > 0
    assert (
        len(
            gs.receipt_states(plan, submissions.observations, submissions.as_of, submissions.faulty)
        )
        == 528
    )
    assert gs.receipts_table(plan, submissions, "晋中市", 2023)
    assert "无变化" in repr(gs.revisions_table(plan, submissions))
    assert plan.folder == kernel / "data"


def test_it_gets_what_it_would_have_read(kernel, plan, example):
    shared_plan = gs.load_plan("data")
    submissions = gs.load_submissions(shared_plan)
    for name in FRAMES:
        assert_frame_equal(getattr(submissions, name), getattr(example, name))
    for year in (2021, 2023):  # as worked out, and as it works out itself
        assert_frame_equal(
            gs.reading_changes(shared_plan, submissions.observations, year),
            shared.reading_changes_anew(plan, example.observations, year),
        )
        assert_frame_equal(
            gs.outlook(shared_plan, submissions.observations, year),
            shared.outlook_anew(plan, example.observations, year),
        )
    for day in (submissions.as_of, submissions.as_of - pd.Timedelta(days=900)):
        assert_frame_equal(
            gs.receipt_states(shared_plan, submissions.observations, day, submissions.faulty),
            shared.receipt_states_anew(plan, example.observations, day, example.faulty),
        )
    for year in (None, 2021, 2025):
        for day in (submissions.as_of, submissions.as_of - pd.Timedelta(days=900)):
            assert_frame_equal(
                gs.assess(shared_plan, submissions.observations, year, day),
                shared.assess_anew(plan, example.observations, year, day),
            )


class Poison:
    """Leaves a mark where it is unpickled."""

    def __reduce__(self):
        return Path.touch, (Path("poisoned"),)


def planted(folder: Path, mode: int = 0o700, owner: int | None = None) -> Path:
    """Return a file in a folder as another user could have made it in the place of a swept one."""
    folder.mkdir()
    (folder / "reading").write_bytes(pickle.dumps(Poison()))
    folder.chmod(mode)
    if owner is not None:
        os.chown(folder, owner, owner)
    return folder / "reading"


@pytest.mark.skipif(sys.platform == "win32", reason="the temporary folder is the user's own there")
@pytest.mark.parametrize(("mode", "owner"), [(0o777, None), (0o750, None), (0o700, 12345)])
def test_nothing_is_unpickled_that_another_user_can_have_written(
    tmp_path, monkeypatch, mode, owner
):
    if owner is not None and os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    monkeypatch.chdir(tmp_path)
    path = planted(tmp_path / "gsyf-run-x", mode, owner)
    with pytest.raises(MachineError, match="不属于本用户，或他人可以进入"):
        shared.take(str(path))
    assert not Path("poisoned").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the temporary folder is the user's own there")
@pytest.mark.parametrize("name", ["gsyf-run-x", "gsyf-run-x/reading"])
def test_nothing_is_unpickled_through_a_link(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    place = planted(tmp_path / "elsewhere")
    (tmp_path / "gsyf-run-x").mkdir(mode=0o700) if "/" in name else None
    (tmp_path / name).symlink_to(place if "/" in name else place.parent)
    with pytest.raises(OSError):
        shared.take(str(tmp_path / "gsyf-run-x" / "reading"))
    assert not Path("poisoned").exists()


def test_a_year_without_targets_is_refused_as_always(kernel):
    plan = gs.load_plan("data")
    with pytest.raises(gs.UsageError, match="2020年没有年度目标"):
        gs.assess(plan, gs.load_submissions(plan).observations, 2020)


def test_other_questions_are_answered_from_the_files(kernel, plan, example):
    ours = gs.load_plan("data")
    assert gs.load_plan(DATA).folder == DATA
    assert len(gs.load_submissions(ours, as_of="2022-12-31").sources) < len(example.sources)
    strict = replace(ours, readings=replace(ours.readings, zero_baseline="undefined"))
    observations = gs.load_submissions(ours).observations
    assert not gs.assess(strict, observations, 2023).equals(gs.assess(ours, observations, 2023))
    fewer = observations[observations["area"] != "大同市"]
    judged = gs.assess(ours, fewer, 2023)
    assert (judged.loc[judged["area"] == "大同市", "status"] == "not_reported").mean() > 0.9


def test_an_analyst_reads_what_is_there_now(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("example", "annexes.txt"))
    shutil.copytree(DATA / "raw" / "example" / "2022-02-18", data / "raw/submissions/2022-02-18")
    before = gs.load_submissions(gs.load_plan(data))
    next((data / "raw/submissions/2022-02-18").glob("*.xlsx")).unlink()
    after = gs.load_submissions(gs.load_plan(data))
    assert len(after.sources) == len(before.sources) - 1


def test_the_documentation_is_that_of_the_functions_themselves():
    assert "frames.RESULTS" in gs.assess.__doc__
    assert "folder" in gs.load_plan.__doc__
