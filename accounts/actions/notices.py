"""What Meta says about accounts and numbers: applied where it changes something, always listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions.numbers import describe_number, pause_number
from accounts.actors import SYSTEM
from accounts.events import announce, transactional, waiting
from accounts.models import BusinessAccount, Event, PhoneNumber
from whatsapp.inbound import AccountUpdate, NumberUpdate, WebhookError

NOTICE: Final = "account.notice"
KEPT: Final = (NOTICE,)  # the page of numbers lists them, however old they are
REPEATED_WITHIN: Final = timedelta(days=8)  # Meta tries again for up to seven
# Events after which nothing can be sent from the account's numbers any more.
ENDED: Final = frozenset({"PARTNER_REMOVED", "ACCOUNT_OFFBOARDED", "ACCOUNT_DELETED"})


@transactional
def note_account_update(account: BusinessAccount, update: AccountUpdate, *, at: datetime) -> None:
    """Lists the notice; an ended or banned account pauses its numbers, their messages wait."""
    event = update.event or (update.alert.type if update.alert else None) or update.change
    until = [one.until.isoformat() for one in update.restrictions if one.until]
    is_news = _note(
        account,
        at=at,
        about=update.change,
        event=event,
        severity=update.alert.severity if update.alert else None,
        details=[one.type for one in update.restrictions]
        or _words(update.alert.description if update.alert else None, update.ban_state),
        until=until[0] if until else update.ban_date,
    )
    # A repeat must not undo what an admin has put right since.
    if is_news and event in ENDED:
        _pause_all(account, "disconnected", _("Meta has ended our access to this account."), at=at)
    elif is_news and update.ban_state == "DISABLE":
        _pause_all(account, "locked", _("Meta has disabled this account."), at=at)


def _words(*words: str | None) -> list[str]:
    return [word[:200] for word in words if word]


def _pause_all(account: BusinessAccount, reason: str, message: str, *, at: datetime) -> None:
    for number in account.numbers.all():
        pause_number(number.pk, reason=reason, message=message, by=SYSTEM, at=at)


@transactional
def note_number_update(account: BusinessAccount, update: NumberUpdate, *, at: datetime) -> None:
    """Lists the notice; a new limit or throughput is written onto the number it names."""
    number = _number_named(account, update.display_phone_number)
    facts: dict[str, Any] = {}
    if update.messaging_limit:
        facts["messaging_limit"] = update.messaging_limit[:24]
    if update.event == "THROUGHPUT_UPGRADE":
        facts["throughput"] = "HIGH"
    overtaken = _told(account, about=update.change).filter(at__gt=at).exists()
    is_news = _note(
        account,
        at=at,
        about=update.change,
        event=update.event or update.decision,
        details=_words(update.messaging_limit, update.requested_name, update.rejection_reason),
    )
    if number is not None and facts and is_news and not overtaken:
        describe_number(number.pk, by=SYSTEM, at=at, **facts)


def _number_named(account: BusinessAccount, display: str | None) -> PhoneNumber | None:
    digits = "".join(character for character in display or "" if character.isdigit())
    return account.numbers.filter(phone=f"+{digits}").first() if digits else None


@transactional
def note_errors(
    account: BusinessAccount, errors: tuple[WebhookError, ...], *, at: datetime
) -> None:
    """Lists errors of a number or app as a whole, which belong to no message."""
    for error in errors:
        _note(
            account,
            at=at,
            about="error",
            event=str(error.code),
            details=_words(error.title, error.details),
        )


@transactional
def note(
    account: BusinessAccount,
    *,
    at: datetime,
    about: str,
    event: str = "",
    details: Sequence[str] = (),
) -> None:
    """Lists something that came and has no other place. about: a row of accounts.notice_words.

    Holds codes, names and ids of the business, never a customer's words or number.
    """
    _note(account, at=at, about=about, event=event, details=[word[:200] for word in details])


def _note(account: BusinessAccount, *, at: datetime, **data: Any) -> bool:
    """Lists it once, and says whether it is news.

    Meta repeats deliveries, and a notice has no id: the same words of the same time are the same
    notice, however late it comes. The same words of a later time are news, listed only when the
    last ones are a week old.
    """
    known = sha256(repr((account.waba_id, sorted(data.items()))).encode()).hexdigest()[:16]
    organization_id = account.organization_id
    told = _told(account, known=known)
    if waiting(NOTICE, organization_id, known=known) or told.filter(at__gte=at).exists():
        return False
    if not told.filter(at__gt=at - REPEATED_WITHIN).exists():
        announce(NOTICE, organization_id, by=SYSTEM, at=at, ids=[account.pk], known=known, **data)
    return True


def _told(account: BusinessAccount, **data: str) -> QuerySet[Event]:
    of_account = Event.objects.filter(organization_id=account.organization_id, kind=NOTICE)
    return of_account.filter(
        ids=[str(account.pk)], **{f"data__{name}": value for name, value in data.items()}
    )
