"""The one-machine server: web and worker side by side, started and stopped together."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from marketplace.core.locks import exclusive
from marketplace.factory import create_app
from marketplace.preparation import prepare_market
from marketplace.settings import PROJECT_ROOT, Mode, Settings

RESTART_DELAY = 1.0
STOP_SECONDS = 10
EXIT_UNUSABLE = 2


def serve() -> int:
    """Prepare, then run until Ctrl-C or SIGTERM; returns the exit code.

    A child that ends by itself is started again, so that a killed worker costs seconds.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            print(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)
        return EXIT_UNUSABLE
    port = _free_port(settings)
    if port is None:
        print(
            f"Port {settings.port} on {settings.host} is in use. "
            f"Choose another: PORT={settings.port + 1} make run",
            file=sys.stderr,
        )
        return EXIT_UNUSABLE
    with create_app(settings).app_context(), exclusive("server") as is_alone:
        if not is_alone:
            print(_already_served(settings), file=sys.stderr)
            return EXIT_UNUSABLE
        prepare_market(with_demo=settings.mode is Mode.DEMO)
        shutil.rmtree(settings.broker_dir, ignore_errors=True)
        children = _Children(_commands(settings, port))
        return children.run(lambda: _is_answering(settings, port), _greeting(settings, port))


def _already_served(settings: Settings) -> str:
    return (
        f"Another server is running on {settings.data_dir}. "
        "Stop it first, or give this one a folder of its own: DATA_DIR=/path make run"
    )


def _greeting(settings: Settings, port: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{port}/"
    if settings.mode is Mode.DEMO:
        return f"科技成果转化市场（演示数据 / demo data）: {address}  Ctrl-C 停止 / stops"
    return f"{settings.site_name_zh} / {settings.site_name_en}: {address}"


def _is_answering(settings: Settings, port: int) -> bool:
    try:
        with socket.create_connection((settings.host, port), timeout=1):
            return True
    except OSError:
        return False


def _free_port(settings: Settings) -> int | None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return None
        port: int = probe.getsockname()[1]
        return port


def _commands(settings: Settings, port: int) -> list[list[str]]:
    granian = str(Path(sys.executable).with_name("granian"))
    web = [granian, "--interface", "wsgi", "--host", settings.host, "--port", str(port)]
    web += ["--workers", str(settings.web_workers)]
    web += ["--blocking-threads", str(settings.web_threads)]
    web += ["--respawn-failed-workers", "--log-level", "warning", "--no-ws", "app:app"]
    return [web, [sys.executable, "-m", "tasks.worker"]]


class _Children:
    """The processes of the server."""

    def __init__(self, commands: list[list[str]]) -> None:
        self._commands = commands
        self._running: list[subprocess.Popen[bytes]] = []
        self._is_stopping = False

    def run(self, is_answering: Callable[[], bool], greeting: str) -> int:
        """Start all, say so once it answers, restart what ends, and stop all on a signal."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self._running = [self._start(command) for command in self._commands]
        is_announced = False
        while not self._is_stopping:
            time.sleep(0.2)
            if not is_announced and is_answering():
                is_announced = True
                print(greeting, flush=True)
            for position, child in enumerate(self._running):
                if child.poll() is not None and not self._is_stopping:
                    time.sleep(RESTART_DELAY)
                    self._running[position] = self._start(self._commands[position])
        return self._end_all()

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        tied = [sys.executable, "-m", "marketplace.process", str(os.getpid()), *command]
        return subprocess.Popen(  # noqa: S603 - the commands are our own
            tied,
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _end_all(self) -> int:
        for child in self._running:
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._running:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        return 0
