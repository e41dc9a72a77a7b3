"""The three services together: started in one temporary folder, stopped without a trace."""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from tests.services.elasticsearch_node import Elasticsearch
from tests.services.machine import Belongs, end, free_port, processes, wait_until
from tests.services.postgresql import PostgreSQL
from tests.services.programs import ServiceError
from tests.services.redis_server import Redis
from tests.services.service import Service, Site

PLACE = Path(__file__).resolve().parent.parent.parent / ".services"
KINDS: dict[str, Service] = {one.name: one for one in (PostgreSQL(), Redis(), Elasticsearch())}
STARTS = 5
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class State:
    """What is kept on disk: the folder of the data, ports by service, whether all is prepared."""

    folder: str
    password: str
    ports: dict[str, int]
    is_prepared: bool


class Services:
    """PostgreSQL, Redis and Elasticsearch on free ports of 127.0.0.1.

    ``place`` is the folder that remembers where they run, one a checkout unless told otherwise.
    """

    def __init__(self, place: Path = PLACE) -> None:
        self._state_file = place / "state.json"

    def start(self, names: Sequence[str] = tuple(KINDS)) -> bool:
        """Start them, or those of them that have ended; returns whether anything had to be done.

        Returns when all answer. What is left of an interrupted start is removed first, and
        nothing stays behind when this one fails.

        :raises ServiceError: when one can't be started; says what to do.
        """
        with self._alone():
            for name in names:
                KINDS[name].look_for_programs()
            state = self._state()
            if state is None or not state.is_prepared or set(names) - state.ports.keys():
                self._stop()
                state = None
            elif all(KINDS[name].is_answering(self._site(state, name)) for name in names):
                return False
            try:
                state = state or self._prepare(names)
                # All at once: two of them are up long before the third.
                for name in names:
                    self._begin(state, name)
                for name in names:
                    self._wait(state, name)
            except BaseException:
                self._stop()
                raise
            return True

    def stop(self) -> bool:
        """End all and remove their data; returns whether there was anything."""
        with self._alone():
            return self._stop()

    def kill(self, name: str) -> None:
        """End one with -9, as a crash would; its data stay."""
        state = self._running_state()
        end(self._belongs(state, name), signal.SIGKILL, 10)

    def restart(self, name: str) -> None:
        """Start one that was killed, on the same port and data; returns when it answers."""
        state = self._running_state()
        self._begin(state, name)
        self._wait(state, name)

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses by the market's variable; none when nothing was started."""
        state = self._state()
        if state is None or not state.is_prepared:
            return {}
        return {
            KINDS[name].variable: KINDS[name].address(self._site(state, name))
            for name in state.ports
        }

    def answering(self) -> dict[str, bool]:
        """Whether each of them answers now."""
        state = self._state()
        if state is None or not state.is_prepared:
            return dict.fromkeys(KINDS, False)
        return {name: KINDS[name].is_answering(self._site(state, name)) for name in state.ports}

    def _prepare(self, names: Sequence[str]) -> State:
        folder = Path(tempfile.mkdtemp(prefix="market-services-"))
        # The account of the services passes through it, and looks at nothing but its own.
        folder.chmod(0o711)
        ports = {name: free_port() for name in names}
        state = State(str(folder), secrets.token_hex(16), ports, is_prepared=False)
        self._keep(state)
        for name in names:
            site = self._site(state, name)
            site.folder.mkdir()
            KINDS[name].prepare(site)
        state = State(state.folder, state.password, ports, is_prepared=True)
        self._keep(state)
        return state

    def _begin(self, state: State, name: str) -> None:
        if not processes(self._belongs(state, name)):
            KINDS[name].start(self._site(state, name))

    def _wait(self, state: State, name: str) -> None:
        kind, site, belongs = KINDS[name], self._site(state, name), self._belongs(state, name)
        for _start in range(STARTS):
            wait_until(
                lambda: kind.is_answering(site) or not processes(belongs), kind.start_patience
            )
            if kind.is_answering(site):
                return
            if processes(belongs):
                break
            # What a killed one left in memory may be in its way for a moment.
            time.sleep(PAUSE_SECONDS)
            self._begin(state, name)
        raise ServiceError(f"{name} does not answer:\n{site.said()}")

    def _stop(self) -> bool:
        state = self._state()
        if state is None:
            return False
        if Path(state.folder).is_dir():
            for name in state.ports:
                end(self._belongs(state, name), KINDS[name].stop_signal, KINDS[name].patience)
            shutil.rmtree(state.folder, ignore_errors=True)
        self._state_file.unlink()
        return True

    def _running_state(self) -> State:
        state = self._state()
        if state is None:
            raise ServiceError("no services were started")
        return state

    def _belongs(self, state: State, name: str) -> Belongs:
        return partial(KINDS[name].belongs, self._site(state, name))

    def _site(self, state: State, name: str) -> Site:
        return Site(Path(state.folder) / name, state.ports[name], state.password)

    def _state(self) -> State | None:
        try:
            return State(**json.loads(self._state_file.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _keep(self, state: State) -> None:
        self._state_file.touch(mode=0o600)
        self._state_file.write_text(json.dumps(asdict(state)))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One start or stop at a time."""
        self._state_file.parent.mkdir(parents=True, exist_ok=True)
        with self._state_file.with_name("lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
