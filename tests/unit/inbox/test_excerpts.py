"""The line of a message that a search has found, with what matches in brackets here."""

from __future__ import annotations

import pytest

from inbox.excerpts import LONGEST, excerpt, hit_line
from inbox.models import Message


def bracketed(pieces) -> str:
    return "".join(f"[{text}]" if is_match else text for text, is_match in pieces)


@pytest.mark.parametrize(
    ("text", "search", "line"),
    [
        ("Is the blue kettle back?", "kettle", "Is the blue [kettle] back?"),
        ("Is the blue kettle back?", "KETT blue", "Is the [blue] [kett]le back?"),
        ("kettle, Kettle, KETTLE", "kettle", "[kettle], [Kettle], [KETTLE]"),
        ("Quanto é o café?", "cafe", "Quanto é o [café]?"),
        ("Quanto é o cafe\u0301?", "cafe", "Quanto é o [cafe\u0301]?"),
        ("the ﬁnest tea", "fin", "the [ﬁn]est tea"),
        ("不客气你好吗", "你好", "不客气[你好]吗"),
        ("one\n\ntwo   kettles", "kettles", "one two [kettles]"),
        ("I wrote to you about it, and the kettle", "kettle", "…about it, and the [kettle]"),
        ("x" * 40 + "kettle", "kettle", "…[kettle]"),
        ("a.b*c", "b*c", "a.[b*c]"),
        ("Mr. Tea", "mr. tea", "[Mr.] [Tea]"),
        ("a kettle", "a", ""),
        ("a kettle", "% _ '", ""),
        ("a kettle", "teapot", ""),
        ("", "kettle", ""),
    ],
)
def test_the_words_are_marked_where_they_stand(text, search, line):
    assert bracketed(excerpt(text, search)) == line


def test_a_long_text_is_cut_on_both_sides():
    line = bracketed(excerpt("word " * 100 + "kettle" + " word" * 100, "kettle"))
    assert (line[:6], line[-1], "[kettle]" in line) == ("…word ", "…", True)
    assert len(line) <= LONGEST + 4  # the brackets, and what stands for the rest


def test_the_heading_is_searched_too_and_marks_of_whatsapp_do_not_show():
    message = Message(content={"header": "*Kettles*", "body": "are _back_"})
    assert bracketed(hit_line(message, "kettle")) == "[Kettle]s"
    assert bracketed(hit_line(message, "back")) == "are [back]"
