"""The inbox app and its system checks."""

from django.apps import AppConfig
from django.core import checks
from typing_extensions import override

from inbox.checks import check_bucket


class InboxConfig(AppConfig):
    name = "inbox"

    @override
    def ready(self) -> None:
        checks.register(check_bucket)
