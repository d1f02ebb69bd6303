"""What is said to the owner of an account when something that guards it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Note:
    """code: for the log. of_second_factor: nobody else tells the log."""

    code: str
    sentence: Promise | str
    of_second_factor: bool = True


# By the name that allauth gives its own mail.
NOTES: Final[Mapping[str, Note]] = {
    "account/email/password_changed": Note(
        "password_changed", _("Your password was changed."), of_second_factor=False
    ),
    "account/email/password_set": Note(
        "password_set", _("A password was set for your account."), of_second_factor=False
    ),
    "account/email/password_reset": Note(
        "password_reset", _("Your password was set anew by a mailed link."), of_second_factor=False
    ),
    "mfa/email/totp_activated": Note("app_added", _("An authenticator app was set up.")),
    "mfa/email/totp_deactivated": Note("app_removed", _("Your authenticator app was removed.")),
    "mfa/email/webauthn_added": Note("passkey_added", _("A passkey was added.")),
    "mfa/email/webauthn_removed": Note("passkey_removed", _("A passkey was removed.")),
    "mfa/email/recovery_codes_generated": Note(
        "codes_made", _("New recovery codes were made; older ones are dead.")
    ),
    "socialaccount/email/account_connected": Note(
        "sign_on_connected", _("Your account was connected with a single sign-on.")
    ),
}
