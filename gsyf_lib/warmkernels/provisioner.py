"""Where jupyter_client gets a kernel: forked by the server, or an ordinary one without it."""

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Unicode

__all__ = ["ForkedKernel", "WarmProvisioner"]

# Not the provisioner's own log, which is silent in programs that are no Jupyter application.
LOG = logging.getLogger(__name__)
START_SECONDS = 60
LONGEST_ANSWER = 1024


class ForkedKernel:
    """A kernel that is a child of the server, with what ``LocalProvisioner`` asks of a ``Popen``.

    Parameters
    ----------
    connection : the connection on which the kernel was ordered; when it closes, the kernel ends
    pid : process id of the kernel, and of its process group
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        """Keep the life line."""
        self.connection, self.pid = connection, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while the kernel lives."""
        if self.returncode is None:
            try:
                told = self.connection.recv(LONGEST_ANSWER)
            except BlockingIOError:
                return None
            except ConnectionResetError:
                told = b""
            self.connection.close()
            self.returncode = int(told.split()[1]) if told else self._kill_orphan()
        return self.returncode

    wait = poll  # LocalProvisioner waits only for what has ended

    def _kill_orphan(self) -> int:
        """End a kernel whose server is no more."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return -signal.SIGKILL

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and to all that it has started."""
        if self.poll() is None:
            with suppress(BrokenPipeError):  # it has ended at this very moment
                self.connection.send(b"%d" % number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Orders kernels from a server, and starts ordinary ones where none can be reached.

    jupyter_client makes one for every kernel whose kernelspec names it, with the traits that stand
    there.
    """

    server = Unicode(help="Path of the server's socket; without one every kernel is ordinary.")
    environment = Dict(
        default_value=None,
        allow_none=True,
        help="The kernels' variables, all of them; if None, those of the process that asks.",
    )
    folder: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Give the kernel its variables, and sockets in a private folder of its own."""
        if self.environment is not None:
            kwargs["env"] = dict(self.environment)
        if self.folder is None and self.server and Path(self.server).exists():
            # In a folder that kernels share, each takes the first file names that are free.
            self.folder = tempfile.mkdtemp(prefix="k", dir=Path(self.server).parent)
            manager: Any = self.parent
            manager.connection_file = f"{self.folder}/connection.json"
            manager.transport, manager.ip = "ipc", f"{self.folder}/s"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have a kernel forked; without a server start an ordinary one.

        Raises
        ------
        RuntimeError
            The server was there, but the kernel did not start.
        """
        self.cwd = Path(kwargs.get("cwd") or ".").absolute()
        order = {"argv": cmd[cmd.index("-f") :], "cwd": str(self.cwd), "env": kwargs["env"]}
        connection = self._ordered(json.dumps(order).encode()) if self.server else None
        if connection is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = await _started(connection)
        self.process = cast("subprocess.Popen[Any]", ForkedKernel(connection, self.pid))
        return self.connection_info

    def _ordered(self, order: bytes) -> socket.socket | None:
        """Return the connection on which the kernel is ordered, or None without a server."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.settimeout(START_SECONDS)
        try:
            connection.connect(self.server)
            connection.send(order)
        except OSError as error:
            connection.close()
            LOG.warning("No warm kernel (%s): starting an ordinary one", error)
            return None
        connection.setblocking(False)
        return connection

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and see it end: jupyter_client looks only ten times a second."""
        await super().kill(restart=restart)
        for _ in range(20):
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.005)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder, unless it is to start again."""
        await super().cleanup(restart=restart)
        if self.folder is not None and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)


async def _started(connection: socket.socket) -> int:
    """Return the process id of the kernel as soon as it is ready."""
    loop = asyncio.get_running_loop()
    try:
        told = await asyncio.wait_for(loop.sock_recv(connection, LONGEST_ANSWER), START_SECONDS)
    except (TimeoutError, ConnectionResetError):
        told = b""
    word, _, pid = told.decode().partition(" ")
    if word == "ready":
        return int(pid)
    connection.close()
    raise RuntimeError(f"The kernel did not start: {told.decode() or 'no answer'} (see stderr)")
