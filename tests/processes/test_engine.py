"""Cells run in a forked shell: they behave as in a kernel, share nothing, take nothing along."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError
from processes import gone

from gsyf_lib.processes.engine import FORKED, KERNEL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are ordinary ones there")

INLINE = "module://matplotlib_inline.backend_inline"


def notebook(*cells: str) -> nbformat.NotebookNode:
    kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    metadata = {"kernelspec": kernelspec}
    return new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=metadata)


def run(engine: str, *cells: str, **options: Any) -> list[Any]:
    """Return the outputs of the cells, run by papermill."""
    kept: list[nbformat.NotebookNode] = []
    options = {"kept": kept, "engine_name": engine, "progress_bar": False, **options}
    executed = papermill.execute_notebook(notebook(*cells), None, **options)
    return [joined(cell.outputs) for cell in executed.cells]


def joined(outputs: list[Any]) -> list[Any]:
    """Return them with a stream in one piece: a kernel sends it in as many as the clock says."""
    whole: list[Any] = []
    for output in outputs:
        if whole and "name" in output and output.get("name") == whole[-1].get("name"):
            whole[-1]["text"] += output["text"]
        else:
            whole.append(output)
    return whole


def printed(*cells: str, **options: Any) -> str:
    """Return what the last cell printed."""
    return run(FORKED, *cells, **options)[-1][0]["text"].strip()


EVERYDAY = (
    "import os, sys, subprocess\nprint('out'); print('err', file=sys.stderr)",
    "import numpy as np\n(np.ones((400, 400)) @ np.ones((400, 400)))[0, 0]",
    "import time\n_ = os.system('echo by the shell')\ntime.sleep(0.3)",
    "!echo by IPython",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>shown</b>'))",
    "import asyncio\nawait asyncio.sleep(0.01, 'awaited')",
    "from multiprocessing import get_context\n"
    "with get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, -2]))",
    "import threading\nthread = threading.Thread(target=print, args=['from a thread'])\n"
    "thread.start(); thread.join()",
    "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "print(__name__, os.getcwd(), Out)",
    "import signal\nprint([signal.getsignal(number) for number in signal.valid_signals()])",
    "print('太原'); print('gone', end='')\nfrom IPython.display import clear_output\n"
    "clear_output()\nprint('stays')",
    "%%bash\necho by a magic",
    "import datetime as dt\ndt.date(2023, 1, 1);",
    "class Bundle:\n"
    "    def _repr_mimebundle_(self, **_):\n"
    "        shown = {'text/plain': 'b', 'image/png': b'1', 'application/json': {'n': 1.5}}\n"
    "        return shown, {'a': 1}\n"
    "Bundle()",
)


def test_outputs_are_those_of_a_plain_kernel(tmp_path, monkeypatch):
    # In tests, ipykernel does not capture what is written below Python's own streams.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.setenv("MPLBACKEND", INLINE)
    plain = run(KERNEL, *EVERYDAY, cwd=tmp_path)
    # As in a batch, from a process that has not drawn yet: others here may have.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        forked = fresh.submit(run, FORKED, *EVERYDAY, cwd=tmp_path).result()
    for cell, expected, outputs in zip(EVERYDAY, plain, forked, strict=True):
        assert outputs == expected, cell


def test_what_programs_print_stands_where_it_was_printed():
    cell = "import os\nprint('a')\n_ = os.system('echo b')\nprint('c')\ndisplay('d')\nprint('e')"
    ((first, shown, last),) = run(FORKED, cell)
    assert (first["text"], shown["data"], last["text"]) == (
        "a\nb\nc\n",
        {"text/plain": "'d'"},
        "e\n",
    )


def test_papermill_injects_parameters_as_for_any_python_kernel():
    assert printed("print(area)", parameters={"area": "太原市"}) == "太原市"


def test_random_numbers_differ_from_notebook_to_notebook():
    cell = (
        "import random, numpy as np\n"
        "print(random.random(), np.random.random(), np.random.default_rng().random())"
    )
    first, second = (printed(cell).split() for _ in range(2))
    assert len({*first, *second}) == 6


LOOK = (
    "import os, random, sys, matplotlib as mpl\n"
    "print(os.getcwd(), sys.path, os.environ.get('LEFT'), os.umask(0o22), 'left' in globals(),"
    "mpl.rcParams['font.size'], len(os.listdir('/proc/self/fd')))"
)
CHANGE = (
    "import os, sys, matplotlib.pyplot as plt\n"
    "left = open(os.devnull); os.chdir('/'); sys.path.append('left'); os.environ['LEFT'] = 'left'\n"
    "os.umask(0o77); plt.figure(); plt.rcParams['font.size'] = 99"
)


def test_a_notebook_finds_nothing_of_the_one_before(tmp_path):
    fresh = printed(LOOK, cwd=tmp_path)
    assert printed(CHANGE, LOOK, cwd=tmp_path) != fresh
    assert printed(LOOK, cwd=tmp_path) == fresh


BEGIN = (
    "import os, subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
    "open('pids', 'w').write(f'{os.getpid()} {child.pid}')"
)
FAULTS = {
    "error": ("1 / 0", PapermillExecutionError, "ZeroDivisionError"),
    "syntax": ("def", PapermillExecutionError, "SyntaxError"),
    "endless": ("while True: pass", TimeoutError, None),
    "deaf": (
        "import signal, time\nfor number in (2, 14, 15): signal.signal(number, signal.SIG_IGN)\n"
        "time.sleep(600)",
        TimeoutError,
        None,
    ),
    "stuck in C": ("import ctypes; ctypes.CDLL(None).sleep(600)", TimeoutError, None),
    "exit": ("import os; os._exit(0)", DeadKernelError, "died"),
    "killed": ("import os; os.kill(os.getpid(), 9)", DeadKernelError, "died"),
    "crashed": (
        "import ctypes, faulthandler; faulthandler.disable(); ctypes.string_at(0)",
        DeadKernelError,
        "died",
    ),
    "dead between cells": (
        "import os, threading\nthreading.Timer(0.05, os._exit, [0]).start()\n"
        "while True: print('x' * 100)",
        DeadKernelError,
        "died",
    ),
}


def pids_in(folder: Path) -> set[int]:
    noted = folder / "pids"
    return set(map(int, noted.read_text().split())) if noted.exists() else set()


@pytest.mark.parametrize("key", FAULTS)
def test_a_cell_that_goes_wrong_ends_its_notebook_and_all_that_it_has_started(key, tmp_path):
    cell, error, said = FAULTS[key]
    kept: list[nbformat.NotebookNode] = []
    with pytest.raises(error, match=said):
        run(FORKED, BEGIN, cell, "2", cwd=tmp_path, execution_timeout=2, kept=kept)
    pids = pids_in(tmp_path)
    assert len(pids) == 2
    assert gone(pids) == set()
    code = [cell for cell in kept[0].cells if cell.cell_type == "code"]
    assert code[0].execution_count == 1  # the notebook as far as it came
    assert code[2].execution_count is None


def test_sys_exit_ends_the_notebook_with_an_error_that_papermill_passes_over(tmp_path):
    _, (error,), after = run(FORKED, BEGIN, "import sys; sys.exit(0)", "2", cwd=tmp_path)
    assert (error["ename"], error["evalue"], after) == ("SystemExit", "0", [])


def test_a_notebook_that_runs_to_its_end_leaves_no_process(tmp_path):
    run(FORKED, BEGIN, cwd=tmp_path)
    assert gone(pids_in(tmp_path)) == set()


def test_killed_who_runs_it_a_notebook_ends_with_all_that_it_has_started(tmp_path):
    stuck = f"{BEGIN}\nimport ctypes; ctypes.CDLL(None).sleep(600)"
    runner = get_context("fork").Process(target=run, args=(FORKED, stuck), kwargs={"cwd": tmp_path})
    runner.start()
    while len(pids := pids_in(tmp_path)) < 2:
        time.sleep(0.05)
    runner.kill()
    assert gone(pids) == set()


def test_an_error_of_ours_is_a_sentence():
    kept: list[nbformat.NotebookNode] = []
    with pytest.raises(PapermillExecutionError):
        run(FORKED, "import gsyf_lib as gs\ngs.load_plan('nowhere')", kept=kept)
    (output,) = kept[0].cells[-1].outputs
    assert output.traceback == [output.evalue]
