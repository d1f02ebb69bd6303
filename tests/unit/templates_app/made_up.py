"""Templates of every shape with values that fit, for hypothesis to draw from."""

from string import ascii_lowercase

from hypothesis import strategies as st

from tests.unit.templates_app.parts import (
    Listed,
    body,
    buttons,
    call,
    footer,
    header,
    link,
    media_header,
    quick,
)

# Values may look like variables, markup or format strings: they are filled in once, as they are.
tricky = st.sampled_from(["{{1}}", "{{name}}", "{0}", "%(x)s", "$name", "\\1", "<b>", "{{{{", "}}"])
letters = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
value_texts = st.one_of(letters, tricky, st.builds("{} {}".format, letters, tricky))
words = st.text(ascii_lowercase + " .,!*_", max_size=10)
files = st.one_of(
    st.integers(1, 10**16).map(str),
    st.uuids().map("baton:{}".format),
    st.sampled_from(["https://media.shop.example/winter.jpg", "http://x.example/a?b={{1}}"]),
)
URL = "https://shop.example/p/{{1}}"
COPY = {"type": "COPY_CODE", "text": "Copy offer code"}
FORM = {"type": "FLOW", "text": "Open the form"}


@st.composite
def texts(draw, names):
    """A text that holds each name at least once, in any order, some of them twice."""
    order = draw(st.permutations(names)) + draw(st.lists(st.sampled_from(names), max_size=2))
    return "x" + "".join(f"{draw(words)}{{{{{name}}}}}" for name in order) + draw(words) + "."


@st.composite
def bodies(draw, style):
    """A body and its values."""
    many = draw(st.integers(1, 5))
    plain = st.text(ascii_lowercase + "_", min_size=1, max_size=8)
    different = st.lists(plain, min_size=many, max_size=many, unique=True)
    names = draw(different) if style == "NAMED" else [str(n) for n in range(1, many + 1)]
    return body(draw(texts(names))), {name: draw(value_texts) for name in names}


@st.composite
def headers(draw, style, kinds=("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION")):
    """A header and its values."""
    kind = draw(st.sampled_from(kinds))
    if kind == "TEXT":
        name = "who" if style == "NAMED" else "1"
        return header(f"On {{{{{name}}}}}"), {f"header.{name}": draw(letters)}
    if kind == "LOCATION":
        place = {"header.latitude": draw(st.floats(-90, 90)), "header.longitude": "4.8951679"}
        names = {"header.name": draw(value_texts), "header.address": draw(value_texts)}
        return {"type": "HEADER", "format": "LOCATION"}, place | names
    named = kind == "DOCUMENT" and draw(st.booleans())
    values = {"header.media": draw(files)} | ({"header.filename": "a.pdf"} if named else {})
    return media_header(kind), values


@st.composite
def rows_of_buttons(draw, most=4):
    """Some buttons and their values."""
    rows, values = [], {}
    for index in range(draw(st.integers(1, most))):
        button, value = draw(
            st.one_of(
                st.tuples(st.just(link("View", URL)), letters),
                st.tuples(st.just(quick("Yes")), st.one_of(st.none(), letters)),
                st.tuples(st.just(FORM), st.one_of(st.none(), letters)),
                st.tuples(st.just(COPY), letters),
                st.tuples(st.just(call("Call")), st.none()),
            )
        )
        rows.append(button)
        values |= {f"button.{index}": value} if value is not None else {}
    return buttons(*rows), values


@st.composite
def carousels(draw, style):
    """Two or three cards and their values."""
    cards, values = [], {}
    for index in range(draw(st.integers(2, 3))):
        parts = [
            draw(headers(style, kinds=("IMAGE", "VIDEO"))),
            draw(bodies(style)),
            draw(rows_of_buttons(most=2)),
        ]
        cards.append({"components": [part for part, _values in parts]})
        own = {name: value for _part, given in parts for name, value in given.items()}
        values |= {f"card.{index}.{name}": value for name, value in own.items()}
    return {"type": "CAROUSEL", "cards": cards}, values


@st.composite
def offers(draw):
    """An offer and its end."""
    ends = draw(st.booleans())
    offer = {"text": "Weekend deal", "has_expiration": ends}
    values = {"offer.expires_at": draw(st.integers(10**12, 10**13))} if ends else {}
    return {"type": "LIMITED_TIME_OFFER", "limited_time_offer": offer}, values


@st.composite
def sends(draw):
    """A template and values that fit it."""
    style = draw(st.sampled_from(["POSITIONAL", "NAMED"]))
    parts = [draw(bodies(style))]
    if draw(st.booleans()):
        parts.insert(0, draw(headers(style)))
    if draw(st.booleans()):
        parts.append((footer("Kettle & Co"), {}))
    more = draw(st.sampled_from([None, offers(), carousels(style)]))
    parts += [draw(more)] if more is not None else []
    if draw(st.booleans()):
        parts.append(draw(rows_of_buttons()))
    components = [part for part, _values in parts]
    values = {name: value for _part, given in parts for name, value in given.items()}
    return Listed(components, parameter_format=style), values
