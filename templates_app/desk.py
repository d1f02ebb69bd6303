"""The form of a template as its page shows it: values, findings at their fields, preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from accounts.models import BusinessAccount, Person
from accounts.refusals import Refused
from templates_app import access, lint_words, queries, wording
from templates_app.above import letter_of
from templates_app.desk_rows import button_rows, example_rows, said_by_field
from templates_app.desk_shapes import Choice, Desk, ToMend
from templates_app.drafting import BUTTONS, HEADERS, NAMED, POSITIONAL, Draft, variables_in
from templates_app.forms import MOST_BUTTONS, Typed, draft_from
from templates_app.languages import LANGUAGES
from templates_app.linting import Finding, lint
from templates_app.models import APPROVED, MessageTemplate, TemplateDraft
from whatsapp import limits

CATEGORY_HINTS: Final[Mapping[str, str]] = {
    "UTILITY": noop("About an order, a visit or an account that the customer already has."),
    "MARKETING": noop("Offers, news, invitations: everything that promotes."),
    "AUTHENTICATION": noop("A one-time code, in Meta's own words."),
}
HEADER_LABELS: Final[Mapping[str, str]] = {
    "": noop("None"),
    "TEXT": noop("Text"),
    "IMAGE": noop("Picture"),
    "VIDEO": noop("Video"),
    "DOCUMENT": noop("Document"),
    "LOCATION": noop("Place"),
}
BUTTON_LABELS: Final[Mapping[str, str]] = {
    "QUICK_REPLY": noop("Quick reply"),
    "URL": noop("Open a link"),
    "PHONE_NUMBER": noop("Call a number"),
    "COPY_CODE": noop("Copy an offer code"),
}
FIELD_LABELS: Final[Mapping[str, str]] = {
    "name": noop("Name"),
    "language": noop("Language"),
    "category": noop("Category"),
    "header": noop("Heading"),
    "body": noop("Text"),
    "footer": noop("Footer"),
    "buttons": noop("Buttons"),
    "copy_text": noop("Words on the button"),
    "code_minutes": noop("Minutes"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form is about. row: its draft; template: what it edits."""

    account: BusinessAccount
    row: TemplateDraft | None = None
    template: MessageTemplate | None = None


def findings_of(asked: Asked, typed: Typed) -> tuple[Finding, ...]:
    """What the linter says. One query."""
    draft, but = draft_from(typed), asked.template.pk if asked.template else None
    others = queries.known_templates(asked.account.pk, name=draft.name, body=draft.body, but=but)
    return lint(draft.proposal, others)


def desk(
    person: Person,
    asked: Asked,
    typed: Typed,
    *,
    findings: Sequence[Finding] = (),
    refusal: Refused | None = None,
    tried: bool = False,
    edit_note: str = "",
) -> Desk:
    """The form with what is wrong. One query.

    findings: of our linter. refusal: Meta's own no, in its words. tried: somebody wanted to hand
    it in.
    """
    draft = draft_from(typed)
    said = said_by_field(findings, refusal)
    stopped = any(one.refuses for one in findings)
    return Desk(
        title=_title(asked, typed),
        action=_action(asked),
        draft_id=asked.row.pk if asked.row else None,
        template_id=asked.template.pk if asked.template else None,
        values=typed,
        said={field.replace(".", "_"): one for field, one in said.items()},
        accounts=_accounts(person, asked.account),
        languages=_languages(draft.language),
        categories=_categories(asked, typed.get("category", "")),
        formats=_formats(draft.parameter_format),
        headers=tuple(
            Choice(one, _(HEADER_LABELS[one]), "", one == draft.header) for one in HEADERS
        ),
        button_kinds=tuple((one, _(BUTTON_LABELS[one])) for one in BUTTONS),
        header_has_variable=bool(variables_in(draft.header_text)),
        examples=example_rows(draft, said),
        buttons=button_rows(typed, said),
        may_add_button=len(draft.buttons) < min(limits.TEMPLATE_BUTTONS, MOST_BUTTONS),
        to_mend=_lines(findings, refusal),
        notes=tuple(_line(one) for one in findings if not one.refuses),
        letter=preview(draft, zone=person.zone),
        tried=tried,
        anyway=tried and stopped and refusal is None,
        edit_note=edit_note,
    )


def _title(asked: Asked, typed: Typed) -> str:
    if asked.template:
        language = wording.language_label(asked.template.language)
        return _("Edit %(name)s (%(language)s)") % {
            "name": asked.template.name,
            "language": language,
        }
    return typed.get("name", "") if asked.row and typed.get("name") else _("New template")


