"""Search finds people by every name and address they have, and messages by their words."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from inbox import queries
from inbox.actions.merging import merge_contacts
from inbox.models import Contact, Conversation, Media, Message
from inbox.searching import fold, found
from tests.cast import DORA, Cast, a_conversation, arrives, by, payload, says

BSUID = "US.48213907716450285531"


def finds(cast: Cast, text: str, *, country: str = "") -> set[str]:
    """The first messages of the conversations found."""
    match = found(cast.organization.pk, text, country_code=country)
    rows = Conversation.objects.filter(match.condition, organization=cast.organization)
    return {str(one.messages.earliest("at").content["body"]) for one in rows}


@pytest.fixture
def threads(cast: Cast) -> None:
    says(cast.number, "Is the blue kettle back?", name="Dora Lindqvist")
    says(cast.number, "Quanto custa?", name="José Antônio", wa_id="551195550164")
    says(cast.number, "不客气你好吗", name="Łukasz", wa_id=None, bsuid=BSUID)
    Contact.objects.filter(profile_name="Łukasz").update(username="tea_lover", name="Mr. Tea")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dora", "Is the blue kettle back?"),
        ("DORA lind", "Is the blue kettle back?"),
        ("jose antonio", "Quanto custa?"),
        ("Antônio José", "Quanto custa?"),
        ("tea_lover", "不客气你好吗"),
        ("@Tea_Lover", "不客气你好吗"),
        ("mr. tea", "不客气你好吗"),
        ("Łukasz", "不客气你好吗"),
        (BSUID, "不客气你好吗"),
        ("+1 (202) 555-0143", "Is the blue kettle back?"),
        ("0012025550143", "Is the blue kettle back?"),
        ("202 555 0143", "Is the blue kettle back?"),
        ("5550143", "Is the blue kettle back?"),
        ("+55 11 9555-0164", "Quanto custa?"),
        ("+55 11 99555-0164", "Quanto custa?"),
        ("kettle blue", "Is the blue kettle back?"),
        ("kett", "Is the blue kettle back?"),
        ("ettl", "Is the blue kettle back?"),
        ("QUÀNTO", "Quanto custa?"),
        ("你好吗", "不客气你好吗"),
    ],
)
@pytest.mark.usefixtures("threads")
def test_each_way_to_find_somebody(cast: Cast, text: str, expected: str) -> None:
    assert finds(cast, text) == {expected}


@pytest.mark.parametrize(
    "text", ["kettle red", BSUID[:-1], "%", "_______", "'", "\\", "k:*&!(", "@", "zz", "00"]
)
@pytest.mark.usefixtures("threads")
def test_what_nobody_wrote_finds_nobody(cast: Cast, text: str) -> None:
    assert finds(cast, text) == set()


@pytest.mark.usefixtures("threads")
def test_a_national_number_is_read_in_the_shops_country(cast: Cast) -> None:
    assert finds(cast, "(011) 9555-0164", country="55") == {"Quanto custa?"}


@pytest.mark.usefixtures("threads")
def test_nobody_elses_customers_are_found(cast: Cast) -> None:
    match = found(cast.eve.organization_id, "kettle")
    assert not Conversation.objects.filter(match.condition).exists()


@pytest.mark.usefixtures("threads")
def test_a_deleted_message_is_not_found(cast: Cast) -> None:
    Message.objects.update(deleted_at=timezone.now())
    assert finds(cast, "kettle") == set()


def test_an_edited_message_is_found_by_its_new_words(cast: Cast) -> None:
    message = says(cast.number, "a kettle")
    Message.objects.filter(pk=message.pk).update(content={"body": "a teapot"})
    assert (finds(cast, "kettle"), finds(cast, "teapot")) == (set(), {"a teapot"})


def test_the_database_folds_without_a_search_path(cast: Cast) -> None:
    """As a restored backup does; and as Python does for SQLite."""
    text = "Ångström ÉCLAIR ﬁn 你好"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL search_path = ''")
            cursor.execute(
                "SELECT public.baton_message_text(jsonb_build_object('body', %s::text))", [text]
            )
            assert cursor.fetchone()[0].strip() == fold(text)
            cursor.execute("SET LOCAL search_path = public")
    assert fold(text) == "angstrom eclair fin 你好"


def lines_found(cast: Cast, text: str) -> list[list[str]]:
    """What is marked in each row of the list."""
    page = queries.list_page(cast.amina, queries.Wanted(search=text), at=timezone.now())
    return [[piece for piece, is_match in row.hit if is_match] for row in page.rows]


def test_a_row_shows_the_newest_message_that_matches(cast: Cast) -> None:
    for text in ("a kettle", "two Kettles", "and a teapot"):
        says(cast.number, text, name="Dora")
    assert lines_found(cast, "kettle teapot") == []
    assert lines_found(cast, "kettle") == [["Kettle"]]
    assert lines_found(cast, "dora") == [[]]  # by her name: the row is as always


def test_a_row_shows_the_name_of_a_file_that_matches(cast: Cast) -> None:
    arrives(cast.number, payload("document"))
    says(cast.number, "Here it is", wa_id=DORA)
    name = Media.objects.get().filename
    assert lines_found(cast, name[:4]) == [[name[:4]]]


@pytest.mark.case("F85")
def test_every_thread_of_a_merged_person_is_found_by_either_name(cast: Cast) -> None:
    one = a_conversation(cast.number, name="Dora").contact
    other = a_conversation(cast.number, name="Tea fan", wa_id=None, bsuid=BSUID).contact
    merge_contacts(one.pk, other.pk, by=by(cast.sara), at=timezone.now())
    for text in ("dora", "tea fan", BSUID, "2025550143"):
        match = found(cast.organization.pk, text)
        assert Conversation.objects.filter(match.condition).count() == 2
