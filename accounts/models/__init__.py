"""The rows of this app."""

from accounts.models.audit import AuditEvent
from accounts.models.checks import Check, Checkup
from accounts.models.events import Event, EventCounter
from accounts.models.hours import BusinessHours, Holiday
from accounts.models.invitations import Invitation
from accounts.models.keys import ApiKey, IdempotencyRecord
from accounts.models.numbers import BusinessAccount, NumberStatus, PhoneNumber
from accounts.models.people import Organization, Person, Role
from accounts.models.setup import SetupStep, StepState
from accounts.models.sla import SlaTarget
from accounts.models.teams import Team, TeamMember

__all__ = [
    "ApiKey",
    "AuditEvent",
    "BusinessAccount",
    "BusinessHours",
    "Check",
    "Checkup",
    "Event",
    "EventCounter",
    "Holiday",
    "IdempotencyRecord",
    "Invitation",
    "NumberStatus",
    "Organization",
    "Person",
    "PhoneNumber",
    "Role",
    "SetupStep",
    "SlaTarget",
    "StepState",
    "Team",
    "TeamMember",
]
