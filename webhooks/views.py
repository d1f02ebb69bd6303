"""Meta's challenge, and the page of what could not be applied."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Permission, person_required
from accounts.actors import agent
from accounts.api.requests import address_of
from accounts.pages import person_of
from webhooks import access
from webhooks.actions import retry_dead_letter, retry_dead_letters
from webhooks.challenge import count_wrong, is_blocked, is_verify_token
from webhooks.queries import dead_letter_list


@csrf_exempt
@never_cache
@require_GET
def challenge(request: HttpRequest) -> HttpResponse:
    """Echoes Meta's challenge to who knows a verify token. The posts never come here."""
    address = address_of(request)
    if is_blocked(address):
        return HttpResponse(status=429, content_type="text/plain")
    mode, token, words = (_single(request, name) for name in ("mode", "verify_token", "challenge"))
    if mode != "subscribe" or words is None or token is None or not is_verify_token(token):
        count_wrong(address)
        return HttpResponse(status=403, content_type="text/plain")
    return HttpResponse(
        words, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"}
    )


def _single(request: HttpRequest, name: str) -> str | None:
    values = request.GET.getlist(f"hub.{name}")
    return values[0] if len(values) == 1 else None


@person_required(Permission.READ_DEAD_LETTERS)
@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    """The list, with a retry for each and for all."""
    person = person_of(request)
    return render(request, "webhooks/dead_letters.html", {"list": dead_letter_list(person)})


@person_required(Permission.READ_DEAD_LETTERS)
@require_POST
def retry(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Tries one again."""
    person = person_of(request)
    letter = access.dead_letter_for(person, letter_id)
    if retry_dead_letter(letter.pk, by=agent(person), at=timezone.now()):
        messages.success(request, _("Applied."))
    else:
        messages.error(request, _("It still cannot be applied. The reason is in the list."))
    return redirect("dead_letters")


@person_required(Permission.READ_DEAD_LETTERS)
@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Tries all that the list shows."""
    person = person_of(request)
    shown = [row.id for row in dead_letter_list(person).rows]
    applied = retry_dead_letters(shown, by=agent(person), at=timezone.now())
    still = len(shown) - applied
    messages.success(request, ngettext("%d applied.", "%d applied.", applied) % applied)
    if still:
        text = ngettext("%d still cannot be applied.", "%d still cannot be applied.", still)
        messages.error(request, text % still)
    return redirect("dead_letters")
