"""Phone numbers: to Meta's form, to a key that all spellings share, to something readable."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, timezone

LONGEST = 64
"""Characters looked at. Longer text is no phone number, and parsing it would cost time."""

BRAZIL_WITHOUT_NINTH_DIGIT = re.compile(r"(55[1-9][0-9])([6-9][0-9]{7})")
MEXICO_WITH_1 = re.compile(r"521([0-9]{10})")
ARGENTINA_WITH_9 = re.compile(r"549([0-9]{10})")


def e164(text: str, country_code: str | None = None) -> str | None:
    """`text` as "+12025550143", or None when it is not a possible number.

    country_code: "+254", "254" or "KE"; for numbers written without their country. Without it
    bare digits are read as an international number, the way Meta writes a `wa_id`.
    """
    region = _region(country_code)
    number = _parsed(text, region) if region else _parsed(_with_plus(text), None)
    if number is None or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_country(code: str) -> bool:
    """Whether this names a country that numbers can be written without: "+254", "254" or "KE"."""
    return _region(code) is not None


def canonical(wa_id_or_phone: str) -> str:
    """Digits that are the same for every spelling of one number: a key, never an address.

    Brazilian mobiles get their ninth digit, Mexico loses the 1 and Argentina the 9 after the
    country code: Meta, phones and people write these numbers both ways.
    """
    digits = "".join(c for c in wa_id_or_phone if c.isascii() and c.isdigit())
    if match := BRAZIL_WITHOUT_NINTH_DIGIT.fullmatch(digits):
        return f"{match[1]}9{match[2]}"
    if match := MEXICO_WITH_1.fullmatch(digits):
        return f"52{match[1]}"
    if match := ARGENTINA_WITH_9.fullmatch(digits):
        return f"54{match[1]}"
    return digits


def display(phone: str) -> str:
    """A number for people, "+1 202 555 0143"; what cannot be read comes back unchanged."""
    number = _parsed(_with_plus(phone), None)
    if number is None:
        return phone
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL).replace("-", " ")


def zone_of(phone: str) -> str | None:
    """The time zone of a number, "Africa/Nairobi"; None where its prefix leaves several."""
    number = _parsed(_with_plus(phone), None)
    zones = timezone.time_zones_for_number(number) if number is not None else ()
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else None


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    if len(text) > LONGEST:
        return None
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


def _with_plus(text: str) -> str:
    bare = text.strip()
    if bare.startswith("00"):
        return "+" + bare[2:]
    return bare if bare.startswith("+") else "+" + bare


def _region(country_code: str | None) -> str | None:
    if not country_code:
        return None
    code = country_code.strip().lstrip("+")
    if code.isascii() and code.isdigit() and len(code) <= 3:
        region = phonenumbers.region_code_for_country_code(int(code))
        return None if region == "ZZ" else region
    return code.upper() if code.upper() in phonenumbers.SUPPORTED_REGIONS else None
