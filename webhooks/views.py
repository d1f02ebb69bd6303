"""Meta's challenge, and the page of what could not be applied."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
from webhooks.actions import (
    LONGEST_REASON,
    discard_dead_letter,
    queue_retries,
    retry_dead_letter,
)
from webhooks.challenge import count_wrong, is_blocked, is_verify_token
from webhooks.forms import DeadLetterFilter, ids_of
from webhooks.queries import bytes_of, dead_letter_page, filtered, queued_retries


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


@require_GET
@person_required(Permission.READ_DEAD_LETTERS)
def dead_letters(request: HttpRequest) -> HttpResponse:
    """What could not be applied, a page at a time, with what can be done about it."""
    wanted = DeadLetterFilter(request.GET).wanted()
    page = dead_letter_page(person_of(request), wanted)
    context = {"page": page, "wanted": wanted, "at_most": LONGEST_REASON}
    return render(request, "webhooks/dead_letters.html", context)


@require_GET
@person_required(Permission.READ_DEAD_LETTERS)
def progress(request: HttpRequest) -> HttpResponse:
    """How many retries are still to come; when all are done the page is asked to load again."""
    queued = queued_retries(person_of(request))
    response = render(request, "webhooks/_retrying.html", {"queued": queued})
    if not queued:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@person_required(Permission.READ_DEAD_LETTERS)
def raw(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """The bytes that Meta sent, to be kept as a file: no browser may make sense of them."""
    letter = access.dead_letter_for(person_of(request), letter_id)
    return HttpResponse(
        bytes_of(letter),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="dead-letter-{letter.pk}.bin"'},
    )


@require_POST
@person_required(Permission.READ_DEAD_LETTERS)
def retry(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Tries one again, at once."""
    person = person_of(request)
    letter = access.dead_letter_for(person, letter_id)
    if retry_dead_letter(letter.pk, by=agent(person), at=timezone.now()):
        messages.success(request, _("Applied."))
    else:
        messages.error(request, _("It still cannot be applied. The reason is in the list."))
    return redirect(_list_address(request))


@require_POST
@person_required(Permission.READ_DEAD_LETTERS)
def retry_many(request: HttpRequest) -> HttpResponse:
    """Leaves the chosen ones, or all that the filter finds, to the worker."""
    person = person_of(request)
    letters = access.visible_dead_letters(person)
    if request.POST.get("which") == "chosen":
        letters = letters.filter(pk__in=ids_of(request.POST.getlist("letter")))
    else:
        letters = filtered(letters, DeadLetterFilter(request.POST).wanted())
    queued = queue_retries(
        letters, organization_id=person.organization_id, by=agent(person), at=timezone.now()
    )
    text = ngettext("%d is being tried again.", "%d are being tried again.", queued)
    messages.success(request, text % queued if queued else _("Nothing was chosen."))
    return redirect(_list_address(request))


@require_POST
@person_required(Permission.READ_DEAD_LETTERS)
def discard(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """A person says that it need not be applied, and why."""
    person = person_of(request)
    letter = access.dead_letter_for(person, letter_id)
    reason = request.POST.get("why", "")
    discard_dead_letter(letter.pk, reason=reason, by=agent(person), at=timezone.now())
    messages.success(request, _("Discarded. It is kept under “Discarded” as long as its delivery."))
    return redirect(_list_address(request))


def _list_address(request: HttpRequest) -> str:
    """The list as it was filtered; from its first page."""
    names = [name for name in ("field", "reason", "show") if request.POST.get(name)]
    query = urlencode({name: request.POST[name] for name in names})
    return f"{reverse('dead_letters')}?{query}" if query else reverse("dead_letters")
