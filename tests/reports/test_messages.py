"""What a run tells: a line a page in a log, one line that counts on a terminal, on stderr only."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import sys
from gsyf_lib.reports import run
from gsyf_lib.reports.messages import Progress

def three_pages(request, tell, terminal):
    progress = Progress(tell, 3, terminal)
    progress.page("太原市", "")
    progress.page("大同市", "内核中途退出")
    progress.page("阳泉市", "")
    tell("reports/2023")
    return 3

run.report = three_pages
from gsyf_lib.cli.main import main
sys.exit(main(["report", "--data", sys.argv[1]]))
"""
COMMAND = [sys.executable, "-c", RUN, str(Path(__file__).parents[2] / "data")]
DAY = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
LINES = ["[1/3] 太原市：已生成", "[2/3] 大同市：失败。内核中途退出", "[3/3] 阳泉市：已生成"]


def test_a_log_gets_a_line_for_every_page():
    ran = subprocess.run(COMMAND, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (3, "")
    begun, *told, ended = ran.stderr.splitlines()
    assert told == [*LINES, "reports/2023"]
    assert re.fullmatch(rf"{DAY} 开始", begun)
    assert re.fullmatch(rf"{DAY} 结束，用时\d+\.\d秒，退出码3", ended)


def read_all(terminal: int) -> str:
    told = b""
    try:
        while part := os.read(terminal, 1024):
            told += part
    except OSError:  # so a Linux terminal says that its other side is closed
        pass
    return told.decode()


def shown(told: str) -> list[str]:
    """Return the lines that stand on the terminal in the end."""
    return [line.rpartition("\r\x1b[K")[2] for line in told.split("\r\n")[:-1]]


def test_a_terminal_gets_one_line_that_counts_and_keeps_what_failed():
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    ours, theirs = pty.openpty()
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        told = read_all(ours)
        assert process.stdout.read() == b""
    os.close(ours)
    assert process.returncode == 3
    assert shown(told)[1:-1] == [*LINES[1:], "reports/2023"]
    assert f"\r\x1b[K{LINES[0]}\r\x1b[K" in told
