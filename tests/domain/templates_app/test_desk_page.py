"""The template desk through its URLs: what is typed is kept, what is wrong is at its field."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import BusinessAccount
from templates_app.models import MessageTemplate, TemplateDraft, TemplateReading
from tests.domain.templates_app.conftest import a_template

NEW = "/settings/templates/new/"
CHECK = "/settings/templates/check/"
PHOTO = b"\xff\xd8\xff\xe0" + bytes(200)
TYPED = {
    "name": "We open!",
    "language": "en_US",
    "category": "UTILITY",
    "parameter_format": "POSITIONAL",
    "header": "",
    "body": "We are open on {{1}} from nine to six, as always.",
    "example:1": "Friday",
    "footer": "Kettle & Co",
    "button-0-kind": "QUICK_REPLY",
    "button-0-text": "Thanks",
    "do": "submit",
}


@pytest.fixture
def desk(client, ben, meta, account):
    """Ben is at it."""
    client.force_login(ben)
    return client


def said_at(response, field):
    """What stands at a field."""
    page = response.content.decode()
    found = re.search(rf'data-said="{field}">(.*?)</div>', page, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", found[1])).strip() if found else None


def test_a_template_is_handed_in_and_its_page_follows(desk):
    answer = desk.post(NEW, TYPED)
    row = MessageTemplate.objects.get()
    assert answer["Location"] == f"/settings/templates/{row.pk}/"
    assert (row.name, row.status) == ("we_open", "PENDING")
    assert [part["type"] for part in row.components] == ["BODY", "FOOTER", "BUTTONS"]
    assert not TemplateDraft.objects.exists()


def test_what_the_linter_finds_stands_at_its_field_and_is_kept(desk):
    answer = desk.post(NEW, TYPED | {"body": "Come on {{1}}", "footer": "x" * 61})
    assert answer.status_code == 422
    assert "may not end with a variable" in said_at(answer, "f-body-text")
    assert said_at(answer, "f-footer-text") == "At most 60 characters; this has 61."
    assert 'value="We open!"' in answer.content.decode()
    draft = TemplateDraft.objects.get()
    assert (draft.name, draft.typed["body"]) == ("we_open", "Come on {{1}}")
    assert f'action="/settings/templates/drafts/{draft.pk}/"' in answer.content.decode()
    assert not MessageTemplate.objects.exists()


def test_who_knows_better_hands_it_in_anyway_and_hears_it_from_meta(desk):
    typed = TYPED | {"body": "Come to us on {{1}}", "do": "anyway"}
    answer = desk.post(NEW, typed)
    assert answer.status_code == 422
    assert "Variables can't be at the start or end" in said_at(answer, "f-body-text")


@pytest.mark.parametrize(
    ("fault", "field", "words"),
    [
        (
            {"code": 100, "subcode": 2388073, "user_message": "Footers are out of fashion."},
            "f-footer-text",
            "Footers are out of fashion.",
        ),
        ({"code": 100, "user_message": "The body smells."}, "f-body-text", "The body smells."),
    ],
)
def test_an_error_of_metas_stands_at_its_field(desk, meta, fault, field, words):
    meta.fault("error", on="templates", count=1, **fault)
    answer = desk.post(NEW, TYPED)
    assert (answer.status_code, said_at(answer, field)) == (422, words)
    assert TemplateDraft.objects.get().typed["footer"] == "Kettle & Co"


def test_an_unknown_error_stands_on_top_in_metas_words(desk, meta):
    meta.fault("error", on="templates", count=1, code=100, user_message="Not on a Saturday.")
    page = unescape(desk.post(NEW, TYPED).content.decode())
    alert = page[page.index('role="alert"') :]
    assert "Not on a Saturday." in alert[: alert.index("</div>")]


def test_a_draft_goes_on_where_it_was_left(desk):
    answer = desk.post(NEW, TYPED | {"do": "save", "body": "We"})
    draft = TemplateDraft.objects.get()
    assert answer["Location"] == f"/settings/templates/drafts/{draft.pk}/"
    assert ">We</textarea>" in desk.get(answer["Location"]).content.decode()
    done = desk.post(answer["Location"], TYPED, follow=True)
    assert done.redirect_chain[-1][0] == f"/settings/templates/{MessageTemplate.objects.get().pk}/"
    assert not TemplateDraft.objects.exists()


def test_a_sample_is_uploaded_once_and_named_from_then_on(desk, meta):
    photo = SimpleUploadedFile("kettle.jpg", PHOTO, "image/jpeg")
    first = desk.post(NEW, TYPED | {"header": "IMAGE", "body": "", "header_file": photo})
    draft = TemplateDraft.objects.get()
    assert (first.status_code, draft.typed["sample_name"]) == (422, "kettle.jpg")
    sample = {name: draft.typed[name] for name in ("sample", "sample_name", "sample_kind")}
    desk.post(f"/settings/templates/drafts/{draft.pk}/", TYPED | sample | {"header": "IMAGE"})
    assert MessageTemplate.objects.get().components[0]["format"] == "IMAGE"
    assert len(meta.simulator.world.uploads) == 1


def test_a_file_that_no_header_takes_is_told_and_nothing_goes(desk):
    file = SimpleUploadedFile("kettle.jpg", b"GIF89a", "image/jpeg")
    answer = desk.post(NEW, TYPED | {"header": "IMAGE", "header_file": file})
    assert answer.status_code == 422
    assert "A picture is a JPEG or a PNG." in said_at(answer, "f-header-sample")
    assert not MessageTemplate.objects.exists()


def test_an_edit_begins_with_what_there_is_and_keeps_the_name(desk, meta):
    desk.post(NEW, TYPED)
    meta.template("we_open", "en_US", "REJECTED")
    MessageTemplate.objects.update(status="REJECTED")
    row = MessageTemplate.objects.get()
    page = desk.get(f"/settings/templates/{row.pk}/edit/").content.decode()
    assert 'value="Friday"' in page
    assert 'value="Thanks"' in page
    desk.post(f"/settings/templates/{row.pk}/edit/", TYPED | {"name": "x", "footer": "Us"})
    row.refresh_from_db()
    assert (row.name, row.status) == ("we_open", "PENDING")
    assert {"type": "FOOTER", "text": "Us"} in row.components


def test_another_language_begins_with_the_content_of_the_first(desk, account):
    row = a_template(account, "we_open", body="We are open.")
    page = desk.get(NEW, {"from": str(row.pk)}).content.decode()
    assert ">We are open.</textarea>" in page
    assert 'value="we_open"' in page
    assert 'value="en_US" selected' not in page


def test_an_authentication_template_has_metas_words(desk):
    code = {"category": "AUTHENTICATION", "code_expires": "on", "code_minutes": "5"}
    desk.post(NEW, TYPED | code)
    assert MessageTemplate.objects.get().components == [
        {"type": "BODY", "add_security_recommendation": False},
        {"type": "FOOTER", "code_expiration_minutes": 5},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
    ]


def test_a_check_shows_the_preview_and_saves_nothing(desk):
    answer = desk.post(CHECK, TYPED | {"do": "add_button"})
    page = answer.content.decode()
    assert "We are open on Friday from nine" in page
    assert "f-buttons-1-text" in page
    assert "<html" not in page
    assert not TemplateDraft.objects.exists()


def test_rows_of_buttons_move_and_go_without_javascript(desk):
    more = {"button-1-kind": "URL", "button-1-text": "Look", "button-1-url": "https://a.example"}
    page = desk.post(NEW, TYPED | more | {"do": "up:1"}).content.decode()
    assert page.index('value="Look"') < page.index('value="Thanks"')
    page = desk.post(NEW, TYPED | more | {"do": "remove:0"}).content.decode()
    assert 'value="Thanks"' not in page


def test_the_page_of_a_template_tells_everything(desk, account):
    row = a_template(account, "we_open", status="REJECTED", rejected_reason="SCAM")
    MessageTemplate.objects.filter(pk=row.pk).update(explanation="<b>No</b>", advice="Say more.")
    a_template(account, "we_open", "de")
    page = " ".join(desk.get(f"/settings/templates/{row.pk}/").content.decode().split())
    for shown in ("Meta takes it for a fraud.", "&lt;b&gt;No&lt;/b&gt;", "Say more.", "German"):
        assert shown in page
    assert "It has not been sent from here yet." in page


def test_a_template_is_deleted_after_one_question(desk):
    desk.post(NEW, TYPED)
    row = MessageTemplate.objects.get()
    path = f"/settings/templates/{row.pk}/delete/"
    assert "cannot be used again for 30 days" in desk.get(path).content.decode()
    desk.post(path, {"which": "one"})
    row.refresh_from_db()
    assert row.status == "DELETED"


def test_the_list_is_narrowed_by_what_meta_says(desk, account):
    a_template(account, "good_one", quality="GREEN")
    a_template(account, "hallo", "de", category="MARKETING")
    a_template(account, "gone", status="DELETED", removed_at=timezone.now())

    def names(**wanted):
        page = desk.get("/settings/templates/", wanted).content.decode().replace("<wbr>", "")
        return {name for name in ("good_one", "hallo", "gone") if f">{name}</a>" in page}

    assert names() == {"good_one", "hallo"}
    assert names(status="DELETED") == {"gone"}
    assert names(quality="GREEN") == {"good_one"}
    assert names(language="de", category="MARKETING") == {"hallo"}
    assert names(language="fr") == set()


def test_the_account_is_asked_for_where_there_are_two(desk, kettle, account):
    assert 'name="account"' not in desk.get(NEW).content.decode()
    second = BusinessAccount.objects.create(organization=kettle, waba_id="1003", name="Outlet")
    assert str(second.pk) in desk.get(NEW).content.decode()


def test_the_linter_knows_what_else_there_is(desk, account):
    a_template(account, "we_open")
    a_template(account, "other", category="MARKETING", body=TYPED["body"])
    answer = desk.post(CHECK, TYPED)
    assert "of this name in this language already" in said_at(answer, "f-name")
    assert "other says the same as Marketing" in said_at(answer, "f-category")


def test_how_far_a_sync_is_stands_on_the_page(desk, account):
    reading = TemplateReading.objects.create(account=account, began_at=timezone.now(), rows=100)
    page = desk.get("/settings/templates/").content.decode()
    assert "100 templates so far" in page
    TemplateReading.objects.update(began_at=reading.began_at - timedelta(minutes=11))
    assert "so far" not in desk.get("/settings/templates/").content.decode()


def test_what_only_metas_manager_can_edit_is_not_offered(desk, account):
    row = a_template(account, components=[{"type": "CAROUSEL", "cards": []}])
    path = f"/settings/templates/{row.pk}/"
    assert f"{path}edit/" not in desk.get(path).content.decode()
    assert desk.get(f"{path}edit/").status_code == 409
