"""Templates, numbers and accounts: what Meta decided or changed."""

from typing import Any

from whatsapp.inbound.health import (
    AccountUpdate,
    Alert,
    NumberUpdate,
    Restriction,
    TemplateUpdate,
)
from whatsapp.inbound.reading import (
    Broken,
    long_text,
    maybe_id,
    maybe_obj,
    moment,
    objects,
    text,
    whole,
)

Value = dict[str, Any]

LIMIT = "max_daily_conversations_per_business"


def template_status(value: Value) -> TemplateUpdate:
    """Approved, rejected, paused, …"""
    other, rejection = maybe_obj(value.get("other_info")), maybe_obj(value.get("rejection_info"))
    return TemplateUpdate(
        "status",
        *_template(value),
        event=_required(value, "event"),
        category=text(value.get("message_template_category"), 64),
        reason=_reason(value.get("reason")),
        explanation=long_text(rejection.get("reason")),
        recommendation=long_text(rejection.get("recommendation")),
        pause_title=text(other.get("title"), 64),
        pause_description=long_text(other.get("description")),
        disable_date=text(maybe_obj(value.get("disable_info")).get("disable_date"), 64),
    )


def template_quality(value: Value) -> TemplateUpdate:
    """GREEN, YELLOW, RED or UNKNOWN."""
    return TemplateUpdate(
        "quality",
        *_template(value),
        previous_quality=text(value.get("previous_quality_score"), 64),
        new_quality=_required(value, "new_quality_score"),
    )


def template_components(value: Value) -> TemplateUpdate:
    """Somebody edited the template in Meta's manager."""
    return TemplateUpdate("components", *_template(value))


def template_category(value: Value) -> TemplateUpdate:
    """A change of category, announced or done.

    In an announcement Meta's `new_category` is the current one and `correct_category` the coming
    one; here previous and new mean what they say in both.
    """
    current = _required(value, "new_category")
    announced = text(value.get("correct_category"), 64)
    if not announced:
        before = text(value.get("previous_category"), 64)
        return TemplateUpdate(
            "category", *_template(value), previous_category=before, new_category=current
        )
    return TemplateUpdate(
        "category_announced",
        *_template(value),
        previous_category=current,
        new_category=announced,
        category_at=moment(value.get("category_update_timestamp")),
    )


def number_quality(value: Value) -> NumberUpdate:
    """Throughput and messaging limit."""
    return NumberUpdate(
        "quality", _number(value), _required(value, "event"), messaging_limit=_limit(value)
    )


def number_name(value: Value) -> NumberUpdate:
    """Meta's decision about a display name."""
    return NumberUpdate(
        "name",
        _number(value),
        decision=_required(value, "decision"),
        requested_name=text(value.get("requested_verified_name")),
        rejection_reason=_reason(value.get("rejection_reason")),
    )


def number_security(value: Value) -> NumberUpdate:
    """The PIN was changed or asked for."""
    requester = maybe_id(value.get("requester"))
    return NumberUpdate("security", _number(value), _required(value, "event"), requester=requester)


def account_update(value: Value) -> AccountUpdate:
    """Restrictions, bans, disconnections and the many informational events."""
    ban, end = maybe_obj(value.get("ban_info")), maybe_obj(value.get("disconnection_info"))
    violation = maybe_obj(value.get("violation_info"))
    return AccountUpdate(
        "account",
        event=_required(value, "event"),
        restrictions=tuple(_restriction(row) for row in objects(value.get("restriction_info"))),
        violation_type=text(violation.get("violation_type"), 256),
        ban_state=text(ban.get("waba_ban_state"), 64),
        ban_date=text(ban.get("waba_ban_date"), 256),
        disconnection_reason=text(end.get("reason"), 256),
        disconnected_by=text(end.get("initiated_by"), 256),
        details=value,
    )


def account_alert(value: Value) -> AccountUpdate:
    """A notice with a severity."""
    info = maybe_obj(value.get("alert_info"))
    alert = Alert(
        entity_type=text(value.get("entity_type"), 64),
        entity_id=maybe_id(value.get("entity_id")),
        severity=text(info.get("alert_severity"), 64),
        status=text(info.get("alert_status"), 64),
        type=text(info.get("alert_type"), 256),
        description=long_text(info.get("alert_description")),
    )
    if not (alert.type or alert.description):
        raise Broken("an alert that says nothing")
    return AccountUpdate("alert", alert=alert, details=value)


def account_review(value: Value) -> AccountUpdate:
    """Meta's decision about the account."""
    return AccountUpdate("review", decision=_required(value, "decision"), details=value)


def business_capability(value: Value) -> AccountUpdate:
    """How many people may be written to per day, and how many numbers there may be."""
    limit, most = _limit(value), whole(value.get("max_phone_numbers_per_business"))
    if limit is None and most is None:
        raise Broken("a capability without a limit")
    return AccountUpdate("capability", messaging_limit=limit, max_phone_numbers=most, details=value)


def flow_update(value: Value) -> AccountUpdate:
    """Health of a flow."""
    return AccountUpdate("flow", event=_required(value, "event"), details=value)


def _template(value: Value) -> tuple[str, str | None, str | None]:
    template_id = maybe_id(value.get("message_template_id"))
    if not template_id:
        raise Broken("message_template_id is missing")
    language = text(value.get("message_template_language"), 64)
    name = text(value.get("message_template_name"), 512)
    return template_id, name, language.replace("-", "_") if language else None


def _required(value: Value, key: str) -> str:
    found = text(value.get(key), 64)
    if not found:
        raise Broken(f"{key} is missing")
    return found


def _reason(value: Any) -> str | None:
    found = long_text(value)
    return None if found in (None, "NONE") else found


def _number(value: Value) -> str | None:
    return text(value.get("display_phone_number"), 64)


def _limit(value: Value) -> str | None:
    return text(value.get(LIMIT), 64)


def _restriction(row: Value) -> Restriction:
    return Restriction(text(row.get("restriction_type"), 256) or "", moment(row.get("expiration")))
