"""The secret of a link that sets a new password."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from typing_extensions import override

from accounts.models import Person


class ResetTokens(PasswordResetTokenGenerator):
    """Signed, never stored; good for an hour (`PASSWORD_RESET_TIMEOUT`).

    It dies with the state it was made in: a new password, address or role, a login, the end of all
    sessions.
    """

    @override
    def _make_hash_value(self, user: Person, timestamp: int) -> str:
        state = super()._make_hash_value(user, timestamp)
        return f"{state}/{user.role}/{user.session_round}/{user.is_active}"
