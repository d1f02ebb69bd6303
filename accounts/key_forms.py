"""The shape of what admins say of an API key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import scope_words
from accounts.key_reading import reaches_for_keys
from accounts.models import ApiKey, Person
from accounts.queries import actors_for_keys

PROGRAM: Final = "program"
MOST_A_MINUTE: Final = 6_000
MOST_AN_HOUR: Final = 200_000
DAYS: Final = [(30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("No end"))]


@dataclass(frozen=True, slots=True)
class Box:
    """One checkbox. code: the scope's name where it is one, else ""."""

    id: str
    value: str
    label: str
    code: str
    checked: bool


class KeyFacts(forms.Form):
    """What a new key and one that is there have in common."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it, e.g. “Web shop”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        initial=["messages:send", "messages:read", "conversations:read", "templates:read"],
    )
    account_ids = forms.MultipleChoiceField(label=_("Only these accounts"), required=False)
    phone_number_ids = forms.MultipleChoiceField(label=_("Only these numbers"), required=False)
    rate_per_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=MOST_A_MINUTE, initial=600
    )
    rate_per_hour = forms.IntegerField(
        label=_("Requests an hour"), min_value=1, max_value=MOST_AN_HOUR, initial=20_000
    )
    case = forms.ChoiceField(
        label=_("Field names in answers"),
        choices=[("snake", "snake_case"), ("camel", "camelCase")],
        initial="snake",
    )

    def __init__(self, data: Any = None, *, person: Person, **more: Any) -> None:
        super().__init__(data, **more)
        accounts, numbers = reaches_for_keys(person)
        self._offer("scopes", scope_words.choices())
        self._offer("account_ids", accounts)
        self._offer("phone_number_ids", numbers)

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def scope_groups(self) -> list[tuple[str, list[Box]]]:
        """The groups of scopes, each with its boxes."""
        choices: list[Any] = self.fields["scopes"].choices  # type: ignore[attr-defined]  # as above
        return [(group, list(self._boxes("scopes", inside))) for group, inside in choices]

    def account_boxes(self) -> list[Box]:
        """A box for each account."""
        return list(self._boxes("account_ids", self.fields["account_ids"].choices))  # type: ignore[attr-defined]  # as above

    def number_boxes(self) -> list[Box]:
        """A box for each number."""
        return list(self._boxes("phone_number_ids", self.fields["phone_number_ids"].choices))  # type: ignore[attr-defined]  # as above

    def _boxes(self, name: str, choices: list[tuple[str, str]]) -> Iterator[Box]:
        bound = self[name]
        chosen = {str(one) for one in bound.value() or ()}
        for value, label in choices:
            code = str(value) if ":" in str(value) else ""
            yield Box(
                f"{bound.auto_id}_{value}", str(value), str(label), code, str(value) in chosen
            )

    def facts(self) -> dict[str, Any]:
        """The keywords that `create_key` and `change_key` share, of a valid form."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "scopes": data["scopes"],
            "account_ids": [UUID(one) for one in data["account_ids"]],
            "phone_number_ids": [UUID(one) for one in data["phone_number_ids"]],
            "rate_per_minute": data["rate_per_minute"],
            "rate_per_hour": data["rate_per_hour"],
            "case": data["case"],
        }


class KeyForm(KeyFacts):
    """A new API key."""

    acts_as = forms.ChoiceField(
        label=_("Who it acts as"),
        help_text=_("A message by a person's key takes the conversation over for that person."),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=365)
    test = forms.BooleanField(label=_("Only for sandbox numbers"), required=False)
    with_secret = forms.BooleanField(label=_("Demands a second secret"), required=False)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, person=person)
        people, bots = actors_for_keys(person)
        choices: list[Any] = [(PROGRAM, _("A program of its own"))]
        choices += [(_("A person"), people)]
        if bots:
            choices += [(_("An assistant"), bots)]
        self._offer("acts_as", choices)
        self._people = {one.pk: one for one in person.organization.people.all()}

    def wanted(self, *, at: datetime) -> dict[str, Any]:
        """The keywords of `accounts.actions.keys.create_key`."""
        data = self.cleaned_data
        kind, _colon, key = data["acts_as"].partition(":")
        return self.facts() | {
            "kind": {"person": "human", "bot": "ai"}.get(kind, "integration"),
            "user": self._people[UUID(key)] if kind == "person" else None,
            "bot_id": UUID(key) if kind == "bot" else None,
            "with_secret": data["with_secret"],
            "test": data["test"],
            "expires_at": at + timedelta(days=data["days"]) if data["days"] else None,
        }


class KeyChangeForm(KeyFacts):
    """A key that is there. days: from now on; "" leaves the end as it is."""

    days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[("", _("As it is")), *DAYS],
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Counted from now."),
    )

    def __init__(self, data: Any = None, *, person: Person, key: ApiKey) -> None:
        facts = ("name", "scopes", "account_ids", "phone_number_ids", "case")
        rates = ("rate_per_minute", "rate_per_hour")
        initial = {name: getattr(key, name) for name in (*facts, *rates)}
        super().__init__(data, person=person, initial=initial)
        # Names that other systems gave their scopes are kept, and can be taken away here.
        others = [(one, one) for one in key.scopes if one not in scope_words.WORDS]
        if others:
            groups = scope_words.choices()
            self._offer("scopes", [*groups, (_("By another system's names"), others)])

    def wanted(self, *, at: datetime) -> dict[str, Any]:
        """The keywords of `accounts.actions.keys.change_key`."""
        days = self.cleaned_data["days"]
        if days is None:
            return self.facts()
        return self.facts() | {"expires_at": at + timedelta(days=days) if days else None}
