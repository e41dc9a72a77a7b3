"""What staff hand in for a unit that the market doesn't know, on its paper.

The steps are those of the unit, by rows of their own in the tables of states and permissions; who
asked, and in which document, stands with the reason in the course and in the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.changing import ask_change, ask_end, take_back
from marketplace.contracts.forms import Form
from marketplace.contracts.handing_in import object_to_refusal, submit, withdraw
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.states import (
    ASK_CHANGE_FOR,
    OBJECT_FOR,
    SUBMIT_FOR,
    TAKE_BACK_CHANGE_FOR,
    WITHDRAW_FOR,
)
from marketplace.core.actor import Actor
from marketplace.core.attachments.services import Upload

LONGEST_REASON, LONGEST_NAME = 1500, 200


@dataclass(frozen=True)
class Wish:
    """What a unit wants: why, who of it asked, and the document that says so."""

    reason: str = ""
    asked_by: str = ""
    document: str = ""

    @property
    def in_words(self) -> str:
        """All three in a line, as it is kept where a unit's own reason stands.

        :raises FormProblems: with a sentence for each that is missing or too long.
        """
        problems: dict[str, LazyString | str] = {}
        for key, text, missing, longest in (
            ("reason", self.reason, _l("请写明为什么。"), LONGEST_REASON),
            ("asked_by", self.asked_by, _l("请写是哪个单位的谁要求的。"), LONGEST_NAME),
            ("document", self.document, _l("请写来函或申请书的名称和文号。"), LONGEST_NAME),
        ):
            if not text:
                problems[key] = missing
            elif len(text) > longest:
                problems[key] = _l("最多 %(limit)s 个字。请缩短。", limit=longest)
        if problems:
            raise FormProblems(problems)
        return f"{self.asked_by}（{self.document}）：{self.reason}"


def correct_for(
    actor: Actor, contract_id: int, form: Form, wish: Wish, files: Iterable[Upload]
) -> Sequence[LazyString]:
    """Hand a contract in again that had to be corrected; what is doubtful.

    :raises FormProblems, Forbidden, UploadRefused: as for the unit itself.
    """
    return submit(actor, contract_id, form, files, step=SUBMIT_FOR, reason=wish.in_words)


def change_for(
    actor: Actor, contract_id: int, form: Form, wish: Wish, files: Iterable[Upload]
) -> Sequence[LazyString]:
    """Ask that other terms be registered; what is doubtful about them.

    :raises FormProblems, Forbidden, StateError, UploadRefused: as for the unit itself.
    """
    return ask_change(actor, contract_id, form, wish.in_words, files, step=ASK_CHANGE_FOR)


def end_for(actor: Actor, contract_id: int, wish: Wish, files: Iterable[Upload]) -> None:
    """Ask that the registration be ended; raises as for the unit itself."""
    ask_end(actor, contract_id, wish.in_words, files, step=ASK_CHANGE_FOR)


def take_back_for(actor: Actor, contract_id: int, wish: Wish) -> None:
    """Take the wish for a change back; raises as for the unit itself."""
    take_back(actor, contract_id, wish.in_words, step=TAKE_BACK_CHANGE_FOR)


def withdraw_for(actor: Actor, contract_id: int, wish: Wish) -> None:
    """Withdraw what isn't accepted yet; raises as for the unit itself."""
    withdraw(actor, contract_id, wish.in_words, step=WITHDRAW_FOR)


def object_for(actor: Actor, contract_id: int, wish: Wish) -> None:
    """Object to a refusal; raises as for the unit itself."""
    object_to_refusal(actor, contract_id, wish.in_words, step=OBJECT_FOR)
