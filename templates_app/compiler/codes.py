"""Meta's fixed sentences of authentication templates, where a template comes without its text.

Graph lists these templates with their words as a rule; then those count. Where it gives only the
switches (`add_security_recommendation`, `code_expiration_minutes`), the sentences are English as
Meta documents them, and in other languages ours after that model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sentences:
    """code: with {{1}}. security: the advice. expiry: with {minutes}."""

    code: str
    security: str
    expiry: str


ENGLISH: Final = Sentences(
    "*{{1}}* is your verification code.",
    "For your security, do not share this code.",
    "This code expires in {minutes} minutes.",
)
SENTENCES: Final[Mapping[str, Sentences]] = {
    "en": ENGLISH,
    "de": Sentences(
        "*{{1}}* ist dein Bestätigungscode.",
        "Teile ihn zu deiner Sicherheit nicht mit anderen.",
        "Dieser Code läuft in {minutes} Minuten ab.",
    ),
    "es": Sentences(
        "*{{1}}* es tu código de verificación.",
        "Por tu seguridad, no lo compartas.",
        "Este código caduca en {minutes} minutos.",
    ),
    "fr": Sentences(
        "*{{1}}* est votre code de vérification.",
        "Pour votre sécurité, ne le partagez pas.",
        "Ce code expire dans {minutes} minutes.",
    ),
    "pt": Sentences(
        "*{{1}}* é o seu código de verificação.",
        "Para a sua segurança, não o partilhe.",
        "Este código expira em {minutes} minutos.",
    ),
    "it": Sentences(
        "*{{1}}* è il tuo codice di verifica.",
        "Per la tua sicurezza, non condividerlo.",
        "Questo codice scade tra {minutes} minuti.",
    ),
    "nl": Sentences(
        "*{{1}}* is je verificatiecode.",
        "Deel deze code voor je veiligheid niet.",
        "Deze code verloopt over {minutes} minuten.",
    ),
    "ar": Sentences(
        "*{{1}}* هو رمز التحقق الخاص بك.",
        "حفاظًا على أمانك، لا تشارك هذا الرمز.",
        "تنتهي صلاحية هذا الرمز خلال {minutes} دقيقة.",
    ),
}


def sentences(language: str) -> Sentences:
    """Those of a language of Meta's ("pt_BR"); English where we have none."""
    return SENTENCES.get(language.partition("_")[0], ENGLISH)


def body_text(text: str, language: str, *, advice: bool) -> str:
    """The body. text: as Graph lists it, or ""; advice: `add_security_recommendation`."""
    own = sentences(language)
    if text and text.strip() != own.code:
        return text  # with the advice in it, if it has one
    return f"{own.code} {own.security}" if advice else own.code


def footer_text(text: str, language: str, *, minutes: object) -> str:
    """The footer. text: as Graph lists it, or ""; minutes: `code_expiration_minutes`."""
    return text or sentences(language).expiry.format(minutes=minutes)
