"""One simulator for all tests of the folder, reset between them, and one listener each."""

from collections.abc import Iterator

import pytest
import requests

from simulator.testing import Running, running
from tests.unit.simulator.graph_client import Graph
from tests.unit.simulator.listener import Listener, listening


@pytest.fixture(scope="module")
def one_simulator() -> Iterator[Running]:
    with running() as sim:
        yield sim


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as heard:
        yield heard


@pytest.fixture
def sim(one_simulator: Running, listener: Listener) -> Iterator[Running]:
    one_simulator.reset()
    one_simulator.control(webhook_url=listener.url)
    yield one_simulator
    one_simulator.reset()


@pytest.fixture
def graph(sim: Running) -> Iterator[Graph]:
    with requests.Session() as session:
        yield Graph(sim, session)
