"""How often things may be tried: the more often in vain, the longer the wait, and never for ever.

An attempt counts before it is judged, so that a thousand at once are a thousand. Whoever guesses
slows down themselves and their network; the owner of an address waits half a minute at most, and
not at all for what strangers do in a browser that has signed in there before.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import ngettext
from sqlalchemy import delete, select, update

from marketplace.accounts.models import Attempt
from marketplace.accounts.secrets import keyed_digest
from marketplace.core.db import db, now, writing
from marketplace.core.locks import lock_until_commit

FORGOTTEN_AFTER = timedelta(days=1)
NETWORK_BITS = 64
"""Of an IPv6 address: what one customer of a provider has."""


@dataclass(frozen=True)
class Limit:
    """So many attempts without a wait; then two seconds, doubled each time, up to ``longest``."""

    free: int
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        """How long after the last of so many attempts the next one may come."""
        if failures < self.free:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(failures - self.free + 1, 20)), self.longest)


SIGN_IN = {
    "address from network": Limit(5, timedelta(minutes=15)),
    "address": Limit(20, timedelta(seconds=30)),
    "network": Limit(50, timedelta(minutes=1)),
}
LETTER = {
    "address": Limit(3, timedelta(hours=6)),
    "network": Limit(20, timedelta(hours=1)),
}
CODE = {"address": Limit(5, timedelta(minutes=15))}
KNOWN_BROWSER = {"browser": Limit(5, timedelta(minutes=5))}
"""In place of the limits above, in a browser that has signed in to the account before."""


class TooSoon(Exception):
    """The next attempt may only come later."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, round(wait.total_seconds()))
        super().__init__(f"{self.seconds} s")

    @property
    def message(self) -> str:
        """What to tell whoever tried, in the page's language."""
        if self.seconds < 60:
            return ngettext(
                "试得太密了，请等 %(num)s 秒再试。账号没有锁定。",
                "试得太密了，请等 %(num)s 秒再试。账号没有锁定。",
                self.seconds,
            )
        return ngettext(
            "试得太密了，请等 %(num)s 分钟再试。账号没有锁定。",
            "试得太密了，请等 %(num)s 分钟再试。账号没有锁定。",
            -(-self.seconds // 60),
        )


@dataclass(frozen=True)
class Tried:
    """An attempt that was counted, to be taken back should it succeed."""

    of_address: tuple[str, ...]
    of_network: tuple[str, ...]


def count_attempt(
    purpose: str,
    limits: Mapping[str, Limit],
    address: str,
    network: str,
    browser: str | None = None,
) -> Tried:
    """Count an attempt at something, in a transaction of its own.

    :param browser: the key of a browser that the account knows; it has a count of its own.
    :raises TooSoon: when it comes before its time; then it doesn't count.
    """
    limits = limits if browser is None else KNOWN_BROWSER
    subjects = {
        "browser": browser or "",
        "address": address,
        "network": network_of(network),
        "address from network": f"{address} {network_of(network)}",
    }
    digests = {name: keyed_digest(f"{purpose} {name} {subjects[name]}") for name in limits}
    keys = {digest: limits[name] for name, digest in digests.items()}
    moment = now()
    # First without a lock: a flood of tries must not hold up those who write.
    tried_before = db.session.scalars(select(Attempt).where(Attempt.digest.in_(keys))).all()
    _check_time(tried_before, keys, moment)
    with writing() as session:
        rows = []
        # In the same order for everybody, so that two never wait for each other.
        for digest in sorted(keys):
            lock_until_commit(session, f"attempt {digest}")
            row = session.get(Attempt, digest)
            if row is None:
                row = Attempt(digest=digest, failures=0, last_at=moment)
                session.add(row)
            elif moment - row.last_at > FORGOTTEN_AFTER:
                row.failures = 0
            rows.append(row)
        _check_time(rows, keys, moment)
        for row in rows:
            row.failures += 1
            row.last_at = moment
    of_network = tuple(digest for name, digest in digests.items() if name == "network")
    return Tried(tuple(set(keys) - set(of_network)), of_network)


def _check_time(rows: Iterable[Attempt], limits: Mapping[str, Limit], moment: datetime) -> None:
    """Pass, or say how long to wait.

    :raises TooSoon: while one of the counts wants a wait.
    """
    due = max(
        (
            row.last_at + limits[row.digest].wait_after(row.failures)
            for row in rows
            if moment - row.last_at <= FORGOTTEN_AFTER
        ),
        default=moment,
    )
    if due > moment:
        raise TooSoon(due - moment)


def take_back(tried: Tried) -> None:
    """It was the right person after all: what the address was tried before counts no more.

    Of the network only this attempt is taken back: whoever has one account of their own could
    else guess at others' without a wait.
    """
    with writing() as session:
        session.execute(delete(Attempt).where(Attempt.digest.in_(tried.of_address)))
        session.execute(
            update(Attempt)
            .where(Attempt.digest.in_(tried.of_network), Attempt.failures > 0)
            .values(failures=Attempt.failures - 1)
        )


def forget_old_attempts() -> None:
    """Drop what is too old to count."""
    with writing() as session:
        session.execute(delete(Attempt).where(Attempt.last_at < now() - FORGOTTEN_AFTER))


def network_of(address: str) -> str:
    """The network that an address belongs to: an IPv4 address itself, of IPv6 the first half."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, NETWORK_BITS), strict=False))
