"""Templates hold no code that runs: the content security policy would refuse it, or should."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import place, python_files, templates

RULES = {
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.I),
    "inline style element": re.compile(r"<style\b", re.I),
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "safe filter": re.compile(r"\|\s*safe(seq)?\b"),
    "autoescape off": re.compile(r"{%\s*autoescape\s+off"),
    "hx-on": re.compile(r"\s(data-)?hx-on\b", re.I),
    "js: or javascript:": re.compile(r"\b(js|javascript):", re.I),
    "hx-eval": re.compile(r"\bhx-vars\b", re.I),
    "trigger filter": re.compile(r"""hx-trigger\s*=\s*("[^"]*\[|'[^']*\[)""", re.I),
}
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.S)


def test_no_template_holds_code_that_runs():
    found = [
        f"{place(path, line)} {rule}"
        for path in templates()
        for rule, line in faults(path.read_text())
    ]
    assert found == []


def test_nobody_vouches_for_a_string():
    used = [place(path) for path in python_files() if "mark_safe" in path.read_text()]
    assert used == []


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<script>go()</script>", "inline script"),
        ('<script type="module">', "inline script"),
        ("<style>p{}</style>", "inline style element"),
        ('<p class="a" style="color:red">', "inline style"),
        ('<img src="x" onerror="go()">', "inline handler"),
        ("{{ name|safe }}", "safe filter"),
        ("{{ names | safeseq }}", "safe filter"),
        ("{% autoescape off %}", "autoescape off"),
        ('<b hx-on::load="go()">', "hx-on"),
        ('<a href="javascript:go()">', "js: or javascript:"),
        ("<b hx-vals='js:{a: go()}'>", "js: or javascript:"),
        ('<b hx-vars="a:go()">', "hx-eval"),
        ('<b hx-trigger="keyup[key==1]">', "trigger filter"),
    ],
)
def test_each_fault_is_found(html, rule):
    assert [rule] == [name for name, _ in faults(html)]


@pytest.mark.parametrize(
    "html",
    [
        '<script src="{% static \'js/live.js\' %}" type="module"></script>',
        '<p class="style" data-once="1" aria-label="on air">',
        '{# <script>old()</script> #}<b hx-trigger="click, keyup from:body">',
        '{{ facts|json_script:"facts" }} {{ value|safely }}',
    ],
)
def test_plain_markup_passes(html):
    assert faults(html) == []


def faults(html: str) -> list[tuple[str, int]]:
    """Every rule broken in a template, with its line."""
    blank = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), html)
    return [
        (rule, blank.count("\n", 0, match.start()) + 1)
        for rule, pattern in RULES.items()
        for match in pattern.finditer(blank)
    ]
