"""What a run found, for people and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.services import Missing, postgres_binaries

PACKAGES = ("django", "daphne", "twisted", "uvicorn", "uvloop", "channels", "psycopg")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. baseline: the bare one of the same run, in the same unit.

    more_is_better: whether `ratio` is ours by the baseline's, or the other way round (times).
    """

    section: str
    name: str
    value: float
    unit: str
    baseline: float | None = None
    more_is_better: bool = True
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How near we come to the bare baseline: 1 is as good, less is worse."""
        if not self.baseline or not self.value:
            return None
        ours, bare = self.value, self.baseline
        return ours / bare if self.more_is_better else bare / ours

    def line(self) -> str:
        """As people read it."""
        text = f"  {self.name:<44} {_short(self.value):>9} {self.unit:<5}"
        if self.baseline is not None:
            text += f" bare {_short(self.baseline):>9}"
        if self.ratio is not None:
            text += f"  ratio {self.ratio:5.2f}"
        return f"{text}  {self.note}".rstrip()


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of 100 lie; 0 when there are none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def machine() -> dict[str, Any]:
    """Cores, memory, load and versions."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgres_version(),
        **{name: _package(name) for name in PACKAGES},
    }


def as_json(about: dict[str, Any], figures: Sequence[Figure]) -> str:
    """The whole run."""
    rows = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
    return json.dumps({"machine": about, "figures": rows}, indent=2)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _postgres_version() -> str:
    try:
        program: Path = postgres_binaries() / "postgres"
    except Missing:
        return "missing"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2]
