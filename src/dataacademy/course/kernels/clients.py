"""Jupyter clients that go on as soon as the kernel is heard, without waiting a fixed time for silence."""

from __future__ import annotations

import asyncio
import time
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.utils import ensure_async, run_sync


async def _ready(client, timeout: float | None) -> None:
    """The kernel has answered on shell, and iopub is known to arrive.

    The stock client then listens until 0.2 s pass in silence; here the ``idle`` that belongs to the answer is the end.
    """
    end = time.monotonic() + (timeout if timeout is not None else float("inf"))
    asked = client.kernel_info()
    while True:
        if not await ensure_async(client.is_alive()):
            raise RuntimeError("Kernel died before replying to kernel_info")
        if time.monotonic() > end:
            raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")
        try:
            message = await ensure_async(client.shell_channel.get_msg(timeout=1))
        except Empty:
            asked = client.kernel_info()
            continue
        if message["msg_type"] == "kernel_info_reply" and message["parent_header"].get("msg_id") == asked:
            break
    while True:
        try:
            heard = await ensure_async(client.iopub_channel.get_msg(timeout=0.2))
        except Empty:  # subscribed too late for this answer: ask again
            return await _ready(client, timeout)
        if heard["parent_header"].get("msg_id") == asked and heard["content"].get("execution_state") == "idle":
            client._handle_kernel_info_reply(message)
            return None


class QuickAsyncClient(AsyncKernelClient):
    """For nbclient, and with it papermill and nbgrader."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        await _ready(self, timeout)

    wait_for_ready = _async_wait_for_ready


class QuickBlockingClient(BlockingKernelClient):
    """For code that is not asynchronous."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        await asyncio.wait_for(_ready(self, timeout), None)

    wait_for_ready = run_sync(_async_wait_for_ready)
