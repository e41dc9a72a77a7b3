"""Telling somebody what became of their second step, by letter and in the inbox.

Whoever took over an account can change how it is entered; its owner has to hear of it in time
(OWASP ASVS 4.0.3, 2.5.5). No code and no secret goes along.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from marketplace.core.db import now
from marketplace.core.mail.delivery import send_letter
from marketplace.core.notifications import notify_person

CHANGED = "account.second-step-changed"


class SecondStepChange(StrEnum):
    """What can become of somebody's own second step."""

    TURNED_ON = "turned_on"
    TURNED_OFF = "turned_off"
    CODES_RENEWED = "codes_renewed"
    CODE_USED = "code_used"


def tell_of_change(session: Session, person_id: int, change: SecondStepChange) -> None:
    """Send the person a letter and a notice, in the present transaction."""
    send_letter(session, CHANGED, "person", person_id, change=change.value, at=now().isoformat())
    notify_person(session, person_id, f"second_step.{change.value}")
