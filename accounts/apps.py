"""The accounts app and its system checks."""

from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import import_string
from typing_extensions import override

from accounts.checks import check_dotted_names, check_secrets


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        checks.register(check_secrets)
        checks.register(check_dotted_names)
        import_string("accounts.listeners.connect")()
