"""Templates made, edited and deleted: at Meta first, then here, with their history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actors import SYSTEM, agent
from accounts.models import Event
from accounts.refusals import Refused
from simulator.template_parts import body, media_header
from templates_app.actions import (
    apply_update,
    create_template,
    delete_template,
    edit_template,
    save_draft,
    sync_templates,
    unpause_template,
    upload_sample,
)
from templates_app.drafting import Proposal
from templates_app.models import MessageTemplate, TemplateChange, TemplateDraft, TemplateSync
from templates_app.queries import edit_note, sync_states
from tests.domain.templates_app.conftest import AT, a_template, listed
from whatsapp.inbound import TemplateUpdate

TEXT = body("We are open on {{1}} from nine to six as always.", "Friday")
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
LATER = AT + timedelta(hours=1)


def proposal(name="we_open", language="en_US", *parts):
    return Proposal(name, language, "UTILITY", "POSITIONAL", list(parts) or [TEXT])


@pytest.fixture
def make(meta, account, ben):
    """Ben makes a template."""

    def made(*what, at=AT):
        return create_template(account, proposal(*what), by=agent(ben), at=at)

    return made


def history(template):
    rows = TemplateChange.objects.filter(template=template).order_by("at", "pk")
    return [(row.what, row.after, row.by) for row in rows]


def refused(code):
    return pytest.raises(Refused, match=code)


def test_a_new_template_is_here_as_soon_as_meta_has_it(make, meta, account):
    row = make()
    assert (row.status, row.sendable, row.body) == ("PENDING", False, TEXT["text"])
    assert row.meta_template_id == meta.simulator.world.templates[-1].id
    assert history(row) == [("made", "", "Ben")]
    event = Event.objects.get(kind="template.created")
    assert event.ids == [str(row.pk), str(account.pk)]
    assert event.data == {"status": "PENDING", "category": "UTILITY"}


def test_what_meta_refuses_is_not_here(make):
    make()
    with refused("ALREADY_EXISTS") as caught:
        make()
    assert caught.value.field == "name"
    with refused("VALIDATION_ERROR"):
        make("other", "de", body("{{1}} is the day of all days for us.", "x"))
    assert MessageTemplate.objects.count() == 1


def test_a_template_of_which_nobody_knows_is_found_by_the_next_sync(make, meta, account):
    sync_templates(account.pk, by=SYSTEM, at=AT)
    meta.fault("accept_then_drop", on="templates", count=1)
    with refused("WHATSAPP_API_ERROR"):
        make()
    assert not TemplateSync.objects.exists()  # the worker reads the list now
    sync_templates(account.pk, by=SYSTEM, at=LATER)
    assert MessageTemplate.objects.get(name="we_open").status == "PENDING"


def test_a_sync_that_began_before_does_not_take_it_for_removed(make, account):
    began = timezone.now()
    row = make(at=began)
    MessageTemplate.objects.filter(pk=row.pk).update(meta_template_id="")
    sync_templates(account.pk, by=SYSTEM, at=began)
    row.refresh_from_db()
    assert row.status == "PENDING"


def test_a_deleted_name_comes_back_as_the_same_row(make, meta):
    row = make()
    delete_template(row, by=SYSTEM, at=LATER)
    assert make(at=LATER).pk == row.pk
    row.refresh_from_db()
    assert (row.status, row.removed_at) == ("PENDING", None)


def test_an_edit_is_reviewed_again(make, meta, ben):
    row = make()
    with refused("STATE_CONFLICT"):
        edit_template(row, components=[TEXT], by=SYSTEM, at=LATER)
    meta.template("we_open", "en_US", "REJECTED")
    MessageTemplate.objects.filter(pk=row.pk).update(status="REJECTED")
    row.refresh_from_db()
    changed = edit_template(
        row, category="MARKETING", components=[body("We open.")], by=agent(ben), at=LATER
    )
    assert (changed.status, changed.category, changed.body) == ("PENDING", "MARKETING", "We open.")
    assert history(row)[-1] == ("edited", "", "Ben")
    assert meta.simulator.world.templates[-1].components == [body("We open.")]


def test_a_language_is_deleted_or_all_of_them(make, meta):
    one, _other = make(), make("we_open", "de")
    assert delete_template(one, by=SYSTEM, at=LATER) == 1
    assert {row.language for row in MessageTemplate.objects.filter(removed_at=None)} == {"de"}
    third = make("we_open", "fr")
    assert delete_template(third, all_languages=True, by=SYSTEM, at=LATER) == 2
    assert not MessageTemplate.objects.filter(removed_at=None).exists()
    assert Event.objects.filter(kind="template.deleted").count() == 3


def test_what_meta_does_not_delete_stays(make, meta, account):
    row = make()
    meta.fault("error", on="templates", code=131000, count=1)
    with refused("NUMBER_THROTTLED"):
        delete_template(row, by=SYSTEM, at=LATER)
    nameless = a_template(account, "not_synced")
    with refused("STATE_CONFLICT"):
        delete_template(nameless, by=SYSTEM, at=LATER)
    assert MessageTemplate.objects.filter(removed_at=None).count() == 2


def test_the_echo_of_our_own_deletion_brings_nothing_back(make, account):
    row = make()
    delete_template(row, by=SYSTEM, at=LATER)
    update = TemplateUpdate(
        "status", row.meta_template_id, row.name, row.language, event="PENDING_DELETION"
    )
    apply_update(account, update, said_at=LATER, received_at=LATER)
    row.refresh_from_db()
    assert row.status == "DELETED"


def test_a_paused_template_is_asked_to_go_on(make, meta, ben):
    row = make()
    with refused("STATE_CONFLICT"):
        unpause_template(row, by=agent(ben), at=LATER)
    row.status = "PAUSED"
    unpause_template(row, by=agent(ben), at=LATER)
    assert history(row)[-1] == ("woken", "", "Ben")


def test_a_sample_goes_up_in_pieces_and_is_taken(make, meta, account):
    meta.fault("half_upload", on="uploads", count=1)
    handle = upload_sample(account, data=PHOTO, mime_type="image/jpeg", filename="kettle.jpg")
    header = media_header("IMAGE") | {"example": {"header_handle": [handle]}}
    assert make("with_photo", "en_US", header, TEXT).status == "PENDING"


def test_meta_writes_the_history_as_well(meta, account):
    row = a_template(account, meta_template_id="1", quality="GREEN")
    for minute, update in enumerate(
        [
            TemplateUpdate("quality", "1", None, None, new_quality="RED"),
            TemplateUpdate("status", "1", None, None, event="PAUSED"),
            TemplateUpdate("category", "1", None, None, new_category="MARKETING"),
        ]
    ):
        at = AT + timedelta(minutes=minute)
        apply_update(account, update, said_at=at, received_at=at)
    assert history(row) == [
        ("quality", "RED", ""),
        ("status", "PAUSED", ""),
        ("category", "MARKETING", ""),
    ]


def test_metas_own_words_stay_until_the_status_changes(account):
    row = a_template(account, meta_template_id="1", status="PENDING")
    told = TemplateUpdate(
        *("status", "1", None, None),
        event="REJECTED",
        reason="PROMOTIONAL",
        explanation="It sells.",
        recommendation="Do not.",
    )
    apply_update(account, told, said_at=AT, received_at=AT)
    row.refresh_from_db()
    assert (row.explanation, row.advice) == ("It sells.", "Do not.")
    approved = TemplateUpdate("status", "1", None, None, event="APPROVED")
    apply_update(account, approved, said_at=LATER, received_at=LATER)
    row.refresh_from_db()
    assert (row.explanation, row.advice, row.sendable) == ("", "", True)


@pytest.mark.parametrize(
    ("status", "edits_h_ago", "may"),
    [
        ("PENDING", [], False),
        ("DISABLED", [], False),
        ("REJECTED", [1] * 12, True),
        ("APPROVED", [], True),
        ("APPROVED", [23], False),
        ("APPROVED", [25], True),
        ("APPROVED", range(25, 35), False),
        ("APPROVED", [*range(25, 34), 24 * 31], True),
    ],
)
def test_when_meta_takes_an_edit_is_told_before(account, status, edits_h_ago, may):
    row = a_template(account, status=status)
    for hours in edits_h_ago:
        at = AT - timedelta(hours=hours)
        TemplateChange.objects.create(template=row, what="edited", at=at)
    assert bool(edit_note(row, at=AT, zone="UTC")) is not may


def test_a_draft_is_one_for_each_edit_and_is_announced_once(account, ben):
    row, by = a_template(account), agent(ben)
    first = save_draft(account, {"body": "One"}, draft=None, template=row, by=by, at=AT)
    again = save_draft(account, {"body": "Two"}, draft=None, template=row, by=by, at=LATER)
    assert first.pk == again.pk
    assert TemplateDraft.objects.get().typed == {"body": "Two"}
    assert Event.objects.filter(kind="template_draft.made").count() == 1


def test_137_templates_in_three_languages_survive_a_page_that_fails_once(meta, account):
    world = meta.simulator.world
    world.templates = [
        listed(f"news_{number}", language=language)
        for number in range(46)
        for language in ("en_US", "de", "fr")
    ][:137]
    for place, row in enumerate(world.templates):
        row.id = f"7{place}"
    assert sync_templates(account.pk, by=SYSTEM, at=AT).total == 137
    gone = world.templates.pop(5)
    meta.fault("error", on="templates", page=2, code=2, count=1)
    broken = sync_templates(account.pk, by=SYSTEM, at=LATER)
    assert (broken.complete, broken.removed) == (False, 0)
    assert MessageTemplate.objects.filter(removed_at=None).count() == 137
    (state,) = sync_states(account.organization_id, zone="UTC")
    assert "nothing was removed" in state.error
    whole = sync_templates(account.pk, by=SYSTEM, at=LATER + timedelta(hours=1))
    assert (whole.complete, whole.removed, whole.total) == (True, 1, 136)
    removed = MessageTemplate.objects.get(status="DELETED")
    assert (removed.name, removed.language) == (gone.name, gone.language)
