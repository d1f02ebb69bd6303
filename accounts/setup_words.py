"""The steps of connecting a number in words: what each is, and how it came out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

TITLES: Final[Mapping[str, str]] = {
    "check_token": noop("The access token works and may do what is needed"),
    "read_account": noop("The WhatsApp Business Account is visible"),
    "read_number": noop("The number belongs to it"),
    "subscribe_app": noop("The app is subscribed to the account"),
    "register_number": noop("The number is registered for the Cloud API"),
    "check_webhook": noop("Meta delivers to Baton"),
    "start_sync": noop("The phone app shares its contacts and history"),
    "sync_templates": noop("The templates are read"),
    "test_message": noop("A message arrives"),
}

# By code; the names in them are keys of the facts.
SENTENCES: Final[Mapping[str, str]] = {
    "token_works": noop("It does not expire."),
    "token_works_until": noop("It works until %(until)s. Replace it before then."),
    "token_missing": noop("The account has no access token yet. Give it one."),
    "token_sealed": noop(
        "The stored access token cannot be opened with the present ENCRYPTION_KEYS. Replace it."
    ),
    "token_refused": noop("Meta refuses this access token. Make a new one at Meta and replace it."),
    "token_lacks_scope": noop(
        "The access token lacks the permission %(scopes)s. Make one at Meta that has it."
    ),
    "token_other_account": noop(
        "The access token was not given the account %(waba_id)s. At Meta, assign the account to"
        " the system user, then make a new token."
    ),
    "token_may_not": noop("The access token may not do this. Meta says: %(details)s"),
    "account_read": noop("Meta calls it %(name)s."),
    "account_unknown": noop("Meta knows no such account, or does not show it to this token."),
    "number_read": noop("%(display)s, with the name %(name)s."),
    "number_elsewhere": noop(
        "The number %(number_id)s is not among those of account %(waba_id)s. Check both ids."
    ),
    "subscribed": noop("Meta tells Baton what happens in this account."),
    "not_subscribed": noop("Meta does not list the app among those that are told. Try again."),
    "registered": noop("Meta has registered it."),
    "registered_before": noop("No PIN was given; the number is registered already."),
    "in_phone_app": noop("It stays in the phone app, which has registered it."),
    "pin_needed": noop(
        "It is not registered yet. Give its six-digit PIN; where it has none yet, any six digits"
        " become its PIN."
    ),
    "pin_wrong": noop("The PIN is wrong. It was set when the number was last registered."),
    "pin_locked": noop("The PIN was wrong too often. Wait, then try again. Meta says: %(details)s"),
    "number_unverified": noop("Meta wants this number to be verified again, in its own settings."),
    "number_not_registered": noop("Meta says that the number is not registered. Register it."),
    "registering_waits": noop("Meta asks to wait five minutes before it is registered again."),
    "registered_too_often": noop(
        "Meta registers a number ten times in three days at most. Try again when they are over."
    ),
    "webhook_here": noop("Meta has checked the address and delivers to it."),
    "webhook_elsewhere": noop(
        "Meta delivers this number's messages to %(address)s, which is not Baton. Move them here,"
        " or change the address at Meta and try again."
    ),
    "webhook_unseen": noop(
        "Meta does not tell where it delivers to. Write to the number: that shows it."
    ),
    "webhook_moved": noop("Meta has sent its challenge, Baton answered, and messages come here."),
    "challenge_failed": noop(
        "Meta's challenge was not answered. Meta must reach %(address)s from the internet, with a"
        " certificate that browsers trust. Meta says: %(details)s"
    ),
    "sync_asked": noop("The phone has been asked. What it shares arrives within hours."),
    "sync_started": noop("It was asked for already."),
    "sync_too_late": noop("Meta shares them within a day of connecting only; that is over."),
    "templates_failed": noop("They could not be read. %(why)s"),
    "message_awaited": noop(
        "Write to %(number)s in WhatsApp, from your own phone. It shows here when it arrives."
    ),
    "message_arrived": noop("The last one came %(when)s."),
    "unknown_object": noop("Meta does not know it, or does not show it to this token: %(details)s"),
    "unreachable": noop("WhatsApp could not be reached. Nothing has changed; try again."),
    "no_clear_answer": noop("No clear answer came back from WhatsApp. Try again."),
    "rests": noop("Meta takes no more calls for now. Try again later."),
    "meta_says": noop("Meta says: (#%(error)s) %(details)s"),
    "code_expired": noop(
        "Meta does not take this code: it lives 30 seconds and works once. Start Meta's dialog"
        " again."
    ),
    "app_refused": noop(
        "Meta does not take the app's id or secret. Whoever runs this installation checks"
        " META_APP_ID and META_APP_SECRET."
    ),
    "account_ambiguous": noop("The token was given several accounts. Say which one: %(accounts)s."),
    "no_account_given": noop("No account was shared in Meta's dialog. Start it again."),
}
MOMENTS: Final = frozenset({"until", "when"})


def title(step: str) -> str:
    """What the step is about."""
    return _(TITLES[step]) if step in TITLES else step


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """How a step came out, in the reader's language and zone; "" where there is nothing to say."""
    if code == "templates_read":
        total = int(facts.get("total") or 0)
        return ngettext("%(n)s template.", "%(n)s templates.", total) % {"n": total}
    if code not in SENTENCES:
        return ""
    shown = {name: _moment(value) if name in MOMENTS else value for name, value in facts.items()}
    return _(SENTENCES[code]) % _Blanks(shown)


class _Blanks(dict[str, Any]):
    """A fact that an older row does not have is left blank."""

    def __missing__(self, _name: str) -> str:
        return ""


def _moment(value: object) -> str:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    return str(formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT"))
