"""gsyf init: a folder with the plan and not one submission."""

import shutil

import pytest

import gsyf_lib as gs
from gsyf_lib.cli.main import main
from gsyf_lib.errors import OutputError
from gsyf_lib.plan.new_folder import start_plan


def test_the_new_folder_holds_the_same_plan(plan, tmp_path):
    start_plan(plan, tmp_path / "data")
    new = gs.load_plan(tmp_path / "data")
    assert new.targets.equals(plan.targets)
    assert new.areas.equals(plan.areas)
    assert (tmp_path / "data" / "raw" / "annexes.txt").read_bytes() == (
        plan.folder / "raw" / "annexes.txt"
    ).read_bytes()


def test_no_submission_and_no_example_goes_along(plan, tmp_path):
    start_plan(plan, tmp_path / "data")
    submissions = gs.load_submissions(gs.load_plan(tmp_path / "data"))
    assert submissions.sources.empty
    assert submissions.observations.empty
    assert list((tmp_path / "data" / "raw" / "submissions").iterdir()) == []
    assert not (tmp_path / "data" / "raw" / "example").exists()


def test_an_empty_folder_is_filled(plan, tmp_path):
    (tmp_path / "data").mkdir()
    start_plan(plan, tmp_path / "data")
    assert (tmp_path / "data" / "plan.toml").is_file()


def test_what_is_there_already_stays(plan, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.txt").write_text("数据")
    with pytest.raises(gs.UsageError, match="已有内容"):
        start_plan(plan, tmp_path / "data")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["mine.txt"]


def test_a_failure_leaves_nothing_behind(plan, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "磁盘已满")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OutputError, match="磁盘已满"):
        start_plan(plan, tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_where_submissions_go_and_what_to_look_at(plan, tmp_path, capsys):
    assert main(["init", "--data", str(plan.folder), "--out", str(tmp_path / "a")]) == 0
    said = capsys.readouterr().err
    assert "raw/submissions/<收到日期>" in said
    assert "accepted_baselines" not in said
    settings = tmp_path / "a" / "plan.toml"
    accepted = '\n[[accepted_baselines]]\narea = "太原市"\nindustry = "煤矿"\n'
    accepted += 'measure = "accidents"\nvalue = 12\nreason = "函"\n'
    settings.write_text(settings.read_text("utf-8") + accepted, "utf-8")
    assert main(["init", "--data", str(tmp_path / "a"), "--out", str(tmp_path / "b")]) == 0
    assert "accepted_baselines" in capsys.readouterr().err
