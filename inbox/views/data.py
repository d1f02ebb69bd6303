"""Data on its way out for good: erasing a person, exports, and how long things are kept."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission, person_required
from accounts.actions.organizations import set_retention
from accounts.actors import agent
from accounts.models import Person
from accounts.pages import RefusalsIn, person_of, saved, show
from inbox import access, data_pages, media_files
from inbox.actions import exports
from inbox.actions.erasing import ask_erasure
from inbox.data_forms import ContactsExportForm, EraseForm, RetentionForm
from inbox.models import Contact, Export, ExportKind

# Seconds that the link to a file is good for, and only for who asked for it (S56).
LINK_LIVES = 300
LINKS = "inbox.export"


@require_http_methods(["GET", "POST"])
@person_required(Permission.ERASE_CONTACTS)
def erase(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Says exactly what goes; with the person's name or number typed, begins."""
    person = person_of(request)
    contact = access.contact_for(person, contact_id)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _begun(form, contact, by=person):
        messages.success(request, _("The person is being erased. Here is what becomes of it."))
        return redirect("inbox:data")
    page = data_pages.erase_page(person, contact, at=timezone.now())
    context = {"page": page, "form": form}
    return render(request, "inbox/data/erase.html", context, status=422 if form.errors else 200)


def _begun(form: EraseForm, contact: Contact, *, by: Person) -> bool:
    if not data_pages.is_named(contact, form.cleaned_data["typed"]):
        form.add_error("typed", _("This is neither the name nor a number of this person."))
        return False
    with RefusalsIn(form):
        ask_erasure(contact.pk, by=agent(by), at=timezone.now())
    return not form.errors


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_DATA)
def settings(request: HttpRequest) -> HttpResponse:
    """How long what is kept, and what was erased."""
    person = person_of(request)
    organization = person.organization
    now = {name: getattr(organization, name) for name in RetentionForm.base_fields}
    form = RetentionForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid() and _kept(form, person):
        return saved(request, "inbox:data")
    context = {"form": form, "erasures": data_pages.erasure_rows(person)}
    return render(request, "settings/data.html", context, status=422 if form.errors else 200)


def _kept(form: RetentionForm, person: Person) -> bool:
    with RefusalsIn(form):
        set_retention(
            person.organization_id, **form.cleaned_data, by=agent(person), at=timezone.now()
        )
    return not form.errors


@require_GET
@person_required(Permission.MANAGE_DATA)
def receipt(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """The receipt of an erasure that is done, as a file."""
    erasure = access.erasure_for(person_of(request), erasure_id)
    answer = JsonResponse(data_pages.receipt(erasure), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="erasure-{erasure.pk.hex[-8:]}.json"'
    return answer


# --- exports ---


@require_POST
@person_required(Permission.EXPORT_CONTACTS)
def export_person(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Asks for everything about one person; the page that follows has it when it is made."""
    person = person_of(request)
    contact = access.contact_for(person, contact_id)
    export = exports.ask_person_export(contact.pk, by=agent(person), at=timezone.now())
    return redirect("inbox:export", export.pk)


@require_http_methods(["GET", "POST"])
@person_required(Permission.EXPORT_CONTACTS)
def export_contacts(request: HttpRequest) -> HttpResponse:
    """Which contacts, and as what; posted, the worker makes the file."""
    person = person_of(request)
    form = ContactsExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        export = exports.ask_contacts_export(
            person.organization_id,
            kind=ExportKind(form.cleaned_data["kind"]),
            filters=form.filters(),
            by=agent(person),
            at=timezone.now(),
        )
        return redirect("inbox:export", export.pk)
    context = {"form": form, "exports": data_pages.exports_of(person)}
    status = 422 if form.errors else 200
    return render(request, "inbox/data/export_contacts.html", context, status=status)


@require_GET
@person_required(Permission.EXPORT_CONTACTS)
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """How far it is; the part of it asks again by itself."""
    person = person_of(request)
    page = data_pages.export_page(access.export_for(person, export_id), person)
    return show(
        request,
        part="inbox/data/_export.html",
        page="inbox/data/export.html",
        context={"page": page},
    )


@require_POST
@person_required(Permission.EXPORT_CONTACTS)
def export_link(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """A link to the file, for this person and the next five minutes."""
    person = person_of(request)
    row = access.ready_export_for(person, export_id)
    token = signing.dumps([str(row.pk), str(person.pk)], salt=LINKS)
    return redirect(f"{reverse('inbox:export_file', args=[row.pk])}?link={token}")


@require_GET
@person_required(Permission.EXPORT_CONTACTS)
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file, by its link. Whatever is wrong with the link, there is no such page."""
    person = person_of(request)
    row = access.ready_export_for(person, export_id)
    try:
        named = signing.loads(request.GET.get("link", ""), salt=LINKS, max_age=LINK_LIVES)
    except signing.BadSignature as error:
        raise Http404 from error
    if named != [str(row.pk), str(person.pk)]:
        raise Http404
    return _file(request, row)


def _file(request: HttpRequest, row: Export) -> HttpResponseBase:
    return media_files.attachment(
        request, row.path, size=row.size, filename=data_pages.export_name(row)
    )
