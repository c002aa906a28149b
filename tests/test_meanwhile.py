"""Work done meanwhile gives what it would give here, whatever becomes of its process."""

import multiprocessing
import os
import signal
import sys

import pytest

from gsyf_lib.meanwhile import meanwhile

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


def test_where_there_is_no_fork_the_work_is_done_here(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with meanwhile(who) as pid:
        assert int(pid()) == HERE
