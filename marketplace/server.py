"""The one-machine server: web, worker and schedule, started and stopped together."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from flask_babel import gettext as _
from pydantic import ValidationError

from marketplace.catalogue.indexing import search_service
from marketplace.core.commandline import EXIT_UNUSABLE, chosen_language, speaking
from marketplace.core.faults import fault_sentence
from marketplace.core.i18n import language
from marketplace.core.locks import exclusive_in_folder
from marketplace.factory import create_app
from marketplace.preparation import make_ready
from marketplace.process import forget_metrics, share_metrics
from marketplace.settings import PROJECT_ROOT, Mode, Settings, sentences_about
from search.engines.base import EngineUnavailable

RESTART_DELAY = 1.0
# A search takes milliseconds, a workbook of 10,000 rows some seconds, a batch of the outbox one.
STOP_SECONDS = 20
KILL_SECONDS = 2
APPLICATION = "app:app"
GRANIAN_LOGGING = PROJECT_ROOT / "marketplace" / "core" / "data" / "granian_logging.json"


def serve() -> int:
    """Prepare, then run until Ctrl-C or SIGTERM; returns the exit code.

    0: ended as told; 1: a service does not answer, so another start may do; 2: settings, port or
    folder can't be used.

    A child that ends by itself is started again, so that a killed worker costs seconds. What is
    said here is in the language of the environment.
    """
    with speaking(chosen_language((), os.environ)):
        return _serve()


def _serve() -> int:
    try:
        settings = Settings()
    except ValidationError as error:
        print(*sentences_about(error), sep="\n", file=sys.stderr)
        return EXIT_UNUSABLE
    port = _free_port(settings)
    if port is None:
        print(_port_in_use(settings), file=sys.stderr)
        return EXIT_UNUSABLE
    already_served, greeting = _already_served(settings), _greeting(settings, port)
    with create_app(settings).app_context(), exclusive_in_folder("server") as is_alone:
        if not is_alone:
            print(already_served, file=sys.stderr)
            return EXIT_UNUSABLE
        if failure := make_ready(settings):
            return failure
        if not search_service().health().is_ready:
            # Records open by link without it, and it is found by itself once it is back.
            print(fault_sentence(EngineUnavailable("down")), file=sys.stderr)
        shutil.rmtree(settings.broker_dir, ignore_errors=True)
        # Letters of the demo name the port that was really taken.
        os.environ["MARKET_PORT"] = str(port)
        share_metrics(settings.metrics_dir)
        forget_metrics()
        children = _Children(_commands(settings, port))
        return children.run(lambda: _is_answering(settings, port), greeting)


def _port_in_use(settings: Settings) -> str:
    return _(
        "%(host)s 的端口 %(port)s 已被占用，可以换一个：PORT=%(other)s make run",
        host=settings.host,
        port=settings.port,
        other=settings.port + 1,
    )


def _already_served(settings: Settings) -> str:
    return _(
        "已经有一个服务在用 %(folder)s。请先停下它，或给这一个另配文件夹：DATA_DIR=/path make run",
        folder=settings.data_dir,
    )


def _greeting(settings: Settings, port: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{port}/"
    site = settings.site_name(language())
    if settings.mode is Mode.DEMO:
        return _("%(site)s（演示数据）：%(address)s  按 Ctrl-C 停止", site=site, address=address)
    greeting = _("%(site)s：%(address)s  按 Ctrl-C 停止", site=site, address=address)
    if settings.mode is Mode.PRODUCTION and not settings.public_url:
        greeting += "\n" + _("没有设置 MARKET_PUBLIC_URL，网页里的规范网址随每次请求的域名而变。")
    return greeting


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
    web += ["--respawn-failed-workers", "--log-level", "warning", "--no-ws"]
    web += ["--workers-kill-timeout", str(STOP_SECONDS), APPLICATION]
    if settings.mode is Mode.PRODUCTION:
        web[-1:-1] = ["--log-config", str(GRANIAN_LOGGING)]
    parts = ["tasks.worker", "tasks.beat"] if settings.redis_url else ["tasks.worker"]
    return [web, *([sys.executable, "-m", part] for part in parts)]


class _Children:
    """The processes of the server."""

    def __init__(self, commands: list[list[str]]) -> None:
        self._commands = commands
        self._running: list[subprocess.Popen[bytes]] = []
        self._is_stopping = False
        self._is_impatient = False

    def run(self, is_answering: Callable[[], bool], greeting: str) -> int:
        """Start all, say so once it answers, restart what ends, and stop all on a signal.

        What runs then is finished: requests that are being answered, the batch of the worker. A
        second signal ends everything at once.
        """
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
        self._is_impatient = self._is_stopping
        self._is_stopping = True

    def _end_all(self) -> int:
        for child in self._running:
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS + KILL_SECONDS
        while any(child.poll() is None for child in self._running):
            if self._is_impatient or time.monotonic() > deadline:
                for child in self._running:
                    # With all that it has started; those are of its session.
                    with suppress(ProcessLookupError):
                        os.killpg(child.pid, signal.SIGKILL)
            time.sleep(0.05)
        return 0
