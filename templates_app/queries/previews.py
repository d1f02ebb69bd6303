"""The compiler's answers in the words of the house: ready to send, shown, or refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from templates_app import compiler, wording
from templates_app.compiler import BadValues, Compiled, Mismatch, NotSendable, Values
from templates_app.models import MessageTemplate
from templates_app.queries.lookups import sendable
from templates_app.shapes import PreviewContent


def compiled(template: MessageTemplate, values: Values) -> Compiled:
    """The template with its values, ready to be sent. No query.

    Refuses: TEMPLATE_NOT_FOUND; TEMPLATE_PARAMETER_MISMATCH (data: missing, unexpected);
    VALIDATION_ERROR (field, and data `variable`: the name of the variable).
    """
    try:
        return compiler.compile(sendable(template), values)
    except Mismatch as mismatch:
        raise _mismatch(mismatch) from mismatch
    except BadValues as bad:
        raise _bad_value(bad) from bad


def preview(template: MessageTemplate, values: Values) -> PreviewContent:
    """What the customer would see; what is missing or wrong is told, not refused. No query.

    Refuses: TEMPLATE_NOT_FOUND for one that cannot be compiled; VALIDATION_ERROR for values given
    in two ways or out of shape. A template that is only not approved is shown.
    """
    try:
        found = compiler.preview(template, values)
    except NotSendable:
        sendable(template)
        raise
    except BadValues as bad:
        raise _bad_value(bad) from bad
    content = found.content
    return PreviewContent(
        header=content["header"] or "",
        body=content["body"] or "",
        footer=content["footer"] or "",
        buttons=tuple(button["text"] for button in content["buttons"]),
        content=content,
        native=_native(template, found.components),
        missing=found.missing,
        unexpected=found.unexpected,
        errors=_errors(found),
    )


def _native(
    template: MessageTemplate, components: list[dict[str, Any]] | None
) -> dict[str, Any] | None:
    if components is None:
        return None
    language = {"code": template.language}
    return {"name": template.name, "language": language, "components": components}


def _errors(found: compiler.Preview) -> dict[str, str]:
    missing = dict.fromkeys(found.missing, _("This is required."))
    return missing | {one.variable: wording.fault_sentence(one) for one in found.faults}


def _mismatch(mismatch: Mismatch) -> Refused:
    if mismatch.missing:
        sentence = _("Values are missing: %(names)s.") % {"names": ", ".join(mismatch.missing)}
    else:
        names = ", ".join(mismatch.unexpected)
        sentence = _("The template does not take these values: %(names)s.") % {"names": names}
    return Refused(
        "TEMPLATE_PARAMETER_MISMATCH",
        sentence,
        field="template",
        missing=list(mismatch.missing),
        unexpected=list(mismatch.unexpected),
    )


def _bad_value(bad: BadValues) -> Refused:
    fault = bad.faults[0]
    return Refused(
        "VALIDATION_ERROR",
        wording.fault_sentence(fault),
        field=f"template.{fault.field}" if fault.field else "template",
        detail=fault.code.lower(),
        variable=fault.variable,
    )
