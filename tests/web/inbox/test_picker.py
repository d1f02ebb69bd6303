"""The picker's fields, their defaults and errors, and files that go out with a template."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Person
from inbox.actions.media_tidy import forget_unsent
from inbox.models import Contact, Media, Message
from simulator.templates_catalogue import catalogue
from templates_app.models import MessageTemplate
from tests.cast import Cast, a_conversation
from tests.domain.templates_app.conftest import a_template
from tests.web.inbox.test_attachments import KETTLE, a_file, id_in, puts

LINK = "https://media.shop.example/winter.jpg"


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def thread(cast: Cast):
    """Dora's conversation, and every template of the simulator."""
    for one in catalogue():
        fields = {"components": one.components, "parameter_format": one.parameter_format}
        fields |= {"category": one.category, "quality": one.quality}
        a_template(cast.account, one.name, one.language, **fields)
    return a_conversation(cast.number)


def key_of(name: str, language: str = "en_US") -> str:
    return str(MessageTemplate.objects.get(name=name, language=language).pk)


def picked(client, thread, name: str) -> str:
    return client.get(f"/inbox/{thread.pk}/picker/?template={key_of(name)}").content.decode()


def posts(client, thread, name: str, values: dict[str, str]):
    fields = {f"var:{key}": value for key, value in values.items()}
    body = {"form_token": str(uuid4()), "template": key_of(name), **fields}
    return client.post(f"/inbox/{thread.pk}/templates/", body)


def fields_in(page: str) -> dict[str, str]:
    """The value of each field by its name."""
    return dict(re.findall(r'name="var:([^"]+)" value="([^"]*)"', page))


def groups_in(page: str) -> list[str]:
    return re.findall(r'class="panel__heading">([^<]+)</p>', page)[:-1]


@pytest.mark.parametrize(
    ("name", "fields", "groups"),
    [
        ("winter_offer", ["header.media", "1"], ["Heading", "Text"]),
        ("invoice_ready", ["header.media", "header.filename", "1", "2"], ["Heading", "Text"]),
        ("pickup_point", ["header.latitude", "header.longitude", "header.name", "header.address",
                          "1"], ["Heading", "Text"]),
        ("track_parcel", ["1", "button.0"], ["Text", "Buttons"]),
        ("weekend_deal", ["header.media", "1", "2", "offer.expires_at", "button.0", "button.1"],
         ["Heading", "Text", "Offer", "Buttons"]),
        ("two_that_fit", ["1", "card.0.header.media", "card.0.1", "card.0.button.1",
                          "card.1.header.media", "card.1.1", "card.1.button.1"],
         ["Text", "Card 1", "Card 2"]),
        ("return_form", [], []),
    ],
)  # fmt: skip
def test_a_template_asks_for_what_people_know(cast, browser, thread, name, fields, groups) -> None:
    page = picked(browser(cast.amina, htmx=True), thread, name)
    assert list(fields_in(page)) == fields
    assert groups_in(page) == groups


def test_a_field_is_named_by_the_words_around_it(cast, browser, thread) -> None:
    page = picked(browser(cast.amina, htmx=True), thread, "track_parcel")
    assert "1 · after “Parcel”" in page
    assert "End of the link of “Track parcel”" in page
    assert "for example: 40-1187" in page


def test_only_what_is_called_a_name_or_a_phone_gets_one(cast, browser, thread) -> None:
    Contact.objects.update(profile_name="Dora Lindqvist", phone="+12025550143")
    text = "Hi {{first_name}} of {{city}}, is {{phone}} right?"
    a_template(cast.account, "asks", body=text, parameter_format="NAMED")
    client = browser(cast.amina, htmx=True)
    wanted = {"first_name": "Dora", "city": "", "phone": "+12025550143"}
    assert fields_in(picked(client, thread, "asks")) == wanted
    assert fields_in(picked(client, thread, "order_update")) == {"1": "", "2": ""}


