"""Templates made, edited and deleted by our client at the make-believe Meta."""

from __future__ import annotations

import pytest

from simulator.settings import WABA_ID
from simulator.template_parts import body, buttons, footer, header, link, media_header
from whatsapp.client import CloudApi
from whatsapp.errors import CloudApiError, NotSent
from whatsapp.template_calls import MadeTemplate

DAY_S = 24 * 3600
TEXT = body("We are open on {{1}} from nine to six as always.", "Friday")
PHOTO = bytes(range(256)) * 40


@pytest.fixture
def api(sim):
    return CloudApi(base_url=sim.base_url, version="v25.0", token=sim.access_token)


def make(api, *parts, name="we_open", category="UTILITY", language="en_US") -> MadeTemplate:
    return api.create_template(
        WABA_ID,
        name=name,
        language=language,
        category=category,
        parameter_format="POSITIONAL",
        components=parts or [TEXT],
    )


def subcode_of(call) -> int | None:
    with pytest.raises(CloudApiError) as caught:
        call()
    assert caught.value.code == 100
    return caught.value.subcode


def row(api, name):
    rows = [one for page in api.templates(WABA_ID) for one in page.rows]
    return next((one for one in rows if one["name"] == name), None)


def test_a_new_template_waits_for_review(api):
    made = make(api)
    assert (made.status, made.category) == ("PENDING", "UTILITY")
    assert row(api, "we_open")["id"] == made.id


@pytest.mark.parametrize(
    ("parts", "subcode"),
    [
        ([body("{{1}} is the day on which we open again.", "x")], 2388299),
        ([body("Open on {{1}}.", "x")], 2388293),
        ([body("We are open on {{1}} from nine to six.")], 2388043),
        ([body("x" * 1025)], 2388040),
        ([header("Two *bold* words"), TEXT], 2388047),
        ([TEXT, footer("Yours, {{1}}")], 2388073),
        ([media_header("IMAGE"), TEXT], 2388273),
        ([TEXT, buttons(link("Look", "https://shop.example/{{1}}"))], 2388043),
    ],
)
def test_what_is_not_well_formed_is_refused_in_metas_words(api, parts, subcode):
    assert subcode_of(lambda: make(api, *parts)) == subcode


def test_an_approved_template_is_edited_once_a_day(api, sim):
    made = make(api)
    assert subcode_of(lambda: api.edit_template(made.id, components=[TEXT])) == 2388039
    sim.template("we_open", "en_US", "APPROVED")
    api.edit_template(made.id, components=[body("We are open.")])
    assert row(api, "we_open")["status"] == "PENDING"
    sim.template("we_open", "en_US", "APPROVED")
    assert subcode_of(lambda: api.edit_template(made.id, components=[TEXT])) == 2388039
    sim.control(clock_offset_s=DAY_S + 1)
    api.edit_template(made.id, components=[TEXT])


def test_the_name_of_a_deleted_template_rests_for_thirty_days(api, sim):
    made = make(api)
    sim.template("we_open", "en_US", "APPROVED")
    assert subcode_of(lambda: make(api)) == 2388024
    api.delete_template(WABA_ID, name="we_open", template_id=made.id)
    assert row(api, "we_open") is None
    assert subcode_of(lambda: make(api)) == 2388023
    sim.control(clock_offset_s=30 * DAY_S + 1)
    assert make(api).status == "PENDING"


def test_a_name_goes_with_all_its_languages(api):
    make(api)
    make(api, language="de")
    api.delete_template(WABA_ID, name="we_open")
    assert row(api, "we_open") is None


def test_a_paused_template_goes_on(api, sim):
    made = make(api)
    sim.template("we_open", "en_US", "PAUSED")
    api.unpause_template(made.id)
    assert row(api, "we_open")["status"] == "APPROVED"


def test_a_sample_is_uploaded_and_taken_for_a_header(api):
    app = api.app_of_token()
    handle = api.upload_sample(app, data=PHOTO, mime_type="image/jpeg", filename="kettle.jpg")
    with_sample = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}}
    assert make(api, with_sample, TEXT).status == "PENDING"


def test_an_upload_that_breaks_off_goes_on_from_there(api, sim):
    sim.fault("half_upload", on="uploads", count=2)
    handle = api.upload_sample(
        api.app_of_token(), data=PHOTO, mime_type="image/jpeg", filename="kettle.jpg"
    )
    (upload,) = sim.simulator.world.uploads.values()
    assert (handle.startswith("4::"), upload.data) == (True, PHOTO)


@pytest.mark.parametrize("path", ["upload:../me", "upload:a/messages", "upload:a?b=c", "x:upload"])
def test_no_other_path_passes_for_an_upload(api, path):
    with pytest.raises(NotSent):
        api.edit_template(path, category="UTILITY")
