"""The buttons of a campaign: start, pause, go on, cancel, try again, copy, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission, person_required
from accounts.actors import agent
from accounts.pages import person_of
from accounts.refusals import Refused
from campaigns import access, queries
from campaigns.actions import audience, editing, launching, recipients, steering
from campaigns.models import Campaign
from campaigns.status import Status

manager_required = person_required(Permission.MANAGE_CAMPAIGNS)


@require_POST
@manager_required
def launch(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Starts it, or puts it on the clock."""
    row = access.campaign_for(person_of(request), campaign_id)
    started = _tried(request, launching.launch, row)
    if started is None:
        return redirect("campaigns:check", row.pk)
    is_scheduled = started.status is Status.SCHEDULED
    messages.success(request, _("Scheduled.") if is_scheduled else _("Launched."))
    return redirect("campaigns:campaign", row.pk)


def _tried(request: HttpRequest, action: Callable[..., Campaign], row: Campaign) -> Campaign | None:
    """What the action made of it; None where it refused, which the next page says."""
    try:
        return action(row.pk, by=agent(person_of(request)), at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return None


@require_POST
@manager_required
def pause(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Nothing more leaves."""
    row = access.campaign_for(person_of(request), campaign_id)
    if _tried(request, steering.pause, row):
        messages.success(request, _("Paused. Nothing more leaves until somebody lets it go on."))
    return redirect("campaigns:campaign", row.pk)


@require_POST
@manager_required
def resume(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """It goes on."""
    row = access.campaign_for(person_of(request), campaign_id)
    if _tried(request, steering.resume, row):
        messages.success(request, _("It goes on."))
    return redirect("campaigns:campaign", row.pk)


@require_http_methods(["GET", "POST"])
@manager_required
def cancel(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Asks once, then ends it for good."""
    row = access.campaign_for(person_of(request), campaign_id)
    if request.method == "GET":
        view = queries.one(row)
        left = view.counts.pending + view.counts.queued
        return render(request, "campaigns/cancel.html", {"view": view, "left": left})
    if _tried(request, steering.cancel, row):
        messages.success(request, _("Cancelled. Nobody else gets it."))
    return redirect("campaigns:campaign", row.pk)


@require_POST
@manager_required
def retry(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Whom it could not reach gets their turn again."""
    row = access.campaign_for(person_of(request), campaign_id)
    try:
        count = steering.retry_failed(row.pk, by=agent(person_of(request)), at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        sentence = ngettext("%(n)s is tried again.", "%(n)s are tried again.", count)
        messages.success(request, sentence % {"n": count})
    return redirect("campaigns:campaign", row.pk)


@require_POST
@manager_required
def copy(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """A draft of the same, which opens."""
    person = person_of(request)
    row = access.campaign_for(person, campaign_id)
    made = audience.copy(row.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("This is the copy. Nothing of it is sent before you launch it."))
    return redirect("campaigns:name", made.pk)


@require_http_methods(["GET", "POST"])
@manager_required
def delete(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Asks once, then a draft is gone."""
    person = person_of(request)
    row = access.campaign_for(person, campaign_id)
    if request.method == "GET":
        return render(request, "campaigns/delete.html", {"view": queries.one(row)})
    how: dict[str, Any] = {"by": agent(person), "at": timezone.now()}
    try:
        editing.delete_draft(row.pk, **how)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("campaigns:campaign", row.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("campaigns:list")


@require_POST
@manager_required
def remove(request: HttpRequest, campaign_id: UUID, recipient_id: UUID) -> HttpResponse:
    """Somebody is taken out."""
    person = person_of(request)
    recipient = access.recipient_for(person, campaign_id, recipient_id)
    try:
        recipients.remove_recipient(recipient.pk, by=agent(person), at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Taken out."))
    return redirect("campaigns:audience", campaign_id)


@require_POST
@manager_required
def clear(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Everybody is taken out."""
    person = person_of(request)
    row = access.campaign_for(person, campaign_id)
    try:
        audience.clear_recipients(row.pk, by=agent(person), at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Everybody is taken out."))
    return redirect("campaigns:audience", row.pk)