def test_a_missing_file_is_told_at_its_field_and_nothing_goes(cast, browser, thread) -> None:
    answer = posts(browser(cast.amina, htmx=True), thread, "winter_offer", {"1": "Dora"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="picker-header-media-error"' in page
    assert fields_in(page)["1"] == "Dora"
    assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("winter_offer", {"header.media": "winter.jpg", "1": "Dora"}, "header-media"),
        ("coupon", {"1": "Dora", "2": "20 %", "button.0": "X" * 16}, "button-0"),
        ("pickup_point", {"header.latitude": "north", "header.longitude": "4", "header.name": "A",
                          "header.address": "B", "1": "7"}, "header-latitude"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_told_at_its_field(
    cast, browser, thread, name, values, field
) -> None:
    answer = posts(browser(cast.amina, htmx=True), thread, name, values)
    assert answer.status_code == 422
    assert f'id="picker-{field}-error"' in answer.content.decode()
    assert not Message.objects.filter(direction="outbound").exists()


def test_an_offer_ends_in_the_zone_of_who_typed_it(cast, browser, thread) -> None:
    Person.objects.filter(pk=cast.amina.pk).update(time_zone="Europe/Berlin")
    values = {"header.media": LINK, "1": "Dora", "2": "KETTLE20", "button.0": "KETTLE20"}
    values |= {"button.1": "weekend", "offer.expires_at": "2026-11-29T18:00"}
    client = browser(Person.objects.get(pk=cast.amina.pk))
    assert posts(client, thread, "weekend_deal", values).status_code == 302
    assert Message.objects.get(direction="outbound").content["offer"] == {
        "text": "Weekend deal",
        "expires_at_ms": 1795971600000,
    }


def test_a_chosen_file_goes_with_the_template_and_shows_in_its_bubble(
    cast, browser, thread
) -> None:
    client = browser(cast.amina, htmx=True)
    file = id_in(puts(client, thread))
    answer = posts(client, thread, "winter_offer", {"header.media": f"baton:{file}", "1": "Dora"})
    message = Message.objects.get(direction="outbound")
    [head, _body] = message.payload["template"]["components"]
    assert head["parameters"][0]["image"] == {"id": f"baton:{file}"}
    assert (message.media.pk, message.awaits_files) == (file, True)
    assert f"/media/{file}/thumbnail/" in answer.content.decode()


def test_a_document_goes_under_its_own_name_unless_another_is_given(cast, browser, thread) -> None:
    client = browser(cast.amina, htmx=True)
    for given, name in (("", "bill.pdf"), ("Invoice.pdf", "Invoice.pdf")):
        file = id_in(puts(client, thread, a_file(b"%PDF-1.4\n", "bill.pdf", "application/pdf")))
        values = {"header.media": f"baton:{file}", "header.filename": given, "1": "D", "2": "7"}
        assert posts(client, thread, "invoice_ready", values).status_code == 200
        message = Message.objects.filter(direction="outbound").latest("id")
        [head, _body] = message.payload["template"]["components"]
        assert head["parameters"][0]["document"]["filename"] == name
        assert message.content["media"]["filename"] == name


@pytest.mark.parametrize("name", ["how_to_descale", "winter_offer"])
def test_a_file_of_another_kind_is_refused_in_the_form(cast, browser, thread, name) -> None:
    client = browser(cast.amina, htmx=True)
    file = id_in(puts(client, thread, a_file(b"%PDF-1.4\n", "bill.pdf", "application/pdf")))
    answer = posts(client, thread, name, {"header.media": f"baton:{file}", "1": "Dora"})
    assert answer.status_code == 422
    assert "data-picker-root" in answer.content.decode()
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_file_of_another_business_is_no_file(cast, browser, thread) -> None:
    theirs = Media.objects.create(
        organization=cast.eve.organization, phone_number=cast.number, kind="image", state="ready"
    )
    values = {"header.media": f"baton:{theirs.pk}", "1": "Dora"}
    answer = posts(browser(cast.amina, htmx=True), thread, "winter_offer", values)
    assert answer.status_code == 422
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_file_of_another_thread_is_no_file(cast, browser, thread) -> None:
    client = browser(cast.amina, htmx=True)
    file = id_in(puts(client, a_conversation(cast.number, wa_id="12025550199")))
    values = {"header.media": f"baton:{file}", "1": "Dora"}
    assert posts(client, thread, "winter_offer", values).status_code == 422
    assert not Message.objects.filter(direction="outbound").exists()


def test_the_pictures_of_cards_are_kept_and_can_be_seen(cast, browser, thread) -> None:
    client = browser(cast.amina, htmx=True)
    files = [id_in(puts(client, thread)) for _ in range(2)]
    values = {"1": "Dora"}
    for index, file in enumerate(files):
        values |= {f"card.{index}.header.media": f"baton:{file}", f"card.{index}.1": "9 €"}
        values |= {f"card.{index}.button.1": "kettle"}
    answer = posts(client, thread, "two_that_fit", values)
    forget_unsent(at=timezone.now() + timedelta(days=60))
    for file in files:
        assert f'src="/media/{file}/"' in answer.content.decode()
        shown = client.get(f"/media/{file}/")
        assert (shown.status_code, len(shown.getvalue())) == (200, len(KETTLE))


@pytest.mark.parametrize(("name", "warned"), [("coupon", True), ("order_update", False)])
def test_an_opted_out_contact_is_told_before_marketing_is_sent(
    cast, browser, thread, name, warned
) -> None:
    Contact.objects.update(opted_out_at=timezone.now())
    page = picked(browser(cast.amina, htmx=True), thread, name)
    assert ("has stopped marketing messages" in page) is warned


def test_quality_and_status_stand_beside_the_name(cast, browser, thread) -> None:
    MessageTemplate.objects.filter(name="coupon").update(
        status="PAUSED", sendable=False, not_sendable_reason="status"
    )
    client = browser(cast.amina, htmx=True)
    page = client.get(f"/inbox/{thread.pk}/picker/?search=coupon").content.decode()
    assert "Paused" in page
    assert "Meta paused this template because of its quality." in page
    assert "Quality: Medium" in client.get(f"/inbox/{thread.pk}/picker/?search=winter").text


def test_without_scripts_a_template_goes_with_a_link(cast, browser, thread) -> None:
    values = {"header.media": LINK, "1": "Dora"}
    assert posts(browser(cast.amina), thread, "winter_offer", values).status_code == 302
    assert Message.objects.get(direction="outbound").content["media"]["link"] == LINK


def test_a_text_in_a_value_is_not_markup(cast, browser, thread) -> None:
    client = browser(cast.amina, htmx=True)
    values = {"1": "<b>x</b>", "button.0": '"><script>alert(1)</script>'}
    page = posts(client, thread, "track_parcel", values).content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_one_that_meta_stopped_meanwhile_is_refused_in_the_form(cast, browser, thread) -> None:
    MessageTemplate.objects.filter(name="order_update").update(
        status="PAUSED", sendable=False, not_sendable_reason="status"
    )
    answer = posts(browser(cast.amina, htmx=True), thread, "order_update", {"1": "D", "2": "7"})
    assert answer.status_code == 422
    assert "Meta paused this template" in answer.content.decode()
    assert "data-picker-root" in answer.content.decode()
