"""Pages made by the workers of an existing Dask cluster (``gsyf report --scheduler tcp://…``).

Workers have gsyf installed but share no disk with the sender: figures and notebooks go to them with
the tasks, and pages come back as bytes. See docs/scale.md.
"""

import atexit
import pickle
import re
import threading
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from gsyf_lib.assessment import JudgedPlan, hand_over
from gsyf_lib.errors import MachineError, UsageError
from gsyf_lib.processes.lock import private_folder
from gsyf_lib.processes.prepared import Prepared
from gsyf_lib.reports.provenance import Makers, makers
from gsyf_lib.reports.surroundings import prepare
from gsyf_lib.reports.workers import Job, Outcome, make_pages

ADDRESS = re.compile(r"[a-z]+://[^\s/]+:[0-9]+")
ENCRYPTED, TLS = ("tls", "wss"), "DASK_DISTRIBUTED__COMM__TLS__"
CONNECT_SECONDS = 30
LONGEST_WAIT = 1800.0


@dataclass(frozen=True)
class Parcel:
    """What a worker needs besides its installation; the same for all pages of a run.

    name : hash over the content, so that equal parcels have equal names
    judged : the JudgedPlan, pickled
    files : the notebooks, and the file that marks a plan folder, by path
    code, versions : of the sender; a worker with others would make other pages
    """

    name: str
    judged: bytes
    files: dict[str, bytes]
    code: str
    versions: dict[str, str]


class Cluster:
    """An existing cluster that makes pages; it has the same methods as ``workers.LocalWorkers``."""

    def __init__(self, address: str, private: Path, made_by: Makers) -> None:
        """Connect to it."""
        self.private, self.made_by = private, made_by
        self.client = connect(address)

    def outcomes(self, todo: list[Job], judged: JudgedPlan) -> Generator[Outcome, None, None]:
        """Yield what becomes of each job, as it comes."""
        if not todo:
            return
        packed = parcel(judged, self.private, self.made_by)
        yield from outcomes(todo, packed, self.client)

    def close(self) -> None:
        """Disconnect; the cluster drops the jobs that it has not done yet."""
        self.client.close()


def parcel(judged: JudgedPlan, private: Path, made_by: Makers) -> Parcel:
    """Pack the figures of a run, and the notebooks and ``plan.toml`` of its private folder."""
    paths = [private / "data" / "plan.toml", *sorted((private / "notebooks").iterdir())]
    files = {path.relative_to(private).as_posix(): path.read_bytes() for path in paths}
    content = pickle.dumps(judged)
    name = sha256(content + pickle.dumps(files)).hexdigest()
    return Parcel(name, content, files, made_by.code, made_by.versions)


def connect(address: str) -> Any:
    """Return a client of the scheduler at an address; close it when all is done.

    Raises UsageError if ``distributed`` is not installed here, no scheduler is at that address, it
    has no worker, or there are no certificates for an encrypted address.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "使用 --scheduler 需要软件包 distributed。请运行 make setup，"
            "或不用 --scheduler，在本机生成"
        ) from None
    if not ADDRESS.fullmatch(address):
        raise UsageError(f"“{address}”不是 Dask 调度器的地址。请按 tcp://主机:8786 的格式填写")
    try:
        _check_certificates(address)
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"无法连接 Dask 调度器 {address}：{error}。请检查地址和网络") from error
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        client.close()
        raise UsageError(f"Dask 调度器 {address} 没有工作节点。请启动 dask worker") from error
    return client


def _check_certificates(address: str) -> None:
    """See that Dask supports the address, and has certificates if it is an encrypted one."""
    from distributed.comm.registry import get_backend
    from distributed.security import Security

    scheme = address.partition("://")[0]
    get_backend(scheme)  # raises ValueError for a scheme that Dask does not know
    if scheme in ENCRYPTED and Security().get_connection_args("client")["ssl_context"] is None:
        raise UsageError(
            f"{scheme}:// 需要证书，Dask 的设置中没有。请用环境变量 {TLS}CA_FILE、"
            f"{TLS}CLIENT__CERT、{TLS}CLIENT__KEY 指定证书文件（见 docs/scale.md）"
        )


def outcomes(jobs: Sequence[Job], packed: Parcel, client: Any) -> Iterator[Outcome]:
    """Have the jobs done by the workers of a cluster and yield the outcomes as they come.

    They are begun in this order. A job whose worker dies is done by another one.
    """
    # The parcel goes as a task of its own that returns it: unlike scattered data, Dask can make the
    # result of a task again when the worker that holds it dies.
    with warnings.catch_warnings():  # Dask warns of large arguments; this one is meant to be large
        warnings.simplefilter("ignore", UserWarning)
        sent = client.submit(_unchanged, packed, key=f"gsyf-{packed.name}")
    waiting = {client.submit(page_from_parcel, job, sent, pure=False): job for job in jobs}
    done: SimpleQueue[Any] = SimpleQueue()
    for future in waiting:
        future.add_done_callback(done.put)
    while waiting:
        try:
            future = done.get(timeout=LONGEST_WAIT)
        except Empty:
            problem = f"集群{LONGEST_WAIT / 60:g}分钟没有完成任何页面，已放弃。请查看工作节点的日志"
            yield from (Outcome.given_up(job, problem) for job in waiting.values())
            return
        job = waiting.pop(future)
        try:
            outcome = future.result()
        except Exception as error:  # noqa: BLE001 - whatever it was, the other pages go on
            problem = f"集群未能完成（{type(error).__name__}）。请查看工作节点的日志"
            outcome = Outcome.given_up(job, problem)
        yield outcome


def _unchanged(packed: Parcel) -> Parcel:
    return packed


# What a worker keeps between its tasks: the unpacked run with the process that makes its pages.
# A worker may run tasks in several threads; the lock lets one page be made at a time.
_alone = threading.Lock()
_opened = ExitStack()
_sites: dict[str, tuple[Path, Prepared]] = {}
atexit.register(_opened.close)


def page_from_parcel(job: Job, packed: Parcel) -> Outcome:
    """Do a job; this is the task that runs on a worker."""
    with _alone:
        if (packed.code, packed.versions) != _installed():
            problem = "工作节点上的 gsyf 或软件包与发送方不同。请在各节点安装相同的版本"
            return Outcome.given_up(job, problem)
        private, prepared = _site(packed)
        try:
            (outcome,) = prepared.run(make_pages, [job], private, 1)
        except MachineError:
            _sites.clear()  # that process has died: the next page starts another
            raise
        return outcome


@cache
def _installed() -> tuple[str, dict[str, str]]:
    """Return the hash of the code and the versions of the packages on this worker."""
    own = makers()
    return own.code, own.versions


def _site(packed: Parcel) -> tuple[Path, Prepared]:
    """Return the folder and the process with which this worker makes the pages of a run."""
    if packed.name not in _sites:
        _sites.clear()  # those of an earlier run
        _opened.close()
        private = _opened.enter_context(private_folder())
        _sites[packed.name] = private, _unpacked(packed, private)
    return _sites[packed.name]


def _unpacked(packed: Parcel, private: Path) -> Prepared:
    """Unpack a parcel, and start the process that makes pages of it."""
    for name, content in packed.files.items():
        (private / name).parent.mkdir(exist_ok=True)
        (private / name).write_bytes(content)
    prepared = prepare(private)
    _opened.callback(prepared.close)
    judged: JudgedPlan = pickle.loads(packed.judged)
    hand_over(judged.at(private / "data"), private / "reading")
    return prepared
