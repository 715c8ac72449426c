"""The Jupyter kernel provisioner ``dataacademy-warm``: forks where it can, starts an ordinary kernel where not."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from dataacademy.course.kernels.owner import ForkedKernel, folder, not_started, why_cold
from dataacademy.course.kernels.rooms import remove_folder

_QUICK = {
    "jupyter_client.blocking.BlockingKernelClient": "dataacademy.course.kernels.clients.QuickBlockingClient",
    "jupyter_client.blocking.client.BlockingKernelClient": "dataacademy.course.kernels.clients.QuickBlockingClient",
    "jupyter_client.asynchronous.AsyncKernelClient": "dataacademy.course.kernels.clients.QuickAsyncClient",
    "jupyter_client.asynchronous.client.AsyncKernelClient": "dataacademy.course.kernels.clients.QuickAsyncClient",
}


class WarmProvisioner(LocalProvisioner):
    """Kernels forked from the warm process; their sockets and connection file lie in its private folder.

    ``start_kernel(confinement={…})`` confines the kernel, see :mod:`dataacademy.course.kernels.confinement`.
    """

    place: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        reason = why_cold()
        if reason:
            self.log.warning("通常の起動にします（%s）。 Starting an ordinary kernel: fork is not safe here.", reason)
        elif self.place is None:
            self.place = _fresh_place()
            manager = self.parent
            manager.transport = "ipc"
            manager.cache_ports = False
            manager.connection_file = str(self.place / "kernel.json")
            manager.ip = str(self.place / "s")
            manager.client_class = _QUICK.get(manager.client_class, manager.client_class)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any):
        if self.place is None:
            kwargs.pop("confinement", None)
            return await super().launch_kernel(cmd, **kwargs)
        confinement = kwargs.get("confinement")
        if confinement is not None:
            confinement = {**confinement, "sockets": str(self.place)}
        arguments = cmd[cmd.index("-f") :] if "-f" in cmd else ["-f", self.parent.connection_file]
        if not any(argument.startswith("--HistoryManager") for argument in arguments):
            arguments = [*arguments, "--HistoryManager.enabled=False"]  # nobody scrolls back in such a kernel
        if confinement is not None:  # it has no programs to start, whose output would be caught
            arguments = [*arguments, "--IPKernelApp.capture_fd_output=False"]
        cwd = kwargs.get("cwd") or Path.cwd()
        try:
            self.process = ForkedKernel(cwd, kwargs["env"], arguments, confinement, quiet=confinement is not None)
        except BaseException:
            await self.cleanup()
            raise
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        if self.place is None:
            await super().send_signal(signum)
        elif self.process:
            self.process.send_signal(signum)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """A forked kernel owns nothing that outlives it, so there is nothing to wait for."""
        if self.place is not None:
            await self.kill(restart)

    async def kill(self, restart: bool = False) -> None:
        if self.place is None:
            await super().kill(restart)
        elif self.process:
            self.process.kill()
            self.process.wait()

    async def terminate(self, restart: bool = False) -> None:
        if self.place is None:
            await super().terminate(restart)
        else:
            await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        if self.place is not None and not restart:
            remove_folder(self.place)
            self.place = None


def _fresh_place() -> Path:
    """A folder of the warm process; one that was ending while we asked for it is left for the next."""
    for _ in range(100):
        try:
            return Path(tempfile.mkdtemp(prefix="k", dir=folder()))
        except FileNotFoundError:
            time.sleep(0.02)
    raise not_started("the folder of the warm process is gone")
