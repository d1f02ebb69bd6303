"""For whoever watches the process: does it answer, and can it work."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@never_cache
@require_GET
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_GET
def ready(_request: HttpRequest) -> JsonResponse:
    """The database answers and is migrated; 503 and what is missing when not."""
    missing = _missing()
    return JsonResponse({"status": missing or "ok"}, status=503 if missing else 200)


_migrated = False


def _missing() -> str:
    """ "database", "migrations", or "" when all is there. Migrations are looked at until done."""
    global _migrated
    try:
        if _migrated:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return ""
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "database"
    return "" if _migrated else "migrations"
