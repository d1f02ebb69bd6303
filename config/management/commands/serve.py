"""`manage.py serve`: the web server in the main thread, the worker's threads beside it."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from typing_extensions import override

from config.requests_in_flight import RequestsInFlight
from config.shutdown import Shutdown
from config.worker_lock import only_worker
from webhooks import worker
from webhooks.hearing import Listening
from webhooks.worker import Worker

# Named, not imported: uvicorn is an extra.
SERVERS: Final = {
    "daphne": "config.server_daphne.DaphneServer",
    "uvicorn": "config.server_uvicorn.UvicornServer",
}
JOIN_WITHIN_S: Final = 40


class Command(BaseCommand):
    help = "Runs Baton: pages, webhooks and live updates, and the worker unless --no-worker."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, with what, and whether to work."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--server", choices=sorted(SERVERS), default="daphne")
        parser.add_argument("--no-worker", action="store_true")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        """Serves until SIGTERM or Ctrl+C; ends with exit code 0."""
        with nullcontext() if options["no_worker"] else only_worker():
            self._serve(options, None if options["no_worker"] else worker.run())

    def _serve(self, options: dict[str, Any], running: Worker | None) -> None:
        app = RequestsInFlight(import_string("config.asgi.application"))
        server = _server_class(options["server"])(app, options["host"], options["port"])
        listening = Listening(import_string("config.asgi.ingest").is_able)

        def ready(loop: asyncio.AbstractEventLoop) -> None:
            Shutdown(server, app, running).listen(loop)
            listening.start()
            if running:
                running.start()
            self._say(options)

        listened = server.serve_until_told(ready)
        listening.stop()
        if running and listened:
            running.stop(JOIN_WITHIN_S)
        if not listened:
            raise CommandError(
                _("Cannot listen on %(host)s port %(port)s. Is another process using it?")
                % {"host": options["host"], "port": options["port"]}
            )

    def _say(self, options: dict[str, Any]) -> None:
        host = f"[{options['host']}]" if ":" in options["host"] else options["host"]
        address = f"http://{host}:{options['port']}/"
        self.stdout.write(_("Baton is at %(address)s Ctrl+C stops it.") % {"address": address})
        self.stdout.flush()


def _server_class(name: str) -> Any:
    try:
        return import_string(SERVERS[name])
    except ImportError as error:
        raise CommandError(
            _("%(name)s is not installed: pip install 'baton[fast]'") % {"name": name}
        ) from error
