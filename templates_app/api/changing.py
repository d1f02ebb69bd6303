"""Templates over REST: made, edited and deleted, at Meta first.

Their router is that of reading: one path has one.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query

from accounts.access import accounts_of
from accounts.api.answers import answered
from accounts.api.auth import needs
from accounts.api.envelopes import One
from accounts.api.finding import account_or_404
from accounts.api.idempotency import once_outside
from accounts.api.requests import PREFIX, Caller, caller_of
from accounts.models import ApiKey, BusinessAccount
from accounts.refusals import Refused
from templates_app.actions import create_template, delete_template, edit_template
from templates_app.api.finding import template_of
from templates_app.api.reading import router
from templates_app.api.shapes import (
    DeleteFilters,
    TemplateEdit,
    TemplateIn,
    TemplateOut,
    template_out,
)
from templates_app.drafting import Proposal
from templates_app.handing_in import check_shape
from templates_app.models import MessageTemplate

__all__ = ["router"]


@router.post("/templates", auth=needs("templates:manage"), response={201: One[TemplateOut]})
def create(request: HttpRequest, body: TemplateIn) -> HttpResponse:
    """Hands a template in for review; answers with what Meta made of it."""
    caller = caller_of(request)
    account = _the_account(caller.key, body.account_id)
    proposal = Proposal(
        body.name, body.language, body.category, body.parameter_format, body.components
    )
    check_shape(proposal)
    return once_outside(request, lambda: _created(request, caller, account, proposal))


def _the_account(key: ApiKey, name: str | None) -> BusinessAccount:
    """The one that is named, else the only one. Refuses: VALIDATION_ERROR where there are more."""
    if name is not None:
        return account_or_404(key, name)
    found = list(accounts_of(key).order_by("pk")[:2])
    if not found:
        raise Refused("NO_CONNECTED_ACCOUNT", _("No WhatsApp account is connected yet."))
    if len(found) > 1:
        said = _("This key reaches several accounts. Say which one.")
        raise Refused("VALIDATION_ERROR", said, field="account_id", detail="required")
    return found[0]


def _created(
    request: HttpRequest, caller: Caller, account: BusinessAccount, proposal: Proposal
) -> HttpResponse:
    row = create_template(account, proposal, by=caller.actor, at=timezone.now())
    location = f"{PREFIX}/templates/{row.pk}"
    return answered(request, template_out(row), status=201, location=location)


@router.patch("/templates/{template_id}", auth=needs("templates:manage"), response=One[TemplateOut])
def edit(request: HttpRequest, template_id: str, body: TemplateEdit) -> HttpResponse:
    """Changes a template at Meta, which reviews it again."""
    row = template_of(request, template_id)
    if body.category is None and body.components is None:
        raise Refused("NO_UPDATABLE_FIELDS", _("Nothing is to be changed."))
    check_shape(
        Proposal(
            row.name,
            row.language,
            body.category or row.category,
            row.parameter_format,
            row.components if body.components is None else body.components,
        )
    )
    caller = caller_of(request)
    return once_outside(request, lambda: _edited(request, caller, row, body))


def _edited(
    request: HttpRequest, caller: Caller, row: MessageTemplate, body: TemplateEdit
) -> HttpResponse:
    changed = edit_template(
        row,
        category=body.category,
        components=body.components,
        by=caller.actor,
        at=timezone.now(),
    )
    return answered(request, template_out(changed))


@router.delete("/templates/{template_id}", auth=needs("templates:manage"), response={204: None})
def delete(request: HttpRequest, template_id: str, filters: Query[DeleteFilters]) -> HttpResponse:
    """Deletes at Meta, then here; with `all_languages` every language of the name."""
    row, caller = template_of(request, template_id), caller_of(request)

    def deleted() -> HttpResponse:
        everything = filters.all_languages
        delete_template(row, all_languages=everything, by=caller.actor, at=timezone.now())
        return HttpResponse(status=204)

    return once_outside(request, deleted)
