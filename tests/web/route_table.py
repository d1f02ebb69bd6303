"""The tables of addresses and roles: who gets which status where, and what is posted there.

Rows hold the status for a plain browser, with valid input where there is some; 302 for nobody
logged in leads to the login. The stranger is an admin elsewhere. Two more have no column: Chidi, an
agent of another team, who sees nothing of Amina's conversation, and somebody who was removed while
logged in, who is nobody.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from uuid import uuid4


class By(NamedTuple):
    """The statuses of one method."""

    anonymous: int
    agent: int
    supervisor: int
    admin: int
    stranger: int


NEVER = By(405, 405, 405, 405, 405)
OPEN = By(200, 200, 200, 200, 200)
OWN_PAGE = By(302, 200, 200, 200, 200)  # a stranger sees their own organization's
THREAD = By(302, 200, 200, 200, 404)
QUIET = By(302, 204, 204, 204, 404)
CHANGED = By(302, 302, 302, 302, 404)
BY_LEAD = By(302, 403, 200, 200, 200)  # a stranger leads an organization of their own
BY_ADMIN = By(302, 403, 403, 302, 404)
BY_LEADS = By(302, 403, 200, 200, 200)  # their own organization's
OF_LEADS = By(302, 403, 200, 200, 404)
LED = By(302, 403, 302, 302, 404)
BY_ADMIN_SEEN = By(302, 403, 403, 200, 404)
OF_ADMINS = By(302, 403, 403, 200, 200)  # a stranger connects numbers of their own

ENTRANCE = {
    "": (By(302, 302, 302, 302, 302), By(302, 302, 302, 302, 302)),
    "accounts/login/": (By(200, 302, 302, 302, 302), By(200, 302, 302, 302, 302)),
    "accounts/logout/": (By(302, 200, 200, 200, 200), By(302, 302, 302, 302, 302)),
    "accounts/signup/": (By(200, 302, 302, 302, 302), By(200, 302, 302, 302, 302)),
    "accounts/inactive/": (OPEN, NEVER),
    "accounts/reauthenticate/": (By(302, 403, 403, 403, 403), By(302, 403, 403, 403, 403)),
    "accounts/reauthenticate/code/": (By(302, 403, 403, 403, 403), By(302, 403, 403, 403, 403)),
    "accounts/reauthenticate/code/confirm/": (
        By(302, 302, 302, 302, 302),
        By(302, 302, 302, 302, 302),
    ),
    "accounts/email/": (By(302, 302, 302, 302, 302), By(302, 302, 302, 302, 302)),
    "accounts/confirm-email/": (OPEN, NEVER),
    "accounts/password/change/": (By(302, 302, 302, 302, 302), By(302, 302, 302, 302, 302)),
    "accounts/password/set/": (OWN_PAGE, OWN_PAGE),
    "accounts/password/reset/": (OPEN, OPEN),
    "accounts/password/reset/done/": (OPEN, NEVER),
    "accounts/password/reset/key/done/": (OPEN, NEVER),
    "accounts/login/code/confirm/": (By(302, 302, 302, 302, 302), By(302, 302, 302, 302, 302)),
}
# The cast has neither password nor second factor: nothing could show once more who they are.
SHUT = By(302, 403, 403, 403, 403)
LEAVES = By(302, 302, 302, 302, 302)
NOT_SET_UP = By(302, 404, 404, 404, 404)
NO_POST = By(302, 405, 405, 405, 405)
SECOND_FACTOR = {
    "accounts/2fa/": (OWN_PAGE, NO_POST),
    "accounts/2fa/authenticate/": (LEAVES, LEAVES),
    "accounts/2fa/reauthenticate/": (SHUT, SHUT),
    "accounts/2fa/recovery-codes/": (NOT_SET_UP, NO_POST),
    "accounts/2fa/recovery-codes/download/": (NOT_SET_UP, NOT_SET_UP),
    "accounts/2fa/recovery-codes/generate/": (SHUT, SHUT),
    "accounts/2fa/totp/activate/": (SHUT, SHUT),
    "accounts/2fa/totp/deactivate/": (NOT_SET_UP, NOT_SET_UP),
    "accounts/2fa/webauthn/": (OWN_PAGE, NO_POST),
    "accounts/2fa/webauthn/add/": (SHUT, SHUT),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": (SHUT, SHUT),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": (SHUT, SHUT),
    "accounts/2fa/webauthn/login/": (LEAVES, LEAVES),
    "accounts/2fa/webauthn/reauthenticate/": (SHUT, SHUT),
    "accounts/3rdparty/": (LEAVES, LEAVES),
    "accounts/3rdparty/login/cancelled/": (OPEN, NEVER),
    "accounts/3rdparty/login/error/": (By(401, 401, 401, 401, 401), NEVER),
    "accounts/3rdparty/signup/": (LEAVES, LEAVES),
}
INBOX = {
    "inbox/": (OWN_PAGE, NEVER),
    "inbox/marks/": (OWN_PAGE, NEVER),
    "inbox/<uuid:conversation_id>/": (THREAD, NEVER),
    "inbox/<uuid:conversation_id>/older/": (THREAD, NEVER),
    "inbox/<uuid:conversation_id>/newer/": (THREAD, NEVER),
    "inbox/<uuid:conversation_id>/messages/<uuid:message_id>/": (THREAD, NEVER),
    # It is Amina's: to everybody else the page says so first.
    "inbox/<uuid:conversation_id>/messages/": (NEVER, By(302, 302, 409, 409, 404)),
    # Without a file in the body.
    "inbox/<uuid:conversation_id>/attachments/": (NEVER, By(302, 422, 422, 422, 404)),
    # It has been sent: that changes nothing.
    "inbox/<uuid:conversation_id>/attachments/<uuid:media_id>/remove/": (
        NEVER,
        By(302, 404, 404, 404, 404),
    ),
    "inbox/<uuid:conversation_id>/messages/<uuid:message_id>/reaction/": (NEVER, CHANGED),
    # An empty one.
    "inbox/<uuid:conversation_id>/compose/<slug:kind>/": (THREAD, By(302, 422, 422, 422, 404)),
    "inbox/<uuid:conversation_id>/picker/": (THREAD, NEVER),
    "inbox/<uuid:conversation_id>/picker/preview/": (NEVER, THREAD),
    "inbox/<uuid:conversation_id>/templates/": (NEVER, By(302, 422, 422, 422, 404)),
    "inbox/<uuid:conversation_id>/takeover/": (NEVER, CHANGED),
    "inbox/<uuid:conversation_id>/snooze/": (THREAD, CHANGED),
    "inbox/<uuid:conversation_id>/note/": (THREAD, CHANGED),
    "inbox/<uuid:conversation_id>/assign-me/": (NEVER, CHANGED),
    "inbox/<uuid:conversation_id>/assign/": (THREAD, CHANGED),
    "inbox/<uuid:conversation_id>/give-back/": (NEVER, By(302, 409, 409, 409, 404)),  # no bot
    "inbox/<uuid:conversation_id>/close/": (NEVER, CHANGED),
    "inbox/<uuid:conversation_id>/reopen/": (NEVER, CHANGED),
    "inbox/<uuid:conversation_id>/hold/": (NEVER, QUIET),
    "inbox/<uuid:conversation_id>/typing/": (NEVER, QUIET),
    "inbox/<uuid:conversation_id>/labels/": (THREAD, CHANGED),
    "inbox/<uuid:conversation_id>/canned/": (THREAD, NEVER),
    "inbox/<uuid:conversation_id>/canned/<uuid:reply_id>/use/": (NEVER, QUIET),
    "inbox/<uuid:conversation_id>/later/": (THREAD, By(302, 302, 409, 409, 404)),  # Amina has it
    # The message of this world has failed: neither waits it, nor can it be undone.
    "inbox/<uuid:conversation_id>/edit/<uuid:message_id>/": (THREAD, By(302, 409, 409, 409, 404)),
    "inbox/<uuid:conversation_id>/send-now/<uuid:message_id>/": (
        NEVER,
        By(302, 409, 409, 409, 404),
    ),
    "inbox/<uuid:conversation_id>/undo/<uuid:message_id>/": (NEVER, By(302, 409, 409, 409, 404)),
    "inbox/<uuid:conversation_id>/draft/": (NEVER, QUIET),
    "inbox/<uuid:conversation_id>/seen/": (NEVER, QUIET),
    "inbox/<uuid:conversation_id>/unseen/": (NEVER, QUIET),
    "inbox/<uuid:conversation_id>/retry/<uuid:message_id>/": (NEVER, CHANGED),
    # It has failed: there is nothing left to cancel.
    "inbox/<uuid:conversation_id>/cancel/<uuid:message_id>/": (
        NEVER,
        By(302, 409, 409, 409, 404),
    ),
    "inbox/<uuid:conversation_id>/suggestions/<uuid:suggestion_id>/dismiss/": (NEVER, CHANGED),
    "inbox/<uuid:conversation_id>/media/": (THREAD, NEVER),
    # It came without an id of Meta's: there is nothing to ask for.
    "inbox/<uuid:conversation_id>/media/<uuid:media_id>/retry/": (
        NEVER,
        By(302, 404, 404, 404, 404),
    ),
    "media/<uuid:media_id>/": (THREAD, NEVER),
    "contacts/": (OWN_PAGE, NEVER),
    "inbox/contacts/<uuid:contact_id>/name/": (NEVER, CHANGED),
    "inbox/contacts/<uuid:contact_id>/merge/": (
        By(302, 403, 200, 200, 404),
        By(302, 403, 302, 302, 404),
    ),
    "inbox/contacts/<uuid:contact_id>/unmerge/": (NEVER, By(302, 403, 409, 409, 404)),  # it is none
    "inbox/contacts/<uuid:contact_id>/export/": (NEVER, By(302, 403, 302, 302, 404)),
    "inbox/contacts/<uuid:contact_id>/erase/": (By(302, 403, 403, 200, 404), BY_ADMIN),
    # An export is whose it is: this one is the admin's, and not made yet.
    "inbox/exports/<uuid:export_id>/": (By(302, 403, 404, 200, 404), NEVER),
    "inbox/exports/<uuid:export_id>/link/": (NEVER, By(302, 403, 404, 404, 404)),
    "inbox/exports/<uuid:export_id>/file/": (By(302, 403, 404, 404, 404), NEVER),
    "contacts/export/": (BY_LEAD, By(302, 403, 302, 302, 302)),
    "contacts/import/": (BY_LEAD, By(302, 403, 422, 422, 422)),  # without a file
    "contacts/import/<uuid:import_id>/": (
        By(302, 403, 200, 200, 404),
        By(302, 403, 302, 302, 404),
    ),
    # It was not tried yet, and has no report.
    "contacts/import/<uuid:import_id>/start/": (NEVER, By(302, 403, 409, 409, 404)),
    "contacts/import/<uuid:import_id>/faults/": (By(302, 403, 404, 404, 404), NEVER),
    "inbox/contacts/suggestions/<uuid:merge_suggestion_id>/dismiss/": (
        NEVER,
        By(302, 403, 302, 302, 404),
    ),
    # A document has no thumbnail.
    "media/<uuid:media_id>/thumbnail/": (By(302, 404, 404, 404, 404), NEVER),
}
SETTINGS = {
    "settings/": (OWN_PAGE, NEVER),
    "settings/you/": (OWN_PAGE, By(302, 302, 302, 302, 302)),
    "settings/you/sessions/end/": (NEVER, By(302, 302, 302, 302, 302)),
    "settings/organization/": (By(302, 403, 403, 200, 200), By(302, 403, 403, 302, 302)),
    "settings/numbers/": (OWN_PAGE, NEVER),
    "settings/numbers/<uuid:number_id>/pause/": (NEVER, BY_ADMIN),
    "settings/numbers/<uuid:number_id>/resume/": (NEVER, BY_ADMIN),
    "settings/data/": (By(302, 403, 403, 200, 200), By(302, 403, 403, 302, 302)),
    "settings/data/erasures/<uuid:erasure_id>/": (By(302, 403, 403, 200, 404), NEVER),
    "settings/numbers/connect/": (OF_ADMINS, NEVER),
    # Empty ones.
    "settings/numbers/connect/by-hand/": (OF_ADMINS, By(302, 403, 403, 422, 422)),
    "settings/numbers/connect/sign-up/": (OF_ADMINS, By(302, 403, 403, 422, 422)),
    "settings/numbers/<uuid:number_id>/": (BY_ADMIN_SEEN, BY_ADMIN),
    "settings/numbers/<uuid:number_id>/setup/": (BY_ADMIN_SEEN, NEVER),
    "settings/numbers/<uuid:number_id>/setup/<slug:step>/": (NEVER, BY_ADMIN),
    "settings/numbers/<uuid:number_id>/reconnect/": (NEVER, BY_ADMIN),
    "settings/numbers/<uuid:number_id>/disconnect/": (BY_ADMIN_SEEN, BY_ADMIN),
    # Nobody answers for Meta here: a token cannot be looked at, a profile not be changed.
    "settings/numbers/<uuid:number_id>/token/": (BY_ADMIN_SEEN, By(302, 403, 403, 422, 404)),
    "settings/numbers/<uuid:number_id>/profile/": (BY_ADMIN_SEEN, By(302, 403, 403, 422, 404)),
    "settings/numbers/<uuid:number_id>/app-secret/": (BY_ADMIN_SEEN, BY_ADMIN),
    # The answer that shows a new token is no redirect: it is nowhere to be read again.
    "settings/numbers/<uuid:number_id>/verify-token/": (BY_ADMIN_SEEN, BY_ADMIN_SEEN),
    "settings/numbers/<uuid:number_id>/assistant/": (BY_ADMIN_SEEN, BY_ADMIN),
    "settings/numbers/<uuid:number_id>/doctor/": (THREAD, NEVER),
    "settings/numbers/<uuid:number_id>/doctor/check/": (NEVER, BY_ADMIN),
    # Meta does not answer in this world.
    "settings/numbers/<uuid:number_id>/doctor/repair/": (NEVER, By(302, 403, 403, 422, 404)),
    "settings/numbers/<uuid:number_id>/register/": (
        By(302, 403, 403, 200, 404),
        By(302, 403, 403, 422, 404),  # without a PIN
    ),
    "settings/templates/": (OWN_PAGE, NEVER),
    # The stranger's organization has no account to sync.
    "settings/templates/sync/": (NEVER, By(302, 403, 302, 302, 409)),
    "settings/people/": (By(302, 403, 200, 200, 200), NEVER),
    "settings/people/invite/": (By(302, 403, 403, 200, 200), By(302, 403, 403, 302, 302)),
    "settings/people/invitations/<uuid:invitation_id>/resend/": (NEVER, BY_ADMIN),
    "settings/people/invitations/<uuid:invitation_id>/cancel/": (NEVER, BY_ADMIN),
    "settings/teams/": (By(302, 403, 200, 200, 200), NEVER),
    "settings/teams/new/": (By(302, 403, 403, 200, 200), By(302, 403, 403, 302, 302)),
    "settings/teams/<uuid:team_id>/": (By(302, 403, 403, 200, 404), BY_ADMIN),
    "settings/teams/<uuid:team_id>/delete/": (By(302, 403, 403, 200, 404), BY_ADMIN),
    # An empty one is kept as a draft, and says what it lacks.
    "settings/templates/new/": (By(302, 403, 200, 200, 409), By(302, 403, 422, 422, 409)),
    "settings/templates/check/": (NEVER, By(302, 403, 200, 200, 409)),
    "settings/templates/drafts/<uuid:draft_id>/": (OF_LEADS, By(302, 403, 422, 422, 404)),
    "settings/templates/drafts/<uuid:draft_id>/discard/": (NEVER, By(302, 403, 302, 302, 404)),
    "settings/templates/<uuid:template_id>/": (THREAD, NEVER),
    "settings/templates/<uuid:template_id>/edit/": (OF_LEADS, By(302, 403, 422, 422, 404)),
    # Meta's id of it is not known yet: without that it would take every language away.
    "settings/templates/<uuid:template_id>/delete/": (OF_LEADS, By(302, 403, 422, 422, 404)),
    # It is not paused: the page says so.
    "settings/templates/<uuid:template_id>/unpause/": (NEVER, By(302, 403, 302, 302, 404)),
    "settings/people/<uuid:person_id>/": (By(302, 403, 403, 200, 404), BY_ADMIN),
    "settings/people/<uuid:person_id>/deactivate/": (NEVER, BY_ADMIN),
    "settings/people/<uuid:person_id>/reactivate/": (NEVER, BY_ADMIN),
    "settings/people/<uuid:person_id>/new-password/": (NEVER, BY_ADMIN),
    "settings/people/<uuid:person_id>/second-factor/remove/": (NEVER, BY_ADMIN),
    # The answer that shows a new key is no redirect: the key is nowhere to be read again.
    "settings/keys/": (By(302, 403, 403, 200, 200), NEVER),
    "settings/keys/new/": (By(302, 403, 403, 200, 200), By(302, 403, 403, 200, 200)),
    "settings/keys/<uuid:key_id>/": (By(302, 403, 403, 200, 404), BY_ADMIN),
    "settings/keys/<uuid:key_id>/revoke/": (By(302, 403, 403, 200, 404), BY_ADMIN),
    "settings/canned-replies/": (OWN_PAGE, NEVER),
    "settings/canned-replies/new/": (OWN_PAGE, By(302, 302, 302, 302, 302)),
    "settings/canned-replies/preview/": (NEVER, OWN_PAGE),
    "settings/canned-replies/<uuid:reply_id>/": (OF_LEADS, LED),  # everybody may use it
    "settings/canned-replies/<uuid:reply_id>/delete/": (NEVER, LED),
    "settings/canned-replies/<uuid:reply_id>/restore/": (NEVER, LED),
    "settings/labels/": (BY_LEADS, By(302, 403, 302, 302, 302)),
    "settings/labels/<uuid:label_id>/": (OF_LEADS, LED),
    "settings/labels/<uuid:label_id>/merge/": (OF_LEADS, LED),
    "settings/labels/<uuid:label_id>/delete/": (NEVER, LED),
    "settings/hours/": (BY_LEADS, NEVER),
    "settings/hours/new/": (BY_LEADS, By(302, 403, 302, 302, 302)),
    "settings/hours/<uuid:hours_id>/": (OF_LEADS, LED),
    "settings/hours/<uuid:hours_id>/delete/": (NEVER, LED),
    "settings/hours/targets/new/": (BY_LEADS, By(302, 403, 302, 302, 302)),
    "settings/hours/targets/<uuid:target_id>/": (OF_LEADS, LED),
    "settings/hours/targets/<uuid:target_id>/delete/": (NEVER, LED),
    "settings/audit/": (By(302, 403, 403, 200, 200), NEVER),
    "settings/audit/after/<int:number>/": (By(302, 403, 403, 200, 200), NEVER),
    "settings/audit/export/": (NEVER, By(302, 403, 403, 200, 200)),
    "settings/dead-letters/": (By(302, 403, 403, 200, 200), NEVER),
    "settings/dead-letters/progress/": (By(302, 403, 403, 200, 200), NEVER),
    "settings/dead-letters/retry/": (NEVER, By(302, 403, 403, 302, 302)),
    "settings/dead-letters/<uuid:letter_id>/raw/": (By(302, 403, 403, 200, 404), NEVER),
    "settings/dead-letters/<uuid:letter_id>/retry/": (NEVER, BY_ADMIN),
    "settings/dead-letters/<uuid:letter_id>/discard/": (NEVER, BY_ADMIN),
}
# The campaign of this world is a draft to nobody, without a template.
CAMPAIGNS = {
    "campaigns/": (OWN_PAGE, NEVER),
    # The stranger's organization has no number.
    "campaigns/new/": (BY_LEADS, By(302, 403, 302, 302, 422)),
    "campaigns/<uuid:campaign_id>/": (THREAD, NEVER),
    "campaigns/<uuid:campaign_id>/progress/": (THREAD, NEVER),
    "campaigns/<uuid:campaign_id>/results/": (OF_LEADS, NEVER),
    "campaigns/<uuid:campaign_id>/name/": (OF_LEADS, LED),
    "campaigns/<uuid:campaign_id>/audience/": (OF_LEADS, LED),
    "campaigns/<uuid:campaign_id>/audience/labels/": (NEVER, LED),
    # Without a file, and without a table.
    "campaigns/<uuid:campaign_id>/audience/file/": (NEVER, By(302, 403, 422, 422, 404)),
    "campaigns/<uuid:campaign_id>/audience/table/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/audience/clear/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/recipients/<uuid:recipient_id>/remove/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/template/": (OF_LEADS, LED),
    "campaigns/<uuid:campaign_id>/pace/": (OF_LEADS, LED),
    # A test goes nowhere without a template.
    "campaigns/<uuid:campaign_id>/check/": (OF_LEADS, By(302, 403, 422, 422, 404)),
    # Refused: each leads back to a page that says why.
    "campaigns/<uuid:campaign_id>/launch/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/pause/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/resume/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/retry/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/cancel/": (OF_LEADS, LED),
    "campaigns/<uuid:campaign_id>/copy/": (NEVER, LED),
    "campaigns/<uuid:campaign_id>/delete/": (OF_LEADS, LED),
}
JOINING = {
    "join/": (By(404, 404, 404, 404, 404), By(404, 404, 404, 404, 404)),
    "join/<slug:token>/": (By(302, 302, 302, 302, 302), NEVER),
}
MACHINES = {
    "webhooks/whatsapp/": (By(403, 403, 403, 403, 403), NEVER),  # posts end at the ingest
    "webhooks/whatsapp": (By(403, 403, 403, 403, 403), NEVER),
    "healthz/live": (OPEN, NEVER),
    "healthz/ready": (OPEN, NEVER),
    # Its own token opens it, no role does; without the setting it is not there.
    "metrics": (By(404, 404, 404, 404, 404), NEVER),
}
TABLE = ENTRANCE | SECOND_FACTOR | JOINING | INBOX | SETTINGS | CAMPAIGNS | MACHINES
# Keys of the API have scopes instead of roles; links of e-mails have a secret in the address.
ELSEWHERE = re.compile(r"api/|simulator/|accounts/\^|accounts/oidc/\^")

SCHEDULE: dict[str, object] = {
    "name": "Shop",
    "time_zone": "UTC",
    "monday": "09:00-17:00",
    "days-TOTAL_FORMS": "0",
    "days-INITIAL_FORMS": "0",
}
REPLY: dict[str, object] = {"shortcut": "hello", "title": "Hello", "text": "Hello {{contact.name}}"}
KEY: dict[str, object] = {
    "name": "Till",
    "scopes": ["read"],
    "rate_per_minute": "60",
    "rate_per_hour": "600",
    "case": "snake",
}
BODIES: dict[str, dict[str, object]] = {
    "inbox/<uuid:conversation_id>/messages/": {"text": "Hello", "form_token": str(uuid4())},
    "inbox/<uuid:conversation_id>/draft/": {"text": "Hello"},
    "inbox/<uuid:conversation_id>/later/": {
        "text": "Hello",
        "form_token": str(uuid4()),
        "at": "hour",
        "if_changed": "hold",
        "closed": "hold",
    },
    "inbox/<uuid:conversation_id>/edit/<uuid:message_id>/": {"text": "Hello"},
    "settings/you/": {"name": "Somebody", "language": "en", "undo_seconds": "10"},
    "inbox/<uuid:conversation_id>/note/": {"text": "Asked the maker.", "form_token": str(uuid4())},
    "inbox/<uuid:conversation_id>/snooze/": {"expected_version": "0", "at": "tomorrow"},
    "inbox/<uuid:conversation_id>/assign/": {"expected_version": "0", "person": "person_id"},
    "inbox/contacts/<uuid:contact_id>/name/": {"name": "Dora of Lund", "thread": "conversation_id"},
    "inbox/contacts/<uuid:contact_id>/merge/": {
        "other": "other_contact_id",
        "thread": "conversation_id",
    },
    "settings/people/invite/": {"email": "noor@kettle.example", "role": "agent"},
    "settings/teams/new/": {"name": "Night shift"},
    "settings/teams/<uuid:team_id>/": {"name": "Late shift"},
    "settings/organization/": {"name": "Kettle", "time_zone": "Asia/Tokyo", "agents_see": "all"},
    "settings/canned-replies/new/": REPLY | {"whose": "me"},
    "settings/canned-replies/<uuid:reply_id>/": REPLY | {"whose": "all"},
    "settings/labels/": {"name": "Wholesale", "colour": "teal"},
    "settings/labels/<uuid:label_id>/": {"name": "Regular", "colour": "teal"},
    "settings/labels/<uuid:label_id>/merge/": {"into": "other_label_id"},
    "settings/hours/new/": SCHEDULE,
    "settings/hours/<uuid:hours_id>/": SCHEDULE,
    "settings/hours/targets/new/": {"first_reply": "30", "clock": "all"},
    "settings/hours/targets/<uuid:target_id>/": {"first_reply": "30", "clock": "all"},
    "inbox/contacts/<uuid:contact_id>/erase/": {"typed": "Dora Lindqvist"},
    "contacts/export/": {"kind": "csv"},
    "contacts/import/<uuid:import_id>/": {"phone": "0"},
    "settings/data/": {"raw_log_days": "14", "closed_months": "12"},
    "settings/numbers/<uuid:number_id>/": {
        "label": "Shop",
        "read_receipts": "never",
        "closing_soon_minutes": "60",
    },
    "settings/numbers/<uuid:number_id>/token/": {"access_token": "another"},
    "settings/numbers/<uuid:number_id>/profile/": {"about": "Tea", "vertical": "RETAIL"},
    "settings/numbers/<uuid:number_id>/app-secret/": {"app_secret": "fresh", "hours": "24"},
    "settings/numbers/<uuid:number_id>/assistant/": {"start_mode": "human"},
    "settings/numbers/<uuid:number_id>/doctor/repair/": {"repair": "subscribe_app"},
    "settings/people/<uuid:person_id>/": {"role": "supervisor"},
    "settings/dead-letters/<uuid:letter_id>/discard/": {"why": "a test of Meta's"},
    "campaigns/new/": {"name": "Autumn", "number": "number_id"},
    "campaigns/<uuid:campaign_id>/name/": {"name": "Winter", "number": "number_id"},
    "campaigns/<uuid:campaign_id>/audience/": {"people": "+1 202 555 0188"},
    "campaigns/<uuid:campaign_id>/audience/labels/": {"match": "any"},
    "campaigns/<uuid:campaign_id>/template/": {"template": "template_id"},
    "campaigns/<uuid:campaign_id>/pace/": {"start": "now", "per_second": "5"},
    "campaigns/<uuid:campaign_id>/check/": {"to": "+1 202 555 0188"},
    "settings/keys/new/": KEY | {"acts_as": "program", "days": "30"},
    "settings/keys/<uuid:key_id>/": KEY,
}
