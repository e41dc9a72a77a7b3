"""Runs the install and start lines of the image in a clean folder, and asks for its health.

Web, worker and schedule are started, with a Redis between them. The lines are read from the
Dockerfile and compose.yaml, so they can't drift from what is tested. Without Docker there is no
base image: the packages of the final stage's system (apt-get) and its user are passed over, and
said so.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.container.dockerfile import Stage, context_files, read_dockerfile
from tests.services.programs import find_program

ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = ("/opt/market", "/market", "/data", "/backups", "/tmp/metrics")
PATIENCE = 120
# The worker pokes itself once when it begins; all others come from the schedule.
TASKS = 3


class Place:
    """A clean folder in which the image's paths lie."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.root.mkdir()
        programs = folder / "programs"
        programs.mkdir()
        (programs / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
        self.base_path = f"{programs}:/usr/bin:/bin"

    def path(self, inside: str) -> Path:
        """Where a path of the image lies here."""
        return self.root / inside.lstrip("/")

    def moved(self, text: str) -> str:
        """A text with the image's paths replaced, where they begin a path."""
        for place in PLACES:
            pattern = rf"(?<![\w/.-]){place}(?![\w-])"
            text = re.sub(pattern, str(self.path(place)), text)
        return text

    def run(self, command: list[str], environment: dict[str, str]) -> None:
        """Run a command to its end."""
        subprocess.run(command, cwd=self.path("/market"), env=environment, check=True)


def build(place: Place, stage: Stage) -> None:
    """The build stage: copy what the build sees, run its lines."""
    files = context_files(ROOT)
    environment = {
        # How this machine reaches the package index: proxies, certificates.
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MARKET_", "PYTHON", "VIRTUAL_ENV"))
    }
    environment |= {"PATH": place.base_path, "HOME": str(place.folder)}
    for word, rest in stage.instructions:
        if word == "COPY":
            *sources, target = rest.split()
            base = place.path("/market") / target
            for path in files:
                name = path.relative_to(ROOT)
                if sources == ["."]:
                    to = base / name
                elif str(name) in sources:
                    to = base / name.name
                else:
                    continue
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, to)
        elif word == "RUN":
            print("RUN", rest[:90], "…", flush=True)
            place.run(["/bin/sh", "-c", place.moved(rest)], environment)


