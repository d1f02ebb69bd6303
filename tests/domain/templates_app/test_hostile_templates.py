"""Whatever Meta lists of a template is text on every page of it."""

from __future__ import annotations

import pytest

from accounts.actors import SYSTEM
from simulator.template_parts import body, buttons, footer, header, quick
from templates_app.actions import sync_templates
from templates_app.models import MessageTemplate
from tests.domain.templates_app.conftest import AT, listed
from tests.web.inbox.test_hostile_text import HOSTILE, Structure, same_elements

pytestmark = pytest.mark.once
HARMLESS = "quite {{2}} harmless __ __ __ __"  # as many places to break a name as any


def a_listed(name, text):
    """Everything that can say something says it."""
    parts = [
        header(f"{text} {{{{1}}}}", text),
        body(f"{text} {{{{1}}}}", text),
        footer(text),
        buttons(quick(text)),
    ]
    words = {"status": "REJECTED", "rejected_reason": text[:60], "quality": text[:60]}
    return listed(f"{name}{text}"[:500], components=parts, **words)


def pages(client, row):
    path = f"/settings/templates/{row.pk}/"
    for address in (path, f"{path}edit/", f"{path}delete/", "/settings/templates/"):
        answer = client.get(address)
        assert answer.status_code == 200
        yield Structure(answer.text)


@pytest.mark.case("S31")
def test_the_pages_of_a_hostile_template_have_the_elements_of_a_harmless_one(
    client, meta, account, ben
):
    client.force_login(ben)
    meta.simulator.world.templates = [a_listed("z", HARMLESS)]
    sync_templates(account.pk, by=SYSTEM, at=AT)
    MessageTemplate.objects.update(explanation=HARMLESS, advice=HARMLESS)
    harmless = list(pages(client, MessageTemplate.objects.get()))
    for text in HOSTILE:
        meta.simulator.world.templates = [a_listed("a", text)]
        MessageTemplate.objects.all().delete()
        sync_templates(account.pk, by=SYSTEM, at=AT)
        MessageTemplate.objects.update(explanation=text[:9], advice=text.replace("\0", ""))
        for bad, good in zip(pages(client, MessageTemplate.objects.get()), harmless, strict=True):
            same_elements(bad, good)
