"""Log lines: one line each whatever somebody's value holds, for people or as JSON for machines."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Final

from typing_extensions import override

LONGEST: Final = 4_000  # characters of a message
LONGEST_TRACE: Final = 20_000
# Ends of lines, escapes of terminals, and what turns the direction of a line.
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What looks like a secret of ours or of Meta's, wherever somebody put it: a belt, for nothing of
# ours writes one. Addresses are logged without their query; a path can still hold a key.
SECRET: Final = re.compile(
    r"(?P<shown>\bwak_(?:live|test)_[A-Za-z0-9]{3}|\bwas_|\bEAA[A-Za-z0-9]"
    r"|\b(?:access_token|verify_token|client_secret|api_key|input_token)=|\bBearer )"
    r"[^\s&'\",;)]{8,}"
)


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """The text without secrets, control characters escaped, cut where it is longer."""
    return CONTROL.sub(_escaped, SECRET.sub(r"\g<shown>…", _cut(text, longest)))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


class LineFormatter(logging.Formatter):
    """One line for a message; a trace follows it, indented: no line of it passes for one."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        record.message = one_line(record.getMessage())
        record.asctime = self.formatTime(record, self.datefmt)
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        lines = [f"    | {one_line(line)}" for line in trace[:LONGEST_TRACE].splitlines()]
        return "\n".join([self.formatMessage(record), *lines])


class JsonFormatter(logging.Formatter):
    """time, level, logger, message and, where there was one, the exception; one object a line."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _cut(record.getMessage(), LONGEST),
        }
        if record.exc_info:
            line["exception"] = _cut(self.formatException(record.exc_info), LONGEST_TRACE)
        # JSON escapes line feeds by itself, and leaves some of the others as they are.
        return one_line(json.dumps(line, ensure_ascii=False), longest=10 * LONGEST_TRACE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"
