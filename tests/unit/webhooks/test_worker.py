"""The worker's threads: woken at once, stopped at once, ended by nothing else."""

import threading

import pytest

from webhooks import worker
from webhooks.worker import Worker, wake


@pytest.fixture
def running():
    started = []

    def start(patience_s=None, **drains):
        started.append(Worker(drains, patience_s))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        assert one.stop(5)


def test_a_drain_that_did_something_is_called_again_at_once(running):
    calls = threading.Semaphore(0)

    def busy(stop):
        calls.release()
        return not stop.is_set()

    running(busy=busy)
    for _ in range(100):
        assert calls.acquire(timeout=1)


def test_an_idle_drain_is_woken_by_its_bell(running, monkeypatch):
    monkeypatch.setattr(worker, "IDLE_S", 60)
    calls = threading.Semaphore(0)

    def idle(stop):
        calls.release()
        return False

    running(idle=idle)
    assert calls.acquire(timeout=1)
    wake("another")
    assert not calls.acquire(timeout=0.1)
    wake("idle")
    assert calls.acquire(timeout=1)


def test_a_patient_drain_looks_seldom_and_hears_its_bell(running, monkeypatch):
    monkeypatch.setattr(worker, "IDLE_S", 0.01)
    calls = {"quick": threading.Semaphore(0), "patient": threading.Semaphore(0)}

    def idle(name):
        return lambda _stop: calls[name].release()

    running({"patient": 60}, quick=idle("quick"), patient=idle("patient"))
    assert all(calls["quick"].acquire(timeout=1) for _ in range(5))
    assert calls["patient"].acquire(timeout=1)
    assert not calls["patient"].acquire(timeout=0.1)
    wake("patient")
    assert calls["patient"].acquire(timeout=1)


def test_a_drain_is_called_once_more_after_the_stop(running):
    seen, asked = [], threading.Event()

    def sends(stop):
        seen.append(stop.is_set())
        if not stop.is_set():
            asked.set()
        return False

    one = running(sends=sends)
    assert asked.wait(1)
    assert one.stop(5)
    assert seen[-1]


def test_an_error_does_not_end_the_thread(running, monkeypatch):
    monkeypatch.setattr(worker, "AFTER_AN_ERROR_S", 0.01)
    calls = threading.Semaphore(0)

    def broken(stop):
        calls.release()
        raise ZeroDivisionError

    running(broken=broken)
    for _ in range(3):
        assert calls.acquire(timeout=1)


def test_a_stop_ends_idle_threads_at_once(running, monkeypatch):
    monkeypatch.setattr(worker, "IDLE_S", 60)
    one = running(idle=lambda _stop: False)
    assert one.stop(1)


def test_waking_what_does_not_run_here_is_harmless():
    wake("nobody")
