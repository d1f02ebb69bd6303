"""Which announced events are administrative acts, and what the audit log keeps and says of them.

Every kind that an action announces stands in one of the two tables. A new kind is one line here:
in `AUDITED` when it is an act of somebody who runs the place, takes data away, or lets people or
programs in; in `NOT_AUDITED` when it is daily work, or what customers and Meta do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as noop


@dataclass(frozen=True, slots=True, init=False)
class Kept:
    """sentence: what happened, with %(what)s for the first of its ids and %(codes)s for its codes.

    noun: what that id is (a key of `accounts.audit_words.NAMES`), "" for none. codes: which of the
    announced data are kept; everything else is dropped, so that no name or text gets in. only_acts:
    recorded when a person, a key or a command did it, not when Baton follows what Meta says.
    """

    sentence: str
    noun: str
    codes: tuple[str, ...]
    only_acts: bool

    def __init__(self, sentence: str, noun: str = "", *codes: str, only_acts: bool = False) -> None:
        for name, value in (
            ("sentence", sentence),
            ("noun", noun),
            ("codes", codes),
            ("only_acts", only_acts),
        ):
            object.__setattr__(self, name, value)


AUDITED: Final[Mapping[str, Kept]] = {
    # The organization and its people
    "organization.created": Kept(noop("Made the organization.")),
    "organization.changed": Kept(
        noop("Changed the rules of the organization."), "", "changed", "agents_see"
    ),
    "organization.retention_changed": Kept(
        noop("Changed how long data stays."),
        "",
        *("raw_log_days", "closed_months", "audit_years"),
    ),
    "hours.created": Kept(noop("Made business hours.")),
    "hours.changed": Kept(noop("Changed business hours.")),
    "hours.deleted": Kept(noop("Deleted business hours.")),
    "target.created": Kept(noop("Set an SLA target.")),
    "target.changed": Kept(noop("Changed an SLA target.")),
    "target.deleted": Kept(noop("Removed an SLA target.")),
    "canned.created": Kept(noop("Made a canned reply.")),
    "canned.changed": Kept(noop("Changed a canned reply.")),
    "canned.deleted": Kept(noop("Deleted a canned reply.")),
    "canned.restored": Kept(noop("Brought a canned reply back.")),
    "label.created": Kept(noop("Made a label.")),
    "label.changed": Kept(noop("Changed a label.")),
    "label.merged": Kept(noop("Merged two labels.")),
    "label.deleted": Kept(noop("Deleted a label.")),
    "person.added": Kept(noop("Added %(what)s."), "person", "role"),
    "person.role_changed": Kept(noop("Gave %(what)s another role."), "person", "role"),
    "person.deactivated": Kept(noop("Ended the access of %(what)s."), "person"),
    "person.reactivated": Kept(noop("Let %(what)s log in again."), "person"),
    # Logging in. `person.…` has every open page look again whether its session still lives: what
    # a stranger can cause, or what ends nobody's session, is called otherwise.
    "login.succeeded": Kept(noop("Logged in."), "person", "method"),
    "person.logged_out": Kept(noop("Logged out."), "person"),
    "login.failed": Kept(noop("Tried to log in as %(what)s, in vain."), "person", "reason"),
    "person.password_changed": Kept(noop("Changed the own password."), "person"),
    "person.second_factor_changed": Kept(
        noop("Changed the second factor of %(what)s."), "person", "what"
    ),
    "person.sessions_ended": Kept(noop("Ended every session of %(what)s."), "person"),
    "person.link_made": Kept(noop("Had a link for a new password made for %(what)s."), "person"),
    "invitation.made": Kept(noop("Invited somebody."), "", "role"),
    "invitation.sent_again": Kept(noop("Sent an invitation again.")),
    "invitation.cancelled": Kept(noop("Cancelled an invitation.")),
    "invitation.accepted": Kept(noop("Accepted an invitation.")),
    "team.created": Kept(noop("Made the team %(what)s."), "team"),
    "team.renamed": Kept(noop("Renamed the team %(what)s."), "team"),
    "team.members_changed": Kept(
        noop("Changed who is in the team %(what)s."), "team", "joined", "left"
    ),
    "team.deleted": Kept(noop("Deleted a team."), "team"),
    # Keys and secrets
    "api_key.created": Kept(noop("Made the API key %(what)s."), "key", "scopes", "key_kind"),
    "api_key.changed": Kept(noop("Changed the API key %(what)s."), "key", "scopes", "changed"),
    "api_key.revoked": Kept(noop("Revoked the API key %(what)s."), "key"),
    "api_key.used": Kept(noop("Used the API key %(what)s."), "key"),
    "secrets.rotated": Kept(noop("Put the stored secrets under the newest key."), "", "count"),
    # Accounts, numbers, templates
    "account.changed": Kept(noop("Changed the account %(what)s."), "account", "changed"),
    "account.app_secret_rotated": Kept(
        noop("Gave the account %(what)s another app secret."), "account"
    ),
    "account.verify_token_made": Kept(
        noop("Made a verify token for the account %(what)s."), "account"
    ),
    "number.changed": Kept(
        noop("Changed the number %(what)s."),
        "number",
        *("fields", "status", "reason"),
        only_acts=True,
    ),
    "number.removed": Kept(noop("Took the number %(what)s off the list."), "number"),
    "number.repaired": Kept(noop("Repaired the number %(what)s."), "number", "repair"),
    "number.profile_changed": Kept(
        noop("Changed the business profile of %(what)s."), "number", "fields"
    ),
    "template.created": Kept(noop("Handed in the template %(what)s."), "template"),
    "template.edited": Kept(noop("Edited the template %(what)s."), "template"),
    "template.deleted": Kept(noop("Deleted a template."), "template"),
    "template.unpaused": Kept(noop("Let the template %(what)s go on."), "template"),
    "templates.synced": Kept(
        noop("Synced the templates of %(what)s."),
        "account",
        *("added", "changed", "removed", "failed"),
        only_acts=True,
    ),
    # Data that moves or leaves
    "contact.exported": Kept(noop("Exported the data of %(what)s."), "contact"),
    "contacts.exported": Kept(noop("Exported contacts."), "", "format"),
    "contact.erased": Kept(noop("Erased a contact.")),
    "erasure.asked": Kept(noop("Had a person erased.")),
    "erasure.done": Kept(noop("A person was erased.")),
    "contact_import.started": Kept(noop("Imported contacts.")),
    "contact_import.done": Kept(
        noop("An import of contacts ended."), "", *("created", "changed", "unchanged", "faulty")
    ),
    "contact.merged": Kept(noop("Joined two contacts as %(what)s."), "contact", only_acts=True),
    "contact.unmerged": Kept(noop("Parted %(what)s again."), "contact", only_acts=True),
    "audit.exported": Kept(noop("Exported this log."), "", "format", "rows"),
    "audit.cut": Kept(noop("Removed the oldest rows of this log."), "", "through", "hash"),
    # Campaigns
    "campaign.created": Kept(noop("Made the campaign %(what)s."), "campaign"),
    "campaign.changed": Kept(noop("Changed the campaign %(what)s."), "campaign", "fields"),
    "campaign.deleted": Kept(noop("Deleted the draft of a campaign.")),
    "campaign.recipients_added": Kept(
        noop("Added recipients to the campaign %(what)s."), "campaign", "added"
    ),
    "campaign.recipient_removed": Kept(
        noop("Took a recipient out of the campaign %(what)s."), "campaign"
    ),
    "campaign.tested": Kept(noop("Sent a test of the campaign %(what)s."), "campaign"),
    "campaign.scheduled": Kept(noop("Scheduled the campaign %(what)s."), "campaign"),
    "campaign.started": Kept(noop("Started the campaign %(what)s."), "campaign"),
    "campaign.paused": Kept(noop("Paused the campaign %(what)s."), "campaign", "reason"),
    "campaign.resumed": Kept(noop("Let the campaign %(what)s go on."), "campaign"),
    "campaign.cancelled": Kept(noop("Cancelled the campaign %(what)s."), "campaign"),
    "campaign.retried": Kept(
        noop("Had failed messages of the campaign %(what)s sent again."), "campaign", "count"
    ),
    # Hand-offs
    "conversation.owner_changed": Kept(
        noop("Changed who has the conversation with %(what)s."),
        "conversation",
        *("before", "state", "reason"),
        only_acts=True,
    ),
    "conversation.team_changed": Kept(
        noop("Gave the conversation with %(what)s to another team."),
        "conversation",
        *("before", "why"),
        only_acts=True,
    ),
    # Dead letters
    "dead_letter.retried": Kept(noop("Tried a dead letter again."), only_acts=True),
    "dead_letter.discarded": Kept(noop("Discarded a dead letter.")),
    "dead_letters.queued": Kept(noop("Had dead letters tried again."), "", "count"),
}

NOT_AUDITED: Final = frozenset(
    {
        # What Meta says
        "account.notice",
        "template.updated",
        # What the doctor and the wizard find; what they change is announced besides
        "number.check_asked",
        "number.check_changed",
        "number.setup_step",
        # What is being prepared
        "contact_import.mapped",
        "contact_import.uploaded",
        "template_draft.dropped",
        "template_draft.made",
        # What is seen of a campaign that somebody started
        "campaign.finished",
        # What people choose for themselves
        "person.settings_changed",
        # Customers and their conversations: the thread tells it
        "note.added",
        "call.connected",
        "call.ended",
        "call.missed",
        "contact.consent_changed",
        "contact.identity_changed",
        "contact.kept_apart",
        "contact.renamed",
        "conversation.joined",
        "conversation.labelled",
        "conversation.routed",
        "conversation.status_changed",
        "conversation.went_into",
        "conversation.window_closed",
        "message.changed",
        "message.queued",
        "message.received",
        "message.removed",
        "message.scheduled",
        "message.status",
        "suggestion.added",
        "suggestion.dismissed",
    }
)
