"""Sara, who makes campaigns, in front of her browser."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.models import Campaign
from tests.campaigning import a_campaign
from tests.cast import Cast, a_cast


@pytest.fixture
def cast(db, settings, tmp_path) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    return a_cast()


@pytest.fixture
def sara(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.sara)
    return client


@pytest.fixture
def draft(cast: Cast) -> Campaign:
    """To nobody yet, with a template of two values."""
    return a_campaign(cast, people=0, launched=False, variables={})
