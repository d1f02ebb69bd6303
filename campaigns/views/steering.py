"""The buttons of a campaign: start, pause, go on, cancel, try again, copy, delete."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission, person_required
from accounts.actors import Actor, agent
from accounts.pages import Told, person_of
from campaigns import access, queries
from campaigns.actions import audience, editing, launching, recipients, steering
from campaigns.models import Campaign
from campaigns.status import Status

manager_required = person_required(Permission.MANAGE_CAMPAIGNS)


class How(TypedDict):
    """What every action is told besides its campaign."""

    by: Actor
    at: datetime


@require_POST
@manager_required
def launch(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Starts it, or puts it on the clock."""
    row, how = _steered(request, campaign_id)
    with Told(request) as told:
        started = launching.launch(row.pk, **how)
        is_scheduled = started.status is Status.SCHEDULED
        told.sentence = _("Scheduled.") if is_scheduled else _("Launched.")
        return redirect("campaigns:campaign", row.pk)
    return redirect("campaigns:check", row.pk)


def _steered(request: HttpRequest, campaign_id: UUID) -> tuple[Campaign, How]:
    """The campaign, if this person may steer it; and in whose name, and when."""
    return access.campaign_for(person_of(request), campaign_id), _how(request)


def _how(request: HttpRequest) -> How:
    return {"by": agent(person_of(request)), "at": timezone.now()}


@require_POST
@manager_required
def pause(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Nothing more leaves."""
    row, how = _steered(request, campaign_id)
    with Told(request, _("Paused. Nothing more leaves until somebody lets it go on.")):
        steering.pause(row.pk, **how)
    return redirect("campaigns:campaign", row.pk)


@require_POST
@manager_required
def resume(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """It goes on."""
    row, how = _steered(request, campaign_id)
    with Told(request, _("It goes on.")):
        steering.resume(row.pk, **how)
    return redirect("campaigns:campaign", row.pk)


@require_http_methods(["GET", "POST"])
@manager_required
def cancel(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Asks once, then ends it for good."""
    row, how = _steered(request, campaign_id)
    if request.method == "GET":
        view = queries.one(row)
        left = view.counts.pending + view.counts.queued
        return render(request, "campaigns/cancel.html", {"view": view, "left": left})
    with Told(request, _("Cancelled. Nobody else gets it.")):
        steering.cancel(row.pk, **how)
    return redirect("campaigns:campaign", row.pk)


@require_POST
@manager_required
def retry(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Whom it could not reach gets their turn again."""
    row, how = _steered(request, campaign_id)
    with Told(request) as told:
        count = steering.retry_failed(row.pk, **how)
        sentence = ngettext("%(n)s is tried again.", "%(n)s are tried again.", count)
        told.sentence = sentence % {"n": count}
    return redirect("campaigns:campaign", row.pk)


@require_POST
@manager_required
def copy(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """A draft of the same, which opens."""
    row, how = _steered(request, campaign_id)
    made = audience.copy(row.pk, **how)
    messages.success(request, _("This is the copy. Nothing of it is sent before you launch it."))
    return redirect("campaigns:name", made.pk)


@require_http_methods(["GET", "POST"])
@manager_required
def delete(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Asks once, then a draft is gone."""
    row, how = _steered(request, campaign_id)
    if request.method == "GET":
        return render(request, "campaigns/delete.html", {"view": queries.one(row)})
    with Told(request, _("The draft is gone.")):
        editing.delete_draft(row.pk, **how)
        return redirect("campaigns:list")
    return redirect("campaigns:campaign", row.pk)


@require_POST
@manager_required
def remove(request: HttpRequest, campaign_id: UUID, recipient_id: UUID) -> HttpResponse:
    """Somebody is taken out."""
    recipient = access.recipient_for(person_of(request), campaign_id, recipient_id)
    with Told(request, _("Taken out.")):
        recipients.remove_recipient(recipient.pk, **_how(request))
    return redirect("campaigns:audience", campaign_id)


@require_POST
@manager_required
def clear(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Everybody is taken out."""
    row, how = _steered(request, campaign_id)
    with Told(request, _("Everybody is taken out.")):
        audience.clear_recipients(row.pk, **how)
    return redirect("campaigns:audience", row.pk)
