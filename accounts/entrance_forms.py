"""Allauth's forms in our words: no placeholders, and codes that may be typed with spaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]
NEW_PASSWORD: Words = {"password1": _("New password"), "password2": _("The same once more")}


class _Plain:
    """Labels above the fields say what they are; nothing is said a second time inside them."""

    fields: dict[str, Any]
    WORDS: ClassVar[Words] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.WORDS.get(name, field.label)
            field.help_text = ""
        if "password1" in self.fields:
            self.fields["password1"].help_text = " ".join(password_validators_help_texts()[1:2])


class LoginForm(_Plain, account.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Address and password; the session ends with the browser unless somebody ticks the box."""

    WORDS = {"remember": _("Stay logged in here for two weeks")}


class ChangePasswordForm(_Plain, account.ChangePasswordForm):  # type: ignore[misc]
    """The old password, and twice the new one."""

    WORDS = {"oldpassword": _("Current password"), **NEW_PASSWORD}


class SetPasswordForm(_Plain, account.SetPasswordForm):  # type: ignore[misc]
    """Twice the new password, for who has logged in by sign-on."""

    WORDS = NEW_PASSWORD


class ResetPasswordForm(_Plain, account.ResetPasswordForm):  # type: ignore[misc]
    """Where the link shall go."""

    WORDS = {"email": _("E-mail address")}


class ResetPasswordKeyForm(_Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Twice the new password, for who has the link."""

    WORDS = NEW_PASSWORD


class PasswordAgainForm(_Plain, account.ReauthenticateForm):  # type: ignore[misc]
    """The password, asked for before something that guards the account changes."""

    WORDS = {"password": _("Password")}


class _Spaced(_Plain):
    """People copy codes with spaces, and group them when they type."""

    cleaned_data: dict[str, Any]
    WORDS = {"code": _("Code")}

    def clean_code(self) -> str:
        self.cleaned_data["code"] = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        return str(super().clean_code())  # type: ignore[misc]  # of the form beside it


class CodeForm(_Spaced, AuthenticateForm):  # type: ignore[misc]
    """The second factor of a login: a code of the app, or a recovery code."""


class CodeAgainForm(_Spaced, ReauthenticateForm):  # type: ignore[misc]
    """The same, asked for before something that guards the account changes."""


class FirstCodeForm(_Spaced, ActivateTOTPForm):  # type: ignore[misc]
    """The code that proves that the app has the secret."""


class AddPasskeyForm(_Plain, AddWebAuthnForm):  # type: ignore[misc]
    """A name for the passkey, and whether it may stand alone."""

    WORDS = {"name": _("Name"), "passwordless": _("Log in with it alone, without the password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "passwordless" in self.fields:
            self.fields["passwordless"].initial = True


class EditPasskeyForm(_Plain, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for it."""

    WORDS = {"name": _("Name")}
