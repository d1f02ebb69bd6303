"""The shape of what admins choose about an assistant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PhoneNumber
from automation.access import bots_of
from automation.models import Bot


class AssistantForm(forms.Form):
    """Which assistant a number has, whether it answers, and who begins."""

    bot = forms.ChoiceField(label=_("Assistant"), required=False)
    auto_reply = forms.BooleanField(label=_("It answers customers by itself"), required=False)
    start_mode = forms.ChoiceField(
        label=_("Who answers a new conversation first"),
        choices=[("human", _("People")), ("ai", _("The assistant"))],
        help_text=_("Customers who ask for a person get one either way."),
    )

    def __init__(self, data: Any = None, *, number: PhoneNumber) -> None:
        chosen = {
            "bot": str(number.bot_id or ""),
            "auto_reply": number.auto_reply,
            "start_mode": number.start_mode,
        }
        super().__init__(data, initial=chosen)
        self._bots = {str(bot.pk): bot for bot in bots_of(number.organization_id)}
        named = [(key, bot.name) for key, bot in self._bots.items()]
        self.fields["bot"].choices = [("", _("None")), *named]  # type: ignore[attr-defined]

    @property
    def has_bots(self) -> bool:
        """Whether there is an assistant to choose."""
        return bool(self._bots)

    def wanted(self) -> dict[str, Any]:
        """The keywords of `link_bot`. Without an assistant the rest has no meaning."""
        bot: Bot | None = self._bots.get(self.cleaned_data["bot"])
        if bot is None:
            return {"bot": None, "auto_reply": False, "start_mode": "human"}
        data = self.cleaned_data
        return {"bot": bot, "auto_reply": data["auto_reply"], "start_mode": data["start_mode"]}