def _action(asked: Asked) -> str:
    if asked.template:
        return f"/settings/templates/{asked.template.pk}/edit/"
    if asked.row:
        return f"/settings/templates/drafts/{asked.row.pk}/"
    return "/settings/templates/new/"


def _accounts(person: Person, account: BusinessAccount) -> tuple[Choice, ...]:
    """Those to choose from; none where there is one only."""
    rows = access.accounts_for(person)
    if len(rows) < 2:
        return ()
    return tuple(Choice(str(one.pk), str(one), "", one.pk == account.pk) for one in rows)


def _languages(chosen: str) -> tuple[Choice, ...]:
    codes = {*LANGUAGES, *([chosen] if chosen else [])}
    named = sorted((wording.language_label(code), code) for code in codes)
    return tuple(Choice(code, label, code, code == chosen) for label, code in named)


def _categories(asked: Asked, chosen: str) -> tuple[Choice, ...]:
    """All of them; of an approved template only its own, which Meta keeps."""
    keeps = asked.template is not None and asked.template.status == APPROVED
    return tuple(
        Choice(one, wording.category_label(one), _(hint), one == chosen)
        for one, hint in CATEGORY_HINTS.items()
        if one == chosen or not keeps
    )


def _formats(chosen: str) -> tuple[Choice, ...]:
    return (
        Choice(POSITIONAL, _("Numbered"), "{{1}}", chosen == POSITIONAL),
        Choice(NAMED, _("Named"), "{{first_name}}", chosen == NAMED),
    )


def _lines(findings: Sequence[Finding], refusal: Refused | None) -> tuple[ToMend, ...]:
    lines = [_line(one) for one in findings if one.refuses]
    if refusal is not None:
        field = refusal.field or ""
        lines.insert(0, ToMend(_dom_id(field), _label(field), str(refusal.message)))
    return tuple(lines)


def _line(finding: Finding) -> ToMend:
    return ToMend(_dom_id(finding.field), _label(finding.field), lint_words.sentence(finding))


def _dom_id(field: str) -> str:
    return f"f-{field.replace('.', '-')}" if field else ""


def _label(field: str) -> str:
    part, *more = field.split(".")
    label = _(FIELD_LABELS[part]) if part in FIELD_LABELS else ""
    if part == "buttons" and more:
        return _("Button %(number)s") % {"number": int(more[0]) + 1}
    return label


# --- The preview ---


def preview(draft: Draft, *, zone: str) -> Any:
    """What the customer would see, with the examples; as good as it can be while it is typed."""
    letter = queries.letter_of(_complete(draft).proposal, zone=zone)
    if letter is None:
        letter = letter_of(_rough(draft), zone=zone)
    return _with_sample(letter, draft)


def _complete(draft: Draft) -> Draft:
    """Without the gaps for which there is nothing to be compiled yet."""
    buttons = tuple(replace(one, text=one.text or "…") for one in draft.buttons)
    return replace(
        draft,
        body=draft.body or "…",
        header_text=draft.header_text or "…",
        buttons=buttons,
    )


def _rough(draft: Draft) -> dict[str, Any]:
    """The texts as they are, with their braces: what cannot be compiled can still be read."""
    media = {"type": draft.header.lower()} if draft.header in ("IMAGE", "VIDEO", "DOCUMENT") else {}
    return {
        "header": draft.header_text if draft.header == "TEXT" else None,
        "media": media or None,
        "body": draft.body,
        "footer": draft.footer or None,
        "buttons": [{"type": one.kind.lower(), "text": one.text or "…"} for one in draft.buttons],
    }


def _with_sample(letter: Any, draft: Draft) -> Any:
    if not draft.sample or letter.file is None:
        return letter
    file = replace(letter.file, title=draft.sample_name or letter.file.title, note=_("Sample"))
    return replace(letter, file=file)


def account_of(accounts: Sequence[BusinessAccount], wanted: str) -> BusinessAccount:
    """The account that was chosen, else the first. Refuses: NO_CONNECTED_ACCOUNT."""
    if not accounts:
        raise Refused("NO_CONNECTED_ACCOUNT", _("No WhatsApp account is connected yet."))
    try:
        key = UUID(wanted)
    except ValueError:
        return accounts[0]
    return next((one for one in accounts if one.pk == key), accounts[0])
