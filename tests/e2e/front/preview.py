"""The real templates with made-up shapes, served without a database: to look at and to test.

`python -m tests.e2e.front.preview [port]`, then open http://127.0.0.1:<port>/inbox/.
"""

from __future__ import annotations

import os
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

os.environ["BATON_ENV_FILE"] = ""
os.environ["DEBUG"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.e2e.front.preview_settings"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


def main(port: int) -> None:
    import django  # noqa: PLC0415 settings are named above, before Django is loaded

    django.setup()
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    with make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet) as server:
        print(f"http://127.0.0.1:{server.server_port}/inbox/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
