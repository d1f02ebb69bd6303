"""The common shape of the composer's dialogs: texts as Meta counts them, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from inbox.forms import GuardedForm, without_nul
from inbox.outgoing import Outgoing
from whatsapp import limits

NEEDED: Final = {"required": _("This is needed.")}


def _within(most: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        length = limits.length(text)
        if length > most:
            raise forms.ValidationError(
                _("At most %(limit)s characters; %(length)s were given.")
                % {"limit": most, "length": length},
                "too_long",
            )

    return check


def words(
    label: Any,
    most: int,
    *,
    required: bool = True,
    lines: int = 1,
    inside: Any = "",
    hint: Any = "",
) -> Any:
    """A text of at most so many UTF-16 units.

    lines: how tall the box is. inside: what an empty box says.
    """
    inside = inside or ("" if required else _("optional"))
    looks = {"maxlength": str(most), "dir": "auto", "autocomplete": "off", "placeholder": inside}
    tall = forms.Textarea({**looks, "rows": str(lines)})
    return forms.CharField(
        label=label,
        required=required,
        validators=[_within(most)],
        widget=tall if lines > 1 else forms.TextInput(looks),
        help_text=hint,
        error_messages=NEEDED,
    )


class ComposeForm(GuardedForm):
    """One dialog. It says by itself which message it becomes."""

    title: Any = ""
    kind = ""

    def outgoing(self) -> Outgoing:
        """The message. Refuses: VALIDATION_ERROR."""
        raise NotImplementedError

    @property
    def shown(self) -> Sequence[BoundField]:
        """The fields that are always there, in order."""
        own = [name for name in self.fields if name not in GuardedForm.base_fields]
        return [self[name] for name in sorted(own, key="footer".__eq__)]  # the small print last

    @override
    def clean(self) -> dict[str, Any]:
        """Texts as they can be stored and as they were typed."""
        given = self.cleaned_data
        return {
            name: without_nul(value).replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in given.items()
        }

    def word(self, name: str) -> str:
        """What stands in a field, "" where there is nothing."""
        return str(self.cleaned_data.get(name) or "")
