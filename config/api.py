"""The REST API: every app's router under one prefix."""

from __future__ import annotations

from typing import Final

from accounts.api.health import router as health
from accounts.api.numbers import router as accounts
from accounts.api.onboarding import router as onboarding
from accounts.api.people import router as people
from automation.api import router as assistants
from campaigns.api.broadcast import router as broadcast
from campaigns.api.campaigns import router as campaigns
from campaigns.api.recipients import router as recipients
from config.rest.api import BatonApi
from inbox.api.baton import router as baton
from inbox.api.contacts import router as contacts
from inbox.api.conversation_changes import router as conversations
from inbox.api.media import router as media
from inbox.api.messages import router as messages
from inbox.api.notes import router as notes
from inbox.api.typed_sends import router as typed_sends
from templates_app.api.changing import router as templates

api: Final = BatonApi(
    title="Baton",
    version="1",
    description="WhatsApp conversations, messages and templates. Errors and envelope: docs/api.md.",
    urls_namespace="api",
)
# One path per type before `messages`: there an id may stand in the same place.
own = (accounts, onboarding, assistants, health, people)
talk = (contacts, conversations, notes, baton, typed_sends, broadcast, messages, media)
for router in (*own, *talk, templates, campaigns, recipients):
    api.add_router("", router)
