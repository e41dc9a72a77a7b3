"""Tables of the accounts."""

from marketplace.accounts.models.application import Application, JoinRequest
from marketplace.accounts.models.invitation import Deputy, Invitation
from marketplace.accounts.models.membership import Membership, MembershipRole
from marketplace.accounts.models.organisation import Organisation
from marketplace.accounts.models.person import Attempt, Person, RecoveryCode, SignIn
from marketplace.accounts.models.second_step_reset import SecondStepReset

__all__ = [
    "Application",
    "Attempt",
    "Deputy",
    "Invitation",
    "JoinRequest",
    "Membership",
    "MembershipRole",
    "Organisation",
    "Person",
    "RecoveryCode",
    "SecondStepReset",
    "SignIn",
]
