"""Mail in plain words: a text and a simple page of the same; nothing without a mail server."""

from __future__ import annotations

import html
import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def can_mail() -> bool:
    """Whether a mail server is configured (`EMAIL_URL`)."""
    return bool(settings.MAILS)


def mailed(template: str, to: str, context: dict[str, Any]) -> bool:
    """Sends one mail; False when it could not be handed over.

    template: the beginning of three names, `…_subject.txt`, `…_message.txt`, `…_message.html`.
    """
    if not can_mail():
        return False
    subject = " ".join(_text(f"{template}_subject.txt", context).split())
    message = EmailMultiAlternatives(subject, _text(f"{template}_message.txt", context), to=[to])
    message.attach_alternative(render_to_string(f"{template}_message.html", context), "text/html")
    try:
        message.send()
    except (OSError, SMTPException) as error:  # the page says so, and shows the link instead
        log.warning("a mail could not be sent: %s", type(error).__name__)
        return False
    return True


def _text(template: str, context: dict[str, Any]) -> str:
    """Templates write for a browser; in a text an ampersand is an ampersand."""
    return html.unescape(render_to_string(template, context)).strip() + "\n"
