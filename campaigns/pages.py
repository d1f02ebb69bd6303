"""The list of campaigns, and the page of one that was launched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Permission, may
from accounts.models import Person
from campaigns import queries, wording
from campaigns.access import campaigns_of
from campaigns.models import Campaign
from campaigns.page_shapes import (
    CampaignPage,
    CampaignRow,
    ListPage,
    Part,
    Progress,
    RecipientRow,
    Recipients,
    Tally,
)
from campaigns.shapes import CampaignView, Counts, RecipientView
from campaigns.status import RecipientStatus, Status
from inbox.access import is_limited, visible_conversations
from inbox.waiting_list import moment_label

PAGE: Final = 30
REPLIED: Final = "replied"
# The stretches of the bar, from what is surest to what is yet to come.
STRETCHES: Final = (
    ("read", ("read",)),
    ("delivered", ("delivered",)),
    ("sent", ("sent", "accepted", "gone")),
    ("failed", ("failed", "unconfirmed")),
    ("skipped", ("skipped", "cancelled")),
)
STANDS: Final = frozenset({Status.RUNNING, Status.PAUSED, Status.CANCELLED})
"""The states in which messages that are on the wire may still change the counters."""


def list_page(person: Person, *, status: str, before: UUID | None, at: datetime) -> ListPage:
    """The organization's campaigns, newest first. Two queries.

    status: a word of `Status`, or "" for all; before: the last id of the page before.
    """
    wanted = [Status(status)] if status in list(Status) else []
    among = campaigns_of(person.organization_id)
    found = queries.rows(among, statuses=wanted, before=before, limit=PAGE + 1)
    manages = may(person, Permission.MANAGE_CAMPAIGNS)
    shown = found[:PAGE]
    return ListPage(
        rows=tuple(_row(one, person, manages=manages, at=at) for one in shown),
        statuses=tuple((one.value, wording.status_label(one), one == status) for one in Status),
        chosen=wording.status_label(wanted[0]) if wanted else "",
        before=shown[-1].id if len(found) > PAGE else None,
        may_manage=manages,
    )


def _row(view: CampaignView, person: Person, *, manages: bool, at: datetime) -> CampaignRow:
    is_draft = view.status is Status.DRAFT and manages
    return CampaignRow(
        id=view.id,
        name=view.name,
        url="campaigns:audience" if is_draft else "campaigns:campaign",
        status=view.status,
        status_label=wording.status_label(view.status),
        status_tone=wording.status_tone(view.status),
        progress=wording.progress(view),
        parts=parts_of(view.counts) if view.launched_at else (),
        number=view.phone_number_label,
        template=view.template_name,
        when=_when(view, person, at=at),
    )


def _when(view: CampaignView, person: Person, *, at: datetime) -> str:
    moments = (
        (view.finished_at, _("Ended: %(time)s")),
        (view.launched_at, _("Started: %(time)s")),
        (view.scheduled_at, _("Starts: %(time)s")),
    )
    for moment, sentence in moments:
        if moment is not None:
            return sentence % {"time": moment_label(moment, person.zone, now=at)}
    return _("Made: %(time)s") % {"time": moment_label(view.created_at, person.zone, now=at)}


def parts_of(counts: Counts) -> tuple[Part, ...]:
    """The bar, from left to right; what is missing to the whole is yet to come."""
    found = []
    begins = 0.0
    for name, statuses in STRETCHES:
        count = sum(getattr(counts, status) for status in statuses)
        if count:
            width = 100 * count / counts.recipients
            found.append(Part(name, f"{begins:.2f}%", f"{width:.2f}%"))
            begins += width
    return tuple(found)


# --- One campaign ---


def campaign_page(
    campaign: Campaign, person: Person, *, status: str, after: UUID | None, at: datetime
) -> CampaignPage:
    """One campaign with its counters and a page of its recipients. At most four queries.

    status: a word of `RecipientStatus`, "replied", or "" for all.
    """
    view = queries.one(campaign)
    manages = may(person, Permission.MANAGE_CAMPAIGNS)
    is_editable = view.status in (Status.DRAFT, Status.SCHEDULED)
    return CampaignPage(
        view=view,
        status_label=wording.status_label(view.status),
        status_tone=wording.status_tone(view.status),
        progress=progress_of(view, at=at),
        recipients=_recipients(campaign, view, person, status=status, after=after, at=at),
        facts=tuple(_facts(view, person, at=at)),
        can_pause=manages and view.status is Status.RUNNING,
        can_resume=manages and view.status is Status.PAUSED,
        can_cancel=manages and view.status in (Status.SCHEDULED, Status.RUNNING, Status.PAUSED),
        can_edit=manages and is_editable,
        can_delete=manages and view.status is Status.DRAFT,
    )


def progress_of(view: CampaignView, *, at: datetime) -> Progress:
    """The counters, in words and as a bar. No query."""
    counts = view.counts
    under_way = counts.queued + counts.accepted + counts.sent
    return Progress(
        id=view.id,
        status=view.status,
        counts=counts,
        parts=parts_of(counts),
        words=wording.progress(view),
        pace=_pace(view, at=at),
        tallies=tuple(_tallies(counts)),
        moves=view.status is Status.RUNNING or (view.status in STANDS and under_way > 0),
    )


def _pace(view: CampaignView, *, at: datetime) -> str:
    match view.status:
        case Status.RUNNING:
            return _("Running for %(span)s") % {"span": wording.took(view, at=at)}
        case Status.COMPLETED:
            return _("It took %(span)s") % {"span": wording.took(view, at=at)}
        case _:
            return ""


def _tallies(counts: Counts) -> Iterable[Tally]:
    waiting = counts.pending + counts.queued
    if waiting:
        yield Tally(_("Yet to come"), f"{waiting:,}", "pending" if counts.pending else "queued")
    sent = counts.accepted + counts.sent
    yield Tally(_("Sent"), f"{sent:,}", "sent", hint=_("not on their phone yet"))
    yield Tally(_("Delivered"), f"{counts.delivered:,}", "delivered", hint=_("not read yet"))
    yield Tally(_("Read"), f"{counts.read:,}", "read", hint=_share(counts.read, counts))
    yield Tally(_("Replied"), f"{counts.replied:,}", REPLIED, hint=_share(counts.replied, counts))
    tone = "bad" if counts.failed else "plain"
    yield Tally(_("Failed"), f"{counts.failed:,}", "failed", tone)
    tone = "warn" if counts.skipped else "plain"
    yield Tally(_("Left out"), f"{counts.skipped:,}", "skipped", tone)
    if counts.unconfirmed:
        yield Tally(_("Nobody knows"), f"{counts.unconfirmed:,}", "unconfirmed", "warn")
    if counts.cancelled:
        yield Tally(_("Cancelled"), f"{counts.cancelled:,}", "cancelled")
    if counts.gone:
        yield Tally(_("Not kept any more"), f"{counts.gone:,}", "gone")


def _share(count: int, counts: Counts) -> str:
    if not count or not counts.recipients:
        return ""
    share = round(100 * count / counts.recipients)
    return _("%(share)s %% of all") % {"share": max(share, 1)}


def _facts(view: CampaignView, person: Person, *, at: datetime) -> Iterable[tuple[str, str]]:
    language = f" · {view.template_language}" if view.template_language else ""
    yield _("Template"), f"{view.template_name}{language}" if view.template_name else _("None yet")
    yield _("From"), view.phone_number_label
    if view.segment is not None:
        sign = " + " if view.segment["match"] == "all" else " / "
        yield _("Labels"), sign.join(view.segment["tags"])
    yield _("Pace"), pace_words(view)
    if view.quiet_from and view.quiet_until:
        yield _("Quiet"), f"{view.quiet_from:%H:%M} – {view.quiet_until:%H:%M}"
    if view.created_by:
        yield _("By"), view.created_by
    moments = (
        (_("Starts"), view.scheduled_at if view.launched_at is None else None),
        (_("Started"), view.launched_at),
        (_("Ended"), view.finished_at),
    )
    for name, moment in moments:
        if moment is not None:
            yield name, moment_label(moment, person.zone, now=at)


def pace_words(view: CampaignView) -> str:
    """How fast it goes, in words."""
    if view.per_second is None:
        return _("As fast as the number may")
    sentence = ngettext("%(n)s message a second", "%(n)s messages a second", view.per_second)
    return sentence % {"n": view.per_second}


# --- Recipients ---


def _recipients(
    campaign: Campaign,
    view: CampaignView,
    person: Person,
    *,
    status: str,
    after: UUID | None,
    at: datetime,
) -> Recipients:
    wanted = RecipientStatus(status) if status in list(RecipientStatus) else None
    replied = status == REPLIED
    rows = recipient_rows(
        campaign, person, wanted=wanted, replied=replied, after=after, limit=PAGE + 1, at=at
    )
    shown = rows[:PAGE]
    words = [(one.value, wording.recipient_label(one)) for one in RecipientStatus]
    there = [pair for pair in words if getattr(view.counts, pair[0]) or pair[0] == status]
    there += [(REPLIED, _("Replied"))] if view.counts.replied or replied else []
    return Recipients(
        rows=tuple(shown),
        filters=tuple((word, label, word == status) for word, label in there),
        chosen=next((label for word, label in there if word == status), ""),
        after=shown[-1].id if len(rows) > PAGE else None,
        is_first=after is None,
    )


def recipient_rows(
    campaign: Campaign,
    person: Person,
    *,
    wanted: RecipientStatus | None = None,
    replied: bool = False,
    after: UUID | None = None,
    limit: int = PAGE,
    at: datetime,
) -> list[RecipientRow]:
    """Recipients in their order, with the conversations that this person may open. Two queries.

    Whoever sees only some conversations sees nobody of the others here, either.
    """
    found = queries.recipients(campaign, status=wanted, replied=replied, after=after, limit=limit)
    threads = [one.conversation_id for one in found if one.conversation_id]
    seen = set(
        visible_conversations(person).filter(pk__in=threads).values_list("pk", flat=True)
        if threads
        else ()
    )
    limited = is_limited(person)
    return [
        _recipient(one, person, seen, hides=limited and one.conversation_id not in seen, at=at)
        for one in found
    ]


def _recipient(
    one: RecipientView, person: Person, seen: set[UUID], *, hides: bool, at: datetime
) -> RecipientRow:
    name = _("A customer of others") if hides else one.name or one.to or _("An erased person")
    return RecipientRow(
        id=one.id,
        name=name,
        to=one.to if one.name and not hides else "",
        status_label=wording.recipient_label(one.status),
        status_tone=wording.recipient_tone(one.status),
        replied=one.replied,
        code=one.code,
        reason=one.reason,
        when=moment_label(one.at, person.zone, now=at) if one.at else "",
        conversation_id=one.conversation_id if one.conversation_id in seen else None,
        can_go=one.status is RecipientStatus.PENDING,
    )
