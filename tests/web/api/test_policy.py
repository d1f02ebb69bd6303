"""Every operation of the API as every key: whose ids it names decides who gets an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.actions.keys import revoke_key
from accounts.actors import SYSTEM
from accounts.models import BusinessAccount, Person, PhoneNumber
from inbox.models import Conversation, Message
from tests.campaigning import a_campaign
from tests.cast import a_cast, a_person, with_teams
from tests.domain.templates_app.conftest import a_template
from tests.web.api.conftest import PREFIX, a_key
from tests.web.api.test_contract import ANY_KEY, operations
from tests.web.world import a_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Ids in a path, and what they are part of: a conversation is seen by whom `inbox.access` says, the
# rest by every key of the organization that is not bound to other numbers; the shop's accounts and
# templates are those of the other number as well, a campaign is of one number.
OF_A_CONVERSATION = {"conversation_id", "message_id", "media_id", "contact_id"}
OF_A_NUMBER = {"campaign_id"}
OF_THE_SHOP = {"number_id", "account_id", "template_id", *OF_A_NUMBER}
WHERE_TO_ADD = (
    "tests/web/api/test_policy.py does not know the ids {names} of {path}: name each in"
    " OF_A_CONVERSATION or OF_THE_SHOP, and make one in the fixture `ids`"
)
# A body by which an operation gets as far as looking for what its path names; {} where that does.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/campaigns/{campaign_id}"): {"name": "Winter"},
    ("POST", "/campaigns/{campaign_id}/recipients"): {"recipients": [{"to": "+12025550199"}]},
    ("PATCH", "/contacts/{contact_id}"): {"name": "Dora of Lund"},
    ("POST", "/contacts/{contact_id}/merge"): {"other_id": str(uuid4())},
    ("POST", "/conversations/{conversation_id}/messages"): {"text": "Hello"},
    ("POST", "/conversations/{conversation_id}/assign"): {"team_id": None},
    ("POST", "/conversations/{conversation_id}/notes"): {"body": "Asked the maker."},
    ("POST", "/phone-numbers/{number_id}/autoreply"): {"enabled": False},
    ("POST", "/phone-numbers/{number_id}/link-bot"): {"bot_id": None},
}
STRANGERS = ("theirs", "bound elsewhere")


@pytest.fixture
def ids(db, settings, tmp_path) -> dict[str, UUID]:
    """What stands for each id: all of Amina's conversation with Dora."""
    settings.MEDIA_ROOT = tmp_path
    cast = a_cast()
    world = a_world(cast)
    teams = with_teams(cast)
    Conversation.objects.filter(pk=world.ids["conversation_id"]).update(team=teams.theirs)
    a_person(cast.organization, "Gone", "admin")
    template = a_template(cast.account)
    named = {"account_id": cast.account.pk, "template_id": template.pk}
    return world.ids | named | {"campaign_id": a_campaign(cast, 1, launched=False).pk}


@pytest.fixture
def keys(ids: dict[str, UUID]) -> dict[str, str]:
    """The plain text of every kind of key."""
    people = {one.name: one for one in Person.objects.select_related("organization")}
    shop = people["Ada"].organization
    account = BusinessAccount.objects.get()
    other = PhoneNumber.objects.create(
        organization=shop, account=account, meta_phone_number_id="2", sandbox=True
    )
    made = {
        "ours": a_key(shop, "ours"),
        "theirs": a_key(people["Eve"].organization, "theirs"),
        "bound elsewhere": a_key(shop, "bound", phone_number_ids=[other.pk]),
        "revoked": a_key(shop, "revoked"),
        "Gone": a_key(shop, "gone", kind="human", user=people["Gone"]),
        **{
            name: a_key(shop, name, kind="human", user=people[name])
            for name in ("Amina", "Chidi", "Sara")
        },
        "reading": a_key(shop, "reading", scopes=["read"]),
    }
    revoke_key(made["revoked"].row.pk, by=SYSTEM, at=timezone.now())
    Person.objects.filter(name="Gone").update(is_active=False)
    return {name: one.key for name, one in made.items()}


@pytest.fixture
def asks(client, keys):
    """A request with a key; what it did to the world is undone."""

    def ask(key: str, method: str, path: str, body: object = None) -> Any:
        cache.clear()  # an address with twenty bad keys has to wait
        with transaction.atomic():
            answer = client.generic(
                method,
                PREFIX + path,
                b"" if method == "GET" else json.dumps(body or {}).encode(),
                content_type="application/json",
                headers={"X-API-Key": keys[key], "Prefer": "respond-async"},
            )
            answer.whole = b"".join(answer).decode("utf-8", "replace")
            transaction.set_rollback(True)
        return answer

    return ask


def named_in(path: str) -> set[str]:
    return {one.rpartition(":")[2] for one in re.findall(r"{([^}]+)}", path)}


def filled(path: str, ids: dict[str, UUID]) -> str:
    return re.sub(r"{([^}]+)}", lambda one: str(ids[one[1].rpartition(":")[2]]), path)


def with_ids() -> Iterator[tuple[str, str, str]]:
    """Method, path and scope of every operation that names something."""
    for method, path, operation in operations():
        if named_in(path):
            yield method, path, operation.auth_callbacks[0].scope


@pytest.mark.case("S76")
def test_every_id_in_a_path_has_its_policy():
    for _method, path, _scope in with_ids():
        unknown = named_in(path) - OF_A_CONVERSATION - OF_THE_SHOP
        assert not unknown, WHERE_TO_ADD.format(names=sorted(unknown), path=path)


