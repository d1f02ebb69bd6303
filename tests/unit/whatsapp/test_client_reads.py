"""Files, templates, numbers and accounts over a real socket."""

import io
import time
from itertools import count

import pytest

from tests.unit.whatsapp.graph import drips, refuses, replies, running_graph, says
from whatsapp.client import BusinessAccountFacts, CloudApi, MediaFacts, MediaRefused
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

WABA, NUMBER = "102290129340398", "106540352242922"


@pytest.fixture
def graph():
    with running_graph() as server:
        yield server


@pytest.fixture
def api(graph):
    return an_api(graph)


def an_api(graph, **extra):
    times = {"connect_timeout_s": 1, "read_timeout_s": 1, **extra}
    return CloudApi(base_url=graph.address, version="v25.0", token="EAAG-token", **times)


def test_the_facts_of_a_file_are_read(graph, api):
    answer = {"url": "https://lookaside.fbsbx.com/x", "mime_type": "image/jpeg", "id": "7"}
    graph.will(replies({**answer, "sha256": "abc=", "file_size": "303833"}))
    assert api.media_facts("7", phone_number_id=NUMBER) == MediaFacts(
        "7", answer["url"], "image/jpeg", "abc=", 303833
    )
    assert graph.requests[0].path == f"/v25.0/7?phone_number_id={NUMBER}"


def test_a_file_too_old_is_code_100_subcode_33(graph, api):
    graph.will(refuses(100, error_subcode=33))
    with pytest.raises(CloudApiError) as caught:
        api.media_facts("7")
    assert (caught.value.code, caught.value.subcode) == (100, 33)


def test_facts_without_an_address_are_no_answer(graph, api):
    graph.will(replies({"id": "7"}))
    with pytest.raises(OutcomeUnknown):
        api.media_facts("7")


def test_a_file_comes_in_pieces_with_the_token(graph, api):
    data = bytes(range(256)) * 1_000
    graph.will(replies(data))
    chunks = list(api.fetch_media(graph.address + "/file?a=1&hash=b_c", max_bytes=len(data)))
    assert b"".join(chunks) == data
    assert max(map(len, chunks)) <= 65_536
    assert graph.requests[0].headers["Authorization"] == "Bearer EAAG-token"
    assert graph.requests[0].path == "/file?a=1&hash=b_c"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://evil.example/lookaside.fbsbx.com",
        "https://evil.example#lookaside.fbsbx.com",
        "https://evil.example?lookaside.fbsbx.com",
        "https://lookaside.fbsbx.com@evil.example/x",
        "https://evil.example\\@lookaside.fbsbx.com/x",
        "https://evil.example\\.fbcdn.net/x",
        "https://user:pass@lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com:8443/x",
        "https://xfbcdn.net/x",
        "https://fbcdn.net.evil.example/x",
        "https://evil.example/.whatsapp.net",
        "https://evil.example\t.fbcdn.net/",
        "https://evil.example\n.fbcdn.net/",
        "https://evil.ex\u0430mple.fbcdn.net/x",
        "//lookaside.fbsbx.com/x",
        "lookaside.fbsbx.com/x",
        "file:///etc/passwd",
        "ftp://lookaside.fbsbx.com/x",
        "https://",
        "https://[::1/x",
        "",
    ],
)
def test_the_token_goes_to_nobody_else(api, url):
    with pytest.raises(MediaRefused, match="host"):
        api.fetch_media(url, max_bytes=10)


@pytest.mark.parametrize("other", ["http://127.0.0.1:1", "http://localhost", "https://127.0.0.1"])
def test_another_port_or_scheme_of_our_own_host_is_another_host(graph, api, other):
    assert not graph.address.startswith(other + "/")
    with pytest.raises(MediaRefused, match="host"):
        api.fetch_media(other + "/x", max_bytes=10)


@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&source=x&hash=a%2Fb",
        "https://LOOKASIDE.fbsbx.com/x",
        "https://scontent.xx.fbcdn.net/x",
        "https://mmg.whatsapp.net/x",
        "https://graph.facebook.com:443/v25.0/x",
    ],
)
def test_metas_own_hosts_may_have_the_token(api, url):
    # Nothing leaves: a generator that nobody reads.
    api.fetch_media(url, max_bytes=10).close()


