"""``python -m tests.services start|stop|status``: the services that tests and trials run on."""

from __future__ import annotations

import signal
import sys

from tests.services.programs import ServiceError
from tests.services.running import Services

USAGE = "python -m tests.services start|stop|status"


def main(arguments: list[str]) -> int:
    """Exit codes: 0 done, or all answer; 1 one does not; 2 could not be done."""
    services = Services()
    match arguments:
        case ["start"]:
            return _start(services)
        case ["stop"]:
            was_there = services.stop()
            print("stopped, data removed" if was_there else "nothing is running")
            return 0
        case ["status"]:
            answering = services.answering()
            for name, is_so in answering.items():
                print(f"{name}: {'answers' if is_so else 'does not answer'}")
            return 0 if all(answering.values()) else 1
        case _:
            print(USAGE, file=sys.stderr)
            return 2


def _start(services: Services) -> int:
    try:
        was_started = services.start()
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 2
    if not was_started:
        print("# already running")
    for variable, address in services.addresses.items():
        print(f"export {variable}={address}")
    return 0


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    # SIGTERM takes the way of Ctrl-C, so that a start that is cut short leaves nothing behind.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None
