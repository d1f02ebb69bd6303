"""The ASGI application: Meta's posts first, then Django, the live socket, the simulator."""

from __future__ import annotations

import os
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application: Any = get_asgi_application()  # before anything that needs the models

from inbox.consumers import InboxConsumer  # noqa: E402
from webhooks.ingest import Ingest  # noqa: E402

SIMULATOR_PATH = "/simulator"


class Mounted:
    """Gives what lies under `prefix` to one application, the rest to another."""

    def __init__(self, prefix: str, mounted: Any, app: Any) -> None:
        self.prefix = prefix
        self.mounted = mounted
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI entry."""
        inside = f"{scope.get('path', '')}/".startswith(f"{self.prefix}/")
        await (self.mounted if inside else self.app)(scope, receive, send)


ingest = Ingest(django_application)
socket = AllowedHostsOriginValidator(
    AuthMiddlewareStack(URLRouter([path("ws/", InboxConsumer.as_asgi())]))
)
application: Any = ProtocolTypeRouter({"http": ingest, "websocket": socket})

if settings.SIMULATOR:
    # By name: nothing of the product imports the simulator, which speaks to it only over HTTP.
    own_app = {"app_id": settings.META_APP_ID} if settings.META_APP_ID else {}
    simulator_settings = import_string("simulator.settings.Settings")(
        webhook_url=f"{settings.PUBLIC_URL}/webhooks/whatsapp/",
        app_secret=settings.META_APP_SECRET,
        **own_app,
    )
    simulator = import_string("simulator.app.application")(SIMULATOR_PATH, simulator_settings)
    application = Mounted(SIMULATOR_PATH, simulator, application)
