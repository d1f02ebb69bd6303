"""The rows of this app."""

from accounts.models.checks import Check, Checkup
from accounts.models.events import Event, EventCounter
from accounts.models.keys import ApiKey, IdempotencyRecord
from accounts.models.numbers import BusinessAccount, NumberStatus, PhoneNumber
from accounts.models.people import Organization, Person, Role
from accounts.models.setup import SetupStep, StepState
from accounts.models.teams import Team, TeamMember

__all__ = [
    "ApiKey",
    "BusinessAccount",
    "Check",
    "Checkup",
    "Event",
    "EventCounter",
    "IdempotencyRecord",
    "NumberStatus",
    "Organization",
    "Person",
    "PhoneNumber",
    "Role",
    "SetupStep",
    "StepState",
    "Team",
    "TeamMember",
]
