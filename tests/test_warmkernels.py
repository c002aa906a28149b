"""Warm kernels behave as plain ones, start quickly, share nothing, and end with their owner."""

import copy
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from processes import orphans

from gsyf_lib import warmkernels
from gsyf_lib.warmkernels import PreloadError, WarmKernels, provisioner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are ordinary ones there")

PLAIN = "python3"


def notebook(*cells: str) -> nbformat.NotebookNode:
    kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    metadata = {"kernelspec": kernelspec}
    return new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=metadata)


def run(kernel_name: str, *cells: str, **options: Any) -> list[Any]:
    """Return the outputs of the cells, run by papermill as it is."""
    executed = papermill.execute_notebook(
        notebook(*cells), None, kernel_name=kernel_name, progress_bar=False, **options
    )
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


def printed(kernel_name: str, *cells: str, **options: Any) -> str:
    """Return what the last cell printed."""
    return run(kernel_name, *cells, **options)[-1][0]["text"].strip()


def lives(pid: int) -> bool:
    """Tell whether a process is there and more than a dead one that nobody has reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def soon(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmKernels]:
    with (kernels := WarmKernels(["numpy.random", "matplotlib.figure"])):
        yield kernels


@pytest.fixture(scope="module")
def name(warm: WarmKernels) -> str:
    return warm.folder.name


@pytest.fixture
def manager(name: str) -> Iterator[KernelManager]:
    manager = KernelManager(kernel_name=name)
    manager.start_kernel()
    yield manager
    manager.shutdown_kernel(now=True)


def test_papermill_gets_a_child_of_the_server_with_the_modules_imported(warm, name):
    cell = "import os, sys; print(os.getppid(), 'matplotlib.figure' in sys.modules)"
    assert printed(name, cell) == f"{warm.process.pid} True"


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
    "print(__name__, sys.path, sys.argv[0], sys.argv[1], sys.argv[3:], os.getcwd(), sys.flags)",
    "print(sorted((n, v) for n, v in os.environ.items() if n != 'JPY_PARENT_PID'))",
    "import signal\nprint([signal.getsignal(number) for number in signal.valid_signals()])",
)


def test_outputs_are_those_of_a_plain_kernel(name, tmp_path, monkeypatch):
    # In tests, ipykernel does not capture what is written below Python's own streams.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    plain, forked = (run(kernel, *EVERYDAY, cwd=tmp_path) for kernel in (PLAIN, name))
    for cell, expected, outputs in zip(EVERYDAY, plain, forked, strict=True):
        assert outputs == expected, cell


def test_papermill_injects_parameters_as_for_any_python_kernel(name):
    assert printed(name, "print(area)", parameters={"area": "太原市"}) == "太原市"


def test_the_kernels_random_name_does_not_get_into_the_notebook(name):
    executed = papermill.execute_notebook(notebook("1"), None, kernel_name=name, progress_bar=False)
    assert executed.metadata.kernelspec.name == "python3"
    assert name not in nbformat.writes(executed)


def test_random_numbers_differ_from_notebook_to_notebook(name):
    cell = (
        "import random, numpy as np\n"
        "print(random.random(), np.random.random(), np.random.default_rng().random())"
    )
    first, second = (printed(name, cell).split() for _ in range(2))
    assert len({*first, *second}) == 6


LOOK = (
    "import os, random, sys, matplotlib as mpl\n"
    "print(os.getcwd(), sys.path, os.environ.get('LEFT'), os.umask(0o22), 'left' in globals(),"
    "mpl.rcParams['font.size'], 'matplotlib.pyplot' in sys.modules,"
    "len(os.listdir('/proc/self/fd')))"
)
CHANGE = (
    "import os, sys, matplotlib.pyplot as plt\n"
    "left = open(os.devnull); os.chdir('/'); sys.path.append('left'); os.environ['LEFT'] = 'left'\n"
    "os.umask(0o77); plt.figure(); plt.rcParams['font.size'] = 99"
)


def test_a_notebook_finds_nothing_of_the_one_before(name, tmp_path):
    fresh = printed(name, LOOK, cwd=tmp_path)
    assert printed(name, CHANGE, LOOK, cwd=tmp_path) != fresh
    assert printed(name, LOOK, cwd=tmp_path) == fresh


def test_a_kernel_holds_nothing_open_of_one_that_runs_beside_it(name, request, tmp_path):
    alone = printed(name, LOOK, cwd=tmp_path)
    request.getfixturevalue("manager")
    assert printed(name, LOOK, cwd=tmp_path) == alone


ENDLESS = "import time\nwhile True: time.sleep(0.01)"
FAULTS = {
    "error": ("1 / 0", {}, "CellExecutionError", "ZeroDivisionError"),
    "endless": (ENDLESS, {"timeout": 1}, "CellTimeoutError", "timed out"),
    "interrupted": (
        ENDLESS,
        {"timeout": 1, "interrupt_on_timeout": True},
        "CellExecutionError",
        "KeyboardInterrupt",
    ),
    "deaf": (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + ENDLESS,
        {"timeout": 1},
        "CellTimeoutError",
        "timed out",
    ),
    "exit": ("import os; os._exit(0)", {}, "DeadKernelError", "Kernel died"),
    "sys.exit": ("import sys; sys.exit(0)", {}, "CellExecutionError", "SystemExit"),
    "killed": ("import os; os.kill(os.getpid(), 9)", {}, "DeadKernelError", "Kernel died"),
}


def fault(
    kernel_name: str, cell: str, options: dict[str, Any], folder: Path
) -> tuple[str, str, list[int]]:
    """Run a cell that goes wrong; return error, text, and the pids of the kernel and its child."""
    pids = folder / "pids"
    begin = (
        "import os, subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')"
    )
    client = NotebookClient(notebook(begin, cell, "2"), kernel_name=kernel_name, **options)
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return type(error).__name__, str(error), list(map(int, pids.read_text().split()))
    raise AssertionError("nothing went wrong")


@pytest.fixture(scope="module")
def outcomes(name: str, tmp_path_factory) -> dict[tuple[str, str], tuple]:
    keys = list(product(FAULTS, (PLAIN, name)))
    with ThreadPoolExecutor(len(keys)) as pool:
        futures = [
            pool.submit(fault, kernel, *FAULTS[key][:2], tmp_path_factory.mktemp("fault"))
            for key, kernel in keys
        ]
    found = {key: future.result() for key, future in zip(keys, futures, strict=True)}
    for key in FAULTS:  # those of plain kernels may live on
        with suppress(ProcessLookupError):
            os.kill(found[key, PLAIN][2][1], signal.SIGKILL)
    return found


@pytest.mark.parametrize("key", FAULTS)
def test_what_goes_wrong_goes_wrong_as_in_a_plain_kernel(key, name, outcomes):
    for kernel in (PLAIN, name):
        error, text, _ = outcomes[key, kernel]
        assert error == FAULTS[key][2]
        assert FAULTS[key][3] in text


@pytest.mark.parametrize("key", FAULTS)
def test_what_a_cell_has_started_ends_with_its_kernel(key, name, outcomes):
    pids = outcomes[key, name][2]
    assert len(pids) == 2
    assert soon(lambda: not any(map(lives, pids)))


def test_restart_gives_a_new_kernel_at_the_same_address(manager):
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready()
    before = manager.provisioner.pid
    assert asked(client, "x = 1") == "ok"
    manager.restart_kernel(now=True)
    client.wait_for_ready()
    assert asked(client, "x") == "error"
    assert manager.provisioner.pid != before
    assert not lives(before)
    client.stop_channels()


def asked(client: Any, code: str) -> str:
    return client.execute(code, reply=True, timeout=10)["content"]["status"]


def test_a_kernel_that_cannot_start_says_so_at_once(name):
    manager = KernelManager(kernel_name=name)
    begun = time.monotonic()
    with pytest.raises(RuntimeError, match="did not start: ended 1"):
        manager.start_kernel(cwd="/no/such/folder")
    assert time.monotonic() - begun < provisioner.START_SECONDS / 2


MODULES = {
    "lost": "import no_such_module",
    "broken": "def",
    "leaving": "raise SystemExit(3)",
    "crashing": "import os; os._exit(4)",
    "plotting": "import matplotlib.pyplot",
    "threading_on": "import threading, time\n"
    "threading.Thread(target=time.sleep, args=[60], daemon=True).start()",
}


def test_a_module_that_kernels_cannot_share_is_an_error_before_any_starts(tmp_path):
    for module, text in MODULES.items():
        (tmp_path / f"{module}.py").write_text(text)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    servers = {module: WarmKernels([module], environment) for module in MODULES}
    told = {}
    for module, server in servers.items():
        with pytest.raises(PreloadError) as error, server:
            pass
        told[module] = str(error.value)
        assert not server.folder.exists()
        assert not lives(server.process.pid)
    assert told["lost"].startswith("lost: ModuleNotFoundError: No module named 'no_such_module'")
    assert told["broken"].startswith("broken: SyntaxError")
    assert told["leaving"] == "the server ended with 3 while it imported"
    assert told["crashing"] == "the server ended with 4 while it imported"
    assert "plotting: RuntimeError: imports matplotlib.pyplot" in told["plotting"]
    assert "has started a thread" in told["threading_on"]


def test_a_thread_that_is_about_to_end_is_no_reason_to_refuse_a_module(tmp_path):
    (tmp_path / "fading.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[0.1]).start()"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with WarmKernels(["fading"], environment) as name:
        assert printed(name, "import sys; print('fading' in sys.modules)") == "True"


def test_imports_that_do_not_end_are_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("gsyf_lib.warmkernels.IMPORT_SECONDS", 0.1)
    (tmp_path / "endless.py").write_text("import time; time.sleep(600)")
    with (
        pytest.raises(PreloadError, match=r"not imported within 0\.1 seconds"),
        WarmKernels(["endless"], {"PYTHONPATH": str(tmp_path)}),
    ):
        pass


PARENT = "import os; print(os.getppid())"


def test_a_kernel_sees_the_variables_of_its_client(name, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert printed(name, "import os, time; print(os.environ['TZ'], time.strftime('%z'))") == (
        "Asia/Shanghai +0800"
    )


def test_without_the_server_the_kernel_is_an_ordinary_one(caplog):
    with (kernels := WarmKernels([])) as name:
        assert printed(name, PARENT) == str(kernels.process.pid)
        kernels.process.kill()
        kernels.process.wait()
        assert printed(name, PARENT) == str(os.getpid())
        assert "starting an ordinary one" in caplog.text


@pytest.mark.parametrize("understood", [{}, {"supported_encryption": ["curve"]}])
def test_no_encryption_is_promised_that_the_installed_ipykernel_does_not_understand(
    understood, monkeypatch
):
    spec = {"argv": ["python"], "language": "python", "metadata": {"debugger": True, **understood}}
    monkeypatch.setattr("ipykernel.kernelspec.get_kernel_dict", lambda: copy.deepcopy(spec))
    kernels = WarmKernels([])
    try:
        written = json.loads(next(kernels.folder.glob("kernels/*/kernel.json")).read_text())
    finally:
        kernels.close()
    promised = set(written["metadata"]) - {"debugger", "kernel_provisioner"}
    assert promised == set(understood)


def test_where_fork_is_not_safe_the_kernel_is_an_ordinary_one(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        kernels = WarmKernels(["numpy"])
    with kernels as name:
        assert printed(name, PARENT) == str(os.getpid())
    assert not kernels.folder.exists()


def test_a_notebook_fails_at_once_when_the_server_is_killed_under_it(tmp_path):
    with (kernels := WarmKernels([])) as name:
        cell = f"import os, signal, time; os.kill({kernels.process.pid}, 9); time.sleep(60)"
        error, _, pids = fault(name, cell, {}, tmp_path)
    assert error == "DeadKernelError"
    assert soon(lambda: not any(map(lives, pids)))


def test_a_kernel_ends_with_its_server_even_if_its_client_does_not_look():
    with (kernels := WarmKernels([])) as name:
        manager = KernelManager(kernel_name=name)
        manager.start_kernel()
        kernels.process.kill()
        assert soon(lambda: not lives(manager.provisioner.pid))


def test_kernels_see_the_given_variables_only_ordinary_ones_too(monkeypatch):
    monkeypatch.setenv("SECRET", "secret")
    given = {"HOME": os.environ["HOME"], "CHOSEN": "chosen"}
    cell = "import os; print(os.environ.get('CHOSEN'), *os.environ)"
    with (kernels := WarmKernels([], given)) as name:
        forked = printed(name, cell)
        kernels.process.kill()
        kernels.process.wait()
        ordinary = printed(name, cell)
    for chosen, *names in (forked.split(), ordinary.split()):
        assert chosen == "chosen"
        assert not {"SECRET", "PATH"}.intersection(names)


def test_the_name_leads_to_our_command_whatever_else_is_on_jupyters_path(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with WarmKernels([]) as name:
        evil = tmp_path / "kernels" / name
        evil.mkdir(parents=True)
        (evil / "kernel.json").write_text('{"argv": ["false"], "display_name": "", "language": ""}')
        assert printed(name, "print('ours')") == "ours"
    assert os.environ["JUPYTER_PATH"] == str(tmp_path)


def test_a_poisoned_working_directory_replaces_no_preloaded_module(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit")
    (tmp_path / "matplotlibrc").write_text("font.size: 99")
    monkeypatch.chdir(tmp_path)
    with WarmKernels(["numpy", "matplotlib"]) as name:
        cell = "import numpy, matplotlib; print(numpy.sum([1]), matplotlib.rcParams['font.size'])"
        assert printed(name, cell) == "1 10.0"


def test_a_long_temporary_folder_is_no_obstacle(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with (kernels := WarmKernels([])) as name:
        assert printed(name, PARENT) == str(kernels.process.pid)


def test_nothing_is_left_at_the_end():
    before = dict(os.environ)
    with (kernels := WarmKernels([])) as name:
        manager = KernelManager(kernel_name=name)
        manager.start_kernel()
        processes = [kernels.process.pid, manager.provisioner.pid]
        assert all(map(lives, processes))
    assert not any(map(lives, processes))
    assert not kernels.folder.exists()
    assert dict(os.environ) == before
    assert not manager.is_alive()


def test_a_server_that_is_not_used_after_all_can_be_closed():
    kernels = WarmKernels([])
    kernels.close()
    assert not lives(kernels.process.pid)
    assert not kernels.folder.exists()


MANY = """
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from jupyter_client.manager import run_kernel

