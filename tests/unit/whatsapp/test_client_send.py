"""Sending over a real socket: accepted, refused, surely not sent, or unknown."""

import os
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.unit.whatsapp.graph import (
    drips,
    hangs_up,
    is_silent,
    refuses,
    replies,
    resets,
    running_graph,
    says,
)
from whatsapp.client import Accepted, CloudApi
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown, Remedy

NUMBER = "106540352242922"
PAYLOAD = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "Hi \u00e9"}}
TAKEN = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.A"}]}
OK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
def graph():
    with running_graph() as server:
        yield server


def an_api(address, **extra):
    times = {"connect_timeout_s": 1, "read_timeout_s": 1, "total_timeout_s": 3, **extra}
    return CloudApi(base_url=address, version="v25.0", token="EAAG-token", **times)


@pytest.fixture
def api(graph):
    return an_api(graph.address)


def test_an_accepted_message_has_its_wamid(graph, api):
    contact = {"input": "+551195550164", "wa_id": "5511995550164", "user_id": "BR.1"}
    message = {"id": "wamid.A", "message_status": "held_for_quality_assessment"}
    graph.will(replies({"contacts": [contact], "messages": [message]}))
    assert api.send(NUMBER, PAYLOAD) == Accepted(
        "wamid.A", "5511995550164", "BR.1", "held_for_quality_assessment"
    )


def test_the_request_carries_version_token_and_escaped_json(graph, api):
    graph.will(replies(TAKEN))
    api.send(NUMBER, PAYLOAD)
    (seen,) = graph.requests
    assert (seen.method, seen.path) == ("POST", f"/v25.0/{NUMBER}/messages")
    assert seen.headers["Authorization"] == "Bearer EAAG-token"
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.json == PAYLOAD
    assert b"\\u00e9" in seen.body


def test_a_base_address_may_have_a_path(graph):
    graph.will(replies(TAKEN))
    an_api(graph.address + "/simulator/graph/").send(NUMBER, PAYLOAD)
    assert graph.requests[0].path == f"/simulator/graph/v25.0/{NUMBER}/messages"


def test_a_read_receipt_may_show_typing(graph, api):
    graph.will(replies({"success": True}))
    api.mark_as_read(NUMBER, "wamid.A")
    api.mark_as_read(NUMBER, "wamid.A", typing=True)
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A"}
    assert [seen.json for seen in graph.requests] == [
        receipt,
        {**receipt, "typing_indicator": {"type": "text"}},
    ]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 503])
def test_an_error_object_is_a_refusal_whatever_the_http_status(graph, api, status):
    details = {"messaging_product": "whatsapp", "details": "More than 24 hours have passed."}
    graph.will(refuses(131047, status, error_data=details, fbtrace_id="A1", error_subcode=7))
    with pytest.raises(CloudApiError) as caught:
        api.send(NUMBER, PAYLOAD)
    error = caught.value
    assert (error.code, error.subcode, error.http_status) == (131047, 7, status)
    assert (error.details, error.fbtrace_id) == (details["details"], "A1")
    assert error.remedy is Remedy.WINDOW


def test_words_for_the_admin_are_kept(graph, api):
    graph.will(refuses(2388073, error_user_title="Body", error_user_msg="No variable at the end"))
    with pytest.raises(CloudApiError) as caught:
        api.send(NUMBER, PAYLOAD)
    assert (caught.value.user_title, caught.value.user_message) == (
        "Body",
        "No variable at the end",
    )
    assert caught.value.details == "No variable at the end"


USAGE = '{"1":[{"type":"messaging","estimated_time_to_regain_access":2}],"2":"x"}'


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "7"}, 7),
        ({"X_Business_Use_Case_Usage": USAGE}, 120),
        ({"Retry_After": "300", "X_Business_Use_Case_Usage": USAGE}, 300),
        ({"Retry_After": "99999999"}, 21_600),
        ({"Retry_After": "soon", "X_Business_Use_Case_Usage": "["}, None),
        ({"Retry_After": "-5"}, None),
        ({}, None),
    ],
)
def test_the_wait_that_meta_names_is_read(graph, api, headers, wait):
    graph.will(replies({"error": {"code": 80007, "message": "x"}}, 400, **headers))
    with pytest.raises(CloudApiError) as caught:
        api.send(NUMBER, PAYLOAD)
    assert caught.value.retry_after_s == wait


@pytest.mark.parametrize(("status", "remedy"), [(404, "payload"), (401, "pause"), (429, "retry")])
def test_a_bare_4xx_is_a_refusal_without_a_code(graph, api, status, remedy):
    graph.will(replies(b"<html>", status))
    with pytest.raises(CloudApiError) as caught:
        api.send(NUMBER, PAYLOAD)
    assert (caught.value.code, caught.value.remedy) == (-1, remedy)


