"""Whatever the template and the values: the preview is the payload read back."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from templates_app import compiler
from templates_app.compiler import BadValues, Values
from tests.unit.templates_app.made_up import sends
from tests.unit.templates_app.phone import on_the_phone


@settings(max_examples=300, deadline=None)
@given(sends())
def test_the_preview_is_the_payload_read_back(send):
    template, values = send
    compiled = compiled_or_skipped(template, Values(variables=values))
    assert compiled.content == on_the_phone(template.components, compiled.components)


@settings(max_examples=100, deadline=None)
@given(sends())
def test_the_payload_given_back_as_components_compiles_to_itself(send):
    template, values = send
    once = compiled_or_skipped(template, Values(variables=values))
    again = compiler.compile(template, Values(components=once.components))
    assert (again.content, again.components) == (once.content, once.components)


@settings(max_examples=100, deadline=None)
@given(sends(), st.data())
def test_a_missing_value_is_named_and_keeps_its_place(send, data):
    template, values = send
    needed = [one for one in compiler.variables_of(template) if one.required]
    gone = data.draw(st.sampled_from(needed))
    del values[gone.name]
    found = compiler.preview(template, Values(variables=values))
    assert (found.missing, found.components) == ((gone.name,), None)
    if gone.place == "body" and gone.card is None:
        assert f"{{{{{gone.name}}}}}" in found.content["body"]


def compiled_or_skipped(template, values):
    """Long texts are refused: not what is asked here."""
    try:
        return compiler.compile(template, values)
    except BadValues as bad:
        assume({fault.code for fault in bad.faults} != {"TOO_LONG"})
        raise
