"""A business with a WABA at the simulator, and the people who look after its templates."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

import pytest

from accounts.models import BusinessAccount, EventCounter, Organization, Person, PhoneNumber, Role
from simulator.settings import PHONE_NUMBER_ID, WABA_ID
from simulator.template_parts import Template, body
from templates_app.models import MessageTemplate

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def kettle(db):
    """Kettle & Co, the business of Amina and Ben."""
    organization = Organization.objects.create(name="Kettle & Co")
    EventCounter.objects.create(organization=organization)
    return organization


@pytest.fixture
def account(kettle):
    """Its WABA, with a token that the simulator takes."""
    one = BusinessAccount(organization=kettle, waba_id=WABA_ID, name="Kettle & Co")
    one.access_token = "simulator-token"
    one.save()
    return one


@pytest.fixture
def teapot(db):
    """The WABA of another business."""
    organization = Organization.objects.create(name="Teapot Ltd")
    EventCounter.objects.create(organization=organization)
    return BusinessAccount.objects.create(organization=organization, waba_id="1002")


@pytest.fixture
def number(account):
    return PhoneNumber.objects.create(
        organization=account.organization, account=account, meta_phone_number_id=PHONE_NUMBER_ID
    )


@pytest.fixture
def amina(kettle):
    return a_person(kettle, "Amina", role=Role.AGENT)


@pytest.fixture
def ben(kettle):
    return a_person(kettle, "Ben", role=Role.SUPERVISOR)


def a_person(organization, name, *, role):
    email = f"{name.lower()}@kettle.example"
    return Person.objects.create_user(email, None, name=name, organization=organization, role=role)


def a_template(account, name="order_update", language="en_US", **fields):
    """A row as a sync leaves it: approved, and sendable, unless said otherwise."""
    text = fields.pop("body", "Hello {{1}}, your order {{2}} is on its way.")
    status = fields.pop("status", "APPROVED")
    reason = fields.pop("reason", "" if status == "APPROVED" else "status")
    fields.setdefault("components", [{"type": "BODY", "text": text}])
    fields.setdefault("category", "UTILITY")
    return MessageTemplate.objects.create(
        organization=account.organization,
        account=account,
        name=name,
        language=language,
        body=text,
        status=status,
        sendable=not reason,
        not_sendable_reason=reason,
        **fields,
    )


def listed(name, **fields):
    """One more template in Meta's list."""
    fields.setdefault("components", [body("Hello.")])
    number = zlib.crc32(name.encode())
    return Template(name, fields.pop("language", "en_US"), "UTILITY", id=f"9{number}", **fields)
