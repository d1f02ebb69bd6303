"""WhatsApp's marks become a few harmless elements; everything else stays text."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from inbox.markup import plain, rendered
from inbox.templatetags.inbox_text import whatsapp

LINK = '<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("*bold*", "<strong>bold</strong>"),
        ("_italic_", "<em>italic</em>"),
        ("~struck~", "<s>struck</s>"),
        ("`code`", "<code>code</code>"),
        ("```a\nb```", "<pre>a\nb</pre>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4", "2*3*4"),
        ("snake_case_name", "snake_case_name"),
        ("a * not * b", "a * not * b"),
        ("- one\n- *two*\nend", "<ul><li>one</li><li><strong>two</strong></li></ul>end"),
        ("* one\n* two", "<ul><li>one</li><li>two</li></ul>"),
        ("2. b\n3. c", '<ol start="2"><li>b</li><li>c</li></ol>'),
        ("> said\n> _so_", "<blockquote>said\n<em>so</em></blockquote>"),
        ("-no\n2.no\n2024. \n- ", "-no\n2.no\n2024. \n- "),
        ("- <b>", "<ul><li>&lt;b&gt;</li></ul>"),
        ("```- no\n> list```", "<pre>- no\n&gt; list</pre>"),
        ("a\n```\nb\n```\nc", "a<pre>b</pre>c"),
        ("*two\nlines*", "*two\nlines*"),
        ("**", "**"),
        ("`*not bold*`", "<code>*not bold*</code>"),
        ("<b>", "&lt;b&gt;"),
        ("*<b>*", "<strong>&lt;b&gt;</strong>"),
        ("`<b>`", "<code>&lt;b&gt;</code>"),
        ("&lt;", "&amp;lt;"),
        ("a\nb", "a\nb"),
        ("", ""),
    ],
)
def test_marks(text: str, html: str) -> None:
    assert rendered(text) == html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*bold*, _italic_ and ~struck~", "bold, italic and struck"),
        ("*_both_*", "both"),
        ("`a*b*c`", "a*b*c"),
        ("```let x``` runs", "let x  runs"),
        ("> said\n> so", "said\nso"),
        ("2*3*4 is not snake_case_name", "2*3*4 is not snake_case_name"),
        ("https://example.org/_a_*b*", "https://example.org/_a_*b*"),
        ("*) a note", "*) a note"),
        ("*this was cut off after its begi", "this was cut off after its begi"),
        ("*whole* and _this was cut off af", "whole and this was cut off af"),
    ],
)
def test_one_line_has_the_words_without_the_marks(text: str, words: str) -> None:
    assert plain(text, longest=32) == words


@pytest.mark.case("S38")
@pytest.mark.parametrize("piece", ["*a ", "_", "*_~", "> ", "`", "```", " ~x"])
def test_a_line_of_piled_marks_costs_little(piece: str) -> None:
    assert min(cost_of(lambda: plain(piece * 20_000, longest=160)) for _ in range(3)) < 0.05


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("https://example.org", LINK.format("https://example.org")),
        ("see http://example.org/a?b=c.", f"see {LINK.format('http://example.org/a?b=c')}."),
        ("https://example.org/_a_*b*", LINK.format("https://example.org/_a_*b*")),
        ("*https://example.org/*", f"<strong>{LINK.format('https://example.org/')}</strong>"),
        ("(https://example.org/x)", f"({LINK.format('https://example.org/x')})"),
    ],
)
def test_web_addresses_are_links(text: str, html: str) -> None:
    assert rendered(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        " java\tscript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil",
        "https:evil",
        "intent:x",
        "file:///etc/passwd",
    ],
)
def test_other_addresses_are_none(text: str) -> None:
    assert "<a" not in rendered(text)


def test_a_link_ends_where_an_attribute_could_begin() -> None:
    html = rendered('https://example.org/"onmouseover="alert(1)')
    assert html.startswith(LINK.format("https://example.org/"))
    assert html.endswith("&quot;onmouseover=&quot;alert(1)")


@pytest.mark.case("S38")
@pytest.mark.parametrize(
    "text",
    [
        "*_~" * 5000 + "x" + "~_*" * 5000,
        "*<b>_" * 5000,
        "`" * 65536,
        "*" * 65536,
        "_a" * 32768,
        "```" * 20000,
        "<" * 65536,
        "https://" * 8000,
        "*a " * 20000,
        "http://a" + "." * 65000,
        "- *a\n" * 13000,
        "1. \n> \n" * 9000,
    ],
    ids=lambda text: text[:9],
)
def test_nested_and_piled_marks_are_escaped_first_and_cost_little(text: str) -> None:
    html = rendered(text)
    # The best of three: one may meet the collection of what a thousand tests left behind.
    assert min(cost_of(lambda: rendered(text)) for _ in range(3)) < 0.05
    assert "<b>" not in html
    assert html.count("<strong>") == html.count("</strong>")


def cost_of(work: Callable[[], object]) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.case("S36")
def test_a_host_of_lookalike_letters_is_told_as_it_goes_onto_the_wire() -> None:
    html = rendered("https://\u0430pple.com/x")
    assert 'title="xn--pple-43d.com"' in html
    assert ">https://\u0430pple.com/x</a>" in html


def test_nothing_is_no_text() -> None:
    assert whatsapp(None) == ""
