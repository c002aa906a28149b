"""A client that begins as soon as its kernel answers."""

import time
from contextlib import suppress
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient

__all__ = ["PromptClient"]

ANSWER_SECONDS, NEWS_SECONDS = 1.0, 0.2


class PromptClient(AsyncKernelClient):
    """jupyter_client's own client, without the wait for silence before the first cell.

    That wait drains what the kernel said of itself while it started, which nbclient ignores; and
    it takes 0.2 s, as long as ten cells.

    Examples
    --------
    >>> from traitlets.config import Config
    >>> config = Config(KernelManager={"client_factory": PromptClient})
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and is heard on the channel of its outputs, too.

        Raises
        ------
        RuntimeError
            It has died, or does not answer in time.
        """
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < until:
            self.kernel_info()
            with suppress(Empty):
                reply = await self.get_shell_msg(timeout=ANSWER_SECONDS)
                await self.get_iopub_msg(timeout=NEWS_SECONDS)
                if reply["msg_type"] == "kernel_info_reply":
                    self._handle_kernel_info_reply(reply)
                    return
            if not await self.is_alive():
                raise RuntimeError("The kernel died before it answered")
        raise RuntimeError(f"The kernel did not answer within {timeout:g} seconds")
