"""Allauth here: nobody signs up, links lead to us, attempts are counted, mail is in our words."""

from __future__ import annotations

import time
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from typing_extensions import override

from accounts.actions.logins import note_login
from accounts.actions.people import note_second_factor, set_password
from accounts.actors import agent
from accounts.api.requests import address_of
from accounts.attempts import counted_as, remember_device, seconds_to_wait
from accounts.mail import mailed
from accounts.models import Person
from accounts.refusal_pages import too_many_answer
from accounts.security_notes import NOTES

FRESH_S: Final = 300
# allauth's mails -> ours.
MAILS = {
    "account/email/password_reset_key": "mail/password_reset",
    "account/email/unknown_account": "mail/unknown_account",
}


def signed_on_just_now(request: HttpRequest) -> bool:
    """Whether this session began with a sign-on in the last five minutes."""
    records = get_authentication_records(request, request.user)
    began = [one["at"] for one in records if one["method"] == "socialaccount"]
    return bool(began) and time.time() - began[-1] < FRESH_S


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People are invited by an admin."""

    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    @override
    def is_safe_url(self, url: str | None) -> bool:
        """Where `next` may lead: to this host, and nowhere else."""
        host: str = context.request.get_host()
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={host}, require_https=settings.HTTPS
        )

    @override
    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under `PUBLIC_URL`, whatever host the request named."""
        parts = {"uidb36": "UID", "key": "KEY"}
        path = reverse("account_reset_password_from_key", kwargs=parts)
        return f"{settings.PUBLIC_URL}{path.replace('UID-KEY', key)}"

    @override
    def set_password(self, user: Person, password: str) -> None:
        """Won only against the password that the form, or the link, was judged by."""
        fresh = set_password(
            user.pk,
            known_hash=user.password,
            password=password,
            by=agent(user),
            at=timezone.now(),
        )
        user.password = fresh.password

    # --- Attempts ---

    @override
    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer, or what the last trusted proxy saw: the same as for the API."""
        return address_of(request)

    @override
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return counted_as(request, str(credentials.get("email", "")).lower())

    @override
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many: a page of its own (429) that says when to try again."""
        try:
            super().pre_authenticate(request, **credentials)
        except Exception as error:
            if getattr(error, "code", "") != "too_many_login_attempts":
                raise
            key = self._get_login_attempts_cache_key(request, **credentials)
            wait = seconds_to_wait(request, key)
            raise ImmediateHttpResponse(too_many_answer(request, wait)) from error

    @override
    def post_login(self, request: HttpRequest, user: Person, **details: Any) -> HttpResponse:
        """Tells the log, and marks the browser as one that knows this person."""
        response: HttpResponse = super().post_login(request, user, **details)
        records = get_authentication_records(request, user)
        method = records[-1]["method"] if records else "unknown"
        note_login(user, method=method, at=timezone.now())
        remember_device(response, user.email)
        return response

    @override
    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has neither password nor factor yet can show themselves only by a fresh sign-on."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and not signed_on_just_now(context.request)

    # --- Mail ---

    @override
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In our own words; what we have no words for is not mailed."""
        if template := MAILS.get(template_prefix):
            mailed(template, email, context | {"email": email, "site": settings.PUBLIC_URL})

    @override
    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Called for every change of what guards an account: the log hears of it, and the owner."""
        note = NOTES.get(template_prefix)
        if note is None:
            return
        if note.of_second_factor:
            note_second_factor(user.pk, what=note.code, by=agent(user), at=timezone.now())
        said = {"person": user, "what": note.sentence, "site": settings.PUBLIC_URL}
        mailed("mail/security", user.email, said)
