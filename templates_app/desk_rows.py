"""The repeated parts of the form: examples of variables and buttons, with what is wrong there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from accounts.refusals import Refused
from templates_app import lint_words
from templates_app.desk_shapes import DeskButton, DeskExample, Said
from templates_app.drafting import Draft, variables_in
from templates_app.forms import Typed, buttons_of
from templates_app.linting import Finding

NOTHING = Said()


def said_by_field(findings: Sequence[Finding], refusal: Refused | None) -> Mapping[str, Said]:
    """Errors and advice by field, as the linter names fields. refusal: an error beside them."""
    errors: dict[str, list[str]] = defaultdict(list)
    advice: dict[str, list[str]] = defaultdict(list)
    if refusal is not None and refusal.field:
        errors[refusal.field].append(str(refusal.message))
    for one in findings:
        (errors if one.refuses else advice)[one.field].append(lint_words.sentence(one))
    return {field: Said(tuple(errors[field]), tuple(advice[field])) for field in {*errors, *advice}}


def example_rows(draft: Draft, said: Mapping[str, Said]) -> tuple[DeskExample, ...]:
    """A field for each variable of the body, in the order of the text."""
    return tuple(
        DeskExample(
            key=f"example:{name}",
            dom_id=f"f-body-examples-{name}",
            name=name,
            value=draft.examples.get(name, ""),
            said=said.get(f"body.examples.{name}", NOTHING),
        )
        for name in variables_in(draft.body)
    )


def button_rows(typed: Typed, said: Mapping[str, Said]) -> tuple[DeskButton, ...]:
    """The rows of the buttons."""
    return tuple(_button(index, row, said) for index, row in enumerate(buttons_of(typed)))


def _button(index: int, row: Mapping[str, str], said: Mapping[str, Said]) -> DeskButton:
    def at(name: str) -> Said:
        return said.get(f"buttons.{index}.{name}", NOTHING)

    return DeskButton(
        index=index,
        number=index + 1,
        kind=row.get("kind", ""),
        text=row.get("text", ""),
        url=row.get("url", ""),
        example=row.get("example", ""),
        phone=row.get("phone", ""),
        code=row.get("code", ""),
        has_variable=bool(variables_in(row.get("url", ""))),
        text_said=at("text"),
        url_said=at("url"),
        example_said=at("example"),
        phone_said=at("phone"),
        code_said=at("code"),
    )