def fetched(api, graph, max_bytes=100):
    return b"".join(api.fetch_media(graph.address + "/file", max_bytes=max_bytes))


@pytest.mark.parametrize(
    ("answer", "reason", "status"),
    [
        (replies(b"x" * 101), "too_large", None),
        (says(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 101), "too_large", None),
        (replies(b"", 404), "http", 404),
        (replies(b"", 401), "http", 401),
        (replies(b"", 302, Location="http://127.0.0.1:9/x"), "redirect", 302),
    ],
)
def test_a_file_that_is_too_large_gone_or_elsewhere_is_refused(graph, api, answer, reason, status):
    graph.will(answer)
    with pytest.raises(MediaRefused) as caught:
        fetched(api, graph)
    assert (caught.value.reason, caught.value.http_status) == (reason, status)
    assert len(graph.requests) == 1


def test_a_file_of_just_the_largest_size_is_taken(graph, api):
    graph.will(replies(b"x" * 100))
    assert len(fetched(api, graph)) == 100


def test_compressed_files_are_not_unpacked(graph, api):
    graph.will(replies(b"\x1f\x8bbomb", Content_Encoding="gzip"))
    assert fetched(api, graph) == b"\x1f\x8bbomb"
    assert graph.requests[0].headers["Accept-Encoding"] == "identity"


