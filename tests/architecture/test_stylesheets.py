"""Stylesheets work in both directions and both themes: logical properties, and tokens only."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT, place, stylesheets

TOKENS = ROOT / "static" / "css" / "tokens.css"
NAMED = (
    "aqua|black|blue|brown|crimson|cyan|gold|gray|green|grey|indigo|lime|magenta|maroon|navy|olive"
    "|orange|pink|purple|red|silver|teal|violet|white|yellow"
)
RULES = {
    "physical property": re.compile(
        r"(?<![\w-])((scroll-)?(margin|padding)-|border-)?(left|right)(-(width|style|color))?\s*:"
        r"|(?<![\w-])border-(top|bottom)-(left|right)-radius\s*:"
    ),
    "physical value": re.compile(
        r"(?<![\w-])(float|clear|text-align|caption-side)\s*:\s*(left|right)\b"
    ),
    "important": re.compile(r"!\s*important"),
    "id selector": re.compile(r"(?m)^[^{};:\[]*#[A-Za-z][\w-]*[^;{}]*\{"),
}
COLOURS = {
    "raw colour": re.compile(
        r":[^;{}]*?(#[0-9a-fA-F]{3,8}\b|(?<![\w-])(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\()"
    ),
    "named colour": re.compile(rf":[^;{{}}]*?(?<![\w-])({NAMED})(?![\w-])"),
}
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def test_no_stylesheet_knows_left_right_or_a_raw_colour():
    found = [
        f"{place(path, line)} {rule}"
        for path in stylesheets()
        for rule, line in faults(path.read_text(), tokens=path == TOKENS)
    ]
    assert found == []


def test_there_are_stylesheets_to_judge():
    assert TOKENS in stylesheets()


@pytest.mark.parametrize(
    ("css", "rule"),
    [
        ("p { margin-left: 1rem }", "physical property"),
        ("p { left: 0 }", "physical property"),
        ("p { border-right: 1px solid }", "physical property"),
        ("p { border-top-left-radius: 4px }", "physical property"),
        ("p { scroll-padding-left: 4px }", "physical property"),
        ("p { text-align: right }", "physical value"),
        ("p { float: left }", "physical value"),
        ("p { color: #fff }", "raw colour"),
        ("p { background: rgb(0 0 0 / 50%) }", "raw colour"),
        ("p { border: 1px solid oklch(.4 .1 25) }", "raw colour"),
        ("p { color: white }", "named colour"),
        ("p { color: var(--text) !important }", "important"),
        ("#composer { color: var(--text) }", "id selector"),
    ],
)
def test_each_fault_is_found(css, rule):
    assert [rule] == [name for name, _ in faults(css, tokens=False)]


@pytest.mark.parametrize(
    "css",
    [
        "p { margin-inline-start: 1rem; inset-inline: 0; text-align: start }",
        "p { color: var(--text); background: transparent; outline: 2px solid Canvas }",
        "p { background: color-mix(in oklch, var(--text) 10%, transparent) }",
        "/* left: #fff */ .reddish { border-start-start-radius: 4px; color: var(--red-ink) }",
        "a[href^='#top'] { color: inherit } .white { white-space: nowrap }",
    ],
)
def test_plain_rules_pass(css):
    assert faults(css, tokens=False) == []


def test_only_the_token_file_may_name_colours():
    assert faults(":root { --text: light-dark(#1D1B18, #ECEAE4) }", tokens=True) == []


def faults(css: str, *, tokens: bool) -> list[tuple[str, int]]:
    """Every rule broken in a stylesheet, with its line; `tokens`: colours are allowed."""
    blank = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), css)
    rules = RULES if tokens else RULES | COLOURS
    return [
        (rule, blank.count("\n", 0, match.start()) + 1)
        for rule, pattern in rules.items()
        for match in pattern.finditer(blank)
    ]
