"""Identifiers of Meta that must not be mixed up."""

import re
from typing import NewType

Wamid = NewType("Wamid", str)
"""A message. Unique for one phone number only."""
WaId = NewType("WaId", str)
"""A person by number: digits, no plus sign."""
Bsuid = NewType("Bsuid", str)
"""A person as one business portfolio sees them, also without a known number."""
PhoneNumberId = NewType("PhoneNumberId", str)
"""A business number at Meta, not the number itself."""
WabaId = NewType("WabaId", str)
"""A WhatsApp Business Account."""

BSUID_PATTERN = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")


def is_bsuid(value: str) -> bool:
    """Whether `value` has the form of a business-scoped user id (also of a parent id)."""
    return BSUID_PATTERN.fullmatch(value) is not None
