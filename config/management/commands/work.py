"""`manage.py work`: the worker alone, for as many processes and machines as wanted."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from typing_extensions import override

from config.worker_lock import only_worker
from webhooks import worker

JOIN_WITHIN_S = 40


class Command(BaseCommand):
    help = "Runs the worker without a web server, until SIGTERM or Ctrl+C."

    @override
    def handle(self, *_args: Any, **_options: Any) -> None:
        """Works until told to stop; what is in hand is finished first."""
        told = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told.set())
        with only_worker():
            running = worker.run()
            running.start()
            self.stdout.write(_("Baton's worker is running. Ctrl+C stops it."))
            self.stdout.flush()
            told.wait()
            running.stop(JOIN_WITHIN_S)
