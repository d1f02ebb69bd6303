"""The page of the connection doctor, and its buttons."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, doctor_queries
from accounts.access import Permission, person_required
from accounts.actions.checkups import ask_for_checkup
from accounts.actions.repairing import repair
from accounts.actors import agent
from accounts.doctor.verdicts import Repair
from accounts.doctor_forms import PinForm, RepairForm
from accounts.pages import person_of, show
from accounts.refusals import Refused

PART = "settings/_checks.html"


@require_GET
@person_required(Permission.READ_NUMBERS)
def doctor(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Every check of one number; to htmx the list alone, which asks for itself while it runs."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    page = doctor_queries.doctor_page(person, number, at=timezone.now())
    return show(request, part=PART, page="settings/doctor.html", context={"page": page})


@require_POST
@person_required(Permission.MANAGE_NUMBERS)
def check_now(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Has the worker look now; the page shows it come."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    ask_for_checkup(number.pk, by=agent(person), at=timezone.now())
    return redirect("accounts:doctor", number.pk)


@require_POST
@person_required(Permission.MANAGE_NUMBERS)
def repair_number(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Presses the button of one check; what Meta has against it stands above the list."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    form = RepairForm(request.POST)
    try:
        repair(number, form.wanted(), by=agent(person), at=timezone.now())
    except Refused as refusal:
        page = doctor_queries.doctor_page(person, number, at=timezone.now())
        context = {"page": page, "refusal": refusal}
        # Not 502: a proxy would show its own page in place of the reason.
        return render(request, "settings/doctor.html", context, status=422)
    messages.success(request, _("Done. It is being looked at again."))
    return redirect("accounts:doctor", number.pk)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def register(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Registers the number at Meta with its PIN."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _registered(form, request, number_id):
        messages.success(request, _("Registered. It is being looked at again."))
        return redirect("accounts:doctor", number.pk)
    context = {"number": number, "form": form}
    return render(
        request, "settings/register_number.html", context, status=422 if form.errors else 200
    )


def _registered(form: PinForm, request: HttpRequest, number_id: UUID) -> bool:
    person = person_of(request)
    number = access.number_for(person, number_id)
    try:
        repair(number, Repair.REGISTER, pin=form.pin_given, by=agent(person), at=timezone.now())
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
    return not form.errors
