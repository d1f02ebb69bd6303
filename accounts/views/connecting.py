"""Connecting a number, page by page, and what can be done about the connection later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, connecting, disconnecting, number_pages
from accounts.access import Permission, person_required
from accounts.actors import Actor, agent
from accounts.connect_forms import ByHandForm, PinForm, RefusableForm, SignUpForm
from accounts.connecting import Connected
from accounts.models import Person
from accounts.pages import person_of, show
from accounts.refusals import Refused

# What Meta's dialog needs, on the one page that opens it and nowhere else.
META_DIALOG: Final = {
    "script-src": ["https://connect.facebook.net"],
    "frame-src": ["https://www.facebook.com", "https://web.facebook.com"],
    "connect-src": ["https://www.facebook.com", "https://graph.facebook.com"],
    "img-src": ["https://www.facebook.com"],
}


@require_GET
@person_required(Permission.MANAGE_NUMBERS)
def choose(request: HttpRequest) -> HttpResponse:
    """The ways to connect a number."""
    context = {"simulator": settings.SIMULATOR, "has_dialog": _has_dialog(), "has_app": _has_app()}
    return render(request, "settings/connect.html", context)


def _has_app() -> bool:
    return bool(settings.META_APP_ID and settings.META_APP_SECRET)


def _has_dialog() -> bool:
    return bool(_has_app() and settings.META_CONFIG_ID)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def by_hand(request: HttpRequest) -> HttpResponse:
    """Ids, token and secret, copied from Meta."""
    person, at = person_of(request), timezone.now()
    form = ByHandForm(request.POST if request.method == "POST" else None)

    def connect(by: Actor) -> Connected:
        return connecting.connect(person.organization_id, form.wanted(), by=by, at=at)

    if connected := _connected(form, person, connect):
        return _to_steps(connected)
    context = {"form": form}
    return render(
        request, "settings/connect_by_hand.html", context, status=422 if form.errors else 200
    )


def _connected(
    form: RefusableForm, person: Person, connect: Callable[[Actor], Connected]
) -> Connected | None:
    if not form.is_valid():
        return None
    try:
        return connect(agent(person))
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _to_steps(connected: Connected) -> HttpResponse:
    if connected.number is None:
        return redirect("accounts:numbers")
    return redirect("accounts:setup", connected.number.pk)


def sign_up(request: HttpRequest) -> HttpResponse:
    """Meta's own dialog, which ends with a code; where there is none, the code by hand."""
    view = csp_update(META_DIALOG)(_sign_up) if _has_dialog() else _sign_up
    return view(request)  # type: ignore[return-value]  # csp's types know no HttpResponse


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def _sign_up(request: HttpRequest) -> HttpResponse:
    person, at = person_of(request), timezone.now()
    form = SignUpForm(request.POST if request.method == "POST" else None)

    def connect(by: Actor) -> Connected:
        code, wanted = form.cleaned_data["code"], form.wanted()
        return connecting.connect_by_code(person.organization_id, code, wanted, by=by, at=at)

    if connected := _connected(form, person, connect):
        return _to_steps(connected)
    context = {
        "form": form,
        "has_app": _has_app(),
        "has_dialog": _has_dialog(),
        "app_id": settings.META_APP_ID,
        "config_id": settings.META_CONFIG_ID,
        "version": settings.GRAPH_API_VERSION,
        "simulator": settings.SIMULATOR,
    }
    return render(
        request, "settings/connect_sign_up.html", context, status=422 if form.errors else 200
    )


@require_GET
@person_required(Permission.MANAGE_NUMBERS)
def setup(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """The steps of a number, each with its state; can be left and come back to."""
    number = access.number_for(person_of(request), number_id)
    context = {"page": number_pages.setup_page(number), "pin_form": PinForm()}
    return show(
        request, part="settings/_setup_steps.html", page="settings/setup.html", context=context
    )


@require_POST
@person_required(Permission.MANAGE_NUMBERS)
def take_step(request: HttpRequest, number_id: UUID, step: str) -> HttpResponse:
    """Takes one step again, and what is not settled after it."""
    person, at = person_of(request), timezone.now()
    number = access.number_for(person, number_id)
    if step not in settings.CONNECT_STEPS:
        raise Http404
    form = PinForm(request.POST)
    if not form.is_valid():
        context = {"page": number_pages.setup_page(number), "pin_form": form}
        return render(request, "settings/setup.html", context, status=422)
    here = bool(request.POST.get("here"))
    pin = form.cleaned_data["pin"]
    connecting.take_from(number.pk, step, pin=pin, here=here, by=agent(person), at=at)
    return redirect("accounts:setup", number.pk)


@require_POST
@person_required(Permission.MANAGE_NUMBERS)
def reconnect(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Every step once more; then the number sends again."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    connecting.reconnect(number.pk, by=agent(person), at=timezone.now())
    return redirect("accounts:setup", number.pk)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def disconnect(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Asks once; then nothing is sent or delivered any more. What was written stays."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    if request.method == "GET":
        return render(request, "settings/disconnect_number.html", {"number": number})
    fault = disconnecting.disconnect(number, by=agent(person), at=timezone.now())
    _tell(request, fault, str(number))
    return redirect("accounts:numbers")


def _tell(request: HttpRequest, fault: str, name: str) -> None:
    messages.success(request, _("%(name)s is disconnected.") % {"name": name})
    if fault:
        messages.warning(
            request, _("Meta may still deliver, which does no harm. %(why)s") % {"why": fault}
        )
