"""The codes met while sending or receiving, with the sentence people read.

Codes and HTTP values: Meta's error code page, read in September 2026
(https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes).
Class, repeat and sentence are this project's judgement.
"""

from collections.abc import Iterable, Mapping

from whatsapp.wording import gettext_noop as _

Row = tuple[int | Iterable[int], int | None, str, str]
"""Code or codes, documented HTTP status, title for logs, sentence for people."""

SHORT_PROBLEM = _("WhatsApp had a short problem. Trying again.")
NO_ANSWER = _("WhatsApp is not answering. Trying again.")
TOO_MANY = _("Too many requests. It will go out shortly.")
NO_TOKEN = _("This number is disconnected. An admin has to renew its access.")
NOT_REGISTERED = _("This number is not registered with WhatsApp.")
NOT_BUILT = _("This message could not be built: {details}.")
NO_FORM = _("This form is not available now.")
NO_MARKETING = _("Marketing sending is not ready.")
NO_BLOCKING = _("Blocking did not work: {details}.")
PLAIN = _("Meta refused this: {details}.")

RETRY_AT_ONCE: list[Row] = [
    (1, 400, "API unknown", SHORT_PROBLEM),
    (2, 503, "API service", SHORT_PROBLEM),
    (4, 400, "Too many calls", TOO_MANY),
    (80007, 400, "Rate limit issues", TOO_MANY),
    (130429, 400, "Rate limit hit", ""),
    (131000, 500, "Something went wrong", SHORT_PROBLEM),
    (131016, 500, "Service unavailable", NO_ANSWER),
    (131056, 400, "Pair rate limit hit", _("Slowing down a little…")),
    (131057, 500, "Account in maintenance", ""),
    (133004, 503, "Server temporarily unavailable", NO_ANSWER),
]
MAX_RETRIES: Mapping[int, int] = {1: 2, 131000: 2}

RETRY_LATER: list[Row] = [
    (17, None, "User request limit", TOO_MANY),
    (613, None, "Calling rate limit", TOO_MANY),
    (
        131048,
        400,
        "Spam rate limit hit",
        _("WhatsApp is limiting this number because customers blocked or reported it."),
    ),
]

PAUSE: list[Row] = [
    (0, 401, "Auth exception", NO_TOKEN),
    (3, 500, "API method", _("The WhatsApp app lacks a permission. An admin has to check it.")),
    (10, 403, "Permission denied", _("Access to this number was withdrawn.")),
    (33, 400, "Parameter value not valid", _("Meta does not know this number any more.")),
    (104, None, "Access token missing", NO_TOKEN),
    (190, 401, "Access token expired", NO_TOKEN),
    (range(200, 300), 403, "API permission", _("The access token may not use this account.")),
    (
        368,
        403,
        "Temporarily blocked for policy violations",
        _("Meta has blocked this account for a while. Messages wait."),
    ),
    (803, None, "Object does not exist", _("Meta does not know this number any more.")),
    (131005, 403, "Access denied", _("The access token may not send from this number.")),
    (131031, 403, "Account locked", _("Meta has locked this account.")),
    (
        131037,
        400,
        "Display name approval needed",
        _("The display name of this number is not approved yet."),
    ),
    (
        131042,
        400,
        "Payment issue",
        _("Billing problem at Meta. An admin has to check the payment method."),
    ),
    (131045, 500, "Incorrect certificate", NOT_REGISTERED),
    (133010, 400, "Phone number not registered", NOT_REGISTERED),
]

WINDOW: list[Row] = [
    (
        131047,
        400,
        "Re-engagement message",
        _("The 24-hour window is closed. Send a template instead."),
    ),
]

