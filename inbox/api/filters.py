"""What lists can be narrowed to, and what that means for the rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.db.models import Case, DateTimeField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BeforeValidator, Field

from accounts.access import numbers_of
from accounts.api.endpoints import Paging
from accounts.api.finding import as_uuid, number_named
from accounts.api.paging import Order
from accounts.models import ApiKey, Organization
from accounts.refusals import Refused
from inbox import searching
from inbox.api.showing import HANDED_OFF, waiting_for_something
from inbox.labels import key_of
from inbox.message_status import Status
from inbox.models import Conversation, Labelling, Message, ReadMark
from inbox.ownership import Mode
from inbox.persons import widened
from inbox.window import LENGTH

MEDIA_TYPES: Final = ("image", "video", "audio", "voice", "document", "sticker")
DIRECTIONS: Final[Mapping[str, str]] = {"MO": "inbound", "MT": "outbound"}
TYPES: Final = frozenset(
    {"text", "location", "contacts", "interactive", "button", "reaction", "template", "order"}
    | {"system", "unsupported", "raw", "media", *MEDIA_TYPES}
)
ACTIVITY: Final = Order(("last_activity_at", "pk"))
CREATED: Final = Order(("created_at", "pk"))
LEAST_TIME_LEFT: Final = Order(("over", "opened", "pk"), descending=False)


def words(*known: str) -> BeforeValidator:
    """Checks one or several of these words, with commas between them.

    They stay one string: of a list django-ninja would want the parameter repeated.
    """

    def check(value: Any) -> Any:
        given = [one.strip() for one in str(value).split(",")]
        wrong = [one for one in given if one not in known]
        if wrong:
            raise ValueError(f"{wrong[0]} is none of {', '.join(known)}")
        return ",".join(given)

    return BeforeValidator(check)


ConversationStatuses = Annotated[
    str, words("open", "pending_customer", "snoozed", "closed", "active", "handed_off")
]
MessageStatuses = Annotated[str, words(*(str(one) for one in Status))]
MessageTypes = Annotated[str, words(*sorted(TYPES))]
Directions = Annotated[str, words("inbound", "outbound", "MO", "MT")]


class ConversationFilters(Paging):
    """Filters of GET /conversations."""

    status: ConversationStatuses | None = None
    mode: Literal["ai", "human"] | None = None
    handoff: Literal["none", "requested", "queued", "assigned", "returned"] | None = None
    assigned: str | None = None
    search: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    phone_number: str | None = None
    contact_id: UUID | None = None
    tag: list[str] = []
    unread: bool | None = None
    window: Literal["never", "open", "closing", "closed"] | None = None
    updated_since: AwareDatetime | None = None
    sort: Literal["activity", "window", "created"] = "activity"


class MessageFilters(Paging):
    """Filters of GET /messages."""

    id: str | None = None
    conversation_id: UUID | None = None
    contact_id: UUID | None = None
    phone_number: str | None = None
    campaign_id: UUID | None = None
    reference: str | None = None
    wamid: str | None = None
    status: MessageStatuses | None = None
    type: MessageTypes | None = None
    direction: Directions | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    order: Literal["asc", "desc"] = "desc"


# --- conversations ---


def conversations_by(
    rows: QuerySet[Conversation], key: ApiKey, filters: ConversationFilters, *, at: datetime
) -> QuerySet[Conversation]:
    """The conversations that pass every filter. Refuses: BAD_REQUEST for an odd `assigned`."""
    conditions = Q()
    if filters.status:
        conditions &= _of_status(filters.status.split(","))
    if filters.mode:
        conditions &= Q(mode=filters.mode)
    if filters.handoff:
        conditions &= Q(handoff_state=filters.handoff)
    if filters.assigned:
        conditions &= _of_assignee(filters.assigned, key)
    if filters.search:
        country = Organization.objects.get(pk=key.organization_id).country_code
        conditions &= searching.people_found(
            key.organization_id, filters.search, country_code=country
        )
    if filters.contact_id:
        conditions &= Q(contact__in=widened(key.organization_id, [filters.contact_id]))
    if filters.phone_number:
        conditions &= Q(phone_number=number_named(key, filters.phone_number))
    for name in filters.tag:
        tagged = Labelling.objects.filter(label__key=key_of(name))
        conditions &= Q(pk__in=tagged.values("conversation"))
    if filters.updated_since:
        conditions &= Q(updated_at__gte=filters.updated_since)
    if filters.window:
        conditions &= _of_window(filters.window, key, at=at)
    if filters.unread is not None:
        unread = _unread_of(key)
        conditions &= unread if filters.unread else ~unread
    return rows.filter(conditions)


def _of_status(names: list[str]) -> Q:
    handed_off = Q(mode=Mode.HUMAN, handoff_state__in=HANDED_OFF)
    legacy = {
        "active": ~Q(status="closed") & ~handed_off,
        "handed_off": ~Q(status="closed") & handed_off,
    }
    found = Q(pk__in=())
    for name in names:
        found |= legacy.get(name, Q(status=name))
    return found


def _of_assignee(name: str, key: ApiKey) -> Q:
    nobody = Q(pk__in=())
    if name == "me":
        return Q(assignee=key.user_id) if key.user_id else nobody
    if name == "unassigned":
        return Q(mode=Mode.HUMAN, assignee=None, owned_by_phone=False)
    if name == "ai":
        return Q(mode=Mode.AI)
    if name.startswith("team:") and (team := as_uuid(name.removeprefix("team:"))):
        return Q(team=team)
    person = as_uuid(name)
    if person is None:
        raise Refused(
            "BAD_REQUEST",
            _("`assigned` is me, unassigned, ai, a person's id or team:<id>."),
            field="assigned",
        )
    return Q(assignee=person)


def _of_window(state: str, key: ApiKey, *, at: datetime) -> Q:
    start = at - LENGTH
    if state == "never":
        return Q(window_opened_at=None)
    if state == "closed":
        return Q(window_opened_at__lte=start)
    soon = Q(pk__in=())
    for minutes in set(numbers_of(key).values_list("closing_soon_minutes", flat=True)):
        soon |= Q(
            phone_number__closing_soon_minutes=minutes,
            window_opened_at__lt=start + timedelta(minutes=minutes),
        )
    still_open = Q(window_opened_at__gt=start)
    return still_open & soon if state == "closing" else still_open & ~soon


def _unread_of(key: ApiKey) -> Q:
    if key.user_id is None:
        return Q(inbound_count__gt=F("seen_count"))
    seen = ReadMark.objects.filter(
        person=key.user_id, seen_count__gte=F("conversation__inbound_count")
    )
    return Q(inbound_count__gt=0) & ~Q(pk__in=seen.values("conversation"))


def ordered(
    rows: QuerySet[Conversation], sort: str, *, at: datetime
) -> tuple[QuerySet[Conversation], Order]:
    """The rows with what their order needs. window: least time left first, closed ones last."""
    if sort != "window":
        return rows, CREATED if sort == "created" else ACTIVITY
    never = Value(datetime.fromtimestamp(0, at.tzinfo), output_field=DateTimeField())
    return (
        rows.annotate(
            over=Case(
                When(window_opened_at__gt=at - LENGTH, then=0),
                default=1,
                output_field=IntegerField(),
            ),
            opened=Coalesce("window_opened_at", never),
        ),
        LEAST_TIME_LEFT,
    )


# --- messages ---


def messages_by(
    rows: QuerySet[Message], key: ApiKey, filters: MessageFilters, *, at: datetime
) -> QuerySet[Message]:
    """The messages that pass every filter."""
    exact = {
        "conversation_id": filters.conversation_id,
        "conversation__contact": filters.contact_id,
        "campaign_id": filters.campaign_id,
        "reference": filters.reference,
        "wamid": filters.wamid,
        "created_at__gte": filters.since,
        "created_at__lt": filters.until,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if filters.phone_number:
        rows = rows.filter(phone_number=number_named(key, filters.phone_number))
    if filters.direction:
        named = filters.direction.split(",")
        rows = rows.filter(direction__in=[DIRECTIONS.get(one, one) for one in named])
    if filters.type:
        kinds = filters.type.split(",")
        rows = rows.filter(type__in=[*kinds, *(MEDIA_TYPES if "media" in kinds else ())])
    return rows.filter(_in_status(filters.status.split(","), at=at)) if filters.status else rows


def _in_status(names: list[str], *, at: datetime) -> Q:
    held = waiting_for_something(at)
    settles_itself = Q(status=Status.UNCONFIRMED, silent_since__isnull=False)
    found = Q(status__in=[name for name in names if name != Status.QUEUED]) & ~settles_itself
    if Status.SENDING in names:
        found |= settles_itself
    if Status.HELD in names:
        found |= held
    if Status.QUEUED in names:
        found |= Q(status=Status.QUEUED) & ~held
    return found
