"""Meta's errors land at the field they are about, in Meta's own words."""

from __future__ import annotations

import pytest

from accounts.graph import NoToken
from templates_app import samples
from templates_app.meta_errors import refusal_of
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown


@pytest.mark.parametrize(
    ("subcode", "said", "code", "field"),
    [
        (2388024, "Content in this language already exists", "ALREADY_EXISTS", "name"),
        (2388023, "Content is being deleted", "ALREADY_EXISTS", "name"),
        (2388047, "x", "VALIDATION_ERROR", "header.text"),
        (2388072, "x", "VALIDATION_ERROR", "body.text"),
        (2388073, "x", "VALIDATION_ERROR", "footer.text"),
        (2388273, "x", "VALIDATION_ERROR", "header.sample"),
        (2388293, "x", "VALIDATION_ERROR", "body.text"),
        (2388299, "x", "VALIDATION_ERROR", "body.text"),
        (2388039, "The category can't be changed.", "STATE_CONFLICT", None),
        (2388040, "The message footer can't be longer.", "VALIDATION_ERROR", "footer.text"),
        (2388040, "The message body can't be longer.", "VALIDATION_ERROR", "body.text"),
        (None, "Invalid URL in a button.", "VALIDATION_ERROR", "buttons"),
        (None, "Something of which nobody has heard.", "VALIDATION_ERROR", None),
    ],
)
def test_an_error_stands_at_its_field(subcode, said, code, field):
    error = CloudApiError(100, subcode=subcode, title="Invalid parameter", user_message=said)
    refusal = refusal_of(error)
    assert (refusal.code, refusal.field, refusal.message) == (code, field, said)
    assert refusal.data["meta_error"]["code"] == 100


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (CloudApiError(80007, http_status=400, retry_after_s=60), "NUMBER_THROTTLED"),
        (CloudApiError(190, http_status=401), "WHATSAPP_API_ERROR"),
        (NotSent("no route"), "WHATSAPP_API_ERROR"),
        (OutcomeUnknown("reset"), "WHATSAPP_API_ERROR"),
        (NoToken("x"), "NO_CONNECTED_ACCOUNT"),
    ],
)
def test_what_is_no_fault_of_the_template_is_told_as_such(failure, code):
    assert refusal_of(failure).code == code


@pytest.mark.parametrize(
    ("header", "first", "size", "fault"),
    [
        ("IMAGE", b"\xff\xd8\xff\xe0", 9, ""),
        ("IMAGE", b"\x89PNG\r\n\x1a\n", 9, ""),
        ("IMAGE", b"GIF89a", 9, "WRONG_TYPE"),
        ("IMAGE", b"\xff\xd8\xff\xe0", 6 * 1024 * 1024, "TOO_LARGE"),
        ("IMAGE", b"", 0, "EMPTY"),
        ("VIDEO", b"\0\0\0\x18ftypmp42", 9, ""),
        ("DOCUMENT", b"%PDF-1.7", 9, ""),
        ("DOCUMENT", b"<html>", 9, "WRONG_TYPE"),
    ],
)
def test_a_sample_is_what_its_header_takes(header, first, size, fault):
    assert samples.fault_of(header, first=first, size=size) == fault
