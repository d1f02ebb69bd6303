"""Contacts on their way in: a file, what its columns are, a try, the run."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission, person_required
from accounts.actors import agent
from accounts.models import Person
from accounts.pages import person_of, wants_part
from accounts.refusals import Refused
from inbox import access, data_pages, media_files
from inbox.actions import contact_imports
from inbox.data_forms import MappingForm, UploadForm
from inbox.models import ContactImport, ImportState


@require_http_methods(["GET", "POST"])
@person_required(Permission.IMPORT_CONTACTS)
def imports(request: HttpRequest) -> HttpResponse:
    """The imports there were, and the form that begins one."""
    person = person_of(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid() and (row := _taken(form, person)):
        return redirect("inbox:import", row.pk)
    context = {"form": form, "imports": data_pages.import_rows(person)}
    return render(request, "inbox/data/imports.html", context, status=422 if form.errors else 200)


def _taken(form: UploadForm, person: Person) -> ContactImport | None:
    file = form.cleaned_data["file"]
    try:
        return contact_imports.take_file(
            person.organization_id,
            file.chunks(),
            filename=file.name,
            by=agent(person),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("file", refusal.message)
        return None


@require_http_methods(["GET", "POST"])
@person_required(Permission.IMPORT_CONTACTS)
def one_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far it is, and what is to be decided; posted, what the columns are."""
    person = person_of(request)
    row = access.import_for(person, import_id)
    chosen = {name: str(place) for name, place in row.mapping.items()}
    initial = chosen | {"country_code": row.country_code}
    data = request.POST if request.method == "POST" else None
    form = MappingForm(data, headers=row.headers, initial=initial)
    if form.is_valid() and _mapped(form, row, person):
        return redirect("inbox:import", row.pk)
    context = {"page": data_pages.import_page(row, person), "form": form}
    template = "inbox/data/_import.html" if wants_part(request) else "inbox/data/import.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _mapped(form: MappingForm, row: ContactImport, person: Person) -> bool:
    contact_imports.set_mapping(
        row.pk,
        mapping=form.mapping(),
        country_code=form.cleaned_data["country_code"],
        by=agent(person),
        at=timezone.now(),
    )
    return True


@require_POST
@person_required(Permission.IMPORT_CONTACTS)
def start(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Runs what was tried."""
    person = person_of(request)
    row = access.import_for(person, import_id)
    contact_imports.start(row.pk, by=agent(person), at=timezone.now())
    return redirect("inbox:import", row.pk)


@require_GET
@person_required(Permission.IMPORT_CONTACTS)
def faults(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The rows that are not taken, each with its reason, as CSV."""
    row = access.import_for(person_of(request), import_id)
    if not row.errors_path or row.state == ImportState.CHECKING:
        raise Http404
    name = f"not-imported-{row.pk.hex[-8:]}.csv"
    return media_files.attachment(request, row.errors_path, size=row.errors_size, filename=name)
