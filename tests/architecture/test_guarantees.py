"""Every case of docs/guarantees.md has a test that carries its id, or stands on the open list."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.architecture.catalogue import (
    CASE,
    GUARANTEES,
    PROMISE,
    carried,
    cases_in,
    ids_in,
    listed,
    open_cases,
)


def test_every_case_is_tested_or_open():
    assert listed() - carried() - open_cases() == set()


def test_the_open_list_only_gets_shorter():
    assert open_cases() & carried() == set(), "run: python -m tests.architecture.catalogue"


def test_nothing_open_or_tested_is_unknown():
    assert (open_cases() | carried()) - listed() == set()


def test_no_id_is_given_twice():
    counted = Counter(CASE.findall(GUARANTEES.read_text()))
    assert [name for name, count in counted.items() if count > 1] == []


def test_every_promise_names_cases_that_exist():
    promises = PROMISE.findall(GUARANTEES.read_text())
    assert [promise for promise, _ in promises] == [f"G{n}" for n in range(1, len(promises) + 1)]
    assert [promise for promise, text in promises if not cases_in(text)] == []
    assert set().union(*(cases_in(text) for _, text in promises)) - listed() == set()


def test_every_case_proves_a_promise():
    proved = set().union(*(cases_in(text) for _, text in PROMISE.findall(GUARANTEES.read_text())))
    assert listed() - proved == set()


@pytest.mark.parametrize(
    ("code", "ids"),
    [
        ('@pytest.mark.case("F13")\ndef test(): ...', ["F13"]),
        ('pytestmark = pytest.mark.case("F13", "S01")', ["F13", "S01"]),
        ('pytest.param(1, marks=pytest.mark.case("S02"))', ["S02"]),
        ('case("F13")', []),
    ],
)
def test_the_ids_on_a_test_are_found(code, ids):
    assert ids_in(ast.parse(code)) == ids


def test_a_range_of_cases_is_read():
    assert cases_in("(F01-F03, S09)") == {"F01", "F02", "F03", "S09"}
