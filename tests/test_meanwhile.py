"""Work done meanwhile gives what it would give here, whatever becomes of its process."""

import multiprocessing
import os
import signal
import subprocess
import sys

import pytest
from processes import orphans

from gsyf_lib.meanwhile import Meanwhile, meanwhile

HERE = os.getpid()
forks = pytest.mark.skipif(sys.platform != "linux", reason="no fork there")


def who() -> bytes:
    return b"%d" % os.getpid()


@forks
def test_the_work_is_done_by_another_process():
    with meanwhile(who) as pid:
        assert int(pid()) != HERE


def test_a_result_of_any_size_arrives_whole():
    with meanwhile(lambda: b"12345678" * 2**18) as result:
        assert result() == b"12345678" * 2**18


def test_what_the_work_raises_is_raised_here():
    with meanwhile(lambda: b"%d" % (1 // 0)) as result, pytest.raises(ZeroDivisionError):
        result()


@forks
def test_work_that_fails_is_not_done_again(tmp_path):
    def work() -> bytes:
        with (tmp_path / "runs").open("a") as runs:
            runs.write("|")
        raise KeyError("钥匙")

    with meanwhile(work) as result, pytest.raises(KeyError, match="钥匙") as raised:
        result()
    assert (tmp_path / "runs").read_text() == "|"
    assert "in work" in raised.value.__notes__[0]  # where it was raised


@forks
def test_an_error_that_cannot_be_sent_is_told_in_words():
    class LocalError(Exception):
        pass

    def work() -> bytes:
        raise LocalError("不能发送")

    with meanwhile(work) as result, pytest.raises(RuntimeError, match="LocalError: 不能发送"):
        result()


def test_pieces_may_be_asked_for_in_any_order_and_more_than_once():
    begun = Meanwhile([lambda: b"a", lambda: b"%d" % (1 // 0), lambda: b"c"])
    assert [begun.result(number) for number in (2, 0, 2)] == [b"c", b"a", b"c"]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            begun.result(1)
    begun.close()


@forks
def test_work_whose_process_is_killed_is_done_here():
    def work() -> bytes:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return who()

    with meanwhile(work) as pid:
        assert int(pid()) == HERE


def test_nothing_is_left_behind_if_nobody_asks_for_the_result():
    with pytest.raises(RuntimeError), meanwhile(lambda: signal.pause() or b""):
        raise RuntimeError
    assert not multiprocessing.active_children()


@forks
def test_no_work_outlives_a_process_that_is_killed():
    code = """
import os, time
from gsyf_lib.meanwhile import meanwhile
with meanwhile(lambda: os.write(1, b"at work") and time.sleep(600)) as result:
    result()
"""
    with (
        orphans() as left,
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as asker,
    ):
        assert asker.stdout.read(7) == b"at work"
        asker.kill()
    assert left == set()


@forks
def test_a_signal_meant_for_all_ends_the_work_without_a_word(capfd):
    def stopped(*_: object) -> None:
        raise AssertionError("as a runner does")

    before = signal.signal(signal.SIGTERM, stopped)
    try:
        with meanwhile(lambda: b"" if os.getpid() == HERE else os.kill(os.getpid(), 15)) as result:
            assert result() == b""
    finally:
        signal.signal(signal.SIGTERM, before)
    assert capfd.readouterr().err == ""


@forks
def test_where_the_system_starts_no_more_processes_the_work_is_done_here(monkeypatch):
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    with meanwhile(who) as pid:
        assert int(pid()) == HERE


def test_where_there_is_no_fork_the_work_is_done_here(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with meanwhile(who) as pid:
        assert int(pid()) == HERE
