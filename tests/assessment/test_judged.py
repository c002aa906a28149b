"""A judged plan works everything out once; a batch hands its own to its notebooks."""

import os
import pickle
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import gsyf_lib as gs
from gsyf_lib import assessment
from gsyf_lib.assessment import changes, contributions, hand_over, handed_over, verdicts
from gsyf_lib.errors import MachineError
from gsyf_lib.processes.files import READING
from gsyf_lib.submissions import receipts

DATA = Path(__file__).parents[2] / "data"
HANDED_IN = ("observations", "findings", "faulty", "revisions", "progress", "sources")
OF_YEARS = ("results", "outlook", "contributions", "reading_changes", "values")
OF_ALL = ("history", "receipts", "revised_verdicts")


@pytest.fixture(scope="module")
def kept(tmp_path_factory, judged) -> Path:
    """A private copy of the plan folder, and beside it what was judged from it."""
    private = tmp_path_factory.mktemp("private")
    shutil.copytree(DATA, private / "data", ignore=shutil.ignore_patterns("annexes.txt"))
    judged.work_out(2023)
    hand_over(judged.at(private / "data"), private / "reading")
    return private


@pytest.fixture
def kernel(kept, tmp_path, monkeypatch) -> Path:
    """The working folder of a kernel of the batch."""
    (tmp_path / "data").symlink_to(kept / "data")
    monkeypatch.setenv(READING, str(kept / "reading"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_work(monkeypatch) -> None:
    """Nothing may be read or worked out again."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("worked out again")

    for home, names in (
        (assessment, ("load_plan", "load_submissions", "receipt_states")),
        (verdicts, ("assess", "outlook")),
        (changes, ("reading_changes", "revised_verdicts")),
    ):
        for name in names:
            monkeypatch.setattr(home, name, refuse)


def frames_of(judged: gs.JudgedPlan, year: int) -> dict:
    of_year = {name: getattr(judged, name)(year) for name in OF_YEARS}
    return of_year | {name: getattr(judged, name) for name in OF_ALL}


def test_a_notebook_of_the_batch_reads_and_works_out_nothing_again(kernel, no_work):
    judged = gs.judge(None, None)
    assert len(judged.history) == 5 * 348
    assert len(judged.results(2023)) == len(judged.results(year=2023)) == 348
    assert len(judged.reading_changes(2023)) > 0
    assert len(judged.outlook(2023)) > 0
    assert len(judged.receipts) == 528
    assert gs.page.receipts_table(judged, "晋中市", 2023)
    assert "无变化" in repr(gs.page.revisions_table(judged))


def test_it_gets_what_it_would_have_read(kernel, example, judged):
    ours = gs.judge("data")
    for name in HANDED_IN:
        assert_frame_equal(getattr(ours.submissions, name), getattr(example, name))
    for year in (2021, 2023):  # as worked out, and as it works out itself
        expected = frames_of(judged, year)
        for name, frame in frames_of(ours, year).items():
            assert_frame_equal(frame, expected[name])


def test_it_holds_what_the_plain_functions_return(plan, example, judged):
    figures, day = example.observations, example.as_of
    assert_frame_equal(judged.history, gs.assess(plan, figures, as_of=day))
    assert_frame_equal(judged.results(2021), gs.assess(plan, figures, 2021, day))
    assert_frame_equal(judged.outlook(2021), verdicts.outlook(plan, figures, 2021))
    assert_frame_equal(judged.contributions(2021), contributions.contributions(plan, figures, 2021))
    assert_frame_equal(judged.reading_changes(2021), changes.reading_changes(plan, figures, 2021))
    assert_frame_equal(judged.revised_verdicts, changes.revised_verdicts(plan, example))
    received = receipts.receipt_states(plan, figures, day, example.faulty)
    assert_frame_equal(judged.receipts, received)
    assert judged.latest_year == 2025


def test_what_somebody_does_to_a_frame_stays_with_that_frame(plan, example):
    judged = gs.JudgedPlan(plan, example)
    for name in OF_ALL:
        frame = getattr(judged, name)
        frame["area"] = "别处"
        assert "别处" not in set(getattr(judged, name)["area"])
    results = judged.results(2023)
    results.loc[:, "status"] = "met"
    assert (judged.results(2023)["status"] == "missed").any()


def test_another_plan_is_judged_anew(plan, judged):
    judged.results(2023)
    strict = replace(plan, readings=replace(plan.readings, zero_baseline="undefined"))
    other = replace(judged, plan=strict)
    assert not other.results(2023).equals(judged.results(2023))


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
        handed_over(str(path))
    assert not Path("poisoned").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the temporary folder is the user's own there")
@pytest.mark.parametrize("name", ["gsyf-run-x", "gsyf-run-x/reading"])
def test_nothing_is_unpickled_through_a_link(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    place = planted(tmp_path / "elsewhere")
    (tmp_path / "gsyf-run-x").mkdir(mode=0o700) if "/" in name else None
    (tmp_path / name).symlink_to(place if "/" in name else place.parent)
    with pytest.raises(OSError):
        handed_over(str(tmp_path / "gsyf-run-x" / "reading"))
    assert not Path("poisoned").exists()


def test_a_year_without_targets_is_refused(kernel):
    judged = gs.judge("data")
    for name in OF_YEARS:
        with pytest.raises(gs.UsageError, match="2020年没有年度目标"):
            getattr(judged, name)(2020)


def test_other_questions_are_answered_from_the_files(kernel, example):
    assert gs.judge(DATA).plan.folder == DATA
    assert len(gs.judge("data", "2022-12-31").submissions.sources) < len(example.sources)
    ours = gs.judge("data")
    figures = ours.submissions.observations
    fewer = replace(ours.submissions, observations=figures[figures["area"] != "大同市"])
    judged = gs.JudgedPlan(ours.plan, fewer).results(2023)
    assert (judged.loc[judged["area"] == "大同市", "status"] == "not_reported").mean() > 0.9


def test_an_analyst_reads_what_is_there_now(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("example", "annexes.txt"))
    shutil.copytree(DATA / "raw" / "example" / "2022-02-18", data / "raw/submissions/2022-02-18")
    before = gs.judge(data).submissions
    next((data / "raw/submissions/2022-02-18").glob("*.xlsx")).unlink()
    after = gs.judge(data).submissions
    assert len(after.sources) == len(before.sources) - 1
