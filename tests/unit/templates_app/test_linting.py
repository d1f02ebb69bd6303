"""What Meta would refuse, told at its field; and that good templates pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.templates_catalogue import catalogue
from templates_app.compiler import obstacle_of
from templates_app.drafting import Draft, DraftButton, Proposal, components_of, draft_of, name_of
from templates_app.lint_words import SENTENCES, sentence
from templates_app.linting import Known, lint

GOOD = Draft(
    name="order_update",
    language="en_US",
    category="UTILITY",
    header="TEXT",
    header_text="Order {{1}}",
    header_example="40-1187",
    body="Hello {{1}}, your order {{2}} is on its way to you.",
    examples={"1": "Dora", "2": "40-1187"},
    footer="Kettle & Co",
    buttons=(DraftButton("QUICK_REPLY", "Thanks"), DraftButton("QUICK_REPLY", "Call me")),
)
LINK = DraftButton("URL", "Track", "https://shop.example/{{1}}", "40")
PHONE = DraftButton("PHONE_NUMBER", "Call", "+31205550143")
CODE = DraftButton("COPY_CODE", value="WINTER25")
LOGIN = Draft(name="login_code", language="en", category="AUTHENTICATION")
OTHERS = (
    Known("order_update", "de", "MARKETING", "Hallo"),
    Known("news", "en_US", "MARKETING", "We have news for all of you."),
)


def refused(draft, others=()):
    return {(one.field, one.code) for one in lint(draft.proposal, others) if one.refuses}


def advised(draft, others=()):
    return {(one.field, one.code) for one in lint(draft.proposal, others) if not one.refuses}


@pytest.mark.parametrize(
    ("changes", "findings"),
    [
        ({}, set()),
        ({"name": ""}, {("name", "REQUIRED")}),
        ({"name": "Order Update"}, {("name", "NAME")}),
        ({"name": "x" * 513}, {("name", "TOO_LONG")}),
        ({"language": ""}, {("language", "REQUIRED")}),
        ({"category": ""}, {("category", "REQUIRED")}),
        # Header
        ({"header_text": "x" * 61}, {("header.text", "TOO_LONG")}),
        ({"header_text": ""}, {("header.text", "REQUIRED")}),
        ({"header_text": "Two\nlines"}, {("header.text", "LINE_BREAK")}),
        ({"header_text": "So *bold*"}, {("header.text", "FORMATTING")}),
        ({"header_text": "Hooray 🎉"}, {("header.text", "EMOJI")}),
        (
            {"header_text": "{{1}} and {{2}}"},
            {("header.text", "ONE_VARIABLE")},
        ),
        ({"header_text": "From {{2}}"}, {("header.text", "NUMBERS_GAP")}),
        ({"header_example": ""}, {("header.example", "EXAMPLE_MISSING")}),
        ({"header": "IMAGE"}, {("header.sample", "SAMPLE_MISSING")}),
        ({"header": "IMAGE", "sample": "https://x.example"}, {("header.sample", "SAMPLE_MISSING")}),
        ({"header": "IMAGE", "sample": "4::abc"}, set()),
        ({"header": "LOCATION"}, set()),
        # Body
        ({"body": ""}, {("body.text", "REQUIRED")}),
        ({"body": "x" * 1025}, {("body.text", "TOO_LONG")}),
        ({"body": "😀" * 513}, {("body.text", "TOO_LONG")}),
        ({"body": "{{1}}, your new order {{2}} has left."}, {("body.text", "VARIABLE_FIRST")}),
        ({"body": "Hello {{1}}, this is your order {{2}}"}, {("body.text", "VARIABLE_LAST")}),
        (
            {"body": "Here it is, hello to {{1}} {{2}} from us."},
            {("body.text", "VARIABLES_ADJACENT")},
        ),
        ({"body": "Hi {{1}}, see {{2}}."}, {("body.text", "FEW_WORDS")}),
        ({"body": "Hello {{1}}, this is your new order {{3}}."}, {("body.text", "NUMBERS_GAP")}),
        ({"body": "Hello {{1}}, this is {name}} to all of you."}, {("body.text", "BRACES")}),
        ({"body": "Hello {{name}}, this is for you."}, {("body.text", "NUMBERS_ONLY")}),
        (
            {"parameter_format": "NAMED", "body": "Hello {{Name}}, it is for you."},
            {("body.text", "NAMED_ONLY"), ("header.text", "NAMED_ONLY")},
        ),
        ({"examples": {"1": "Dora", "2": " "}}, {("body.examples.2", "EXAMPLE_MISSING")}),
        # Footer
        ({"footer": "x" * 61}, {("footer.text", "TOO_LONG")}),
        ({"footer": "Yours, {{1}}"}, {("footer.text", "NO_VARIABLES")}),
        ({"footer": "Yours,\nus"}, {("footer.text", "LINE_BREAK")}),
    ],
)
def test_each_rule_is_told_at_its_field(changes, findings):
    assert findings <= refused(replace(GOOD, **changes))
    missing = {("body.examples." + name, "EXAMPLE_MISSING") for name in ("name", "3", "Name")}
    assert refused(replace(GOOD, **changes)) - findings <= missing


@pytest.mark.parametrize(
    ("buttons", "findings"),
    [
        ([LINK, PHONE, CODE], set()),
        ([DraftButton("QUICK_REPLY", "x")] * 11, {("buttons", "MANY_BUTTONS")}),
        ([LINK, LINK, LINK], {("buttons", "MANY_URL")}),
        ([PHONE, PHONE], {("buttons", "MANY_PHONE_NUMBER")}),
        ([CODE, CODE], {("buttons", "MANY_COPY_CODE")}),
        (
            [DraftButton("QUICK_REPLY", "a"), PHONE, DraftButton("QUICK_REPLY", "b")],
            {("buttons", "ORDER")},
        ),
        ([DraftButton("QUICK_REPLY", "Yes")] * 2, {("buttons.1.text", "SAME_WORDS")}),
        ([DraftButton("QUICK_REPLY", "")], {("buttons.0.text", "REQUIRED")}),
        ([DraftButton("QUICK_REPLY", "x" * 26)], {("buttons.0.text", "TOO_LONG")}),
        ([DraftButton("QUICK_REPLY", "To {{1}}")], {("buttons.0.text", "NO_VARIABLES")}),
        ([replace(LINK, example="")], {("buttons.0.example", "EXAMPLE_MISSING")}),
        ([replace(LINK, value="shop.example")], {("buttons.0.url", "URL")}),
        ([replace(LINK, value="javascript:alert(1)")], {("buttons.0.url", "URL")}),
        (
            [replace(LINK, value="https://wa.me/31205550143")],
            {("buttons.0.url", "URL_OF_WHATSAPP")},
        ),
        ([replace(LINK, value="https://a.example/{{1}}/b")], {("buttons.0.url", "URL_VARIABLE")}),
        ([replace(LINK, value="https://{{1}}")], {("buttons.0.url", "URL_VARIABLE")}),
        ([replace(LINK, value="https://a.example/{{2}}")], {("buttons.0.url", "URL_NUMBER")}),
        ([replace(LINK, value="https://a.example/" + "x" * 2000)], {("buttons.0.url", "TOO_LONG")}),
        ([replace(PHONE, value="12")], {("buttons.0.phone", "PHONE")}),
        ([replace(CODE, value="X" * 16)], {("buttons.0.code", "TOO_LONG")}),
        ([replace(CODE, value="25 %")], {("buttons.0.code", "CODE")}),
        ([replace(CODE, value="")], {("buttons.0.code", "REQUIRED")}),
    ],
)
def test_each_rule_of_buttons_is_told_at_its_button(buttons, findings):
    found = refused(replace(GOOD, buttons=tuple(buttons)))
    assert findings <= found
    assert {code for _field, code in found - findings} <= {"SAME_WORDS", "URL"}


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"body": "Our sale begins on Friday, all of you."}, ("body.text", "PROMOTION")),
        ({"body": "One.\n\n\nTwo."}, ("body.text", "MANY_LINE_BREAKS")),
        ({"buttons": (PHONE, DraftButton("QUICK_REPLY", "a"))}, ("buttons", "NOT_ON_DESKTOP")),
        ({"language": "tlh"}, ("language", "LANGUAGE")),
        ({}, ("category", "CATEGORY_OF_NAME")),
        ({"body": "We have news for all of you."}, ("category", "SAME_IN_OTHER_CATEGORY")),
    ],
)
def test_what_meta_may_do_is_advice(changes, finding):
    assert finding in advised(replace(GOOD, **changes), OTHERS)


def test_a_name_is_taken_in_its_language_only():
    taken = Known("order_update", "en_US", "UTILITY", "")
    assert refused(GOOD, [taken]) == {("name", "NAME_TAKEN")}
    assert refused(replace(GOOD, language="fr"), [taken]) == set()


@pytest.mark.parametrize(
    ("parts", "finding"),
    [
        ([{"type": "HEADER", "format": "TEXT", "text": "x"}], ("header.text", "CODE_HEADER")),
        ([{"type": "BODY", "text": "My own"}], ("body.text", "CODE_TEXT")),
        ([], ("buttons", "CODE_BUTTON")),
        (
            [{"type": "FOOTER", "code_expiration_minutes": 91}],
            ("code_minutes", "CODE_MINUTES"),
        ),
    ],
)
def test_an_authentication_template_is_metas_own(parts, finding):
    assert refused(LOGIN) == set()
    assert finding in refused_parts(parts)


def refused_parts(parts):
    proposal = Proposal("login_code", "en", "AUTHENTICATION", "POSITIONAL", parts)
    return {(one.field, one.code) for one in lint(proposal) if one.refuses}


@pytest.mark.parametrize("draft", [GOOD, replace(GOOD, buttons=(LINK, PHONE, CODE)), LOGIN])
def test_a_draft_can_be_compiled_and_read_back(draft):
    template = draft.proposal
    assert obstacle_of(template) is None
    assert draft_of(template, category=draft.category) == draft


@pytest.mark.parametrize("row", catalogue(), ids=lambda row: f"{row.name}-{row.language}")
def test_what_the_form_can_say_of_a_listed_template_it_says_again(row):
    draft = draft_of(row, category=row.category)
    if draft is None or row.category == "AUTHENTICATION":
        return
    again = draft_of(replace(row, components=components_of(draft)), category=row.category)
    assert again == draft


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Order update!", "order_update"), (" Ütz 2 ", "tz_2"), ("a__b", "a__b"), ("!", "")],
)
def test_a_name_is_made_of_what_was_typed(typed, name):
    assert name_of(typed) == name


def test_every_finding_has_a_sentence():
    drafts = [replace(GOOD, name="", body="", buttons=(LINK, LINK, LINK)), GOOD]
    found = [one for draft in drafts for one in lint(draft.proposal, OTHERS)]
    assert all("%(" not in sentence(one) for one in found)
    assert {one.code for one in found} <= SENTENCES.keys()
