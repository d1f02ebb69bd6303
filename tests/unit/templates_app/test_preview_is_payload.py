"""Whatever the template and the values: the preview is the payload read back."""

import re
from string import ascii_lowercase

from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app import compiler
from templates_app.compiler import Values
from tests.unit.templates_app.parts import Listed, body, header

# Values may look like variables, markup or format strings: they are filled in once, as they are.
tricky = st.sampled_from(["{{1}}", "{{name}}", "{0}", "%(x)s", "$name", "\\1", "<b>", "{{{{", "}}"])
letters = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
value_texts = st.one_of(letters, tricky, st.builds("{} {}".format, letters, tricky))
words = st.text(ascii_lowercase + " .,!*_", max_size=10)


@st.composite
def texts(draw, names):
    """A text that holds each name at least once, in any order, some of them twice."""
    order = draw(st.permutations(names)) + draw(st.lists(st.sampled_from(names), max_size=2))
    return "x" + "".join(f"{draw(words)}{{{{{name}}}}}" for name in order) + draw(words) + "."


@st.composite
def sends(draw):
    """A template and values that fit it."""
    is_named = draw(st.booleans())
    many = draw(st.integers(1, 5))
    names = (
        draw(
            st.lists(
                st.text(ascii_lowercase + "_", min_size=1, max_size=8),
                min_size=many,
                max_size=many,
                unique=True,
            )
        )
        if is_named
        else [str(number) for number in range(1, many + 1)]
    )
    parts = [body(draw(texts(names)))]
    values = {name: draw(value_texts) for name in names}
    if draw(st.booleans()):
        name = names[0] if is_named else "1"
        parts.insert(0, header(f"On {{{{{name}}}}}"))
        values[f"header.{name}"] = draw(letters)
    template = Listed(parts, parameter_format="NAMED" if is_named else "POSITIONAL")
    return template, values


@settings(max_examples=300, deadline=None)
@given(sends())
def test_the_preview_is_the_payload_read_back(send):
    template, values = send
    compiled = compiler.compile(template, Values(variables=values))
    for part in template.components:
        place = part["type"].lower()
        assert compiled.content[place] == read_back(part["text"], compiled.components, place)


@settings(max_examples=100, deadline=None)
@given(sends())
def test_the_payload_given_back_as_components_compiles_to_itself(send):
    template, values = send
    once = compiler.compile(template, Values(variables=values))
    assert compiler.compile(template, Values(components=once.components)) == once


@settings(max_examples=100, deadline=None)
@given(sends(), st.data())
def test_a_missing_value_is_named_and_keeps_its_place(send, data):
    template, values = send
    gone = data.draw(st.sampled_from(sorted(values)))
    del values[gone]
    found = compiler.preview(template, Values(variables=values))
    bare = gone.removeprefix("header.")
    assert found.missing == (gone,)
    assert found.components is None
    assert f"{{{{{bare}}}}}" in found.content["header" if bare != gone else "body"]


def read_back(text, components, place):
    """What a phone would show, written without the compiler's code."""
    parameters = next((c["parameters"] for c in components if c["type"] == place), [])
    values = {
        parameter.get("parameter_name", str(number)): parameter["text"]
        for number, parameter in enumerate(parameters, start=1)
    }
    pieces = re.split(r"\{\{(\w+)\}\}", text)
    return "".join(values[piece] if number % 2 else piece for number, piece in enumerate(pieces))
