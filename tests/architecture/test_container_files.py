"""Dockerfile and compose.yaml say the same as the code that they run."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketplace.server import GRANIAN_LOGGING, STOP_SECONDS, _commands
from marketplace.settings import SECRETS, Mode, Settings
from tests.conftest import PROJECT_ROOT
from tests.container.dockerfile import context_files, read_dockerfile

STAGES = read_dockerfile(PROJECT_ROOT / "Dockerfile")
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def test_the_image_starts_the_site_as_the_server_does(tmp_path: Path) -> None:
    settings = Settings(
        mode=Mode.PRODUCTION, data_dir=tmp_path, secret_key="x" * 32, host="0.0.0.0"
    )
    command = STAGES[-1].last("CMD")[-1]
    said = re.sub(r'"\$(HOST|PORT)"', lambda found: f"${found[1]}", command).split()[1:]
    own = ["granian", *_commands(settings, 8000)[0][1:]]
    replaced = {"0.0.0.0": "$HOST", "8000": "$PORT"}
    replaced[str(GRANIAN_LOGGING)] = str(GRANIAN_LOGGING.relative_to(PROJECT_ROOT))
    words = [replaced.get(word, word) for word in own]
    for option, variable in (("--workers", "WORKERS"), ("--blocking-threads", "BLOCKING_THREADS")):
        place = words.index(option)
        assert STAGES[-1].environment[f"GRANIAN_{variable}"] == words[place + 1]
        del words[place : place + 2]
    assert sorted(said) == sorted(words)


def test_the_image_runs_without_root_and_asks_for_its_health() -> None:
    assert STAGES[-1].all_of("USER") == ["10001:10001"]
    assert "/healthz" in STAGES[-1].last("HEALTHCHECK")[-1]
    for stage in STAGES[:-1]:
        assert "--require-hashes" in " ".join(stage.all_of("RUN"))


def test_no_secret_and_no_data_get_into_the_image() -> None:
    names = {
        str(path.relative_to(PROJECT_ROOT)).split("/")[0] for path in context_files(PROJECT_ROOT)
    }
    assert names == {
        "README.md",
        "app.py",
        "marketplace",
        "migrations",
        "pyproject.toml",
        "requirements",
        "search",
        "static",
        "tasks",
        "templates",
    }


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_its_limits_and_a_check(name: str) -> None:
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert "no-new-privileges:true" in service["security_opt"]
    leads_out = name in {"web", "worker"}
    assert service["networks"] == (["inner", "edge"] if leads_out else ["inner"])
    has_check = "healthcheck" in service or name == "web"
    assert has_check, "web's stands in the Dockerfile"


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_parts_runs_what_there_is_with_settings_that_there_are(name: str) -> None:
    service = SERVICES[name]
    assert (service["user"], service["read_only"], service["cap_drop"]) == (
        "10001:10001",
        True,
        ["ALL"],
    )
    assert seconds(service["stop_grace_period"]) > STOP_SECONDS
    command = service.get("command")
    if command:
        assert importlib.util.find_spec(command[-1]) is not None
    for variable in service["environment"]:
        field = variable.removeprefix("MARKET_").lower()
        known = field in Settings.model_fields or field.removesuffix("_file") in SECRETS
        assert known or variable.startswith("GRANIAN_"), variable
    given = {Path(value).name for key, value in service["environment"].items() if "_FILE" in key}
    assert given == set(service["secrets"]) <= set(COMPOSE["secrets"])


def test_the_schema_is_there_before_anything_serves() -> None:
    for name in OURS:
        needed = SERVICES[name]["depends_on"]
        if name == "migrate":
            assert set(needed) == {"postgres", "redis", "elasticsearch"}
            assert {one["condition"] for one in needed.values()} == {"service_healthy"}
        else:
            assert needed == {"migrate": {"condition": "service_completed_successfully"}}


def test_the_client_programs_are_of_the_server_s_version() -> None:
    server = re.search(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    assert server is not None
    assert f"postgresql-client-{server[1]}" in " ".join(STAGES[-1].all_of("RUN"))
