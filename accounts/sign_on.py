"""Single sign-on: for people who are here, or were invited. It makes nobody."""

from __future__ import annotations

import logging
from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import (
    DefaultSocialAccountAdapter,
    _build_apps_from_settings,
)
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from typing_extensions import override

from accounts.actions.invitations import accept_invitation, digests_of_open
from accounts.refusals import Refused

log = logging.getLogger(__name__)

KEPT: Final = "invitation"  # in the session: the digest of a link's secret, never the secret
NO_LOGIN: Final = (AuthProcess.CONNECT, AuthProcess.REDIRECT)


class KnownPeople(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """A verified address leads to the person who has it; an unknown one leads nowhere."""

    @override
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    @override
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> Any:
        """Those of the environment alone: nobody adds an issuer by a row in the database."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    @override
    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Asked only for addresses that the issuer calls verified, or vouches for as a whole."""
        return True

    @override
    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """An open invitation to the verified address is accepted; then the issuer's id is kept.

        Kept here, because allauth's own way (65.22) takes the password away beside it: it guards
        against strangers who signed up with somebody else's address. Here an admin wrote it down.
        """
        if not sociallogin.is_existing and not request.user.is_authenticated:
            _accept(request, sociallogin)
        by_address = sociallogin.is_existing and sociallogin.account.pk is None
        if by_address and sociallogin.state.get("process") not in NO_LOGIN:
            sociallogin.connect(request, sociallogin.user)
            sociallogin._did_authenticate_by_email = None

    @override
    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """The page says that it did not work; the log says why, without what the issuer sent."""
        log.warning("a sign-on failed: %s %s", error, type(exception).__name__)


def _accept(request: HttpRequest, sociallogin: Any) -> None:
    for address in sociallogin.email_addresses:
        if address.verified and _accepted(request, address.email, sociallogin.account.extra_data):
            sociallogin.lookup()
            return


def _accepted(request: HttpRequest, email: str, claims: dict[str, Any]) -> bool:
    at = timezone.now()
    found = _chosen(request, digests_of_open(email, at=at))
    said = claims.get("userinfo") or claims.get("id_token") or claims
    name = str(said.get("name") or email.partition("@")[0])[:80]
    try:
        return bool(found and accept_invitation(found, name=name, password=None, at=at))
    except Refused:
        return False


def _chosen(request: HttpRequest, digests: list[str]) -> str:
    """The invitation whose link was opened in this browser, else the only one; "" for none."""
    opened = request.session.get(KEPT, "")
    if opened in digests:
        return str(opened)
    if len(digests) > 1:  # whom they join is theirs to say
        raise ImmediateHttpResponse(render(request, "join/several.html", status=409))
    return digests[0] if digests else ""
