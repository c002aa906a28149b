"""The kernels of a run: what they see, and that they end without a word."""

import errno
import sys
import tempfile
import time
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from gsyf_lib import warmkernels
from gsyf_lib.errors import MachineError
from gsyf_lib.files import READING
from gsyf_lib.publish import kernels
from gsyf_lib.publish.kernels import kernel_environment
from gsyf_lib.warmkernels import WarmKernels


def test_a_kernel_sees_nothing_of_the_users(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "geheim")
    monkeypatch.setenv("LANG", "zh_CN.GBK")
    seen = kernel_environment(tmp_path)
    assert "TOKEN" not in seen
    assert "LANG" not in seen
    assert seen["HOME"].startswith(str(tmp_path))


def test_a_kernel_that_is_interrupted_as_it_ends_reports_no_error(tmp_path, capfd):
    environment = kernel_environment(tmp_path)
    del environment[READING]
    with WarmKernels(["json"], environment) as name:
        manager, client = start_new_kernel(kernel_name=name)
        for _ in range(60):
            client.execute("[n for n in range(10**5)]")
            time.sleep(0.01)
            manager.interrupt_kernel()
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "KeyboardInterrupt" not in capfd.readouterr().err


@pytest.fixture
def short_folder():
    """A folder whose path is short enough for a socket in it, however many tests have run."""
    with tempfile.TemporaryDirectory(prefix="k") as folder:
        yield Path(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are ordinary ones there")
def test_kernels_that_cannot_start_are_told_in_a_sentence(short_folder, monkeypatch):
    monkeypatch.setattr(kernels, "PRELOADED", ["no_such_module"])
    begun = kernels.start_kernels(short_folder)
    assert begun.folder.parent == short_folder  # the next run sweeps it up with the run's own
    with pytest.raises(MachineError, match="没有启动（no_such_module: ModuleNotFoundError"), begun:
        pass

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(warmkernels.subprocess, "Popen", refuse)
    with pytest.raises(MachineError, match="没有启动（内存不足"):
        kernels.start_kernels(short_folder)


def test_a_kernel_forgets_what_it_has_shown_but_not_of_what_kind_it_was(tmp_path):
    said = _said(
        tmp_path,
        "from gsyf_lib.figures import Figure; Figure(100, '图')",
        "from gsyf_lib.blocks import Paragraph; Paragraph('表')",
        "import gc; _ = gc.collect()",
        "held = [each for each in gc.get_objects() if type(each) is Figure]",
        "print(held, [tuple(kind) for kind in Out.values()])",
    )
    assert said == "[] [(1, 0), (0, 1)]"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a kernel does not see itself grow")
def test_a_kernel_looks_for_garbage_only_when_it_has_grown(tmp_path):
    said = _said(
        tmp_path,
        "import gc\nclass Ring(list):\n    pass",
        "def left():\n    return sum(type(each) is Ring for each in gc.get_objects())",
        "for _ in range(2000): ring = Ring(); ring.append(ring)",
        "print(left(), end=' ')",
        "ring = Ring(); ring.append(ring); ring.append('x' * 2**26)",
        "print(left())",
    )
    assert said == "2000 1"


def _said(private: Path, *cells: str) -> str:
    """Return what a run's kernel prints in these cells."""
    environment = kernel_environment(private)
    del environment[READING]
    said: list[str] = []
    with WarmKernels(["gsyf_lib.figures"], environment) as name:
        manager, client = start_new_kernel(kernel_name=name)
        for cell in cells:
            client.execute_interactive(
                cell, output_hook=lambda told: said.append(told["content"].get("text", ""))
            )
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(said).strip()
