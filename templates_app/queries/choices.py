"""The templates that the composer's picker offers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import PhoneNumber
from templates_app import compiler, wording
from templates_app.compiler import NotSendable, Variable
from templates_app.models import AUTHENTICATION, MessageTemplate
from templates_app.shapes import ChoiceFilters, TemplateChoice

MOST_CHOICES: Final = 100


def template_choices(
    phone_number: PhoneNumber, *, search: str = "", language: str = "", category: str = ""
) -> list[TemplateChoice]:
    """The templates of the number's account, sendable first, then by name; at most 100. One query.

    search: in name and body. Those that cannot be sent come with their reason; authentication
    templates and removed ones do not come.
    """
    rows = _in_picker(phone_number)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(body__icontains=search))
    if language:
        rows = rows.filter(language=language)
    if category:
        rows = rows.filter(category=category)
    return [choice_of(row) for row in rows.order_by("-sendable", "name", "language")[:MOST_CHOICES]]


def choice_filters(phone_number: PhoneNumber) -> ChoiceFilters:
    """The languages and categories that the number's templates have. One query."""
    pairs = set(_in_picker(phone_number).values_list("language", "category").distinct())
    languages = {language: wording.language_label(language) for language, _category in pairs}
    categories = {
        category: wording.category_label(category) for _language, category in pairs if category
    }
    return ChoiceFilters(_by_label(languages), _by_label(categories))


def _by_label(labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items(), key=lambda pair: pair[1]))


def _in_picker(phone_number: PhoneNumber) -> QuerySet[MessageTemplate]:
    rows = MessageTemplate.objects.filter(account_id=phone_number.account_id, removed_at=None)
    return rows.exclude(category=AUTHENTICATION)


def choice_of(row: MessageTemplate) -> TemplateChoice:
    """One template as the picker shows it. No query."""
    return TemplateChoice(
        id=row.pk,
        name=row.name,
        language=row.language,
        language_label=wording.language_label(row.language),
        category=row.category,
        category_label=wording.category_label(row.category),
        status=row.status,
        status_label=wording.status_label(row.status),
        status_tone=wording.status_tone(row.status),
        quality=row.quality,
        quality_label=wording.quality_label(row.quality),
        quality_tone=wording.quality_tone(row.quality),
        sendable=row.sendable,
        reason=wording.not_sendable_sentence(row),
        body_preview=row.body,
        variables=variables_of(row),
    )


def variables_of(row: MessageTemplate) -> tuple[Variable, ...]:
    """The values a template needs, labelled for people; none when it cannot be compiled."""
    try:
        found = compiler.variables_of(row)
    except NotSendable:
        return ()
    return tuple(replace(one, label=wording.variable_label(one)) for one in found)