def start_environment(place: Place, stage: Stage) -> dict[str, str]:
    """The variables of the final stage, and the secret that production wants."""
    given = {name: place.moved(value) for name, value in stage.environment.items()}
    given["PATH"] = given["PATH"].replace("$PATH", place.base_path)
    given["MARKET_COMMIT"] = "of-the-image"
    given["PORT"] = str(free_port())
    secret = place.folder / "secret_key"
    secret.write_text(secrets.token_hex(32))
    return {**given, "HOME": str(place.folder), "MARKET_SECRET_KEY_FILE": str(secret)}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(
    place: Place, name: str, command: list[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a part as its container does, in a /tmp of its own, and stop it as Docker does."""
    own = {
        variable: value.replace(str(place.path("/tmp")), str(place.path(f"/tmp-of-{name}")))
        for variable, value in environment.items()
    }
    moved = [place.moved(part) for part in command]
    process = subprocess.Popen(moved, cwd=place.path("/market"), env=own)
    try:
        yield process
        if process.poll() is not None:
            raise SystemExit(f"the image's {name} has ended by itself")
    finally:
        process.send_signal(signal.SIGTERM)
        ended = process.wait(PATIENCE)
    if ended:
        raise SystemExit(f"the image's {name} ended with {ended}")


def wait_until_healthy(
    place: Place, process: subprocess.Popen[bytes], check: list[str], environment: Mapping[str, str]
) -> None:
    """Ask by the container's own check until it is well."""
    began = time.monotonic()
    moved = [place.moved(part) for part in check]
    while subprocess.run(moved, env=environment, capture_output=True).returncode:
        if process.poll() is not None or time.monotonic() - began > PATIENCE:
            raise SystemExit("a part of the image doesn't become healthy")
        time.sleep(0.5)


def look_at_site(environment: Mapping[str, str]) -> None:
    """Its own answers, and a page."""
    address = f"http://127.0.0.1:{environment['PORT']}"
    ready = urllib.request.urlopen(f"{address}/readyz").read().decode()
    page = urllib.request.urlopen(f"{address}/en/search").read().decode()
    if '"commit":"of-the-image"' not in ready or "<title>" not in page:
        raise SystemExit(f"the image's server answers wrongly: {ready}")


def tasks_by_outcome(port: str) -> dict[str, float]:
    """What the worker tells of its tasks."""
    told = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    counted: dict[str, float] = {}
    for family in text_string_to_metric_families(told):
        for sample in family.samples:
            if sample.name == "market_tasks_total":
                outcome = sample.labels["outcome"]
                counted[outcome] = counted.get(outcome, 0) + sample.value
    return counted


def wait_for_tasks(port: str) -> None:
    """Wait until tasks were done that only the schedule can have asked for, and none failed."""
    began = time.monotonic()
    while (counted := tasks_by_outcome(port)).get("done", 0) < TASKS:
        if "failed" in counted or time.monotonic() - began > PATIENCE:
            raise SystemExit(f"the image's worker doesn't do its tasks: {counted}")
        time.sleep(0.5)


def serve_and_ask(place: Place, stage: Stage, services: Mapping[str, Any]) -> None:
    """Prepare, start all parts, ask for their health by their own checks, back up, stop."""
    environment = start_environment(place, stage)
    for inside in ("/data", "/backups"):
        place.path(inside).mkdir()
    redis_port = free_port()
    redis = [str(find_program("redis-server", "redis-server")), "--port", str(redis_port)]
    redis += ["--bind", "127.0.0.1", *services["redis"]["command"][1:]]
    environment["MARKET_REDIS_URL"] = f"redis://127.0.0.1:{redis_port}/0"
    port = services["worker"]["environment"]["MARKET_WORKER_METRICS_PORT"]
    of_worker = {**environment, "MARKET_WORKER_METRICS_PORT": str(free_port())}
    check = [
        part.replace(port, of_worker["MARKET_WORKER_METRICS_PORT"])
        for part in services["worker"]["healthcheck"]["test"][1:]
    ]
    with running(place, "redis", redis, environment):
        place.run([place.moved(part) for part in services["migrate"]["command"]], environment)
        with (
            running(place, "server", stage.last("CMD"), environment) as server,
            running(place, "worker", services["worker"]["command"], of_worker) as worker,
            running(place, "schedule", services["beat"]["command"], environment),
        ):
            wait_until_healthy(place, server, stage.last("HEALTHCHECK"), environment)
            wait_until_healthy(place, worker, check, of_worker)
            look_at_site(environment)
            wait_for_tasks(of_worker["MARKET_WORKER_METRICS_PORT"])
            place.run(["market", "backup", str(place.path("/backups/first"))], environment)


def main() -> None:
    """Run all of it."""
    stages = read_dockerfile(ROOT / "Dockerfile")
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    with tempfile.TemporaryDirectory(prefix="market-image-") as folder:
        place = Place(Path(folder))
        build(place, stages[0])
        left = [name for name in ("pip", "uv") if (place.path("/opt/market/bin") / name).exists()]
        if left:
            raise SystemExit(f"build tools are left in the image: {left}")
        for rest in stages[-1].all_of("RUN"):
            print("passed over without Docker: RUN", rest[:70], "…")
        # As the image has them: nobody can write them.
        for path in place.path("/market").rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        serve_and_ask(place, stages[-1], compose["services"])
        for path in place.path("/market").rglob("*"):
            path.chmod(0o755)
    print("the image's lines install, prepare, serve, work, back up and stop")


if __name__ == "__main__":
    os.umask(0o022)
    main()
