"""The inbox through its pages: what is shown, what is posted, and what it costs."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.events import last_seq
from inbox import outgoing
from inbox.actions.ownership import give_back
from inbox.actions.sending import send
from inbox.models import Conversation, Draft, Message, Suggestion
from tests.cast import Cast, a_conversation, all_say, by, says, with_assistant
from tests.domain.templates_app.conftest import a_template
from tests.web.world import a_file


def path(thread: Conversation, tail: str = "") -> str:
    return f"/inbox/{thread.pk}/{tail}"


def a_form(**fields) -> dict[str, object]:
    return {"form_token": str(uuid.uuid4()), "text": "Hello"} | fields


def answers() -> list[str]:
    rows = Message.objects.filter(direction="outbound").order_by("id")
    return [str(row.content["body"]) for row in rows]


# --- reading ---


def test_the_list_is_a_page_and_to_htmx_a_part(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    page = browser(cast.amina).get("/inbox/")
    part = browser(cast.amina, htmx=True).get("/inbox/")
    for answer in (page, part):
        assert f"row-{thread.pk}" in answer.text
    assert "<html" in page.text
    assert "<html" not in part.text
    assert "HX-Request" in page["Vary"]


def test_a_thread_is_a_page_and_to_htmx_a_part(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    page = browser(cast.amina).get(path(thread))
    part = browser(cast.amina, htmx=True).get(path(thread))
    assert ("<html" in page.text, "<html" in part.text) == (True, False)
    assert "hello" in part.text


def test_reading_changes_nothing(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    seq = last_seq(cast.organization.pk)
    for address in ("/inbox/", path(thread), path(thread, "picker/"), "/inbox/marks/"):
        browser(cast.amina).get(address)
    assert last_seq(cast.organization.pk) == seq
    assert Conversation.objects.get().version == thread.version


def test_no_title_names_a_customer(cast: Cast, browser) -> None:
    """The window's title stands in the browser's history, in screen sharing, on the task bar."""
    thread = a_conversation(cast.number)
    for address in ("/inbox/", path(thread), path(thread, "picker/")):
        (title,) = re.findall(r"<title>(.*?)</title>", browser(cast.amina).get(address).text)
        assert "Dora" not in title
        assert "2025550143" not in title


def test_the_list_goes_on_where_it_ended_also_when_something_moves(cast: Cast, browser) -> None:
    now = timezone.now()
    all_say(
        cast.number,
        *({"wa_id": f"1202555{n:04}", "at": now - timedelta(minutes=n)} for n in range(120)),
    )
    client, seen, address = browser(cast.amina, htmx=True), [], "/inbox/"
    while address:
        text = client.get(address).text
        seen += re.findall(r'id="row-([0-9a-f-]{36})"', text)
        more = re.search(r'"(/inbox/\?[^"]*cursor=[^"]+)"', text)
        address = more[1].replace("&amp;", "&") if more else ""
        if len(seen) == 50:  # the last of all comes to the top meanwhile
            says(cast.number, wa_id="12025550119", at=now + timedelta(seconds=1))
    assert len(seen) == len(set(seen)) == 119


def test_older_messages_come_in_pages_without_gaps(cast: Cast, browser) -> None:
    start = timezone.now() - timedelta(hours=2)
    times = [start + timedelta(seconds=n // 3) for n in range(110)]  # three a second
    all_say(cast.number, *({"text": f"line {n}", "at": at} for n, at in enumerate(times)))
    thread = Conversation.objects.get()
    client, seen = browser(cast.amina, htmx=True), []
    address = path(thread)
    while address:
        text = client.get(address).text
        seen += re.findall(r"line \d+(?=</div>)", text)
        more = re.search(r'before=([0-9]+-[0-9a-f]+)"', text)
        address = path(thread, f"older/?before={more[1]}") if more else ""
    assert len(seen) == len(set(seen)) == 110


@pytest.mark.parametrize(
    "view", ["open", "mine", "waiting", "unassigned", "ai", "closed", "failed"]
)
def test_every_view_opens(cast: Cast, browser, view: str) -> None:
    a_conversation(cast.number)
    assert browser(cast.amina).get(f"/inbox/?view={view}&search=do&cursor=x").status_code == 200


# --- what it costs ---


def queries_of(client, address: str) -> int:
    client.get(address)  # what is cached is cached
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_fifty_rows_cost_as_many_queries_as_one_and_are_small(cast: Cast, browser) -> None:
    client = browser(cast.amina, htmx=True)
    a_conversation(cast.number)
    one = queries_of(client, "/inbox/")
    question = "Is the blue kettle back in stock?"
    all_say(cast.number, *({"text": question, "wa_id": f"1202555{n:04}"} for n in range(49)))
    assert queries_of(client, "/inbox/") == one
    text = client.get("/inbox/").text
    assert text.count('id="row-') == 50
    assert len(text.encode()) <= 60_000


def test_fifty_messages_cost_as_many_queries_as_one_and_are_small(cast: Cast, browser) -> None:
    client = browser(cast.amina, htmx=True)
    thread = a_conversation(cast.number)
    one = queries_of(client, path(thread))
    for n in range(24):
        says(cast.number, f"line {n}")
        send(
            thread.pk,
            outgoing.text("We open at nine and close at six."),
            by=by(cast.amina),
            at=timezone.now(),
        )
    assert queries_of(client, path(thread)) <= one + 1  # the colleague's name
    text = client.get(path(thread)).text
    assert text.count('class="bubble"') == 49
    assert len(text.encode()) <= 100_000


# --- writing ---


def test_a_reply_is_sent_and_shown(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    answer = browser(cast.amina, htmx=True).post(path(thread, "messages/"), a_form())
    assert (answer.status_code, answers()) == (200, ["Hello"])
    assert f"m-{Message.objects.get(direction='outbound').pk}" in answer.text


def test_without_a_script_a_reply_leads_back_to_the_thread(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    answer = browser(cast.amina).post(path(thread, "messages/"), a_form())
    assert (answer.status_code, answer["Location"]) == (302, path(thread))


@pytest.mark.case("F49")
def test_the_same_form_five_times_is_one_message_and_one_answer(cast: Cast, browser) -> None:
    thread, form = a_conversation(cast.number), a_form()
    client = browser(cast.amina, htmx=True)
    texts = {client.post(path(thread, "messages/"), form).text for _ in range(5)}
    assert (len(texts), answers()) == (1, ["Hello"])


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 4097, "🙂" * 2049])
def test_what_cannot_be_sent_is_told_and_stays(cast: Cast, browser, text: str) -> None:
    thread = a_conversation(cast.number)
    answer = browser(cast.amina).post(path(thread, "messages/"), a_form(text=text))
    assert (answer.status_code, answers()) == (422, [])
    if text.strip():
        assert text in answer.text


@pytest.mark.case("F89")
@pytest.mark.parametrize("htmx", [True, False])
def test_who_has_not_seen_the_last_line_sees_it_and_keeps_the_draft(
    cast: Cast, browser, htmx: bool
) -> None:
    thread = a_conversation(cast.number)
    seen = last_seq(cast.organization.pk)
    says(cast.number, "Wait, I found it")
    client = browser(cast.amina, htmx=htmx)
    form = a_form(text="My long answer", last_seen=seen)
    answer = client.post(path(thread, "messages/"), form)
    assert (answer.status_code, answers()) == (409, [])
    assert "Wait, I found it" in answer.text
    if not htmx:
        assert re.search(r"<textarea[^>]*>\s*My long answer</textarea>", answer.text)
    answer = client.post(path(thread, "messages/"), a_form(**form | {"force": "1"}))
    assert (answer.status_code, answers()) == (200 if htmx else 302, ["My long answer"])


@pytest.mark.case("F43")
def test_a_closed_window_keeps_the_draft_and_offers_templates(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number, hours_ago=25)
    client = browser(cast.amina)
    client.post(path(thread, "draft/"), {"text": "Too late"})
    answer = client.post(path(thread, "messages/"), a_form(text="Too late"))
    assert (answer.status_code, answers()) == (422, [])
    assert Draft.objects.get().text == "Too late"
    assert path(thread, "picker/") in client.get(path(thread)).text


def test_a_draft_is_each_persons_own_and_ends_with_the_answer(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    amina, ben = browser(cast.amina), browser(cast.ben)
    amina.post(path(thread, "draft/"), {"text": "Half a thought"})
    assert "Half a thought" in amina.get(path(thread)).text
    assert "Half a thought" not in ben.get(path(thread)).text
    amina.post(path(thread, "messages/"), a_form())
    assert not Draft.objects.exists()


# --- templates ---


@pytest.mark.parametrize("hours_ago", [1, 30])
def test_a_template_is_chosen_previewed_and_sent(cast: Cast, browser, hours_ago: int) -> None:
    thread = a_conversation(cast.number, hours_ago=hours_ago)
    template = a_template(cast.account)
    client = browser(cast.amina, htmx=True)
    assert "order_update" in client.get(path(thread, "picker/?search=order")).text
    values = {"template": str(template.pk), "var:1": "Dora", "var:2": "40-1187"}
    shown = client.post(path(thread, "picker/preview/"), values).text
    assert "Hello Dora, your order 40-1187 is on its way." in shown
    answer = client.post(path(thread, "templates/"), a_form(**values))
    assert answer.status_code == 200
    assert answers() == ["Hello Dora, your order 40-1187 is on its way."]


def test_a_missing_value_is_told_at_its_field(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    template = a_template(cast.account)
    form = a_form(template=str(template.pk), **{"var:1": "Dora", "var:2": ""})
    answer = browser(cast.amina, htmx=True).post(path(thread, "templates/"), form)
    assert (answer.status_code, answers()) == (422, [])
    fields = dict(re.findall(r'<input[^>]*name="(var:\d)"([^>]*)>', answer.text))
    assert ("aria-invalid" in fields["var:1"], "aria-invalid" in fields["var:2"]) == (False, True)
    assert 'value="Dora"' in fields["var:1"]


def test_a_template_of_another_shop_does_not_exist(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    form = a_form(template=str(uuid.uuid4()))
    answer = browser(cast.amina, htmx=True).post(path(thread, "templates/"), form)
    assert answer.status_code in (404, 422)
    assert answers() == []


# --- the baton ---


def owner() -> tuple[str, str, object]:
    now = Conversation.objects.get()
    return now.mode, now.handoff_state, now.assignee


def test_the_baton_goes_to_a_person_and_back(cast: Cast, browser) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    client = browser(cast.amina, htmx=True)
    answer = client.post(path(thread, "takeover/"), {"expected_version": thread.version})
    assert (answer.status_code, owner()) == (200, ("human", "assigned", cast.amina))
    assert client.post(path(thread, "give-back/"), {"note": "Refund."}).status_code == 200
    assert owner() == ("ai", "returned", None)
    assert Conversation.objects.get().return_note == "Refund."


def test_the_second_who_takes_over_reads_who_was_faster(cast: Cast, browser) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    form = {"expected_version": thread.version}
    browser(cast.ben, htmx=True).post(path(thread, "takeover/"), form)
    late = browser(cast.amina, htmx=True).post(path(thread, "takeover/"), form)
    assert late.status_code == 409
    assert "Ben" in late.text


def test_a_thread_is_closed_and_reopened(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    client = browser(cast.amina, htmx=True)
    assert client.post(path(thread, "close/")).status_code == 200
    assert Conversation.objects.get().status == "closed"
    assert client.post(path(thread, "reopen/")).status_code == 200
    assert (Conversation.objects.get().status, owner()[2]) == ("open", cast.amina)


def test_the_first_key_holds_the_assistant(cast: Cast, browser) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    assert browser(cast.amina).post(path(thread, "hold/")).status_code == 204
    assert Conversation.objects.get().ai_hold_until > timezone.now()
    assert owner()[0] == "ai"


def test_a_refused_answer_of_the_assistant_is_shown_and_thrown_away(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    suggestion = Suggestion.objects.create(
        conversation=thread, text="It left today.", reason="stale_epoch", epoch=1, created_at=now()
    )
    client = browser(cast.amina, htmx=True)
    assert "It left today." in client.get(path(thread)).text
    client.post(path(thread, f"suggestions/{suggestion.pk}/dismiss/"))
    assert "It left today." not in client.get(path(thread)).text


def now():
    return timezone.now()


# --- one's own marks ---


def unread(client) -> int:
    text = client.get("/inbox/marks/").text
    marks = re.findall(r'<span id="unread-([0-9a-f-]{36})"[^>]*>(.*?)</span>', text, re.DOTALL)
    return sum(bool(inside.strip()) for _thread, inside in marks)


@pytest.mark.case("F90")
def test_what_amina_opens_stays_unread_for_ben(cast: Cast, browser) -> None:
    type(cast.number).objects.update(read_receipts="on_reply")
    thread = a_conversation(cast.number)
    amina, ben = browser(cast.amina, htmx=True), browser(cast.ben, htmx=True)
    assert (unread(amina), unread(ben)) == (1, 1)
    assert amina.post(path(thread, "seen/")).status_code == 204
    assert (unread(amina), unread(ben)) == (0, 1)
    assert Conversation.objects.get().receipt_due_wamid == ""  # Meta hears nothing yet
    amina.post(path(thread, "unseen/"))
    assert (unread(amina), unread(ben)) == (1, 1)
    amina.post(path(thread, "messages/"), a_form())
    assert Conversation.objects.get().receipt_due_wamid == thread.last_inbound_wamid


def test_marks_name_what_enters_and_what_leaves_the_list(cast: Cast, browser) -> None:
    old = a_conversation(cast.number)
    client = browser(cast.amina, htmx=True)
    new = a_conversation(cast.number, wa_id="12025550999")
    client.post(path(old, "close/"))
    text = client.get(f"/inbox/marks/?view=open&have={old.pk}").text
    assert re.search(rf'id="row-{new.pk}"', text)
    assert re.search(rf'id="row-{old.pk}"[^>]*data-remove', text)


# --- files ---


@pytest.fixture
def media(cast: Cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return a_file(cast, says(cast.number).pk)


@pytest.mark.case("S42")
@pytest.mark.parametrize(
    ("mime_type", "inline"),
    [
        ("image/jpeg", True),
        ("audio/ogg", True),
        ("video/mp4", True),
        ("application/pdf", False),
        ("text/html", False),
        ("image/svg+xml", False),
        ("application/xhtml+xml", False),
    ],
)
def test_a_file_comes_with_headers_that_let_nothing_in_it_run(
    cast: Cast, browser, media, mime_type: str, inline: bool
) -> None:
    type(media).objects.update(mime_type=mime_type)
    answer = browser(cast.amina).get(f"/media/{media.pk}/")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert {"sandbox", "default-src 'none'"} <= policy
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert answer["Content-Type"] == (mime_type if inline else "application/octet-stream")
    assert not answer.cookies
    b"".join(answer.streaming_content)
    answer.close()


@pytest.mark.case("S55")
@pytest.mark.parametrize("how", ["get", "head"])
@pytest.mark.parametrize("tail", ["", "?download=1", "?thumbnail=1"])
def test_a_file_of_another_shop_does_not_exist(
    cast: Cast, browser, client, media, how: str, tail: str
) -> None:
    address = f"/media/{media.pk}/{tail}"
    stranger, removed = browser(cast.eve), browser(cast.ben)
    for headers in ({}, {"HTTP_RANGE": "bytes=0-3"}):
        assert getattr(stranger, how)(address, **headers).status_code == 404
        anonymous = getattr(client, how)(address, **headers)
        assert (anonymous.status_code, "/login/" in anonymous["Location"]) == (302, True)
    type(cast.ben).objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert "/login/" in getattr(removed, how)(address)["Location"]


def test_a_thread_of_another_shop_does_not_exist(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    eve = browser(cast.eve, htmx=True)
    gets = ["", "older/", "picker/"]
    posts = ["messages/", "templates/", "takeover/", "give-back/", "close/", "draft/", "seen/"]
    assert {eve.get(path(thread, tail)).status_code for tail in gets} == {404}
    assert {eve.post(path(thread, tail), a_form()).status_code for tail in posts} == {404}
    with_assistant(cast.number)
    assert give_back(thread.pk, by=by(cast.amina), at=timezone.now()).mode == "ai"
