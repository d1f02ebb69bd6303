"""The whole error table: code to rule."""

from collections.abc import Iterable, Iterator, Mapping

from whatsapp import error_table_sending as sending
from whatsapp import error_table_setup as setup
from whatsapp.error_rules import Again, ErrorRule, Remedy

GROUPS: list[tuple[Remedy, Again, list[sending.Row]]] = [
    (Remedy.RETRY, Again.AUTOMATIC, sending.RETRY_AT_ONCE),
    (Remedy.RETRY, Again.LATER, sending.RETRY_LATER),
    (Remedy.PAUSE, Again.AFTER_FIX, sending.PAUSE),
    (Remedy.WINDOW, Again.NEVER, sending.WINDOW),
    (Remedy.RECIPIENT, Again.NEVER, sending.RECIPIENT),
    (Remedy.RECIPIENT, Again.AFTER_FIX, sending.RECIPIENT_AFTER_FIX),
    (Remedy.TEMPLATE, Again.NEVER, sending.TEMPLATE),
    (Remedy.TEMPLATE, Again.LATER, sending.TEMPLATE_LATER),
    (Remedy.TEMPLATE, Again.AFTER_FIX, sending.TEMPLATE_AFTER_FIX),
    (Remedy.PAYLOAD, Again.NEVER, sending.PAYLOAD),
    (Remedy.PAYLOAD, Again.AFTER_FIX, sending.PAYLOAD_AFTER_FIX),
    (Remedy.POLICY, Again.NEVER, sending.POLICY),
    (Remedy.POLICY, Again.AFTER_FIX, sending.POLICY_AFTER_FIX),
    (Remedy.INBOUND, Again.NEVER, sending.INBOUND),
    (Remedy.SETUP, Again.AUTOMATIC, setup.AT_ONCE),
    (Remedy.SETUP, Again.LATER, setup.LATER),
    (Remedy.SETUP, Again.AFTER_FIX, setup.AFTER_FIX),
    (Remedy.SETUP, Again.NEVER, setup.NEVER),
]


def _codes(codes: int | Iterable[int]) -> Iterable[int]:
    return (codes,) if isinstance(codes, int) else codes


def _rules() -> Iterator[ErrorRule]:
    for remedy, again, rows in GROUPS:
        for codes, http_status, title, sentence in rows:
            for code in _codes(codes):
                most = sending.MAX_RETRIES.get(code)
                yield ErrorRule(code, title, remedy, again, sentence, http_status, most)


RULES: Mapping[int, ErrorRule] = {rule.code: rule for rule in _rules()}
