"""All rules over one template, in the order of the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from templates_app.compiler.listing import word_of
from templates_app.compiler.types import Json
from templates_app.drafting import AUTHENTICATION, OTP, Proposal
from templates_app.languages import LANGUAGES
from templates_app.linting import texts
from templates_app.linting.buttons import buttons
from templates_app.linting.types import Finding, Findings, Known, too_long
from whatsapp import limits

NAME: Final = re.compile(r"[a-z0-9_]+")
CATEGORIES: Final = frozenset({"MARKETING", "UTILITY", AUTHENTICATION})
CODE_MINUTES: Final = (1, 90)


def lint(proposal: Proposal, others: Sequence[Known] = ()) -> tuple[Finding, ...]:
    """What is wrong with a template. others: the account's templates, without this one itself."""
    parts = {word_of(part.get("type")): part for part in proposal.components}
    found = [*_named(proposal, others), *_parts(proposal, parts)]
    return (*found, *_beside(proposal, parts, others))


def _named(proposal: Proposal, others: Sequence[Known]) -> Findings:
    name = proposal.name
    if not name:
        yield Finding("name", "REQUIRED")
    elif not NAME.fullmatch(name):
        yield Finding("name", "NAME")
    yield from too_long("name", name, limits.TEMPLATE_NAME)
    if any((one.name, one.language) == (name, proposal.language) for one in others):
        yield Finding("name", "NAME_TAKEN")
    if not proposal.language:
        yield Finding("language", "REQUIRED")
    elif proposal.language not in LANGUAGES:
        yield Finding("language", "LANGUAGE", refuses=False)
    if proposal.category not in CATEGORIES:
        yield Finding("category", "REQUIRED")


def _parts(proposal: Proposal, parts: Mapping[str, Json]) -> Findings:
    if proposal.category == AUTHENTICATION:
        yield from _authentication(parts)
        return
    style = proposal.parameter_format
    if "HEADER" in parts:
        yield from texts.header(parts["HEADER"], style)
    yield from texts.body(parts.get("BODY", {}), style, proposal.category)
    if "FOOTER" in parts:
        yield from texts.footer(parts["FOOTER"])
    if "BUTTONS" in parts:
        yield from buttons(_rows(parts["BUTTONS"]))


def _rows(part: Json) -> list[Json]:
    rows = part.get("buttons")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _authentication(parts: Mapping[str, Json]) -> Findings:
    if "HEADER" in parts:
        yield Finding("header.text", "CODE_HEADER")
    if parts.get("BODY", {}).get("text"):
        yield Finding("body.text", "CODE_TEXT")
    rows = _rows(parts.get("BUTTONS", {}))
    if [word_of(row.get("type")) for row in rows] != [OTP]:
        yield Finding("buttons", "CODE_BUTTON")
    for row in rows:
        text = str(row.get("text") or "")
        yield from too_long("copy_text", text, limits.TEMPLATE_BUTTON_LABEL)
    yield from _expiry(parts.get("FOOTER", {}))


def _expiry(part: Mapping[str, Any]) -> Findings:
    minutes = part.get("code_expiration_minutes")
    least, most = CODE_MINUTES
    if minutes is not None and not (isinstance(minutes, int) and least <= minutes <= most):
        yield Finding("code_minutes", "CODE_MINUTES", {"least": least, "most": most})


def _beside(proposal: Proposal, parts: Mapping[str, Json], others: Sequence[Known]) -> Findings:
    """What the account's other templates say."""
    text = str(parts.get("BODY", {}).get("text") or "").strip()
    category = proposal.category
    twins = [one for one in others if one.name == proposal.name and one.category]
    if twins and category and all(one.category != category for one in twins):
        facts = {"language": twins[0].language, "category": twins[0].category}
        yield Finding("category", "CATEGORY_OF_NAME", facts, refuses=False)
    for one in others:
        if text and one.body.strip() == text and one.category != category:
            facts = {"name": one.name, "category": one.category}
            yield Finding("category", "SAME_IN_OTHER_CATEGORY", facts, refuses=False)
            return
