"""The findings of the linter as sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from templates_app import wording
from templates_app.linting import Finding

SENTENCES: Final[Mapping[str, str]] = {
    "REQUIRED": noop("This is required."),
    "TOO_LONG": noop("At most %(limit)s characters; this has %(length)s."),
    "NAME": noop("Small letters, digits and underscores only, such as order_update."),
    "NAME_TAKEN": noop("There is a template of this name in this language already."),
    "LANGUAGE": noop("Meta's list has no such language."),
    "LINE_BREAK": noop("No line breaks here."),
    "FORMATTING": noop("No formatting here: leave out * _ ~ and `."),
    "EMOJI": noop("No emoji here."),
    "ONE_VARIABLE": noop("A heading takes one variable at most."),
    "NO_VARIABLES": noop("No variables here."),
    "SAMPLE_MISSING": noop("Meta wants a sample file, to review the template with."),
    "EXAMPLE_MISSING": noop("Give an example for {{%(name)s}}: Meta reviews the text with it."),
    "BRACES": noop("A variable is written with two braces on each side, such as {{1}}."),
    "NAMED_ONLY": noop(
        "{{%(name)s}} is no name: small letters, digits and underscores, with a letter first."
    ),
    "NUMBERS_ONLY": noop("{{%(name)s}} is no number. Choose named variables to use names."),
    "NUMBERS_GAP": noop("Variables are numbered from 1 without gaps: {{%(number)s}} is missing."),
    "VARIABLE_FIRST": noop("The text may not begin with a variable. Put a word before it."),
    "VARIABLE_LAST": noop("The text may not end with a variable. A full stop after it will do."),
    "VARIABLES_ADJACENT": noop("Two variables stand next to each other. Put words between them."),
    "FEW_WORDS": noop(
        "Too few words for %(variables)s variables: %(words)s, and Meta wants at least %(least)s."
    ),
    "MANY_LINE_BREAKS": noop("Meta may refuse more than two line breaks in a row."),
    "PROMOTION": noop(
        "“%(word)s” sounds like marketing: Meta may move this template to that category."
    ),
    "MANY_BUTTONS": noop("At most %(limit)s buttons."),
    "MANY_URL": noop("At most %(limit)s link buttons."),
    "MANY_PHONE_NUMBER": noop("Only one button can call a number."),
    "MANY_COPY_CODE": noop("Only one button can copy a code."),
    "ORDER": noop("Quick replies stand together: all of them before or after the other buttons."),
    "NOT_ON_DESKTOP": noop(
        "WhatsApp on a computer does not show more than three buttons, nor quick replies mixed with"
        " others: customers there are asked to look at their phone."
    ),
    "SAME_WORDS": noop("Another button has the same words."),
    "URL": noop("This is no web address. It begins with https://."),
    "URL_OF_WHATSAPP": noop("Meta refuses links that lead back into WhatsApp."),
    "URL_VARIABLE": noop("A link takes one variable, at its very end: https://shop.example/{{1}}"),
    "URL_NUMBER": noop("The variable of a link is always {{1}}."),
    "PHONE": noop("This is no phone number. Write it with its country code: +31 20 555 0143."),
    "CODE": noop("A code has letters, digits, - and _ only."),
    "CODE_HEADER": noop("An authentication template has no heading."),
    "CODE_TEXT": noop("The text of an authentication template is Meta's."),
    "CODE_BUTTON": noop("An authentication template has one button: the one that copies the code."),
    "CODE_MINUTES": noop("Between %(least)s and %(most)s minutes."),
    "CATEGORY_OF_NAME": noop(
        "This name is %(category)s in %(language)s: Meta wants one category for all languages."
    ),
    "SAME_IN_OTHER_CATEGORY": noop(
        "%(name)s says the same as %(category)s: Meta may refuse this one."
    ),
}


def sentence(finding: Finding) -> str:
    """What is wrong, and what to do."""
    data = dict(finding.data)
    if "category" in data:
        data["category"] = wording.category_label(str(data["category"]))
    if "language" in data:
        data["language"] = wording.language_label(str(data["language"]))
    return _(SENTENCES[finding.code]) % data