UNCLEAR = {
    "5xx without an error object": replies(b"<html>Bad gateway</html>", 502),
    "5xx with an error that has no code": replies({"error": {"message": "x"}}, 500),
    "5xx with an error that is a word": replies({"error": "x"}, 503),
    "request time-out of a gateway": replies(b"", 408),
    "200 empty": replies(b""),
    "200 {}": replies({}),
    "200 []": replies([]),
    "200 HTML": replies(b"<html>captive portal</html>"),
    "200 half JSON": replies(b'{"messages":[{"id":"wam'),
    "200 deep JSON": replies(b"[" * 100_000),
    "200 without messages": replies({"messages": []}),
    "200 with two ids": replies({"messages": [{"id": "wamid.A"}, {"id": "wamid.B"}]}),
    "200 with an empty id": replies({"messages": [{"id": ""}]}),
    "200 with a number for an id": replies({"messages": [{"id": 7}]}),
    "200 with a strange message": replies({"messages": ["x"]}),
    "reset": resets,
    "closed without a word": hangs_up,
    "not HTTP": says(b"220 mail.example ESMTP\r\n"),
    "head cut short": says(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "half an answer": says(OK_HEAD + b'Content-Length: 100\r\n\r\n{"messages":'),
    "broken chunks": says(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "half the chunks": says(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
    "broken gzip": says(OK_HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
    "redirect": replies(b"", 302, Location="http://127.0.0.1:9/"),
}


@pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_what_is_no_clear_answer_is_an_unknown_outcome(graph, api, answer):
    graph.will(answer)
    with pytest.raises(OutcomeUnknown):
        api.send(NUMBER, PAYLOAD)
    assert len(graph.requests) == 1


def test_the_http_status_of_an_unknown_outcome_is_kept(graph, api):
    graph.will(replies(b"", 502))
    with pytest.raises(OutcomeUnknown) as caught:
        api.send(NUMBER, PAYLOAD)
    assert caught.value.http_status == 502


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(graph, api, status):
    graph.will(replies(b"", status, Location=graph.address + "/elsewhere"), replies(TAKEN))
    with pytest.raises(OutcomeUnknown):
        api.send(NUMBER, PAYLOAD)
    assert len(graph.requests) == 1


def test_silence_is_an_unknown_outcome(graph):
    graph.will(is_silent(graph))
    with pytest.raises(OutcomeUnknown):
        an_api(graph.address, read_timeout_s=0.2).send(NUMBER, PAYLOAD)


DRIPPING = {
    "body by length": OK_HEAD + b"Content-Length: 100000\r\n\r\n{",
    "body in chunks": OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
    "body until the end": OK_HEAD + b"Connection: close\r\n\r\n",
    "head": OK_HEAD + b"X-Drip: ",
}


@pytest.mark.parametrize("head", DRIPPING.values(), ids=DRIPPING.keys())
def test_an_answer_that_drips_is_cut_by_the_watchdog(graph, head):
    graph.will(drips(graph, head, b"1\r\n \r\n" if b"chunked" in head else b" "))
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="total time-out"):
        an_api(graph.address, total_timeout_s=0.4).send(NUMBER, PAYLOAD)
    assert time.monotonic() - started < 2


def test_a_watchdog_that_cuts_a_complete_looking_answer_is_not_believed(graph):
    whole = b'{"messages":[{"id":"wamid.A"}]}'
    graph.will(drips(graph, OK_HEAD + b"Connection: close\r\n\r\n" + whole))
    with pytest.raises(OutcomeUnknown, match="total time-out"):
        an_api(graph.address, total_timeout_s=0.3).send(NUMBER, PAYLOAD)


def a_free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    "address",
    [
        f"http://127.0.0.1:{a_free_port()}",
        f"https://127.0.0.1:{a_free_port()}",
        "http://localhost.invalid.",
    ],
    ids=["refused", "refused before TLS", "no such name"],
)
def test_without_a_connection_it_is_surely_not_sent(address):
    with pytest.raises(NotSent):
        an_api(address).send(NUMBER, PAYLOAD)


def test_a_server_that_does_not_take_the_connection_is_surely_not_sent():
    with closing(socket.socket()) as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        with pytest.raises(NotSent):
            an_api(f"http://127.0.0.1:{address[1]}", connect_timeout_s=0.2).send(NUMBER, PAYLOAD)
        for one in waiting:
            one.close()


def test_tls_that_fails_is_surely_not_sent(graph):
    with pytest.raises(NotSent):
        an_api(graph.address.replace("http:", "https:")).send(NUMBER, PAYLOAD)
    assert graph.requests == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls_graph(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running_graph(context) as server:
        yield server


@pytest.fixture
def trusting(certificate):
    with requests.Session() as session:
        session.verify = str(certificate)
        yield session


def test_a_certificate_nobody_vouches_for_gets_neither_token_nor_message(tls_graph):
    with pytest.raises(NotSent):
        an_api(tls_graph.address).send(NUMBER, PAYLOAD)
    assert tls_graph.requests == []


def test_tls_works_and_the_watchdog_cuts_it_too(tls_graph, trusting):
    api = an_api(tls_graph.address, total_timeout_s=0.5, session=trusting)
    tls_graph.will(replies(TAKEN))
    assert api.send(NUMBER, PAYLOAD).wamid == "wamid.A"
    tls_graph.will(drips(tls_graph, OK_HEAD + b"Connection: close\r\n\r\n{"))
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="total time-out"):
        api.send(NUMBER, PAYLOAD)
    assert time.monotonic() - started < 2


def test_a_tls_connection_that_breaks_after_the_request_is_an_unknown_outcome(tls_graph, trusting):
    tls_graph.will(resets)
    with pytest.raises(OutcomeUnknown):
        an_api(tls_graph.address, session=trusting).send(NUMBER, PAYLOAD)


def test_a_connection_is_kept_and_a_stale_one_is_an_unknown_outcome_at_worst(graph, api):
    graph.will(replies(TAKEN), replies(TAKEN), resets, replies(TAKEN))
    assert api.send(NUMBER, PAYLOAD).wamid == "wamid.A"
    assert api.send(NUMBER, PAYLOAD).wamid == "wamid.A"
    with pytest.raises(OutcomeUnknown):
        api.send(NUMBER, PAYLOAD)
    assert api.send(NUMBER, PAYLOAD).wamid == "wamid.A"
    assert len(graph.requests) == 4


def test_a_connection_that_was_idle_is_given_up_before_its_server_does(graph, api, monkeypatch):
    graph.will(replies(TAKEN))
    for idle_s, connections in ((60, 1), (0, 2)):
        monkeypatch.setattr("whatsapp.transport.IDLE_S", idle_s)
        api.send(NUMBER, PAYLOAD)
        api.send(NUMBER, PAYLOAD)
        assert len({one.port for one in graph.requests[-2:]}) == connections


def test_one_client_serves_many_threads(graph, api):
    graph.will(replies(TAKEN))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: api.send(NUMBER, PAYLOAD).wamid, range(40)))
    assert found == ["wamid.A"] * 40
    assert len(graph.requests) == 40


