"""Why a message did not go: the JSON kept on its row, from Meta's error and our error table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from accounts.refusals import Refused
from whatsapp.errors import Again, CloudApiError, ErrorRule, Remedy, rule_for
from whatsapp.outbound import BadPayload

# `failure.kind` of the REST contract, by the class of the error.
KINDS: Final[Mapping[Remedy, str]] = {
    Remedy.PAYLOAD: "rejected",
    Remedy.TEMPLATE: "rejected",
    Remedy.SETUP: "rejected",
    Remedy.INBOUND: "rejected",
    Remedy.RECIPIENT: "undeliverable",
    Remedy.WINDOW: "expired",
    Remedy.POLICY: "blocked_by_policy",
    Remedy.PAUSE: "number_problem",
    Remedy.RETRY: "dead",
}

AGAIN: Final[Mapping[Again, str]] = {
    Again.AUTOMATIC: "later",
    Again.LATER: "later",
    Again.AFTER_FIX: "after_fix",
    Again.NEVER: "no",
}

NEXT_STEPS: Final[Mapping[Remedy, str]] = {
    Remedy.WINDOW: "template",
    Remedy.RECIPIENT: "other_way",
    Remedy.TEMPLATE: "choose_template",
    Remedy.PAYLOAD: "edit",
    Remedy.POLICY: "wait",
    Remedy.PAUSE: "admin",
    Remedy.RETRY: "retry",
    Remedy.SETUP: "admin",
    Remedy.INBOUND: "ask_again",
}


# Kind and next step of what the claim itself refuses.
REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "SESSION_EXPIRED": ("expired", "template"),
    "MEDIA_NOT_FOUND": ("rejected", "edit"),
}


def failure_of_call(error: CloudApiError, *, rule: ErrorRule | None = None) -> dict[str, Any]:
    """What Meta answered to the send. rule: where it means something else than its code says."""
    meta = {
        "code": error.code,
        "title": error.title,
        "details": error.details,
        "fbtrace_id": error.fbtrace_id,
    }
    if rule is not None:
        return _failure(rule, rule.fill(rule.sentence, error.details or error.title), meta)
    return _failure(error.rule, error.sentence, meta)


def failure_of_webhook(error: Mapping[str, Any]) -> dict[str, Any]:
    """What a `failed` status says; error as kept by `frozen.as_json` of a WebhookError."""
    code = int(error.get("code") or 0)
    rule = rule_for(code)
    details = str(error.get("details") or error.get("message") or "")
    meta = {
        "code": code,
        "title": str(error.get("title") or ""),
        "details": details,
        "fbtrace_id": None,
    }
    return _failure(rule, rule.fill(rule.sentence, details), meta)


def failure_of_refusal(refusal: Refused) -> dict[str, Any]:
    """The claim found that it may not go any more."""
    kind, step = REFUSED.get(refusal.code, ("blocked_by_policy", "wait"))
    return {
        "kind": kind,
        "code": refusal.code,
        "message": refusal.message,
        "next_step": step,
        "retry": "no",
        "late": False,
        "meta_error": None,
    }


def failure_of_payload(error: BadPayload) -> dict[str, Any]:
    """It cannot be put into a body for Meta at all."""
    return {
        "kind": "rejected",
        "code": "VALIDATION_ERROR",
        "message": error.message,
        "next_step": "edit",
        "retry": "no",
        "late": False,
        "meta_error": None,
    }


def _failure(rule: ErrorRule, sentence: str, meta: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": KINDS[rule.remedy],
        "code": str(rule.code),
        "message": sentence,
        "next_step": NEXT_STEPS[rule.remedy],
        "retry": AGAIN[rule.again],
        "late": False,
        "meta_error": meta,
    }
