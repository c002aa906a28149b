"""The process that kernels are forked from: it imports what notebooks need, once, then waits.

``WarmKernels`` runs this file as a program. It listens on a private socket on which a message
stays a message (SOCK_SEQPACKET). Whoever wants a kernel connects, and that connection is the
kernel's life line::

    client -> server    the order {"argv", "cwd", "env"}; after it, numbers of signals
    kernel -> client    ready <pid>, when its ZeroMQ sockets are bound
    server -> client    ended <exit code>; or refused <why>, when it cannot fork

A client that goes away takes its kernel with it; the server ends with its owner, and takes all
kernels with it. There is no thread, no ZeroMQ context and no event loop in the server: none of
them would survive a fork.
"""

import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from gsyf_lib.family import end_with_parent

__all__ = ["Birth", "Server", "become_kernel", "main", "preload"]

OWNER_CHECK_SECONDS, ENDING_SECONDS = 0.5, 0.5
LARGEST_MESSAGE = 2**20
# What a kernel is and what it imports while it starts, which takes half of its CPU time.
KERNEL_PARTS = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipykernel_launcher",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
)
# A kernel sets the first before anything can import matplotlib, which reads it only then. The
# second keeps the debugger from printing advice that concerns nobody here.
VARIABLES = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


class Birth(NamedTuple):
    """What a forked process knows of the kernel it is to be."""

    connection: socket.socket
    order: bytes
    server: int


def main(listener: int, news: int, owner: int, folder: str, modules: Sequence[str]) -> None:
    """Import the modules, tell the owner, and fork kernels until the owner is gone.

    Parameters
    ----------
    listener : file descriptor of the socket that clients connect to
    news : file descriptor of the socket on which the owner hears ``ready``, or what went wrong
    owner : process id of the parent
    folder : the private folder, removed at the end
    modules : names of the modules to import
    """
    # While it imports, the signal ends it at once; afterwards it ends its kernels first.
    end_with_parent(owner, signal.SIGTERM)
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)
    before = dict(os.environ)
    gc.disable()  # modules stay: nothing that is imported is worth looking through
    with socket.socket(fileno=news) as told:
        for name in (*modules, *KERNEL_PARTS):
            try:
                preload(name)
            except Exception as error:
                told.send(f"{name}: {type(error).__name__}: {error}".encode()[:LARGEST_MESSAGE])
                raise
        with suppress(BrokenPipeError):  # an owner that is gone is noticed by the server
            told.send(b"ready")
    set_by_imports = {n: value for n, value in os.environ.items() if before.get(n) != value}
    gc.freeze()
    gc.enable()
    birth = Server(socket.socket(fileno=listener), owner).run()
    if birth is None:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)  # its owner waits, and nothing is left to be done
    else:
        become_kernel(birth, set_by_imports)


def preload(name: str) -> None:
    """Import a module for all kernels.

    Raises
    ------
    RuntimeError
        It brought something along that does not survive a fork.
    """
    import_module(name)
    if "matplotlib.pyplot" in sys.modules:
        raise RuntimeError(
            "imports matplotlib.pyplot, which shows figures only where a kernel imported it; "
            "preload matplotlib.figure instead"
        )
    for thread in threading.enumerate()[1:]:
        thread.join(ENDING_SECONDS)  # matplotlib starts a timer, and cancels it
    if threading.active_count() > 1:
        raise RuntimeError("has started a thread, which no forked kernel would have")


class Server:
    """The loop that forks kernels, passes signals on to them, and reaps them.

    Parameters
    ----------
    listener : the listening socket
    owner : process id of the parent
    """

    def __init__(self, listener: socket.socket, owner: int) -> None:
        """Listen to clients and to signals."""
        self.owner, self.pid, self.ended = owner, os.getpid(), False
        self.kernels: dict[socket.socket, int] = {}
        woken, self.waker = socket.socketpair()
        self.waker.setblocking(False)
        # Unlike epoll, poll keeps nothing that a forked process would share.
        self.selector = selectors.PollSelector()
        self.selector.register(listener, selectors.EVENT_READ, self._accept)
        self.selector.register(woken, selectors.EVENT_READ, self._reap)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._end)

    def run(self) -> Birth | None:
        """Serve; return None at the end of the server, and in every kernel its birth."""
        while not self.ended and os.getppid() == self.owner:
            # One at a time: it may close what the next is about.
            for key, _ in self.selector.select(OWNER_CHECK_SECONDS)[:1]:
                if birth := key.data(key.fileobj):
                    return birth
        for pid in self.kernels.values():
            _send_signal(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        return None

    def _end(self, *_: object) -> None:
        self.ended = True

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self.selector.register(connection, selectors.EVENT_READ, self._hear)

    def _hear(self, connection: socket.socket) -> Birth | None:
        """Take an order, a signal, or the end of a client."""
        try:
            message = connection.recv(LARGEST_MESSAGE)
        except ConnectionResetError:
            message = b""
        if not message:
            self.selector.unregister(connection)
        if connection in self.kernels:
            _send_signal(self.kernels[connection], int(message or signal.SIGKILL))
        elif message:
            return self._fork(connection, message)
        else:
            connection.close()
        return None

    def _fork(self, connection: socket.socket, order: bytes) -> Birth | None:
        try:
            pid = os.fork()
        except OSError as error:
            connection.send(f"refused {error}".encode())
            return None
        if pid:
            self.kernels[connection] = pid
            return None
        self._leave(connection)
        return Birth(connection, order, self.pid)

    def _leave(self, connection: socket.socket) -> None:
        """Rid a newly forked process of the server's signals and of all sockets but its own."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        registered = (key.fileobj for key in self.selector.get_map().values())
        others: set[Any] = {self.waker, *self.kernels, *registered}
        for other in others - {connection}:
            other.close()

    def _reap(self, woken: socket.socket) -> None:
        """Tell clients the exit codes of their kernels; whatever these had started ends too."""
        woken.recv(LARGEST_MESSAGE)
        for connection, pid in list(self.kernels.items()):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            # Until it is reaped, its number belongs to nobody else.
            _send_signal(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            del self.kernels[connection]
            with suppress(KeyError):  # the client has gone first
                self.selector.unregister(connection)
            with connection, suppress(BrokenPipeError):
                connection.send(b"ended %d" % os.waitstatus_to_exitcode(status))


def _send_signal(pid: int, number: int) -> None:
    """Send a signal to a kernel and to all that it has started."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # forked a moment ago, it has no group of its own yet
        os.kill(pid, number)


def become_kernel(birth: Birth, set_by_imports: dict[str, str]) -> None:
    """Be the kernel that was ordered, as if it had been started as a program of its own."""
    from ipykernel.kernelapp import IPKernelApp

    end_with_parent(birth.server)
    order = json.loads(birth.order)
    os.setsid()
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"] | set_by_imports)
    time.tzset()
    if "numpy.random" in sys.modules:  # Python's own random numbers are seeded anew by a fork
        sys.modules["numpy.random"].seed()
    sys.argv = [str(sys.modules["ipykernel_launcher"].__file__), *order["argv"]]
    # Its default is a variable that was read when ipykernel was imported.
    app = IPKernelApp.instance(parent_handle=birth.server)
    app.initialize(order["argv"])
    with birth.connection as connection, suppress(BrokenPipeError):  # the client has gone first
        connection.send(b"ready %d" % os.getpid())
    app.start()


if __name__ == "__main__":
    # The folder of a program is no place for a notebook to import from.
    if sys.path[0] == str(Path(__file__).parent):
        del sys.path[0]
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
