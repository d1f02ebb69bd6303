"""Templates made, edited, deleted and woken: at Meta first, then here.

No action here may be called inside a transaction: each waits for Meta.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.graph import client_for
from accounts.models import BusinessAccount
from accounts.refusals import Refused
from templates_app import compiler
from templates_app.actions import history
from templates_app.actions.applying import judge, locked
from templates_app.actions.syncing import ask_for_sync
from templates_app.drafting import Proposal
from templates_app.meta_errors import FAILURES, GONE, refusal_of
from templates_app.models import APPROVED, DELETED, MessageTemplate
from whatsapp.errors import CloudApiError, OutcomeUnknown
from whatsapp.template_calls import MadeTemplate

EDITABLE: Final = frozenset({APPROVED, "REJECTED", "PAUSED"})


def create_template(
    account: BusinessAccount, proposal: Proposal, *, by: Actor, at: datetime
) -> MessageTemplate:
    """Hands a new template in for review. Refuses: what `meta_errors.refusal_of` tells."""
    try:
        made = client_for(account).create_template(
            account.waba_id,
            name=proposal.name,
            language=proposal.language,
            category=proposal.category,
            parameter_format=proposal.parameter_format,
            components=proposal.components,
        )
    except FAILURES as failure:
        raise _told(account, failure) from failure
    return _keep(account, proposal, made, by=by, at=at)


def _told(account: BusinessAccount, failure: Exception) -> Refused:
    """Where nobody knows what came of it, the worker reads the list again within seconds."""
    if isinstance(failure, OutcomeUnknown):
        ask_for_sync(account)
    return refusal_of(failure)


@transactional
def _keep(
    account: BusinessAccount, proposal: Proposal, made: MadeTemplate, *, by: Actor, at: datetime
) -> MessageTemplate:
    account = locked(account.pk)
    key = {"account": account, "name": proposal.name, "language": proposal.language}
    row = MessageTemplate.objects.filter(**key).first() or MessageTemplate(
        organization_id=account.organization_id, **key
    )
    row.meta_template_id = made.id
    row.status, row.category = made.status, made.category or proposal.category
    row.quality, row.rejected_reason = "UNKNOWN", ""
    row.status_at = row.quality_at = row.category_at = None  # they were of one that is gone
    row.parameter_format = proposal.parameter_format
    # A sync that began before now has not seen it: it must not take it for removed.
    row.synced_at = timezone.now()
    _put(row, proposal.components, at=at)
    row.save()
    history.note(row, "made", by=by, at=at)
    _announce("template.created", row, by=by, at=at)
    return row


def _put(row: MessageTemplate, components: Sequence[Any], *, at: datetime) -> None:
    row.components = list(components)
    row.body = compiler.body_of(row.components)
    row.explanation = row.advice = ""
    judge(row, at=at)


def edit_template(
    template: MessageTemplate,
    *,
    category: str | None = None,
    components: Sequence[Any] | None = None,
    by: Actor,
    at: datetime,
) -> MessageTemplate:
    """Changes a template at Meta, which reviews it again. None: stays as it is.

    Refuses: STATE_CONFLICT unless it is approved, rejected or paused; what Meta refuses.
    """
    check_editable(template)
    try:
        client_for(template.account).edit_template(
            template.meta_template_id, category=category, components=components
        )
    except FAILURES as failure:
        raise _told(template.account, failure) from failure
    return _edited(template, category, components, by=by, at=at)


def check_editable(template: MessageTemplate) -> None:
    """Refuses: STATE_CONFLICT (data: template_status)."""
    if template.status not in EDITABLE or not template.meta_template_id:
        raise Refused(
            "STATE_CONFLICT",
            _("Only approved, rejected and paused templates can be edited."),
            template_status=template.status,
        )


@transactional
def _edited(
    template: MessageTemplate,
    category: str | None,
    components: Sequence[Any] | None,
    *,
    by: Actor,
    at: datetime,
) -> MessageTemplate:
    locked(template.account_id)
    row = MessageTemplate.objects.select_related("account").get(pk=template.pk)
    row.category = category or row.category
    # A webhook about the new review may have been faster; it is newer than the edit.
    if row.status_at is None or row.status_at < at:
        row.status, row.rejected_reason = "PENDING", ""
    _put(row, row.components if components is None else components, at=at)
    row.save()
    history.note(row, "edited", by=by, at=at)
    _announce("template.edited", row, by=by, at=at)
    return row


def delete_template(
    template: MessageTemplate, *, all_languages: bool = False, by: Actor, at: datetime
) -> int:
    """Deletes at Meta, then here; how many languages went.

    Refuses: STATE_CONFLICT for one language whose id at Meta is unknown (without it Meta would
    delete all of them); what Meta refuses, and then nothing has changed here.
    """
    only = None if all_languages else template.meta_template_id
    if only == "":
        raise Refused("STATE_CONFLICT", _("Read the list from Meta first: it has no id yet."))
    account = template.account
    try:
        client_for(account).delete_template(account.waba_id, name=template.name, template_id=only)
    except FAILURES as failure:
        if not (isinstance(failure, CloudApiError) and failure.subcode == GONE):
            raise _told(account, failure) from failure
    return _gone(template, all_languages=all_languages, by=by, at=at)


@transactional
def _gone(template: MessageTemplate, *, all_languages: bool, by: Actor, at: datetime) -> int:
    account = locked(template.account_id)
    rows = MessageTemplate.objects.filter(account=account, removed_at=None, name=template.name)
    gone = list(rows if all_languages else rows.filter(pk=template.pk))
    for row in gone:
        row.status = DELETED
        judge(row, at=at)
        row.save()
        history.note(row, "deleted", by=by, at=at)
        _announce("template.deleted", row, by=by, at=at)
    return len(gone)


def unpause_template(template: MessageTemplate, *, by: Actor, at: datetime) -> None:
    """Asks Meta to let a paused template go on. Refuses: STATE_CONFLICT; what Meta refuses."""
    if template.status != "PAUSED":
        raise Refused("STATE_CONFLICT", _("Only a paused template can go on."))
    try:
        client_for(template.account).unpause_template(template.meta_template_id)
    except FAILURES as failure:
        raise _told(template.account, failure) from failure
    _woken(template, by=by, at=at)


@transactional
def _woken(template: MessageTemplate, *, by: Actor, at: datetime) -> None:
    # The status itself comes by webhook: Meta takes its time.
    history.note(template, "woken", by=by, at=at)
    _announce("template.unpaused", template, by=by, at=at)


def upload_sample(account: BusinessAccount, *, data: bytes, mime_type: str, filename: str) -> str:
    """Gives Meta the sample of a header; the handle to hand in with it.

    Refuses: META_APP_NOT_CONFIGURED; VALIDATION_ERROR (header.sample); as `refusal_of`.
    """
    try:
        client = client_for(account)
        app_id = settings.META_APP_ID or client.app_of_token()
        if not app_id:
            raise Refused(
                "META_APP_NOT_CONFIGURED",
                _("Samples are uploaded to your app at Meta: META_APP_ID is not set."),
                field="header.sample",
            )
        return client.upload_sample(app_id, data=data, mime_type=mime_type, filename=filename)
    except FAILURES as failure:
        refusal = refusal_of(failure)
        refusal.field = "header.sample"
        raise refusal from failure


def _announce(kind: str, row: MessageTemplate, *, by: Actor, at: datetime) -> None:
    # The account as well: an open list or picker that lacks the template asks for it by that.
    announce(
        kind,
        row.organization_id,
        by=by,
        at=at,
        ids=[row.pk, row.account_id],
        status=row.status,
        category=row.category,
    )