def test_a_cut_in_one_thread_leaves_the_others_alone(graph):
    api = an_api(graph.address, total_timeout_s=0.3)
    graph.will(drips(graph, OK_HEAD + b"Connection: close\r\n\r\n{"), replies(TAKEN))
    faults = []

    def is_cut():
        with pytest.raises(OutcomeUnknown) as caught:
            api.send(NUMBER, PAYLOAD)
        faults.append(caught.value)

    thread = threading.Thread(target=is_cut)
    thread.start()
    while not graph.requests:
        time.sleep(0.01)
    assert api.send(NUMBER, PAYLOAD).wamid == "wamid.A"
    thread.join()
    assert len(faults) == 1


def test_proxies_of_the_environment_are_not_used(graph, api, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, f"http://127.0.0.1:{a_free_port()}")
    graph.will(replies(TAKEN))
    assert api.send(NUMBER, PAYLOAD).wamid == "wamid.A"


@pytest.mark.parametrize("number", ["", "..", "1/2/../3", "106?x=1", "106#", "1 2", "é", "a%2fb"])
def test_an_id_cannot_lead_to_another_endpoint(graph, api, number):
    with pytest.raises(NotSent):
        api.send(number, PAYLOAD)
    assert graph.requests == []


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX-Evil: 1", "é"])
def test_a_token_with_strange_characters_is_refused_at_once(token):
    with pytest.raises(ValueError, match="token"):
        CloudApi(base_url="http://127.0.0.1", version="v25.0", token=token)


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1:80", "http://", "http://127.0.0.1:99999", "gopher://127.0.0.1", "http://a@b"],
)
def test_an_address_that_is_none_is_refused_at_once(address):
    with pytest.raises(ValueError, match="no web address"):
        an_api(address)


def test_a_payload_that_is_no_json_is_refused_before_anything_leaves(graph, api):
    deep = inner = {}
    for _ in range(100_000):
        inner["k"] = inner = {}
    for payload in ({"x": float("nan")}, deep):
        with pytest.raises(ValueError):  # noqa: PT011 - from the JSON encoder or for its depth
            api.send(NUMBER, payload)
    assert graph.requests == []


def test_nothing_printed_holds_the_token(graph, api):
    assert "EAAG" not in repr(api)
    with pytest.raises(NotSent) as caught:
        an_api(f"http://127.0.0.1:{a_free_port()}").send(NUMBER, PAYLOAD)
    assert "EAAG" not in str(caught.value)
