import time

import pytest
import requests

from simulator.testing import wait_for
from tests.unit.simulator.graph_client import DORA, code_of, wamid_of


def test_the_next_two_sends_fail_and_the_third_goes(graph, sim):
    sim.fault("error", code=131000, count=2)
    assert [graph.text().status_code for _ in range(3)] == [500, 500, 200]
    assert len(sim.accepts()) == 1


def test_a_fault_may_skip_the_first_calls(graph, sim):
    sim.fault("error", code=190, skip=1)
    assert [graph.text().status_code for _ in range(3)] == [200, 401, 401]


@pytest.mark.parametrize(
    ("code", "http"), [(0, 401), (2, 503), (190, 401), (368, 403), (131047, 400), (132001, 404)]
)
def test_an_error_comes_with_metas_http_status(graph, sim, code, http):
    sim.fault("error", code=code, retry_after_s=7)
    answer = graph.text()
    assert code_of(answer) == (http, code)
    assert answer.headers["retry-after"] == "7"


def test_an_error_can_be_for_one_recipient_or_number_only(graph, sim):
    sim.fault("error", to="447700900461")
    sim.fault("error", phone_number_id="another")
    assert graph.text(to=DORA).status_code == 200
    assert graph.text(to="+447700900461").status_code == 500


def test_an_error_can_come_later_as_a_failed_status(graph, sim, listener):
    sim.fault("failed_status", code=131049)
    assert graph.text().status_code == 200
    status = wait_for(lambda: listener.statuses and listener.statuses[0])
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131049)


def test_a_bare_http_error_holds_no_graph_object(graph, sim):
    sim.fault("http", http=502)
    answer = graph.text()
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert sim.accepts() == []


def test_an_http_error_after_the_accept(graph, sim):
    sim.fault("accept_then_http", http=500, body="")
    assert (graph.text().status_code, len(sim.accepts())) == (500, 1)


@pytest.mark.parametrize(("kind", "accepted"), [("drop_before_accept", 0), ("accept_then_drop", 1)])
def test_a_dropped_connection(graph, sim, kind, accepted):
    sim.fault(kind, count=1)
    with pytest.raises(requests.ConnectionError):
        graph.text()
    assert len(sim.accepts()) == accepted
    assert graph.text().status_code == 200


@pytest.mark.parametrize(("kind", "accepted"), [("black_hole", 0), ("accept_then_hang", 1)])
def test_an_answer_that_never_comes(graph, sim, kind, accepted):
    sim.fault(kind, count=1)
    graph.timeout_s = 0.3
    with pytest.raises(requests.ReadTimeout):
        graph.text()
    assert len(sim.accepts()) == accepted


def test_an_answer_that_comes_late_is_still_right(graph, sim, listener):
    sim.fault("accept_then_slow", seconds=0.4, count=1)
    before = time.monotonic()
    answer = graph.text()
    assert time.monotonic() - before >= 0.4
    assert {status["id"] for status in listener.statuses} == {wamid_of(answer)}


@pytest.mark.parametrize(("kind", "body"), [("empty_200", b""), ("object_200", b"{}")])
def test_a_hollow_200(graph, sim, kind, body):
    sim.fault(kind)
    answer = graph.text()
    assert (answer.status_code, answer.content, len(sim.accepts())) == (200, body, 1)


def test_a_200_that_breaks_off(graph, sim):
    sim.fault("truncated_200")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        graph.text()
    assert len(sim.accepts()) == 1


def test_a_200_with_two_ids(graph, sim):
    sim.fault("two_ids_200")
    assert len(graph.text().json()["messages"]) == 2


def test_latency_delays_every_answer(graph, sim):
    sim.control(latency_ms=[200, 250])
    before = time.monotonic()
    graph.text()
    assert time.monotonic() - before >= 0.2


def test_chances_fall_the_same_way_for_the_same_seed(graph, sim):
    def round_of_ten() -> list[int]:
        sim.control(seed=7, faults=[{"kind": "error", "chance": 0.5}])
        return [graph.text().status_code for _ in range(10)]

    first = round_of_ten()
    assert set(first) == {200, 500}
    assert round_of_ten() == first


def test_held_for_quality_is_told_in_the_answer(graph, sim):
    sim.fault("held")
    answer = graph.template("shop_closed_today")
    assert answer.json()["messages"][0]["message_status"] == "held_for_quality_assessment"


def test_an_unknown_switch_is_refused_and_changes_nothing(sim):
    with pytest.raises(ValueError, match="unknown switch"):
        sim.control(latency_ms=5, nonsense=True)
    with pytest.raises(ValueError, match="no such fault"):
        sim.fault("explode")
    assert sim.state()["switches"]["latency_ms"] == [0, 0]


def test_control_takes_json_only(sim):
    answer = requests.post(f"{sim.base_url}/control/reset", data="{}", timeout=5)
    assert answer.status_code == 415
