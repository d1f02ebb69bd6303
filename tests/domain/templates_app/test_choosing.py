"""What the picker offers, how a template is named, and how values are refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import translation

from accounts.refusals import Refused
from templates_app import queries
from templates_app.compiler import Values
from tests.domain.templates_app.conftest import a_template


def offered(number, **wanted):
    return [(c.name, c.language) for c in queries.template_choices(number, **wanted)]


def test_what_can_be_sent_comes_first_then_by_name(account, number):
    a_template(account, "c_ready")
    a_template(account, "a_paused", status="PAUSED")
    a_template(account, "b_ready")
    assert [name for name, _ in offered(number)] == ["b_ready", "c_ready", "a_paused"]


def test_codes_and_removed_templates_are_not_offered(account, number):
    a_template(account, "login_code", category="AUTHENTICATION")
    a_template(account, "gone", status="DELETED", removed_at=account.created_at)
    assert offered(number) == []


def test_the_templates_of_another_account_are_not_offered(teapot, number):
    a_template(teapot)
    assert offered(number) == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"search": "KETTLE"}, ["kettle_restock"]),
        ({"search": "parcel has left"}, ["track_parcel"]),
        ({"language": "de"}, ["pickup_ready"]),
        ({"category": "MARKETING"}, ["kettle_restock"]),
        ({"category": "MARKETING", "language": "de"}, []),
    ],
)
def test_choices_are_narrowed(account, number, wanted, names):
    a_template(account, "kettle_restock", category="MARKETING")
    a_template(account, "pickup_ready", "de")
    a_template(account, "track_parcel", body="Your parcel has left.")
    assert [name for name, _ in offered(number, **wanted)] == names


def test_a_choice_is_ready_to_print(account, number):
    example = {"body_text": [["Dora", "40-1187"]]}
    text = "Hello {{1}}, your order {{2}} is on its way."
    a_template(account, components=[{"type": "BODY", "text": text, "example": example}])
    [choice] = queries.template_choices(number)
    assert choice.language_label == "English (US)"
    assert (choice.category_label, choice.status_label) == ("Utility", "Approved")
    assert (choice.sendable, choice.reason, choice.body_preview) == (True, "", text)
    fields = [(one.name, one.label, one.example) for one in choice.variables]
    assert fields == [
        ("1", "1 · after “Hello”", "Dora"),
        ("2", "2 · after “your order”", "40-1187"),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "PAUSED"}, "Meta paused this template because of its quality."),
        (
            {"status": "REJECTED", "rejected_reason": "PROMOTIONAL"},
            "Meta rejected this template. It promotes something, and is not in the"
            " marketing category.",
        ),
        (
            {"status": "REJECTED", "rejected_reason": "SMELLS"},
            "Meta rejected this template. (SMELLS)",
        ),
        ({"status": "LOCKED"}, "Meta's status of this template is LOCKED."),
        ({"reason": "catalog"}, "A button opens the catalogue. Baton cannot send that yet."),
        ({"reason": "carousel"}, "Baton has not read it since its last update."),
        (
            {"reason": "unknown_part:SMELL"},
            "It has a part that Baton does not know: SMELL.",
        ),
    ],
)
def test_what_cannot_be_sent_says_why(account, number, fields, reason):
    a_template(account, **fields)
    [choice] = queries.template_choices(number)
    assert (choice.sendable, choice.reason) == (False, reason)


def test_the_picker_asks_once_however_many_there_are(account, number, django_assert_num_queries):
    for letter in "abcdefgh":
        a_template(account, letter)
    with django_assert_num_queries(1):
        queries.template_choices(number)
    with django_assert_num_queries(1):
        queries.choice_filters(number)


def test_filters_are_those_that_the_account_has(account, number):
    a_template(account, language="pt_BR")
    a_template(account, language="de", category="MARKETING")
    a_template(account, language="xx_YY", category="AUTHENTICATION")
    found = queries.choice_filters(number)
    assert found.languages == (("de", "German"), ("pt_BR", "Portuguese (BR)"))
    assert found.categories == (("MARKETING", "Marketing"), ("UTILITY", "Utility"))


def test_languages_are_named_in_the_readers_language(account, number):
    a_template(account, language="de")
    with translation.override("de"):
        [choice] = queries.template_choices(number)
    assert choice.language_label == "Deutsch"


def test_a_template_is_found_by_any_of_its_names(account):
    row = a_template(account, "order_update", "en_US")
    a_template(account, "order_update", "de")
    only = a_template(account, "pickup_ready", "de")
    assert queries.template_by(account, name="order_update", language="en_US") == row
    assert queries.template_by(account, key=str(row.pk)) == row
    assert queries.template_by(account, key="order_update:en_US") == row
    assert queries.template_by(account, key="pickup_ready") == only
    assert queries.template_by(account, name="pickup_ready") == only


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "order_update", "language": "fr"},
        {"name": "Order_Update", "language": "en_US"},
        {"name": "order_update", "language": "en_us"},
        {"name": "nothing"},
        {"key": "nothing:en_US"},
        {"key": str(uuid4())},
        {"key": ""},
    ],
)
def test_an_unknown_template_is_not_found(account, wanted):
    a_template(account)
    assert refusal(queries.template_by, account, **wanted).code == "TEMPLATE_NOT_FOUND"


def test_the_template_of_another_account_is_not_found(account, teapot):
    theirs = a_template(teapot)
    assert refusal(queries.template_by, account, key=str(theirs.pk)).code == "TEMPLATE_NOT_FOUND"


def test_one_that_cannot_be_sent_is_not_found_and_says_why(account):
    a_template(account, status="PAUSED")
    found = refusal(queries.template_by, account, name="order_update", language="en_US")
    assert found.code == "TEMPLATE_NOT_FOUND"
    assert found.data["template_status"] == "PAUSED"
    assert found.data["reason"] == "Meta paused this template because of its quality."


def test_a_name_with_several_languages_needs_one(account):
    a_template(account, language="de")
    a_template(account, language="en_US")
    found = refusal(queries.template_by, account, key="order_update")
    assert (found.code, found.field) == ("VALIDATION_ERROR", "template.language")
    assert found.data["languages"] == ["de", "en_US"]


def test_a_removed_language_needs_no_choice(account):
    a_template(account, language="de", status="DELETED", removed_at=account.created_at)
    row = a_template(account, language="en_US")
    assert queries.template_by(account, key="order_update") == row


def test_a_template_is_compiled_for_sending(account):
    compiled = queries.compiled(a_template(account), Values(body_params=["Dora", "40-1187"]))
    assert (compiled.name, compiled.language) == ("order_update", "en_US")
    assert compiled.content["body"] == "Hello Dora, your order 40-1187 is on its way."


def test_values_that_do_not_fit_are_refused_by_name(account):
    values = Values(variables={"1": "Dora", "3": "x"})
    found = refusal(queries.compiled, a_template(account), values)
    assert found.code == "TEMPLATE_PARAMETER_MISMATCH"
    assert (found.data["missing"], found.data["unexpected"]) == (["2"], ["3"])


@pytest.mark.parametrize(
    ("values", "field", "detail"),
    [
        (Values(variables={"1": "Do\nra", "2": "x"}), "template.variables.1", "line_break"),
        (Values(body_params=["Dora", ""]), "template.body_params[1]", "required"),
        (Values(variables={"1": "x"}, body_params=["x"]), "template", "one_of"),
        (Values(variables={"1": "x" * 1024, "2": "x"}), "template.body", "too_long"),
        (Values(components=[{"type": "soul"}]), "template.components[0].type", "not_allowed"),
    ],
)
def test_bad_values_are_refused_with_their_place(account, values, field, detail):
    found = refusal(queries.compiled, a_template(account), values)
    assert (found.code, found.field, found.detail) == ("VALIDATION_ERROR", field, detail)


def test_the_preview_tells_what_is_missing_or_wrong(account):
    found = queries.preview(a_template(account), Values(variables={"1": "a\tb"}))
    assert found.body == "Hello a\tb, your order {{2}} is on its way."
    assert (found.native, found.missing) == (None, ("2",))
    assert set(found.errors) == {"1", "2"}


def test_a_complete_preview_is_what_meta_gets(account):
    found = queries.preview(a_template(account), Values(variables={"1": "Dora", "2": "7"}))
    texts = [{"type": "text", "text": "Dora"}, {"type": "text", "text": "7"}]
    assert found.native == {
        "name": "order_update",
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": texts}],
    }
    assert not found.errors


def test_one_in_review_has_a_preview_and_a_catalogue_has_none(account):
    waiting = a_template(account, status="PENDING")
    assert queries.preview(waiting, Values()).body.startswith("Hello {{1}}")
    button = {"type": "BUTTONS", "buttons": [{"type": "CATALOG", "text": "Look"}]}
    parts = [{"type": "BODY", "text": "New."}, button]
    catalogue = a_template(account, "catalogue", components=parts, reason="catalog")
    assert refusal(queries.preview, catalogue, Values()).code == "TEMPLATE_NOT_FOUND"


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, {"order_update", "spring_sale"}),
        ({"status": "PAUSED"}, {"spring_sale"}),
        ({"status": "DELETED"}, {"gone"}),
        ({"category": "MARKETING", "language": "en_US"}, {"spring_sale"}),
        ({"name": "order"}, set()),
        ({"search": "order"}, {"order_update"}),
        ({"sendable": True}, {"order_update"}),
        ({"sendable": False}, {"spring_sale"}),
        ({"account": "102290129340398"}, {"order_update", "spring_sale"}),
        ({"account": "1002"}, set()),
        ({"account": str(uuid4())}, set()),
    ],
)
def test_a_program_lists_what_it_asks_for(account, teapot, wanted, names):
    a_template(account)
    a_template(account, "spring_sale", status="PAUSED", category="MARKETING", body="Two for one.")
    a_template(account, "gone", status="DELETED", removed_at=account.created_at)
    a_template(teapot, "theirs")
    found = queries.filtered_templates(account.organization_id, **wanted)
    assert {row.name for row in found} == names


def test_utility_templates_are_suggested_first(account, number):
    a_template(account, "a_offer", category="MARKETING")
    a_template(account, "b_code", category="AUTHENTICATION")
    a_template(account, "c_paused", status="PAUSED")
    a_template(account, "d_update")
    assert queries.suggested_templates(number) == [
        {"name": "d_update", "language": "en_US"},
        {"name": "a_offer", "language": "en_US"},
    ]


def refusal(ask, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        ask(*args, **kwargs)
    return refused.value
