"""The template picker, with templates that can and cannot be sent."""

from __future__ import annotations

from uuid import UUID

from inbox import picker_shapes
from inbox.kind_shapes import Letter, LetterButton

CHOICES = (
    picker_shapes.PickerChoice(
        UUID(int=0xE1),
        "order_update",
        "en",
        "English",
        "Utility",
        "Hello {{1}}, there is news about your order {{2}}: {{3}}",
        True,
        "",
        "High quality",
    ),
    picker_shapes.PickerChoice(
        UUID(int=0xE2),
        "reopen_conversation",
        "en",
        "English",
        "Utility",
        "Hello {{1}}, we have an answer for you. May we continue here?",
        True,
        "",
        "",
    ),
    picker_shapes.PickerChoice(
        UUID(int=0xE3),
        "appointment_reminder_with_a_long_name_v3",
        "de",
        "German",
        "Utility",
        "Hallo {{1}}, wir erinnern an den Termin am {{2}}.",
        True,
        "",
        "",
    ),
    picker_shapes.PickerChoice(
        UUID(int=0xE4),
        "spring_offer",
        "en",
        "English",
        "Marketing",
        "…",
        False,
        "Paused by Meta for quality",
        "Low quality",
    ),
    picker_shapes.PickerChoice(
        UUID(int=0xE5),
        "login_code",
        "en",
        "English",
        "Authentication",
        "…",
        False,
        "Codes are sent by the API only",
        "",
    ),
)


def picker(
    conversation: UUID,
    *,
    chosen: UUID | None = None,
    values: dict[str, str] | None = None,
    errors: bool = False,
) -> picker_shapes.Picker:
    choice = next((one for one in CHOICES if one.id == chosen), None)
    values = values or {}
    labels = [
        ("var:1", "First name", "Dora"),
        ("var:2", "Order number", "4711"),
        ("var:3", "The news", "it arrives today"),
    ]
    fields = (
        tuple(
            picker_shapes.PickerField(
                name,
                label,
                example,
                values.get(name, ""),
                "Fill this in." if errors and not values.get(name) else "",
            )
            for name, label, example in labels[: choice.body.count("{{")]
        )
        if choice
        else ()
    )
    return picker_shapes.Picker(
        conversation_id=conversation,
        choices=CHOICES,
        languages=(("en", "English"), ("de", "German")),
        categories=(("utility", "Utility"), ("marketing", "Marketing")),
        search="",
        language="",
        category="",
        chosen=choice,
        groups=(picker_shapes.PickerGroup("Text", fields),) if fields else (),
        preview=preview(choice, values) if choice else None,
        errors=("Some values are missing.",) if errors else (),
        synced="Last synced today at 10:02: 5 templates",
    )


def preview(choice: picker_shapes.PickerChoice, values: dict[str, str]) -> Letter:
    body = choice.body
    for number, example in (("1", "Dora"), ("2", "4711"), ("3", "it arrives today")):
        body = body.replace("{{" + number + "}}", values.get(f"var:{number}") or f"[{example}]")
    buttons = (LetterButton("Track it", "external-link"), LetterButton("Talk to us", "reply"))
    return Letter("", None, None, None, body, "Reply STOP to unsubscribe", buttons)
