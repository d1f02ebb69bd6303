"""Where rate limits are counted: in Redis while it answers, else in each process by itself.

Django's backend passes on whatever the client raises, and waits for a Redis that hangs as long as
it hangs: a counter that is away would stop logins and the REST API (GUARANTEES G25).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError
from typing_extensions import override

log = logging.getLogger(__name__)

T = TypeVar("T")

ANSWERS_WITHIN_S: Final = 0.25
REST_AFTER_FAILURE_S: Final = 5.0
MOST_OWN_ENTRIES: Final = 100_000

_away_until = 0.0  # of this process: Django makes a cache object for each thread


class SharedWhileItAnswers(BaseCache):
    """Redis, asked briefly; for a few seconds after each failure, this process's own memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        waits = {"socket_timeout": ANSWERS_WITHIN_S, "socket_connect_timeout": ANSWERS_WITHIN_S}
        self._shared = RedisCache(server, params | {"OPTIONS": waits})
        self._own = LocMemCache(
            "while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": MOST_OWN_ENTRIES}}
        )

    def _do(self, act: Callable[[BaseCache], T]) -> T:
        global _away_until
        if time.monotonic() < _away_until:
            return act(self._own)
        try:
            return act(self._shared)
        except (RedisError, OSError) as error:
            log.warning("Redis does not answer, limits are counted by each process: %r", error)
            _away_until = time.monotonic() + REST_AFTER_FAILURE_S
            return act(self._own)

    @override
    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        return self._do(lambda cache: cache.add(key, value, timeout, version))

    @override
    def get(self, key: Any, default: Any | None = None, version: int | None = None) -> Any:
        return self._do(lambda cache: cache.get(key, default, version))

    @override
    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._do(lambda cache: cache.set(key, value, timeout, version))

    @override
    def touch(
        self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._do(lambda cache: cache.touch(key, timeout, version))

    @override
    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._do(lambda cache: cache.delete(key, version))

    @override
    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._do(lambda cache: cache.incr(key, delta, version))

    @override
    def clear(self) -> None:
        self._do(lambda cache: cache.clear())
