"""What a process has used so far, by Linux's own count; 0 on a system that does not tell."""

from __future__ import annotations

import os
from pathlib import Path


def peak_mb(pid: int) -> float:
    """The most memory it ever held (resident), in MB."""
    for line in _said(pid, "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor_s(pid: int) -> float:
    """Its processor time in all threads, in seconds: what it costs, on a busy machine too."""
    told = _said(pid, "stat").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK") if told else 0.0


def _said(pid: int, name: str) -> str:
    file = Path(f"/proc/{pid}/{name}")
    return file.read_text() if file.exists() else ""
