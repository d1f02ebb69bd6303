"""WhatsApp Business Accounts and their phone numbers, with their secrets encrypted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.crypto import decrypt, encrypt
from accounts.ids import new_id
from accounts.models.hours import BusinessHours
from accounts.models.people import Organization
from accounts.models.teams import Team


class BusinessAccount(models.Model):
    """A WABA: what Meta bills, and what owns templates and phone numbers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="accounts"
    )
    waba_id = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=8, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    access_token_sealed = models.TextField(blank=True)
    app_secret_sealed = models.TextField(blank=True)
    # While the app's secret is being changed at Meta: the one before signs until then, too.
    previous_app_secret_sealed = models.TextField(blank=True)
    previous_app_secret_until = models.DateTimeField(null=True, blank=True)
    verify_token_sealed = models.TextField(blank=True)
    templates_synced_at = models.DateTimeField(null=True, blank=True)
    templates_sync_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return self.name or self.waba_id

    def place(self, field: str) -> str:
        """Where a secret of this row is at home (see `accounts.crypto`)."""
        return f"{self.organization_id}/{self.id}/{field}"

    @property
    def access_token(self) -> str:
        """The plain token for the Graph API, or an empty string."""
        return decrypt(self.access_token_sealed, place=self.place("access_token"))

    @access_token.setter
    def access_token(self, value: str) -> None:
        self.access_token_sealed = encrypt(value, place=self.place("access_token"))

    @property
    def app_secret(self) -> str:
        """The plain secret that signs this account's webhooks; empty: the installation's."""
        return decrypt(self.app_secret_sealed, place=self.place("app_secret"))

    @app_secret.setter
    def app_secret(self, value: str) -> None:
        self.app_secret_sealed = encrypt(value, place=self.place("app_secret"))

    @property
    def previous_app_secret(self) -> str:
        """The plain secret that signed before, and still may until `previous_app_secret_until`."""
        return decrypt(self.previous_app_secret_sealed, place=self.place("previous_app_secret"))

    @previous_app_secret.setter
    def previous_app_secret(self, value: str) -> None:
        self.previous_app_secret_sealed = encrypt(value, place=self.place("previous_app_secret"))

    @property
    def verify_token(self) -> str:
        """The plain token of Meta's challenge; empty: the installation's."""
        return decrypt(self.verify_token_sealed, place=self.place("verify_token"))

    @verify_token.setter
    def verify_token(self, value: str) -> None:
        self.verify_token_sealed = encrypt(value, place=self.place("verify_token"))


# Values of `status_reason`. An admin stopped sending, no fault did.
BY_USER = "disconnected_by_user"
# A step of connecting has failed, or waits for somebody.
SETUP_INCOMPLETE = "setup_incomplete"


class NumberStatus(models.TextChoices):
    """Whether a number can send. Inbound is accepted in every state."""

    ACTIVE = "active", _("Active")
    PENDING_SETUP = "pending_setup", _("Setup not finished")
    ERROR = "error", _("Error")
    DISCONNECTED = "disconnected", _("Disconnected")


class PhoneNumber(models.Model):
    """The business's number: it receives, sends, and carries its own rules.

    The bot is named without a foreign key: `automation` lies above this app.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="numbers")
    account = models.ForeignKey(BusinessAccount, on_delete=models.CASCADE, related_name="numbers")
    meta_phone_number_id = models.CharField(max_length=32, unique=True)
    display_phone_number = models.CharField(max_length=32, blank=True)
    phone = models.CharField(max_length=20, blank=True)  # E.164
    verified_name = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=80, blank=True)
    sandbox = models.BooleanField(default=False)
    coexistence = models.BooleanField(default=False)

    status = models.CharField(
        max_length=16, choices=NumberStatus.choices, default=NumberStatus.PENDING_SETUP
    )
    status_reason = models.CharField(max_length=32, blank=True)
    status_message = models.TextField(blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)  # a short pause: limits, outage
    quality_rating = models.CharField(max_length=12, default="UNKNOWN")
    messaging_limit = models.CharField(max_length=24, blank=True)
    throughput = models.CharField(max_length=16, default="STANDARD")

    bot_id = models.UUIDField(null=True, blank=True)
    bot_name = models.CharField(max_length=80, blank=True)
    bot_enabled = models.BooleanField(default=False)
    auto_reply = models.BooleanField(default=False)
    start_mode = models.CharField(max_length=8, default="human")  # who starts a conversation
    read_receipts = models.CharField(max_length=8, default="on_reply")
    closing_soon_minutes = models.PositiveSmallIntegerField(default=120)
    country_code = models.CharField(max_length=4, blank=True)
    # Where new conversations go.
    default_team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    business_hours = models.ForeignKey(
        BusinessHours, null=True, blank=True, on_delete=models.SET_NULL, related_name="numbers"
    )
    # An admin took it off the list: nothing is sent, its conversations stay readable.
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return self.label or self.display_phone_number or self.meta_phone_number_id

    @property
    def bot_answers(self) -> bool:
        """Whether the assistant may answer on this number (HANDOFF section 6, line 3)."""
        return (
            self.bot_id is not None
            and self.bot_enabled
            and self.auto_reply
            and self.status == NumberStatus.ACTIVE
        )

    @property
    def short_name(self) -> str:
        """What a chip shows."""
        return self.label or self.verified_name or self.display_phone_number
