"""Runs the install and start lines of the Dockerfile in a clean folder, and asks for its health.

The lines are read from the Dockerfile and compose.yaml, so they can't drift from what is tested.
Without Docker there is no base image: the packages of the final stage's system (apt-get) and its
user are passed over, and said so.
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
from pathlib import Path

import yaml

from tests.container.dockerfile import Stage, context_files, read_dockerfile

ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = ("/opt/market", "/market", "/data", "/backups", "/tmp/metrics")
PATIENCE = 120


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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        given["PORT"] = str(probe.getsockname()[1])
    secret = place.folder / "secret_key"
    secret.write_text(secrets.token_hex(32))
    return {**given, "HOME": str(place.folder), "MARKET_SECRET_KEY_FILE": str(secret)}


def serve_and_ask(place: Place, stage: Stage, migrate: list[str]) -> None:
    """Prepare, start, ask for the health by the image's own check, look at a page, stop."""
    environment = start_environment(place, stage)
    for inside in ("/data", "/backups"):
        place.path(inside).mkdir()
    place.run([place.moved(part) for part in migrate], environment)
    command = [place.moved(part) for part in stage.last("CMD")]
    server = subprocess.Popen(command, cwd=place.path("/market"), env=environment)
    try:
        check = [place.moved(part) for part in stage.last("HEALTHCHECK")]
        began = time.monotonic()
        while subprocess.run(check, env=environment, capture_output=True).returncode:
            if server.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("the image's server doesn't become healthy")
            time.sleep(0.5)
        address = f"http://127.0.0.1:{environment['PORT']}"
        ready = urllib.request.urlopen(f"{address}/readyz").read().decode()
        page = urllib.request.urlopen(f"{address}/en/search").read().decode()
        if '"commit":"of-the-image"' not in ready or "<title>" not in page:
            raise SystemExit(f"the image's server answers wrongly: {ready}")
        place.run(["market", "backup", str(place.path("/backups/first"))], environment)
    finally:
        server.send_signal(signal.SIGTERM)
        ended = server.wait(PATIENCE)
    if ended:
        raise SystemExit(f"the image's server ended with {ended}")


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
        serve_and_ask(place, stages[-1], compose["services"]["migrate"]["command"])
        for path in place.path("/market").rglob("*"):
            path.chmod(0o755)
    print("the image's lines install, prepare, serve, back up and stop")


if __name__ == "__main__":
    os.umask(0o022)
    main()
