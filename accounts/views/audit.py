"""The settings page of the audit log, and its files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit_reading
from accounts.access import Permission, person_required
from accounts.actions.audit import note_audit_export
from accounts.actors import agent
from accounts.audit_reading import AuditPage
from accounts.forms import AuditExportForm, AuditFilter
from accounts.pages import person_of

FILES = {
    "csv": (audit_reading.as_csv, "text/csv; charset=utf-8"),
    "jsonl": (audit_reading.as_jsonl, "application/x-ndjson"),
}


@require_GET
@person_required(Permission.READ_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first."""
    person = person_of(request)
    form = AuditFilter(request.GET, person=person)
    page = audit_reading.audit_page(person, form.wanted())
    context = {"form": form, "page": page, "older": _address_of_older(request, page)}
    return render(request, "settings/audit.html", context)


def _address_of_older(request: HttpRequest, page: AuditPage) -> str:
    if page.older is None:
        return ""
    query = request.GET.copy()
    query["before"] = str(page.older)
    return "?" + query.urlencode()


@require_GET
@person_required(Permission.READ_AUDIT)
def news(request: HttpRequest, number: int) -> HttpResponse:
    """The pill that says how many rows came after the newest one on the page."""
    count = audit_reading.newest_number(person_of(request)) - number
    context = {"count": max(count, 0), "newest": number}
    return render(request, "settings/_audit_news.html", context)


@require_POST
@person_required(Permission.READ_AUDIT)
def export(request: HttpRequest) -> HttpResponse:
    """What the filter finds, as a file. That somebody took it stands in the log afterwards."""
    person, at = person_of(request), timezone.now()
    form = AuditExportForm(request.POST, person=person)
    records = audit_reading.audit_records(person, form.wanted())
    note_audit_export(
        person.organization_id,
        file_format=form.file_format,
        rows=len(records),
        by=agent(person),
        at=at,
    )
    write, content_type = FILES[form.file_format]
    answer = HttpResponse("".join(write(records)), content_type=content_type)
    name = f"audit-{at:%Y-%m-%d}.{form.file_format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
