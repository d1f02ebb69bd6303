"""Canned replies: one pass over what stands in braces, and which reply is meant."""

from __future__ import annotations

import pytest

from inbox.canned import VARIABLES, faults, fill, rank

pytestmark = pytest.mark.pure

VALUES = dict.fromkeys(VARIABLES, "x") | {"contact.name": "Dora", "agent.first_name": "Amina"}
ODD_NAMES = (
    "{{contact.phone}}", "{{7*7}}", "{0.__class__}", "%(x)s", "$name", "{% debug %}", "}}{{",
    "\\1", "{{contact.name}}",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "filled", "missing"),
    [
        ("Hello {{contact.name}}, {{ agent.first_name }} here", "Hello Dora, Amina here", ()),
        ("no variable", "no variable", ()),
        ("{{contact.phone}} or {{contact.phone}}?", "x or x?", ()),
        ("{{contact.email}}", "{{contact.email}}", ("{{contact.email}}",)),
        ("{single} %(x)s $name", "{single} %(x)s $name", ()),
        ("", "", ()),
    ],
)
def test_variables_are_filled(text, filled, missing):
    found = fill(text, VALUES)
    assert (found.text, found.missing) == (filled, missing)


@pytest.mark.case("S114")
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_with_template_syntax_goes_in_once_and_unchanged(name):
    found = fill("Dear {{contact.name}}, {{contact.name}}!", VALUES | {"contact.name": name})
    assert found.text == f"Dear {name}, {name}!"
    assert found.missing == ()


@pytest.mark.case("S114")
@pytest.mark.parametrize("values", [{}, {"contact.phone": ""}])
def test_what_has_no_value_stays_visible_and_is_named(values):
    found = fill("Your number: {{ contact.phone }}.", values)
    assert found.text == "Your number: {{ contact.phone }}."
    assert found.missing == ("{{ contact.phone }}",)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{contact.name}} {{ organization.name }}", ()),
        ("{{contact.email}} and {{7*7}} and {{contact.email}}", ("{{contact.email}}", "{{7*7}}")),
        ("{{}}", ("{{}}",)),
        ("{{contact.name}", ("{{",)),
        ("contact.name}}", ("}}",)),
        ("{{Contact.Name}}", ("{{Contact.Name}}",)),
    ],
)
def test_what_is_no_variable_is_named(text, wrong):
    assert faults(text) == wrong


HOURS = {"shortcut": "hours", "title": "when we are open", "text": "nine to six, tea included"}


@pytest.mark.parametrize(
    ("query", "place"),
    [("", 0), ("hours", 0), ("ho", 1), ("our", 2), ("op", 2), ("are op", 3), ("tea", 4),
     ("hrs", 5), ("srh", None), ("parcel", None)],
)  # fmt: skip
def test_the_best_answer_to_what_was_typed_comes_first(query, place):
    assert rank(query, **HOURS) == place
