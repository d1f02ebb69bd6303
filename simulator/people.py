"""The made-up customers, and how a number or a business-scoped id finds one."""

from dataclasses import dataclass
from typing import Final

from simulator.wire import Json


@dataclass(slots=True)
class Customer:
    """Somebody with a phone. `wa_id` is digits; None for one who hides the number."""

    key: str
    name: str
    wa_id: str | None
    bsuid: str | None
    username: str | None = None
    language: str = "en"
    opted_out: bool = False
    seq: int = 0

    def contact(self) -> Json:
        """The entry of `contacts[]` in a webhook."""
        profile = {"name": self.name} | ({"username": self.username} if self.username else {})
        return {"profile": profile} | self.ids("wa_id", "user_id")

    def ids(self, number_key: str, bsuid_key: str) -> Json:
        """Number and BSUID under the given keys; a missing one is left out, as Meta does."""
        pairs = ((number_key, self.wa_id), (bsuid_key, self.bsuid))
        return {key: value for key, value in pairs if value}


def cast() -> list[Customer]:
    """Six people to play; the last two are a right-to-left writer and one without a number."""
    return [
        Customer("dora", "Dora Lindqvist", "12025550143", "US.48213907716450285531"),
        Customer("imogen", "Imogen Clarke", "447700900461", "GB.90314422865170937714"),
        Customer("caetano", "Caetano Moura", "551195550164", "BR.77120934410286653190", None, "pt"),
        Customer("wanjiru", "Wanjiru Kamau", "254700555018", "KE.20991835527640183345", None, "sw"),
        Customer("amir", "أمير حدّاد", "12025550187", "US.61930275584417702938", None, "ar"),
        Customer("nadia", "Nadia K.", None, "DE.35570918264401927786", "nadia.k", "de"),
    ]


BRAZIL_WITH_NINTH_DIGIT: Final = 13


def as_meta_writes(number: str) -> str:
    """Digits as Meta hands them back: Brazil loses the ninth digit, Mexico the 1 after 52."""
    digits = "".join(letter for letter in number if letter.isdigit())
    if digits.startswith("55") and len(digits) == BRAZIL_WITH_NINTH_DIGIT and digits[4] == "9":
        return digits[:4] + digits[5:]
    if digits.startswith("521"):
        return "52" + digits[3:]
    return digits


def a_stranger(*, number: str | None = None, bsuid: str | None = None) -> Customer:
    """Somebody the business writes to first."""
    if number:
        wa_id = as_meta_writes(number)
        made_up = f"US.{int(wa_id or 0) * 7919 % 10**20:020d}"
        return Customer(f"n{wa_id}", f"+{wa_id}", wa_id, made_up)
    return Customer(f"b{bsuid}", bsuid or "?", None, bsuid)
