"""What the columns of a file hold: guessed from their headings, said by a person. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

PHONE: Final = "phone"
NAME: Final = "name"
LAST_NAME: Final = "last_name"
LANGUAGE: Final = "language"
OPTED_OUT: Final = "opted_out"
TARGETS: Final = (PHONE, NAME, LAST_NAME, LANGUAGE, OPTED_OUT)

# Headings as people and other programs write them, folded: no case, accents or signs.
_HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    PHONE: frozenset(
        [
            "phone",
            "phonenumber",
            "phoneno",
            "phone1value",
            "mobile",
            "mobilephone",
            "mobilenumber",
            "cell",
            "cellphone",
            "tel",
            "telephone",
            "telefon",
            "telefonnummer",
            "telefono",
            "telefone",
            "telephoneportable",
            "celular",
            "movil",
            "handy",
            "handynummer",
            "mobil",
            "mobilnummer",
            "portable",
            "whatsapp",
            "whatsappnumber",
            "waid",
            "number",
            "msisdn",
            "contactnumber",
            "numero",
            "simu",
            "namba",
        ]
    ),
    NAME: frozenset(
        [
            "name",
            "fullname",
            "contactname",
            "customername",
            "displayname",
            "firstname",
            "givenname",
            "nombre",
            "nome",
            "nom",
            "prenom",
            "vorname",
            "kunde",
            "cliente",
            "client",
            "customer",
            "contact",
            "jina",
        ]
    ),
    LAST_NAME: frozenset(
        [
            "lastname",
            "surname",
            "familyname",
            "nachname",
            "apellido",
            "apellidos",
            "sobrenome",
            "nomdefamille",
        ]
    ),
    LANGUAGE: frozenset(
        {
            *("language", "lang", "locale", "sprache", "idioma", "langue", "lugha"),
        }
    ),
    OPTED_OUT: frozenset(
        [
            "optedout",
            "optout",
            "unsubscribed",
            "unsubscribe",
            "donotcontact",
            "dnc",
            "nomarketing",
            "marketingoptout",
            "blacklist",
            "abgemeldet",
            "widerspruch",
        ]
    ),
}


def guessed(headers: Sequence[str]) -> dict[str, int]:
    """The column of each target that a heading names; the first one that does."""
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        for target, words in _HEADINGS.items():
            if _folded(header) in words:
                found.setdefault(target, place)
    return found


def _folded(header: str) -> str:
    plain = unicodedata.normalize("NFKD", header).casefold()
    return "".join(one for one in plain if one.isalnum())
