"""What is done to a person from the contact pane: named, joined with another, parted."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission, person_required
from accounts.actors import agent
from accounts.pages import person_of
from accounts.refusals import Refused
from inbox import access, contact_pages
from inbox.actions import merging
from inbox.forms import ContactForm, ContactSearchForm, MergeForm, without_nul
from inbox.views.threads import shown_again


@require_GET
@login_required
def contact_list(request: HttpRequest) -> HttpResponse:
    """Everybody who is known, with a search."""
    form = ContactSearchForm(request.GET)
    search = form.cleaned_data["search"] if form.is_valid() else ""
    person = person_of(request)
    page = contact_pages.contacts_page(person, search=without_nul(search), at=timezone.now())
    return render(request, "inbox/contacts/list.html", {"page": page})


@require_POST
@login_required
def rename(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Our own name for the person; an empty one goes back to what WhatsApp says."""
    person = person_of(request)
    contact = access.contact_for(person, contact_id)
    form = ContactForm(request.POST)
    if not form.is_valid():
        raise Refused("VALIDATION_ERROR", str(next(iter(form.errors.values()))[0]), field="name")
    name = form.cleaned_data["name"]
    merging.rename_contact(contact.pk, name=name, by=agent(person), at=timezone.now())
    return _back(request, form.cleaned_data["thread"])


@require_http_methods(["GET", "POST"])
@person_required(Permission.MERGE_CONTACTS)
def merge(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Finds the other contact, says what will happen, and joins the two."""
    person = person_of(request)
    contact = access.contact_for(person, contact_id)
    form = MergeForm(request.POST if request.method == "POST" else request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    other = access.contact_for(person, wanted["other"]) if wanted.get("other") else None
    if request.method == "POST":
        if other is None:
            raise Refused("VALIDATION_ERROR", str(form.errors), field="other")
        merging.merge_contacts(contact.pk, other.pk, by=agent(person), at=timezone.now())
        return _back(request, wanted["thread"])
    page = contact_pages.merge_page(
        person,
        contact,
        other=other,
        search=without_nul(wanted.get("search") or "").strip(),
        thread_id=wanted.get("thread"),
        at=timezone.now(),
    )
    return render(request, "inbox/contacts/merge.html", {"page": page})


@require_POST
@person_required(Permission.MERGE_CONTACTS)
def unmerge(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The contact stands for itself again."""
    person = person_of(request)
    contact = access.contact_for(person, contact_id)
    merging.unmerge_contact(contact.pk, by=agent(person), at=timezone.now())
    return _back(request, _thread_named(request))


@require_POST
@person_required(Permission.MERGE_CONTACTS)
def dismiss_merge(request: HttpRequest, merge_suggestion_id: UUID) -> HttpResponse:
    """They are two people; it is not suggested again."""
    person = person_of(request)
    suggestion = access.merge_suggestion_for(person, merge_suggestion_id)
    merging.dismiss_merge(suggestion.pk, by=agent(person), at=timezone.now())
    return _back(request, _thread_named(request))


def _thread_named(request: HttpRequest) -> UUID | None:
    form = MergeForm(request.POST)
    return form.cleaned_data["thread"] if form.is_valid() else None


def _back(request: HttpRequest, thread_id: UUID | None) -> HttpResponse:
    """The changed parts of the thread, or its page; without a thread the list."""
    if thread_id is None:
        return HttpResponseRedirect(reverse("inbox:list"))
    access.conversation_for(person_of(request), thread_id)
    return shown_again(request, thread_id)
