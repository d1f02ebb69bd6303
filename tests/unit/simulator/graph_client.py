"""A few short calls to the Graph side."""

from dataclasses import dataclass
from typing import Any

import requests

from simulator.testing import Running

DORA = "+12025550143"


@dataclass
class Graph:
    """Calls with the right token; `timeout_s` is for faults that never answer."""

    sim: Running
    session: requests.Session
    timeout_s: float = 5.0

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.sim.access_token}"} | more.pop("headers", {})
        url = f"{self.sim.base_url}/v25.0/{path}"
        return self.session.request(method, url, headers=headers, timeout=self.timeout_s, **more)

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, params=query).json()

    def post(self, payload: dict[str, Any]) -> requests.Response:
        return self.call("POST", f"{self.sim.phone_number_id}/messages", json=payload)

    def text(self, body: str = "Hello", **more: Any) -> requests.Response:
        return self.post(message("text", {"body": body}) | more)

    def template(self, name: str, language: str = "en_US", *components: Any) -> requests.Response:
        content = {"name": name, "language": {"code": language}, "components": list(components)}
        return self.post(message("template", content))


def message(kind: str, content: Any, to: str = DORA) -> dict[str, Any]:
    """A send body."""
    frame = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": to}
    return frame | {"type": kind, kind: content}


def code_of(answer: requests.Response) -> tuple[int, int]:
    """HTTP status and Graph code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


def wamid_of(answer: requests.Response) -> str:
    """The wamid of an accept."""
    return str(answer.json()["messages"][0]["id"])
