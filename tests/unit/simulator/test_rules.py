from tests.unit.simulator.graph_client import code_of


def test_outside_the_window_only_templates_go(graph, sim):
    sim.control(rules={"window": True})
    assert code_of(graph.text()) == (400, 131047)
    assert graph.template("shop_closed_today").status_code == 200


def test_the_window_closes_by_the_simulators_clock(graph, sim):
    sim.control(rules={"window": True})
    sim.says("dora")
    assert graph.text().status_code == 200
    sim.control(clock_offset_s=24 * 3600 + 1)
    assert code_of(graph.text()) == (400, 131047)


def test_a_reaction_does_not_open_the_window(graph, sim):
    sim.control(rules={"window": True})
    sim.says("dora", "reaction", wamid_of="wamid.x", emoji="👍")
    assert code_of(graph.text()) == (400, 131047)


def test_the_pair_rate_allows_a_burst_of_45(graph, sim):
    sim.control(rules={"pair": True})
    codes = [graph.text().status_code for _ in range(46)]
    assert codes == [200] * 45 + [400]
    assert graph.text(to="+447700900461").status_code == 200
    sim.control(clock_offset_s=7)
    assert graph.text().status_code == 200


def test_the_throughput_is_counted_per_second(graph, sim):
    sim.control(rules={"throughput": 3})
    codes = [graph.text().status_code for _ in range(4)]
    assert codes == [200, 200, 200, 400]


def test_a_test_number_reaches_its_list_only(graph, sim):
    sim.control(rules={"allow_list": True}, allowed=["imogen"])
    assert code_of(graph.text()) == (400, 131030)
    assert graph.text(to="+447700900461").status_code == 200


def test_stop_ends_marketing(graph, sim):
    sim.control(rules={"opt_out": True})
    sim.says("dora", text="stop")
    values = [{"type": "text", "text": "Dora"}, {"type": "text", "text": "20 %"}]
    code = {"type": "coupon_code", "coupon_code": "KETTLE20"}
    button = {"type": "button", "sub_type": "copy_code", "index": "0", "parameters": [code]}
    answer = graph.template("coupon", "en_US", {"type": "body", "parameters": values}, button)
    assert code_of(answer) == (400, 131050)


def test_a_deregistered_number_cannot_send_until_registered(graph, sim):
    number = sim.phone_number_id
    graph.call("POST", f"{number}/deregister")
    assert code_of(graph.text()) == (400, 133010)
    wrong = graph.call("POST", f"{number}/register", json={"pin": "000000"})
    assert code_of(wrong) == (400, 133005)
    graph.call("POST", f"{number}/register", json={"pin": "123456"})
    assert graph.text().status_code == 200


def test_a_blocked_customer_cannot_be_written_to(graph, sim):
    blocks = {"messaging_product": "whatsapp", "block_users": [{"user": "+12025550143"}]}
    graph.call("POST", f"{sim.phone_number_id}/block_users", json=blocks)
    assert code_of(graph.text()) == (400, 130403)
