"""The template desk: the form of a template, new or edited, and its draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission, person_required
from accounts.actors import agent
from accounts.models import Person
from accounts.pages import person_of
from accounts.refusals import Refused
from templates_app import access, actions, desk, handing_in, queries
from templates_app.desk import Asked
from templates_app.forms import Typed, changed_buttons, first_values, typed_from, typed_of
from templates_app.linting import Finding
from templates_app.models import MessageTemplate, TemplateDraft

# What the buttons of the form do; and "remove:2", "up:2" for the third button.
HANDS_IN: Final = ("submit", "anyway")
SAVES: Final = (*HANDS_IN, "save")
FILE: Final = "header_file"


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_TEMPLATES)
def new(request: HttpRequest) -> HttpResponse:
    """A template that is not there yet; `?from=` begins with the content of another."""
    person = person_of(request)
    accounts = access.accounts_for(person)
    if request.method == "POST":
        typed = typed_of(request.POST)
        return _acted(request, Asked(desk.account_of(accounts, typed["account"])), typed)
    asked = Asked(desk.account_of(accounts, request.GET.get("account", "")))
    return _page(request, asked, _beginning(person, request.GET.get("from", "")))


def _beginning(person: Person, other: str) -> Typed:
    """A new language of a name begins with its content."""
    template = access.template_named(person, other)
    draft = queries.draft_of_template(template) if template else None
    return first_values() | (typed_from(replace(draft, language="")) if draft else {})


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_TEMPLATES)
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A draft of a new template goes on."""
    person = person_of(request)
    row = access.draft_for(person, draft_id)
    if row.template_id:
        return redirect("templates_app:edit", row.template_id)
    asked = Asked(row.account, row)
    if request.method == "GET":
        return _page(request, asked, typed_of(row.typed))
    typed = typed_of(request.POST)
    account = desk.account_of(access.accounts_for(person), typed["account"] or str(row.account_id))
    return _acted(request, replace(asked, account=account), typed)


@require_POST
@person_required(Permission.MANAGE_TEMPLATES)
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throws a draft away."""
    person = person_of(request)
    row = access.draft_for(person, draft_id)
    actions.drop_draft(row, by=agent(person), at=timezone.now())
    messages.success(request, _("The draft is gone."))
    return redirect("templates_app:list")


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_TEMPLATES)
def edit(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """A template that Meta has: its content changes, its name and language do not."""
    template = access.template_for(person_of(request), template_id)
    row = queries.draft_row_of(template)
    asked = Asked(template.account, row, template)
    if request.method == "POST":
        return _acted(request, asked, typed_of(request.POST) | _fixed(template))
    if row is not None:
        return _page(request, asked, typed_of(row.typed) | _fixed(template))
    known = queries.draft_of_template(template)
    if known is None:
        raise Refused(
            "STATE_CONFLICT", _("It has parts that only WhatsApp Manager can edit, at Meta.")
        )
    return _page(request, asked, typed_from(known))


def _fixed(template: MessageTemplate) -> Typed:
    """What Meta does not let anybody change."""
    return {
        "name": template.name,
        "language": template.language,
        "parameter_format": template.parameter_format,
    }


@require_POST
@person_required(Permission.MANAGE_TEMPLATES)
def check(request: HttpRequest) -> HttpResponse:
    """The form again with what is wrong and the preview: asked while somebody types.

    Saves nothing; the buttons that add, move and remove rows work here as well.
    """
    person, typed = person_of(request), typed_of(request.POST)
    template = access.template_named(person, request.POST.get("template", ""))
    account = desk.account_of(access.accounts_for(person), typed["account"])
    asked = Asked(template.account if template else account, template=template)
    typed |= _fixed(template) if template else {}
    typed = changed_buttons(typed, request.POST.get("do", ""))
    findings = desk.findings_of(asked, typed)
    return _page(request, asked, typed, findings=findings, template="templates_app/_desk.html")


# --- What the buttons of the form do ---


def _acted(request: HttpRequest, asked: Asked, typed: Typed) -> HttpResponse:
    deed = request.POST.get("do", "submit")
    typed, refusal = _with_sample(request, asked, typed)
    if deed in SAVES:
        asked = _saved(request, asked, typed)
    if deed in HANDS_IN and refusal is None:
        return _handed_in(request, asked, typed, anyway=deed == "anyway")
    if deed == "save" and refusal is None and asked.row:
        messages.success(request, _("Saved."))
        return _back_to(asked, asked.row)
    typed = changed_buttons(typed, deed)
    checks = deed == "check" or refusal is not None
    findings = desk.findings_of(asked, typed) if checks else ()
    return _page(request, asked, typed, findings=findings, refusal=refusal)


def _back_to(asked: Asked, row: TemplateDraft) -> HttpResponse:
    if asked.template:
        return redirect("templates_app:edit", asked.template.pk)
    return redirect("templates_app:draft", row.pk)


def _with_sample(request: HttpRequest, asked: Asked, typed: Typed) -> tuple[Typed, Refused | None]:
    """A file that came along is uploaded to Meta at once; what is typed names its handle."""
    file = request.FILES.get(FILE)
    if not isinstance(file, UploadedFile):
        return typed, None
    try:
        return typed | handing_in.sample_of(asked.account, typed, file), None
    except Refused as refusal:
        return typed, refusal


def _saved(request: HttpRequest, asked: Asked, typed: Typed) -> Asked:
    """Whatever comes of it, nothing that was typed is lost."""
    row = actions.save_draft(
        asked.account,
        typed,
        draft=asked.row,
        template=asked.template,
        by=agent(person_of(request)),
        at=timezone.now(),
    )
    return replace(asked, row=row)


def _handed_in(request: HttpRequest, asked: Asked, typed: Typed, *, anyway: bool) -> HttpResponse:
    findings = desk.findings_of(asked, typed)
    if any(one.refuses for one in findings) and not anyway:
        return _page(request, asked, typed, findings=findings, tried=True)
    try:
        template = handing_in.hand_in(asked, typed, by=agent(person_of(request)), at=timezone.now())
    except Refused as refusal:
        return _page(request, asked, typed, findings=findings, refusal=refusal, tried=True)
    messages.success(request, _("Handed in. Meta reviews it, mostly within minutes."))
    return redirect("templates_app:template", template.pk)


def _page(
    request: HttpRequest,
    asked: Asked,
    typed: Typed,
    *,
    findings: Sequence[Finding] = (),
    refusal: Refused | None = None,
    tried: bool = False,
    template: str = "templates_app/desk.html",
) -> HttpResponse:
    person = person_of(request)
    note = ""
    if asked.template:
        note = queries.edit_note(asked.template, at=timezone.now(), zone=person.zone)
    shown = desk.desk(
        person, asked, typed, findings=findings, refusal=refusal, tried=tried, edit_note=note
    )
    return render(request, template, {"desk": shown}, status=422 if tried or refusal else 200)
