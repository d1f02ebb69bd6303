"""Organizations and the people in them."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.crypto import decrypt, encrypt
from accounts.ids import new_id

# Seconds. Five catch the slip of the finger without letting a customer wait (docs/decisions, undo).
UNDO_CHOICES: Final = (0, 5, 10, 20, 30)
UNDO_DEFAULT: Final = 5


class AgentsSee(models.TextChoices):
    """Which conversations agents see; supervisors and admins see all of them."""

    ALL = "all", _("All conversations of the organization")
    OWN_AND_TEAM = "own_and_team", _("Only their own and those of their teams")


class Organization(models.Model):
    """One business. Every row and every query starts from it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    country_code = models.CharField(
        max_length=4, blank=True
    )  # default for national numbers, "+254"
    answer_moves_to_pending = models.BooleanField(default=True)
    takeover_before_writing = models.BooleanField(default=False)
    # How long what is kept: inbox settings page "Data". None: RAW_LOG_DAYS, and for ever.
    raw_log_days = models.PositiveSmallIntegerField(null=True, blank=True)
    closed_months = models.PositiveSmallIntegerField(null=True, blank=True)
    audit_years = models.PositiveSmallIntegerField(null=True, blank=True)
    # The key of the hashes that erased people leave behind; empty until somebody is erased.
    tombstone_key_sealed = models.TextField(blank=True)
    agents_see = models.CharField(max_length=16, choices=AgentsSee.choices, default=AgentsSee.ALL)
    created_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return self.name

    @property
    def tombstone_key(self) -> str:
        """The plain key of the hashes of who was erased, or an empty string."""
        return decrypt(self.tombstone_key_sealed, place=f"{self.id}/{self.id}/tombstone_key")

    @tombstone_key.setter
    def tombstone_key(self, value: str) -> None:
        place = f"{self.id}/{self.id}/tombstone_key"
        self.tombstone_key_sealed = encrypt(value, place=place)


class Role(models.TextChoices):
    """What a person may do; the table of permissions is in `accounts.access`."""

    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMIN = "admin", _("Admin")


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address, ignoring case."""

    @override
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None, **fields: Any) -> Person:
        """A new person; the password may be None (nobody can log in with it)."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who logs in. Belongs to exactly one organization."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="people")
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=64, blank=True)
    # How long a message of theirs can be taken back before it leaves; one of UNDO_CHOICES.
    undo_seconds = models.PositiveSmallIntegerField(default=UNDO_DEFAULT)
    theme = models.CharField(max_length=6, default="system")
    # Every session carries it: raised, it ends all of this person's sessions and their sockets.
    session_round = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    @override
    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must have been made under: the password, and the round of sessions.

        Django (5.2) asks this for the session's hash and for those under older secret keys.
        """
        under = f"{self.password}/{self.session_round}"
        salt = "accounts.models.people.Person.session"
        return salted_hmac(salt, under, secret=secret, algorithm="sha256").hexdigest()

    @property
    def zone(self) -> str:
        """The time zone this person reads times in."""
        return self.time_zone or self.organization.time_zone