def test_half_a_file_is_not_taken_for_a_whole_one(graph, api):
    graph.will(says(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"))
    with pytest.raises(OutcomeUnknown):
        fetched(api, graph)


def test_a_dripping_file_is_cut(graph):
    graph.will(drips(graph, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"))
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="total time-out"):
        fetched(an_api(graph, file_timeout_s=0.3), graph, max_bytes=10_000)
    assert time.monotonic() - started < 2


def test_a_download_left_half_way_does_not_hold_its_connection(graph, api):
    graph.will(replies(b"x" * 1_000_000), replies({"id": WABA}))
    chunks = api.fetch_media(graph.address + "/file", max_bytes=1_000_000)
    next(chunks)
    chunks.close()
    assert api.business_account(WABA).id == WABA


@pytest.mark.parametrize("data", [b"%PDF-1.7", io.BytesIO(b"%PDF-1.7")], ids=["bytes", "file"])
def test_an_upload_is_a_form_with_the_file(graph, api, data):
    graph.will(replies({"id": "1253091573312970"}))
    uploaded = api.upload_media(
        NUMBER, data=data, mime_type="application/pdf", filename='Re\u00e7u "1"\r\nX: y.pdf'
    )
    assert uploaded == "1253091573312970"
    (seen,) = graph.requests
    assert seen.path == f"/v25.0/{NUMBER}/media"
    assert seen.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="messaging_product"\r\n\r\nwhatsapp' in seen.body
    assert b"%PDF-1.7" in seen.body
    assert b"\r\nX: y" not in seen.body


def test_an_upload_without_an_id_is_no_answer(graph, api):
    graph.will(replies({"success": True}))
    with pytest.raises(OutcomeUnknown):
        api.upload_media(NUMBER, data=b"x", mime_type="text/plain", filename="x.txt")


def a_page(names, after=None, next_=None):
    paging = {"cursors": {"before": "x", "after": after}} if after else {}
    if next_:
        paging["next"] = next_
    return replies({"data": [{"name": name} for name in names], "paging": paging})


def names(pages):
    return [row["name"] for page in pages for row in page.rows]


def test_templates_are_read_to_the_last_page_by_cursor_not_by_address(graph, api):
    evil = "https://evil.example/v25.0/?after=EVIL"
    graph.will(a_page("ab", "C1", evil), a_page("cd", "C2", evil), a_page("e", "C3"))
    assert names(api.templates(WABA, page_size=2)) == list("abcde")
    assert [seen.path.partition("&after=")[2] for seen in graph.requests] == ["", "C1", "C2"]
    assert all(f"/v25.0/{WABA}/message_templates?" in seen.path for seen in graph.requests)
    assert all("limit=2" in seen.path for seen in graph.requests)


def test_an_account_without_templates_has_one_empty_page(graph, api):
    graph.will(replies({"data": []}))
    assert [page.rows for page in api.templates(WABA)] == [[]]


@pytest.mark.parametrize("length", [1, 2])
def test_a_list_that_goes_in_circles_ends(graph, api, length):
    turn = count()

    def circle(handler):
        a_page("a", f"C{next(turn) % length}", "https://graph.facebook.com/next")(handler)

    graph.will(circle)
    with pytest.raises(OutcomeUnknown, match="circles"):
        list(api.templates(WABA))
    assert len(graph.requests) == length + 1


@pytest.mark.parametrize(
    "answer",
    [
        a_page("a", None, "https://graph.facebook.com/next"),
        replies({"data": {"x": 1}}),
        replies({"paging": {}}),
    ],
)
def test_a_list_that_cannot_be_followed_is_not_taken_for_whole(graph, api, answer):
    graph.will(answer)
    with pytest.raises(OutcomeUnknown):
        list(api.templates(WABA))


def test_a_refusal_on_the_second_page_reaches_the_caller(graph, api):
    graph.will(a_page("a", "C1", "https://x"), refuses(80007))
    pages = api.templates(WABA)
    assert names([next(pages)]) == ["a"]
    with pytest.raises(CloudApiError):
        next(pages)


FULL = {
    "id": NUMBER,
    "display_phone_number": "+1 555-078-3881",
    "throughput": {"level": "STANDARD"},
    "is_on_biz_app": True,
    "whatsapp_business_manager_messaging_limit": "TIER_2K",
    "health_status": {"can_send_message": "LIMITED", "entities": []},
}


def test_a_number_has_the_facts_meta_gives_and_none_for_the_rest(graph, api):
    graph.will(replies(FULL))
    found = api.phone_number(NUMBER)
    assert (found.id, found.throughput, found.is_on_biz_app) == (NUMBER, "STANDARD", True)
    assert (found.messaging_limit, found.can_send_message) == ("TIER_2K", "LIMITED")
    assert (found.quality_rating, found.is_official_business_account) == (None, None)


def test_a_version_without_some_fields_is_asked_for_fewer(graph, api):
    graph.will(refuses(100), replies({"id": NUMBER, "quality_rating": "GREEN"}))
    assert api.phone_number(NUMBER).quality_rating == "GREEN"
    assert "username" in graph.requests[0].path
    assert "username" not in graph.requests[1].path


@pytest.mark.parametrize(("code", "subcode"), [(190, 463), (100, 33)])
def test_an_unknown_number_or_a_bad_token_is_not_asked_twice(graph, api, code, subcode):
    graph.will(refuses(code, error_subcode=subcode))
    with pytest.raises(CloudApiError):
        api.phone_number(NUMBER)
    assert len(graph.requests) == 1


def test_all_numbers_of_an_account_are_listed(graph, api):
    first = {"data": [FULL], "paging": {"cursors": {"after": "C1"}, "next": "https://x"}}
    graph.will(replies(first), replies({"data": [{"id": "2"}, "x"]}))
    assert [number.id for number in api.phone_numbers(WABA)] == [NUMBER, "2"]


def test_the_facts_of_an_account_are_read(graph, api):
    graph.will(replies({"id": WABA, "name": "Kettle & Co", "timezone_id": 62}))
    assert api.business_account(WABA) == BusinessAccountFacts(WABA, "Kettle & Co", None, "62")


def test_an_answer_of_endless_size_is_cut_off(graph, api):
    graph.will(replies(b" " * 17_000_000))
    with pytest.raises(OutcomeUnknown, match="too large"):
        api.business_account(WABA)


def test_a_server_that_is_away_is_surely_not_asked(graph):
    api = CloudApi(base_url="http://127.0.0.1:9", version="v25.0", token="x", connect_timeout_s=1)
    with pytest.raises(NotSent):
        api.business_account(WABA)
