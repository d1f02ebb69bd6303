"""Labels: put on conversations, found by them, changed in the settings."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Event
from inbox.labels import parted
from inbox.models import Colour, Label
from tests.cast import a_conversation, labelled

pytestmark = pytest.mark.once
SETTINGS = "/settings/labels/"


@pytest.fixture
def thread(cast):
    return labelled(a_conversation(cast.number), "VIP", "Refund", "To do")


def label(name: str) -> Label:
    return Label.objects.get(name=name)


def names(thread) -> list[str]:
    rows = thread.labellings.order_by("label__key")
    return list(rows.values_list("label__name", flat=True))


def test_what_was_not_on_the_screen_is_not_taken_off(cast, browser, thread):
    address, vip = f"/inbox/{thread.pk}/labels/", label("VIP")
    shown = browser(cast.amina).get(address).content.decode()
    assert shown.count('name="had"') == shown.count(" checked") == 3
    posted = {"had": [vip.pk, label("Refund").pk], "label": [vip.pk]}
    assert browser(cast.amina).post(address, posted)["Location"] == f"/inbox/{thread.pk}/"
    assert names(thread) == ["To do", "VIP"]
    event = Event.objects.filter(kind="conversation.labelled").latest("seq")
    assert (event.data["removed"], event.data["added"]) == ([str(label("Refund").pk)], [])
    browser(cast.amina).post(address, {"had": [vip.pk], "label": [vip.pk]})
    assert Event.objects.filter(kind="conversation.labelled").latest("seq") == event


@pytest.mark.parametrize(("who", "status"), [("amina", 403), ("sara", 302)])
def test_a_new_label_is_made_by_those_who_manage_them(cast, browser, thread, who, status):
    answer = browser(getattr(cast, who)).post(f"/inbox/{thread.pk}/labels/", {"new": "Broken lid"})
    assert answer.status_code == status
    assert ("Broken lid" in names(thread)) == (status == 302)


def test_labels_of_others_cannot_be_put_on(cast, browser, thread):
    how = {"name": "x", "key": "x", "colour": "pink", "created_at": thread.created_at}
    theirs = Label.objects.create(organization=cast.eve.organization, **how)
    for odd in (theirs.pk, uuid4()):
        answer = browser(cast.amina).post(f"/inbox/{thread.pk}/labels/", {"label": odd})
        assert (answer.status_code, len(names(thread))) == (404, 3)


def test_rows_show_one_label_and_the_pane_shows_all(cast, browser, thread):
    page = browser(cast.amina).get(f"/inbox/{thread.pk}/").content.decode()
    row, pane = page.split('id="rows"')[1].split("</article>")[0], page.split('id="panel"')[1]
    assert [name in row for name in ("Refund", "To do", "VIP", "+2")] == [True, False, False, True]
    assert all(f">{name}<" in pane for name in ("Refund", "To do", "VIP"))
    assert "search=label%3A%22To+do%22" in pane


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("label:vip", True),
        ('label:"to do" label:VIP', True),
        ("Dora label:refund", True),
        ("Ben label:refund", False),
        ("label:nothing", False),
    ],
)
def test_the_search_finds_by_label_and_words(cast, browser, thread, search, found):
    a_conversation(cast.number, wa_id="12025550177", name="Ben")
    page = browser(cast.amina).get("/inbox/", {"search": search}).content.decode()
    assert [f'id="row-{thread.pk}"' in page, page.count("<article")] == [found, int(found)]


@pytest.mark.parametrize(
    ("search", "words", "keys"),
    [
        ("kettle", "kettle", ()),
        ("see label:a", "see", ("a",)),
        ('a label:"B  c" d', "a d", ("b c",)),
        ("mylabel:a", "mylabel:a", ()),
        ('label:"', "", ('"',)),
    ],
)
def test_a_search_is_parted(search, words, keys):
    assert parted(search) == (words, keys)


def test_a_taken_name_offers_to_merge_and_merging_moves_every_conversation(cast, browser, thread):
    second, sara = a_conversation(cast.number, wa_id="12025550177"), browser(cast.sara)
    labelled(second, "Refund")
    refund, vip = label("Refund"), label("VIP")
    answer = sara.post(f"{SETTINGS}{refund.pk}/", {"name": " vip ", "colour": "teal"})
    merging = f"{SETTINGS}{refund.pk}/merge/?into={vip.pk}"
    assert (answer.status_code, merging in answer.content.decode()) == (422, True)
    assert "2 conversations have" in sara.get(merging).content.decode()
    sara.post(merging, {"into": vip.pk})
    assert (names(thread), names(second)) == (["To do", "VIP"], ["VIP"])
    assert Event.objects.get(kind="label.merged").ids == [str(refund.pk), str(vip.pk)]


@pytest.mark.parametrize(
    ("name", "colour"),
    [("", "teal"), ("VIP", "teal"), ("x" * 51, "teal"), ('a"b', "teal"), ("a", "red")],
)
def test_a_label_that_is_no_good_is_named_and_kept_in_the_form(cast, browser, thread, name, colour):
    answer = browser(cast.sara).post(SETTINGS, {"name": name, "colour": colour})
    assert (answer.status_code, Label.objects.count()) == (422, 3)


def test_a_label_is_made_renamed_and_deleted(cast, browser, thread):
    sara, vip = browser(cast.sara), label("VIP")
    sara.post(SETTINGS, {"name": "Wholesale", "colour": "olive"})
    assert label("Wholesale").colour == Colour.OLIVE
    sara.post(f"{SETTINGS}{vip.pk}/", {"name": "Regular", "colour": "pink"})
    assert names(thread) == ["Refund", "Regular", "To do"]
    page = sara.post(f"{SETTINGS}{vip.pk}/delete/", follow=True).content.decode()
    assert "“Regular” is deleted, and taken off 1 conversation." in page
    assert names(thread) == ["Refund", "To do"]
