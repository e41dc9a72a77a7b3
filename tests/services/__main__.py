"""``python -m tests.services start|stop|status|test``: the services that tests and trials run on.

``test`` starts them, runs on them what can be run on them, and stops them however that ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.services.programs import ServiceError
from tests.services.running import Services

USAGE = "python -m tests.services start|stop|status|test"
CHECKS = (
    [sys.executable, "-m", "tests.migrations"],
    [sys.executable, "-m", "pytest", "-n", "auto", "tests/contract", "tests/functional"],
)


def main(arguments: list[str]) -> int:
    """Exit codes: 0 done, or all answer; 1 one does not, or a test fails; 2 can't be done."""
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
        case ["test"]:
            return _test(services)
        case _:
            print(USAGE, file=sys.stderr)
            return 2


def _start(services: Services) -> int:
    if not services.start():
        print("# already running")
    for variable, address in services.addresses.items():
        print(f"export {variable}={address}")
    return 0


def _test(services: Services) -> int:
    was_started = services.start()
    try:
        addresses = {
            name.replace("MARKET_", "TEST_"): address
            for name, address in services.addresses.items()
        }
        for command in CHECKS:
            if subprocess.run(command, env={**os.environ, **addresses}).returncode:
                return 1
        return 0
    finally:
        # Services that were there before stay.
        if was_started:
            services.stop()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    # SIGTERM takes the way of Ctrl-C, so that a start that is cut short leaves nothing behind.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        raise SystemExit(main(sys.argv[1:]))
    except ServiceError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None
