"""Every pair of ink and ground that the screens use can be read, in the light and in the dark."""

from __future__ import annotations

import math
import re
from itertools import product

import pytest

from tests.architecture.tree import ROOT

TOKENS = ROOT / "static" / "css" / "tokens.css"
THEMES = ("light", "dark")
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.11 for the edges of inputs
PLAIN = ("canvas", "surface", "sunken", "raised")
LABELS = ("brick", "amber", "olive", "green", "teal", "blue", "violet", "pink")
PAIRS = [
    *product(["text", "muted"], [*PLAIN, "accent-soft", "out", "ai"], [TEXT]),
    *product(["accent"], [*PLAIN, "accent-soft", "out", "ai"], [TEXT]),
    *product(["line-strong"], PLAIN, [SHAPE]),
    ("on-accent", "accent", TEXT),
    ("text", "mark", TEXT),
    ("ai-ink", "ai", TEXT),
    ("note-ink", "note", TEXT),
    ("bad", "ai", TEXT),
    *((state, f"{state}-ground", TEXT) for state in ("good", "warn", "bad", "idle")),
    *((f"label-{hue}", f"label-{hue}-ground", TEXT) for hue in LABELS),
]
TOKEN = re.compile(r"--([\w-]+)\s*:\s*light-dark\(((?:[^()]|\([^()]*\))*)\)\s*;")
OKLCH = re.compile(r"oklch\(\s*([\d.]+%?)\s+([\d.]+)\s+([\d.]+)\s*\)")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_ink_can_be_read_on_its_ground(ink, ground, least, theme):
    colours = tokens(theme)
    assert contrast(colours[ink], colours[ground]) >= least


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777", "#ffffff", 4.48), ("oklch(1 0 0)", "#000", 21.0)],
)
def test_contrast_is_measured_as_wcag_does(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.02)


def tokens(theme: str) -> dict[str, str]:
    """Name and colour of every token that has a light and a dark value."""
    found = TOKEN.findall(re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.S))
    return {name: halves(pair)[THEMES.index(theme)] for name, pair in found}


def halves(pair: str) -> list[str]:
    """The two colours inside light-dark(...)."""
    return [half.strip() for half in re.split(r",(?![^()]*\))", pair)]


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: str) -> tuple[float, ...]:
    """Linear-light sRGB of `#rgb`, `#rrggbb` or `oklch(l c h)`, each 0 to 1."""
    if match := OKLCH.fullmatch(colour):
        return from_oklch(*(float(part.rstrip("%")) for part in match.groups()))
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    values = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)


def from_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, ...]:
    """Linear sRGB by the matrices of https://bottosson.github.io/posts/oklab/, clipped to 0..1."""
    lightness = lightness / 100 if lightness > 1 else lightness
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, channel)) for channel in channels)
