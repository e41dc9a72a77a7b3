"""Elasticsearch from its Maven artifact: a real node without most modules."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.services.machine import free_port, hand_over, run_as_account
from tests.services.programs import ServiceError, find_java, find_program
from tests.services.service import Service, Site

VERSION = "9.5.3"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA512 = (
    "ae57654932de854d755af63f2a63667621967870b79ec449407618075c13dc12"
    "012317388e0a232071e4f2a65c9d973bb681d978fac56445a0790443df0823d1"
)
MAVEN_SECONDS = 900
SETTINGS = """\
cluster.name: market
discovery.type: single-node
xpack.security.enabled: false
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
cluster.routing.allocation.disk.threshold_enabled: false
action.destructive_requires_name: true
"""


class Elasticsearch(Service):
    """A cluster of one node without security, bound to this machine."""

    name = "elasticsearch"
    variable = "MARKET_SEARCH_URL"
    patience = 120
    start_patience = 600

    def look_for_programs(self) -> None:
        """See the base."""
        find_java()
        archive()

    def prepare(self, site: Site) -> None:
        """See the base."""
        unpack(archive(), site.folder)
        home = _home(site)
        values = {"port": site.port, "transport": free_port(), "folder": site.folder}
        (home / "config" / "elasticsearch.yml").write_text(SETTINGS.format(**values))
        (home / "config" / "jvm.options.d" / "heap.options").write_text("-Xms1g\n-Xmx1g\n")
        for name in ("data", "logs", "tmp"):
            (site.folder / name).mkdir()
        hand_over(site.folder)

    def start(self, site: Site) -> subprocess.Popen[bytes]:
        """See the base."""
        environment = {"ES_JAVA_HOME": str(find_java()), "ES_TMPDIR": str(site.folder / "tmp")}
        return run_as_account([_home(site) / "bin" / "elasticsearch"], site.folder, environment)

    def belongs(self, site: Site, program: str, arguments: Sequence[str]) -> bool:
        """See the base. The starter, its shell and the node itself all name the folder."""
        own = str(_home(site))
        return program in {"bash", "java"} and any(own in argument for argument in arguments)

    def address(self, site: Site) -> str:
        """See the base."""
        return f"http://127.0.0.1:{site.port}"

    def is_answering(self, site: Site) -> bool:
        """See the base."""
        try:
            address = f"{self.address(site)}/_cluster/health"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return json.load(answer)["status"] in {"green", "yellow"}
        except (OSError, ValueError):
            return False


def archive() -> Path:
    """The archive, fetched with Maven on the first call and kept in the user's cache folder.

    :raises ServiceError: when it can't be fetched, or isn't the one that this was written for.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "technology-market"
    path = cache / f"elasticsearch-{VERSION}.zip"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _fetch(cache)
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha512").hexdigest() != SHA512:
            raise ServiceError(f"{path} is not the archive of {ARTIFACT}: remove it, try again.")
    return path


def _fetch(cache: Path) -> None:
    maven = find_program("mvn", "maven")
    command = [str(maven), "--batch-mode", "--quiet", "dependency:copy", f"-Dartifact={ARTIFACT}"]
    command += [f"-DoutputDirectory={cache}"]
    try:
        # Elsewhere than in the repository, where Maven would look for a project.
        subprocess.run(command, cwd=cache, check=True, timeout=MAVEN_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ServiceError(f"Maven could not fetch {ARTIFACT}; it needs a way to it.") from error


def unpack(path: Path, folder: Path) -> None:
    """Unpack the archive with its permissions."""
    with zipfile.ZipFile(path) as zipped:
        for entry in zipped.infolist():
            target = Path(zipped.extract(entry, folder))
            if mode := entry.external_attr >> 16 & 0o777:
                target.chmod(mode | 0o600)


def _home(site: Site) -> Path:
    return site.folder / f"elasticsearch-{VERSION}"
