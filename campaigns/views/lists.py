"""The list of campaigns, the page of one, its counters and its results."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Permission, person_required
from accounts.pages import person_of
from campaigns import access, pages, queries
from campaigns.results import results_csv


@require_GET
@person_required(Permission.READ_CAMPAIGNS)
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The organization's campaigns."""
    person = person_of(request)
    status, before = request.GET.get("status", ""), _id(request.GET.get("before", ""))
    page = pages.list_page(person, status=status, before=before, at=timezone.now())
    return render(request, "campaigns/list.html", {"page": page})


@require_GET
@person_required(Permission.READ_CAMPAIGNS)
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign: how far it is, and what became of whom."""
    person = person_of(request)
    row = access.campaign_for(person, campaign_id)
    status, after = request.GET.get("status", ""), _id(request.GET.get("after", ""))
    page = pages.campaign_page(row, person, status=status, after=after, at=timezone.now())
    return render(request, "campaigns/campaign.html", {"page": page})


def _id(text: str) -> UUID | None:
    """The id that is written there; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
@person_required(Permission.READ_CAMPAIGNS)
def progress(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The counters alone. Where the state is another than the page shows, the page comes anew."""
    row = access.campaign_for(person_of(request), campaign_id)
    shown = pages.progress_of(queries.one(row), at=timezone.now())
    answer = render(request, "campaigns/_progress.html", {"progress": shown})
    if request.GET.get("seen") not in (None, shown.status.value):
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
@person_required(Permission.MANAGE_CAMPAIGNS)
def results(request: HttpRequest, campaign_id: UUID) -> HttpResponseBase:
    """What became of everybody, as CSV."""
    person = person_of(request)
    row = access.campaign_for(person, campaign_id)
    name = f"campaign-{row.pk.hex[-8:]}.csv"
    parts = results_csv(row, zone=person.zone)
    answer = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
