"""From what was typed to a template at Meta: the sample first, then the whole."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import BusinessAccount
from accounts.refusals import Refused
from templates_app import actions, samples
from templates_app.desk import Asked
from templates_app.drafting import MEDIA, NAMED, POSITIONAL, Proposal
from templates_app.forms import Typed, draft_from
from templates_app.lint_words import sentence
from templates_app.linting import lint
from templates_app.models import APPROVED, MessageTemplate

FIRST_BYTES: Final = 16
OF_THE_CONTRACT: Final = frozenset({"REQUIRED", "NAME", "TOO_LONG", "MANY_BUTTONS"})


def hand_in(asked: Asked, typed: Typed, *, by: Actor, at: datetime) -> MessageTemplate:
    """Makes or edits the template at Meta; its draft is not needed any more.

    Refuses: as `actions.create_template` and `actions.edit_template`.
    """
    proposal = draft_from(typed).proposal
    if asked.template is None:
        template = actions.create_template(asked.account, proposal, by=by, at=at)
    else:
        # Meta keeps the category of an approved one.
        keeps = asked.template.status == APPROVED
        template = actions.edit_template(
            asked.template,
            category=None if keeps else proposal.category,
            components=proposal.components,
            by=by,
            at=at,
        )
    if asked.row is not None:
        actions.drop_draft(asked.row, by=by, at=at)
    return template


def check_shape(proposal: Proposal) -> None:
    """What a program is told before Meta is asked: the limits of the REST contract, no more.

    Refuses: VALIDATION_ERROR (field).
    """
    for finding in lint(proposal):
        if finding.refuses and finding.code in OF_THE_CONTRACT:
            place, *_more = finding.field.split(".")
            field = place if place in ("name", "language", "category") else "components"
            raise Refused("VALIDATION_ERROR", sentence(finding), field=field)
    if proposal.parameter_format not in (POSITIONAL, NAMED):
        said = _("This is POSITIONAL or NAMED.")
        raise Refused("VALIDATION_ERROR", said, field="parameter_format")


def sample_of(account: BusinessAccount, typed: Typed, file: File[bytes]) -> Typed:
    """Uploads the sample of a header; the fields that name it.

    Refuses: VALIDATION_ERROR (header.sample) for a file that this header does not take; as
    `actions.upload_sample`.
    """
    header = typed.get("header", "")
    if header not in MEDIA:
        return {}
    first = file.read(FIRST_BYTES)
    fault = samples.fault_of(header, first=first, size=file.size or 0)
    if fault:
        raise Refused("VALIDATION_ERROR", _sentence(fault, header), field="header.sample")
    name = (file.name or header.lower())[-200:]
    handle = actions.upload_sample(
        account, data=first + file.read(), mime_type=samples.type_of(first), filename=name
    )
    return {"sample": handle, "sample_name": name, "sample_kind": header}


def _sentence(fault: str, header: str) -> str:
    if fault == "EMPTY":
        return _("This file is empty.")
    if fault == "TOO_LARGE":
        most = samples.MOST[header] // (1024 * 1024)
        return _("This file is too large: Meta takes %(most)s MB here.") % {"most": most}
    return {
        "IMAGE": _("A picture is a JPEG or a PNG."),
        "VIDEO": _("A video is an MP4."),
        "DOCUMENT": _("A document is a PDF."),
    }[header]
