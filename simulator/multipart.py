"""Read a multipart/form-data body with the standard library."""

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP


@dataclass(frozen=True, slots=True)
class Part:
    """One form field or file."""

    name: str
    filename: str | None
    mime_type: str
    data: bytes


def parts(body: bytes, content_type: str) -> dict[str, Part]:
    """The parts by name; empty when the body is no multipart form."""
    if not content_type.lower().startswith("multipart/form-data"):
        return {}
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found: dict[str, Part] = {}
    for piece in message.iter_parts() if message.is_multipart() else ():
        name = piece.get_param("name", header="content-disposition")
        data = piece.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            found[name] = Part(name, piece.get_filename(), piece.get_content_type(), data)
    return found
