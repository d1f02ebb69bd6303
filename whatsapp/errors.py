"""What can go wrong with a call to Meta, and what Meta's codes ask us to do."""

from dataclasses import replace

from whatsapp.error_rules import Again, ErrorRule, Remedy
from whatsapp.error_table import RULES
from whatsapp.wording import gettext_noop

__all__ = [
    "Again",
    "CloudApiError",
    "ErrorRule",
    "NotSent",
    "OutcomeUnknown",
    "Remedy",
    "rule_for",
]


UNKNOWN_SENTENCE = gettext_noop("WhatsApp refused this message: {details}.")


def rule_for(code: int, *, http_status: int | None = None, subcode: int | None = None) -> ErrorRule:
    """The rule for an error of Meta.

    http_status: given when the error answered a call of ours, None when it came by webhook.
    subcode: 33 with code 100 means that the number itself is unknown to Meta.
    """
    if code == 100 and subcode == 33:
        return replace(RULES[33], code=100, title="Unknown object")
    if code == 131051 and http_status is not None:
        return replace(RULES[code], remedy=Remedy.PAYLOAD, sentence=UNKNOWN_SENTENCE)
    return RULES.get(code) or _unknown(code, http_status)


def _unknown(code: int, http_status: int | None) -> ErrorRule:
    remedy, again, most = _by_status(http_status)
    return ErrorRule(code, "", remedy, again, UNKNOWN_SENTENCE, http_status, most)


def _by_status(http_status: int | None) -> tuple[Remedy, Again, int | None]:
    if http_status in (401, 403):
        return Remedy.PAUSE, Again.AFTER_FIX, None
    if http_status == 429:
        return Remedy.RETRY, Again.AUTOMATIC, None
    if http_status is not None and http_status >= 500:
        return Remedy.RETRY, Again.AUTOMATIC, 2
    return Remedy.PAYLOAD, Again.NEVER, None


class CloudApiError(Exception):
    """Meta refused: an error object came back, whatever the HTTP status. Surely not done.

    code: Meta's, or -1 where an answer below 500 was refused without an error object.
    details: Meta's own words; the only text worth showing of all it sends.
    fbtrace_id: what Meta's support asks for. retry_after_s: seconds, when Meta named a time.
    """

    def __init__(
        self,
        code: int,
        *,
        subcode: int | None = None,
        title: str = "",
        details: str = "",
        fbtrace_id: str | None = None,
        http_status: int = 400,
        user_title: str | None = None,
        user_message: str | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"({code}) {title or details}")
        self.code = code
        self.subcode = subcode
        self.title = title
        self.details = details
        self.fbtrace_id = fbtrace_id
        self.http_status = http_status
        self.user_title = user_title
        self.user_message = user_message
        self.retry_after_s = retry_after_s

    @property
    def rule(self) -> ErrorRule:
        """The row of the error table for this code."""
        return rule_for(self.code, http_status=self.http_status, subcode=self.subcode)

    @property
    def remedy(self) -> Remedy:
        """The class of the error: what the sender should do."""
        return self.rule.remedy

    @property
    def sentence(self) -> str:
        """What an agent or admin reads, in English. For other languages: translate
        `rule.sentence`, then fill it with `ErrorRule.fill`.
        """
        return self.rule.fill(self.rule.sentence, self.details or self.title)


class NotSent(Exception):
    """The request surely never left: no connection, no name, no TLS. Safe to try again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutcomeUnknown(Exception):
    """The request left and no clear answer came back. Never send again blindly.

    Time-out, reset, half an answer, 5xx without an error object, a success that says nothing.
    http_status: of the answer, if its head arrived.
    """

    def __init__(self, reason: str, http_status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.http_status = http_status