def one(number):
    told = []
    with run_kernel(kernel_name=sys.argv[1]) as client:
        client.execute_interactive(
            f"print({number})", output_hook=lambda message: told.append(message["content"])
        )
    return "".join(content.get("text", "") for content in told)

def eleven(first):
    with ThreadPoolExecutor(11) as pool:
        return "".join(pool.map(one, range(first, first + 11)))

with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
    print(*pool.map(eleven, (0, 11)), sep="", end="")
"""


def test_another_programs_two_workers_run_22_kernels_at_once_from_one_server(name):
    told = subprocess.run(
        [sys.executable, "-c", MANY, name], stdout=subprocess.PIPE, text=True, timeout=120
    )
    assert told.stdout.split() == [str(number) for number in range(22)]


OWNER = """
import os, signal, sys, time
from jupyter_client import KernelManager
from gsyf_lib.warmkernels import WarmKernels

def worker(name, path):
    manager = KernelManager(kernel_name=name)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready()
    client.execute(
        "import os, subprocess, time\\n"
        "child = subprocess.Popen(['sleep', '600'])\\n"
        f"open('{path}.new', 'w').write('{os.getpid()} %d %d' % (os.getpid(), child.pid))\\n"
        f"os.rename('{path}.new', '{path}')\\n"
        "time.sleep(600)"
    )
    signal.pause()

