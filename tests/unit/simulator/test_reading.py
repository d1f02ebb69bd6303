import base64
import hashlib

import pytest
import requests

from tests.unit.simulator.graph_client import code_of, message

ACCOUNT = "102290129340398"


def pages(graph, limit):
    query = {"limit": limit}
    while True:
        page = graph.get(f"{ACCOUNT}/message_templates", **query)
        yield page
        if "next" not in page.get("paging", {}):
            return
        query["after"] = page["paging"]["cursors"]["after"]


def test_templates_come_in_pages_without_gap_or_double(graph):
    sizes = [page["data"] for page in pages(graph, 7)]
    rows = [row for page in sizes for row in page]
    assert all(len(page) == 7 for page in sizes[:-1])
    assert len(rows) == len({row["id"] for row in rows}) >= 30


def test_the_sample_templates_are_of_every_kind(graph):
    rows = [row for page in pages(graph, 100) for row in page["data"]]
    parts = [part for row in rows for part in row["components"]]
    buttons = [b["type"] for part in parts if part["type"] == "BUTTONS" for b in part["buttons"]]
    assert {row["status"] for row in rows} >= {"APPROVED", "PENDING", "REJECTED", "PAUSED"}
    assert {row["category"] for row in rows} == {"UTILITY", "MARKETING", "AUTHENTICATION"}
    assert {row["parameter_format"] for row in rows} == {"POSITIONAL", "NAMED"}
    assert len({row["language"] for row in rows}) >= 5
    formats = {part.get("format") for part in parts if part["type"] == "HEADER"}
    assert formats == {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"}
    assert {"URL", "QUICK_REPLY", "COPY_CODE", "PHONE_NUMBER", "FLOW"} <= set(buttons)
    assert any(part["type"] == "CAROUSEL" for part in parts)


def test_one_page_of_templates_can_fail_once(graph, sim):
    sim.fault("error", on="templates", page=2, code=2, count=1)
    first = graph.get(f"{ACCOUNT}/message_templates", limit=10)
    after = first["paging"]["cursors"]["after"]
    path, query = f"{ACCOUNT}/message_templates", {"limit": 10, "after": after}
    assert graph.call("GET", path, params=query).status_code == 503
    assert graph.call("GET", path, params=query).status_code == 200


def test_templates_can_be_filtered(graph):
    rows = graph.get(f"{ACCOUNT}/message_templates", status="PAUSED", fields="name,status")["data"]
    assert [row["name"] for row in rows] == ["spring_sale"]
    assert set(rows[0]) == {"id", "name", "status"}


def test_a_number_tells_the_fields_that_were_asked_for(graph, sim):
    answer = graph.get(sim.phone_number_id, fields="display_phone_number,throughput,nonsense")
    assert answer == {
        "display_phone_number": "+1 555-078-3881",
        "throughput": {"level": "STANDARD"},
        "id": sim.phone_number_id,
    }


def test_account_numbers_and_token(graph, sim):
    assert graph.get(ACCOUNT)["id"] == ACCOUNT
    assert graph.get(f"{ACCOUNT}/phone_numbers")["data"][0]["id"] == sim.phone_number_id
    scopes = graph.get("debug_token", input_token=sim.access_token)["data"]["granular_scopes"]
    assert scopes[0]["target_ids"] == [ACCOUNT]
    assert graph.call("POST", f"{ACCOUNT}/subscribed_apps").json() == {"success": True}


@pytest.mark.parametrize("path", ["nowhere", "12345", f"{ACCOUNT}/nothing", ""])
def test_an_unknown_path_is_a_graph_error(graph, path):
    answer = graph.call("GET", path)
    assert code_of(answer) == (400, 100)
    assert answer.json()["error"]["error_subcode"] == 33


def test_a_wrong_token_is_190(graph, sim):
    for headers in ({"Authorization": "Bearer wrong"}, {"Authorization": ""}):
        answer = graph.call("GET", sim.phone_number_id, headers=headers)
        assert code_of(answer) == (401, 190)


def test_a_new_token_replaces_the_old_one(graph, sim):
    old = sim.access_token
    sim.control(access_token="fresh")
    headers = {"Authorization": f"Bearer {old}"}
    assert graph.call("GET", sim.phone_number_id, headers=headers).status_code == 401
    assert graph.call("GET", sim.phone_number_id).status_code == 200


def test_media_go_up_and_come_down_again(graph, sim):
    data = bytes(range(256)) * 40
    files = {"file": ("a b.pdf", data, "application/pdf")}
    form = {"messaging_product": "whatsapp", "type": "application/pdf"}
    path = f"{sim.phone_number_id}/media"
    media_id = graph.call("POST", path, data=form, files=files).json()["id"]
    facts = graph.get(media_id)
    assert facts["file_size"] == str(len(data))
    assert base64.b64decode(facts["sha256"]) == hashlib.sha256(data).digest()
    headers = {"Authorization": f"Bearer {sim.access_token}"}
    assert requests.get(facts["url"], headers=headers, timeout=5).content == data
    assert requests.get(facts["url"], timeout=5).status_code == 401
    document = message("document", {"id": media_id, "filename": "a b.pdf"})
    assert graph.post(document).status_code == 200
    assert graph.call("DELETE", media_id).json() == {"success": True}
    assert code_of(graph.call("GET", media_id)) == (400, 100)


def test_a_media_address_dies_after_five_minutes(graph, sim):
    sim.says("dora", "image")
    medium = sim.state()["messages"][0]["bubble"]["media"]
    url = graph.get(medium["id"])["url"]
    sim.control(clock_offset_s=301)
    headers = {"Authorization": f"Bearer {sim.access_token}"}
    assert requests.get(url, headers=headers, timeout=5).status_code == 404
    fresh = graph.get(medium["id"])["url"]
    assert requests.get(fresh, headers=headers, timeout=5).content.startswith(b"\xff\xd8")
    sim.control(clock_offset_s=8 * 24 * 3600)
    assert code_of(graph.call("GET", medium["id"])) == (400, 100)


def test_media_faults_reach_facts_and_bytes(graph, sim):
    sim.says("dora", "voice")
    medium = sim.state()["messages"][0]["bubble"]["media"]
    sim.control(
        faults=[
            {"kind": "wrong_hash", "on": "media", "count": 1},
            {"kind": "truncated_200", "on": "bytes", "count": 1},
        ]
    )
    assert graph.get(medium["id"])["sha256"] != medium["sha256"]
    url = graph.get(medium["id"])["url"]
    headers = {"Authorization": f"Bearer {sim.access_token}"}
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(url, headers=headers, timeout=5)


def test_a_file_of_an_unknown_type_is_refused(graph, sim):
    files = {"file": ("x.exe", b"MZ", "application/x-msdownload")}
    form = {"messaging_product": "whatsapp"}
    answer = graph.call("POST", f"{sim.phone_number_id}/media", data=form, files=files)
    assert code_of(answer) == (400, 100)
