"""Why a file is not here, as people read it."""

from __future__ import annotations

import pytest

from inbox import fetching
from inbox.media_presentation import sentence
from inbox.models import Media, MediaState

WORDS = [
    value for name, value in vars(fetching).items() if name.isupper() and isinstance(value, str)
]


@pytest.mark.parametrize("error", [*WORDS, "", "CloudApiError", "a word of tomorrow"])
def test_no_card_shows_a_word_of_the_code(error: str) -> None:
    told = sentence(Media(meta_media_id="1", state=MediaState.FAILED, error=error))
    assert told.endswith(".")
    assert not error or error not in told


def test_what_is_tried_again_says_so() -> None:
    late = Media(meta_media_id="1", state=MediaState.PENDING, attempts=2, error="CloudApiError")
    assert sentence(late).endswith("It is tried again by itself.")