with (kernels := WarmKernels([])) as name:
    for path in sys.argv[1:]:
        if os.fork() == 0:
            worker(name, path)
    open(sys.argv[1] + ".server", "w").write(f"{kernels.process.pid} {kernels.folder}")
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass
"""


ENDLESS_IMPORTS = {
    "waiting": "import time\nwhile True: time.sleep(0.01)",
    # Python's own handlers would never have their turn.
    "stuck": "import ctypes\nctypes.CDLL(None).sleep(600)",
}


@pytest.mark.parametrize("module", ENDLESS_IMPORTS)
def test_a_server_that_still_imports_ends_with_its_owner(module, tmp_path):
    mark = tmp_path / "importing"
    begin = f"open({str(mark)!r}, 'w').close()\n"
    (tmp_path / f"{module}.py").write_text(begin + ENDLESS_IMPORTS[module])
    code = (
        "import signal\nfrom gsyf_lib.warmkernels import WarmKernels\n"
        f"kernels = WarmKernels([{module!r}], {{'PYTHONPATH': {str(tmp_path)!r}}})\n"
        "signal.pause()"
    )
    with orphans() as left:
        owner = subprocess.Popen([sys.executable, "-c", code])
        assert soon(mark.exists, 30)
        owner.kill()
        owner.wait()
    assert left == set()


def test_a_server_whose_owner_has_gone_before_it_began_does_not_begin(tmp_path):
    """The owner is killed between the start of the program and its first line."""
    server = Path(warmkernels.__file__).with_name("server.py")
    program = [sys.executable, server, "0", "0", str(os.getpid() + 1), tmp_path, "json"]
    ended = subprocess.run(program, capture_output=True)
    assert (ended.returncode, ended.stderr) == (1, b"")  # without a complaint of what it was given


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_kernels_end_with_their_worker_and_all_with_the_owner(end, tmp_path):
    files = [tmp_path / "first", tmp_path / "second"]
    owner = subprocess.Popen([sys.executable, "-c", OWNER, *files], start_new_session=True)
    noted = [*files, tmp_path / "first.server"]
    try:
        assert soon(lambda: all(path.exists() for path in noted), 30)
        *workers, (server, folder) = (path.read_text().split() for path in noted)
        (first, *killed), (second, *kept) = (map(int, pids) for pids in workers)
        os.kill(first, signal.SIGKILL)
        assert soon(lambda: not any(map(lives, killed)))
        assert all(map(lives, [int(server), *kept]))
        os.kill(owner.pid, end)
        assert soon(lambda: not any(map(lives, [int(server), *kept])))
        assert lives(second)
        assert soon(lambda: not Path(folder).exists())
    finally:
        os.killpg(owner.pid, signal.SIGKILL)
        owner.wait()
