"""Where a notebook's kernel comes from: a fork of a warm process, or where forking is not safe an ordinary start."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import run_sync

from kumastats.errors import NotebookError
from kumastats.report.running.warm import LAUNCHER
from kumastats.scratch import Scratch
from kumastats.text import Text

SOCKETS = hasattr(socket, "AF_UNIX")
FORKS = sys.platform.startswith("linux")  # elsewhere the system's own libraries do not outlive a fork
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
LONGEST = 90  # characters of a socket's path; the system's limit is 103 to 107
FIXED = ONE_THREAD | {"PYTHONHASHSEED": "0"}


class Manager(AsyncKernelManager):
    """Jupyter's manager, which remembers its client so that it can be closed with the kernel.

    Where the system has sockets that are files, the kernel is spoken with through some in a folder nobody else may enter,
    rather than through ports of the machine, where all that is computed would pass in plain text.
    """

    _given: Any = None
    _sockets: Scratch | None = None

    @classmethod
    def private(cls) -> Manager:
        """Return a manager of a kernel that is not open to other users of the machine."""
        made = cls(kernel_name="python3")
        sockets = Scratch()
        if SOCKETS and len(str(sockets.path)) <= LONGEST:
            made._sockets, made.transport, made.ip = sockets, "ipc", str(sockets.path / "kernel")
        return made

    def client(self, **kwargs: Any) -> Any:
        """Return a client."""
        self._given = super().client(**kwargs)
        return self._given

    def end(self) -> None:
        """Let the kernel end, at once if it no longer answers, and close what speaks with it."""
        if self.has_kernel:
            run_sync(self.shutdown_kernel)(now=not run_sync(self.is_alive)())
        if self._given is not None:
            self._given.stop_channels()
        if self._sockets is not None:
            self._sockets.close()


class Kernels(Protocol):
    """Something that starts kernels."""

    def manager(
        self, environment: Mapping[str, str], folder: Path, log: Path
    ) -> tuple[Manager, dict[str, Any]]:
        """Return a kernel manager and the words its kernel is to be started with."""
        ...

    def close(self) -> None:
        """End every kernel that is left."""
        ...


class Ordinary:
    """Kernels started as Jupyter starts them; they end with the process that asked for them."""

    def close(self) -> None:
        """Leave them to their managers."""

    def manager(
        self, environment: Mapping[str, str], folder: Path, log: Path
    ) -> tuple[Manager, dict[str, Any]]:
        """Return a kernel manager and the words its kernel is to be started with."""
        handle = log.open("wb")
        given = {
            "env": {**os.environ, **FIXED, **environment},
            "cwd": str(folder),
            "stdout": handle,
            "stderr": handle,
        }
        return Manager.private(), given


class Warm:
    """Kernels forked from one warm process. Use it as a context; it may be asked from several threads.

    Attributes
    ----------
    ready
        What the process told of itself when it was warm: how many threads of Python it had.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._asking = threading.Lock()
        self.ready: dict[str, Any] = {}

    def __enter__(self) -> Warm:
        command = [sys.executable, "-P", "-m", "kumastats.report.running.warm"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **FIXED}, start_new_session=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process, which takes with it what is left of its kernels."""
        process, self._process = self._process, None
        if process is not None and process.stdin and process.stdout:
            process.stdin.close()
            process.stdout.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def ask(self, what: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and return the answer.

        Raises
        ------
        NotebookError
            If the warm process has died.
        """
        process = self._process
        with self._asking:
            try:
                if process is None or process.stdin is None or process.stdout is None:
                    raise BrokenPipeError
                if not self.ready:
                    self.ready = json.loads(process.stdout.readline())
                process.stdin.write(json.dumps(what) + "\n")
                process.stdin.flush()
                told: dict[str, Any] = json.loads(process.stdout.readline())
            except (OSError, ValueError) as error:
                raise NotebookError(
                    Text("カーネルを起動できませんでした。", "No kernel could be started."),
                    remedy=Text(
                        "もう一度実行してください。メモリー不足なら --jobs 1 で。",
                        "Run it again, with --jobs 1 if memory ran out.",
                    ),
                ) from error
        return told

    def manager(
        self, environment: Mapping[str, str], folder: Path, log: Path
    ) -> tuple[Manager, dict[str, Any]]:
        """Return a kernel manager and the words its kernel is to be started with."""
        made = Manager.private()
        made.kernel_id = str(uuid.uuid4())
        made.provisioner = Forking(kernel_id=made.kernel_id, kernel_spec=made.kernel_spec, parent=made)
        made.provisioner.warm, made.provisioner.log_file = self, log
        return made, {"env": {**os.environ, **FIXED, **environment}, "cwd": str(folder)}


class Forked:
    """A forked kernel, with what `subprocess.Popen` has that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, warm: Warm, pid: int):
        self.pid = pid
        self._warm = warm
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self._code is None:
            try:
                self._code = self._warm.ask({"do": "poll", "pid": self.pid})["code"]
            except NotebookError:
                self._code = -9  # the warm process takes its kernels with it
        return self._code

    def wait(self) -> int | None:
        """Return the exit code of a kernel that has ended; Jupyter waits by polling."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal."""
        if self.poll() is None:
            os.kill(self.pid, number)


class Forking(LocalProvisioner):
    """Jupyter's local provisioner with a fork in place of a new interpreter."""

    warm: Any = None
    log_file: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel with the arguments of the ordinary command."""
        asked = {
            "do": "start", "arguments": cmd[cmd.index(LAUNCHER) + 1 :], "folder": str(kwargs["cwd"]), "log": str(self.log_file),
            "environment": dict(kwargs["env"]),
        }  # fmt: skip
        self.pid = self.pgid = self.warm.ask(asked)["pid"]
        self.process = Forked(self.warm, self.pid)  # type: ignore[assignment]
        self.cwd = kwargs["cwd"]
        return self.connection_info