RECIPIENT: list[Row] = [
    (131021, 400, "Recipient cannot be sender", _("You cannot write to your own number.")),
    (131026, 400, "Message undeliverable", _("This number cannot be reached on WhatsApp.")),
    (131062, None, "Phone number needed", _("This template needs a phone number.")),
]
RECIPIENT_AFTER_FIX: list[Row] = [
    (
        131030,
        400,
        "Recipient not in allowed list",
        _("This is a test number. Add the recipient in Meta's dashboard first."),
    ),
    (
        137000,
        None,
        "Identity key mismatch",
        _("The customer's device changed. Confirm who you are writing to."),
    ),
]

TEMPLATE: list[Row] = [
    (
        132000,
        400,
        "Template parameter count mismatch",
        _("The template needs a different number of values."),
    ),
    (
        132001,
        404,
        "Template does not exist",
        _("This template is not available in that language."),
    ),
    (
        132005,
        400,
        "Template text too long",
        _("The values are too long for this template. Shorten them."),
    ),
    (
        132007,
        400,
        "Template character policy violated",
        _("A value contains characters WhatsApp does not allow."),
    ),
    (
        (132008, 132018),
        None,
        "Template parameters invalid",
        _("The values do not fit this template: {details}."),
    ),
    (132012, 400, "Parameter format mismatch", _("A value has the wrong kind.")),
    (132016, 400, "Template is disabled", _("This template was disabled by Meta.")),
]
TEMPLATE_LATER: list[Row] = [
    (
        132015,
        400,
        "Template is paused",
        _("This template is paused for quality. Choose another."),
    ),
    (132069, 400, "Flow throttled", NO_FORM),
    (134101, 400, "Marketing templates are syncing", NO_MARKETING),
    (134102, 500, "Marketing sending unavailable", NO_MARKETING),
]
TEMPLATE_AFTER_FIX: list[Row] = [
    (131061, None, "Other endpoint needed", _("This template has to be sent in another way.")),
    (132068, 400, "Flow blocked", NO_FORM),
    (134100, 400, "Only marketing messages supported", NO_MARKETING),
]

PAYLOAD: list[Row] = [
    (100, 400, "Invalid parameter", NOT_BUILT),
    (131008, 400, "Required parameter missing", NOT_BUILT),
    (
        131009,
        400,
        "Parameter value not valid",
        _("WhatsApp refused this message: {details}."),
    ),
    (
        (131020, 131041, 131059, *range(131201, 131216)),
        None,
        "Group errors",
        _("Group messages are not supported here."),
    ),
    (131055, 400, "Method not allowed", _("This message cannot be sent this way.")),
    (135000, 400, "Generic user error", _("This message could not be built.")),
]
PAYLOAD_AFTER_FIX: list[Row] = [
    (131053, 400, "Media upload error", _("WhatsApp refuses this file: {details}.")),
]

POLICY: list[Row] = [
    (
        130403,
        None,
        "Blocked by the business",
        _("You have blocked this customer. Unblock to write."),
    ),
    (
        130472,
        400,
        "User is part of an experiment",
        _("WhatsApp did not deliver this marketing message to this customer."),
    ),
    (
        130497,
        403,
        "Restricted from messaging this country",
        _("This account may not write to that country."),
    ),
    (
        131049,
        400,
        "Not delivered to keep engagement healthy",
        _("This customer has had enough marketing messages for now."),
    ),
    (
        131050,
        400,
        "User stopped marketing messages",
        _("This customer stopped marketing messages."),
    ),
]
POLICY_AFTER_FIX: list[Row] = [
    (
        131063,
        None,
        "Marketing templates disabled",
        _("Marketing templates are switched off for this account."),
    ),
    (
        131064,
        None,
        "Limited after misclassification",
        _("Meta has limited this account's templates."),
    ),
]

INBOUND: list[Row] = [
    (
        131051,
        400,
        "Unsupported message type",
        _("The customer sent something WhatsApp cannot pass on."),
    ),
    (
        131052,
        400,
        "Media download error",
        _("The file did not arrive. Ask the customer to send it again, or smaller."),
    ),
    (
        131060,
        None,
        "Message unavailable",
        _("This message can only be seen on the customer's phone."),
    ),
]
