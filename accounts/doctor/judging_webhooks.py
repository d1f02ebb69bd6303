"""What our own side knows of a connection: whether Meta reaches us, and what has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from accounts.doctor.facts import Reception, Rhythm, Traffic
from accounts.doctor.rhythm import silence
from accounts.doctor.verdicts import Name, Repair, State, Verdict, skipped

# What is before the messages: with one of these broken, nothing can come.
WAY_IN: Final = (
    Name.WEBHOOK_SUBSCRIPTION,
    Name.WEBHOOK_OVERRIDE,
    Name.CHALLENGE,
    Name.SIGNATURE,
)
HEARD_LATELY: Final = timedelta(days=1)


def challenge(
    reception: Reception, *, has_address: bool | None, callback: str, at: datetime
) -> Verdict:
    """Whether our address answers Meta's challenge, and whether Meta ever got that answer.

    has_address: whether Meta has any address for this number; None: not known.
    """
    name = Name.CHALLENGE
    evidence: dict[str, Any] = {"address": callback, "status": reception.status}
    if not reception.has_verify_token:
        return Verdict(name, State.BROKEN, "no_verify_token", evidence, Repair.SEND_CHALLENGE)
    if has_address is False:
        return Verdict(name, State.BROKEN, "no_address", evidence, Repair.SEND_CHALLENGE)
    if reception.echo == "wrong":
        return Verdict(name, State.BROKEN, "wrong_answer", evidence, Repair.SEND_CHALLENGE)
    if reception.echo == "none":
        # From inside, our own address may lead nowhere (no way back through the router).
        if reception.heard_at and at - reception.heard_at < HEARD_LATELY:
            return Verdict(name, State.OK, "reached_all_the_same", evidence)
        return Verdict(name, State.WARNING, "unreachable", evidence, Repair.SEND_CHALLENGE)
    return Verdict(name, State.OK, "answered", evidence)


def signature(reception: Reception) -> Verdict:
    """Whether Meta signs with the secret that we have."""
    name = Name.SIGNATURE
    if not reception.has_secret:
        return Verdict(name, State.BROKEN, "no_secret", {}, Repair.ROTATE_SECRET)
    if reception.wrong_signatures:
        last = reception.last_wrong_at
        evidence = {
            "count": reception.wrong_signatures,
            "last_at": last.isoformat() if last else None,
        }
        return Verdict(name, State.BROKEN, "wrong_secret", evidence, Repair.ROTATE_SECRET)
    heard = {"last_at": reception.heard_at.isoformat()} if reception.heard_at else {}
    return Verdict(name, State.OK, "right_secret" if heard else "nothing_yet", heard)


def last_inbound(
    traffic: Traffic,
    rhythm: Rhythm,
    before: Mapping[Name, Verdict],
    *,
    listening_since: datetime | None,
    at: datetime,
    zone: tzinfo,
) -> Verdict:
    """Whether customers are unusually silent, by the number's own rhythm."""
    if reason := _blocked(before):
        return skipped(Name.LAST_INBOUND, because=reason)
    last = traffic.last_inbound_at
    evidence: dict[str, Any] = {"last_at": last.isoformat() if last else None}
    found = silence(rhythm, last_inbound_at=last, listening_since=listening_since, at=at, zone=zone)
    if found:
        told = {"since": found.since.isoformat(), "expected": round(found.expected)}
        state, repair = State.WARNING, Repair.SEND_CHALLENGE
        return Verdict(Name.LAST_INBOUND, state, "silent", evidence | told, repair)
    code = "received" if last else "none_yet"
    return Verdict(Name.LAST_INBOUND, State.OK, code, evidence)


def last_status(traffic: Traffic, before: Mapping[Name, Verdict]) -> Verdict:
    """Whether Meta reports what becomes of the messages it took."""
    if reason := _blocked(before):
        return skipped(Name.LAST_STATUS, because=reason)
    last, since = traffic.last_status_at, traffic.unreported_since
    evidence: dict[str, Any] = {"last_at": last.isoformat() if last else None}
    # A single message may stay without a report for ever; a report that came later clears the way.
    if since and (last is None or last < since):
        told = {"since": since.isoformat(), "count": traffic.unreported}
        state, repair = State.WARNING, Repair.SUBSCRIBE_APP
        return Verdict(Name.LAST_STATUS, state, "unreported", evidence | told, repair)
    return Verdict(Name.LAST_STATUS, State.OK, "reported" if last else "none_sent", evidence)


def _blocked(before: Mapping[Name, Verdict]) -> Name | None:
    broken = (name for name in WAY_IN if name in before and before[name].state is State.BROKEN)
    return next(broken, None)