@pytest.mark.case("S76", "S84")
@pytest.mark.timeout(300)
def test_each_key_reaches_what_its_policy_says(asks, ids):
    """Strangers get 404 for everything, Chidi's key for what is Amina's; ended keys get 401."""
    wrong = {}
    for method, path, scope in with_ids():
        personal = bool(named_in(path) & OF_A_CONVERSATION)
        refused = {"theirs": 404, "bound elsewhere": 404, "revoked": 401, "Gone": 401}
        if not personal and not named_in(path) & OF_A_NUMBER:
            del refused["bound elsewhere"]
        refused |= {"Chidi": 404} if personal else {}
        refused |= {"reading": 403} if not scope.endswith(":read") else {}
        told = {}
        for key in (*refused, "ours", *(("Amina", "Sara") if personal else ("Chidi",))):
            status = asks(key, method, filled(path, ids), BODIES.get((method, path))).status_code
            if status != refused.get(key, status) or (key not in refused and status in GIVEN_AWAY):
                told[key] = status
        if told:
            wrong[f"{method} {path}"] = told
    assert wrong == ALIKE, "status by key; a body that is needed goes to BODIES"


GIVEN_AWAY = {401, 403, 404, 500}
# The same for everybody: nobody knows the other contact; there is no type of message of that name.
ALIKE = {
    "POST /contacts/{contact_id}/merge": dict.fromkeys(("ours", "Amina", "Sara"), 404),
    "POST /messages/{path:message_id}": dict.fromkeys(("theirs", "bound elsewhere", "Chidi"), 405),
}


@pytest.mark.case("S76", "S82", "S85")
def test_lists_hold_own_rows_only_whatever_is_asked(asks, ids):
    """Nor do they take filters and orders that reach into the database."""
    secrets = [str(ids[name]) for name in (*OF_A_CONVERSATION, "suggestion_id")]
    secrets += ["Dora Lindqvist", "12025550143", "Hello Dora"]
    for method, path, _operation in operations():
        if method != "GET" or named_in(path) or (method, path) in ANY_KEY:
            continue
        for key in ("theirs", "bound elsewhere", "Chidi"):
            found = asks(key, method, path).whole
            assert [one for one in secrets if one in found] == [], (key, path)
        for query in ODD_QUERIES:
            assert asks("ours", method, f"{path}?{query}").status_code == 400, (path, query)
    for key, path in ((key, path) for key in ("theirs", "Chidi") for path in NAMED.splitlines()):
        answer = asks(key, "GET", path.format(**ids))
        assert answer.status_code in (200, 400, 404), path
        assert [one for one in secrets if f'"{one}"' in answer.whole] == [], (key, path)


ODD_QUERIES = (
    *("order_by=password", "assignee__password__startswith=a", "org=1", "ids=1", "sort=secret"),
    *("search__regex=.*", 'filter={"pk__in":[1]}', "__proto__=1"),
)
NAMED = """\
/conversations?search=Dora
/conversations?contact_id={contact_id}
/messages?conversation_id={conversation_id}
/messages?contact_id={contact_id}
/messages?id={message_id}
/messages?wamid=wamid.failed
/contacts?search=Dora
/contacts?phone=12025550143
/media?media_id={media_id}"""


@pytest.mark.case("S80")
def test_ids_of_others_in_a_body_link_nothing(asks, ids):
    hello, dora = {"text": {"body": "Hi"}}, {"to": "+12025550143"}
    number = str(PhoneNumber.objects.exclude(meta_phone_number_id="2").get().pk)
    bodies = [
        {"conversation_id": str(ids["conversation_id"]), **hello},
        {**dora, "from": number, "type": "image", "media": {"id": str(ids["media_id"])}},
        {**dora, "from": number, **hello, "reply_to": str(ids["message_id"])},
        {**dora, "from": number, "template": {"id": str(ids["template_id"])}},
    ]
    before = Message.objects.count()
    for body in bodies:
        assert asks("theirs", "POST", "/messages", body).status_code in (403, 404, 409, 422), body
    # Chidi's key writes into no conversation of Amina's, by whatever name it is called.
    for body in (bodies[0], {**dora, "from": number, **hello}):
        assert asks("Chidi", "POST", "/messages", body).status_code == 404, body
    for path in ("/messages/read", "/messages/reaction"):
        body = {"message_ids": [str(ids["message_id"])]}
        body = body if path.endswith("read") else {"message_id": str(ids["message_id"])}
        refused = asks("Chidi", "POST", path, body | ({} if "message_ids" in body else EMOJI))
        assert refused.status_code == 404, path
    assert Message.objects.count() == before


EMOJI = {"emoji": "x"}
FORBIDDEN = (
    *("org", "organization", "organization_id", "role", "is_staff", "is_superuser", "created_at"),
    *("wamid", "status", "direction", "id", "assignee"),
)


MEANT = {("PATCH", "/conversations/{conversation_id}"): {"status"}}


@pytest.mark.case("S81")
@pytest.mark.timeout(300)
def test_fields_that_nobody_may_set_are_refused_by_name(asks, ids):
    """No body knows one of them; each operation is asked with one, in turn."""
    turn = cycle(FORBIDDEN)
    for method, path, operation in operations():
        bodies = [one for one in operation.models if one.__ninja_param_source__ == "body"]
        for body in (field.annotation for one in bodies for field in one.model_fields.values()):
            meant = MEANT.get((method, path), set())
            meant = meant or ({"id"} if path.startswith("/messages/") else set())  # the file's
            assert not {*body.model_fields, *body.ALIASES} & set(FORBIDDEN) - meant, path
            field = next(one for one in turn if one not in meant)
            given = BODIES.get((method, path), {}) | {field: "1"}
            answer = asks("ours", method, filled(path, ids), given)
            assert answer.status_code == 422, (method, path, field, answer.whole)
