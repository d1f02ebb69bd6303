"""Two hundred scripted lives: whoever writes has one contact, and no answer goes astray."""

from __future__ import annotations

import pytest

from inbox.models import Contact
from tests.cast import Cast
from tests.domain.inbox.lives import Story

pytestmark = pytest.mark.once
NIGHT = pytest.mark.nightly

STEPS = ("writes", "writes", "answers", "answers", "hides", "changes_number", "changes_id")


def lived(cast: Cast, seed: int, *, steps: tuple[str, ...] = STEPS) -> Story:
    """A story with these steps in some order; it begins and ends with a message."""
    story = Story(cast, seed)
    for step in ["writes", *story.dice.choices(steps, k=6), "writes", "answers"]:
        getattr(story, step)()
    return story


def check(story: Story, seed: int) -> None:
    assert story.wrong == [], seed
    assert story.contacts() == story.wanted(), seed
    assert story.threads() <= len(story.wanted()), seed


@pytest.mark.case("F84", "F85")
@pytest.mark.parametrize("first", [1, *(pytest.param(n, marks=NIGHT) for n in range(26, 151, 25))])
def test_no_answer_goes_to_somebody_else_and_one_person_is_one_contact(cast: Cast, first) -> None:
    for seed in range(first, first + 25):
        check(lived(cast, seed), seed)


@pytest.mark.case("F85")
@pytest.mark.parametrize("first", [151, pytest.param(176, marks=NIGHT)])
def test_no_answer_goes_astray_when_contacts_are_joined_and_parted(cast: Cast, first) -> None:
    for seed in range(first, first + 25):
        check(lived(cast, seed, steps=(*STEPS, "joins", "joins", "parts")), seed)
    assert Contact.objects.filter(merged_into__isnull=False).exists()
