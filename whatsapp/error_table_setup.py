"""The codes that come only from settings dialogs: registering, blocking, templates, imports."""

from whatsapp.error_table_sending import NO_BLOCKING, PLAIN, Row
from whatsapp.wording import gettext_noop as _

AFTER_FIX: list[Row] = [
    (131044, None, "Calling payment issue", _("Calls need a payment method at Meta.")),
    (
        133000,
        500,
        "Incomplete deregistration",
        _("Deregistering did not finish. Try again."),
    ),
    (133005, 400, "Two-step PIN mismatch", _("The PIN is wrong.")),
    (133006, 400, "Re-verification needed", _("This number has to be verified again.")),
    (134011, 400, "Payments terms", _("Accept the payment terms at Meta first.")),
    (range(138000, 138019), None, "Calling", _("Calls are not possible: {details}.")),
    (range(139000, 139005), None, "Flows", _("The form has an error: {details}.")),
    (range(147001, 147006), None, "Business username", _("This username is not possible.")),
    (range(200005, 200008), None, "Template insights", PLAIN),
    ((2388001, 2388012, 2388091, 2388093, 2388103), 400, "Phone migration", PLAIN),
    (
        2388019,
        None,
        "Template limit reached",
        _("The account has too many templates."),
    ),
    (
        (2388040, 2388047, 2388072, 2388073, 2388293, 2388299),
        None,
        "Template creation",
        PLAIN,
    ),
    (
        range(2494164, 2494192),
        None,
        "Signup or thread control",
        _("Baton may not take over this thread."),
    ),
]

LATER: list[Row] = [
    (
        (133008, 133009),
        400,
        "Too many PIN guesses",
        _("Too many attempts. Wait {details}."),
    ),
    (
        133015,
        400,
        "Wait before registering",
        _("Wait five minutes, then register again."),
    ),
    (
        133016,
        400,
        "Register and deregister limit",
        _("Too many registrations. Try again in three days."),
    ),
    (2494100, 400, "Maintenance", _("Try again later.")),
]

AT_ONCE: list[Row] = [((139102, 139103), 400, "Block list busy", NO_BLOCKING)]

NEVER: list[Row] = [
    ((139100, 139101), 400, "Block list", NO_BLOCKING),
    (1752041, 400, "Duplicate onboarding", PLAIN),
    (2388039, None, "Template status cannot change", PLAIN),
    ((2593079, 2593085), None, "On-behalf-of migration", PLAIN),
    (
        (2593107, 2593108, 2593109),
        400,
        "Coexistence sync",
        _("The phone's history cannot be imported."),
    ),
]
