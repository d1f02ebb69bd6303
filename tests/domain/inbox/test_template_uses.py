"""When and where a template was sent, as its pages tell it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from inbox.models import Message
from inbox.template_uses import last_used, uses_of
from tests.cast import a_conversation
from tests.domain.templates_app.conftest import a_template


def sent(conversation, template, *, at):
    return Message.objects.create(
        organization_id=conversation.organization_id,
        conversation=conversation,
        phone_number=conversation.phone_number,
        direction="outbound",
        type="template",
        status="queued",
        sender_type="agent",
        template_name=template.name,
        template_language=template.language,
        at=at,
        created_at=at,
    )


def test_the_newest_sends_are_told_with_their_threads(cast, django_assert_num_queries):
    used, never = a_template(cast.account), a_template(cast.account, "never")
    now = timezone.now()
    dora = a_conversation(cast.number)
    times = [now - timedelta(hours=hours) for hours in range(7)]
    messages = [sent(dora, used, at=at) for at in times]
    with django_assert_num_queries(1):
        assert last_used([used.pk, never.pk]) == {used.pk: times[0]}
    with django_assert_num_queries(1):
        found = uses_of(used, person=cast.amina)
    assert [one.href for one in found] == [
        f"/inbox/{dora.pk}/?message={message.pk}" for message in messages[:5]
    ]
    assert found[0].who == "Dora Lindqvist"
    assert uses_of(used, person=cast.eve) == uses_of(never, person=cast.amina) == ()
