"""Names of files: whatever a customer calls them, a header and a disk can bear it."""

from __future__ import annotations

import pytest
from django.utils.http import content_disposition_header

from inbox.file_names import LONGEST, download_name, is_active

ACTIVE = ("html", "xhtml", "xml", "mht", "htc", "hta", "url", "lnk", "wasm", "xsl")


@pytest.mark.case("S49", "S50")
@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("receipt.pdf", "receipt.pdf"),
        ("Rechnung März (2).pdf", "Rechnung März (2).pdf"),
        ("配達.pdf", "配達.pdf"),
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("%2e%2e%2fx", "_2e_2e_2fx"),
        ("a\0.png", "a.png"),
        (".htaccess", "htaccess"),
        ("-rf", "rf"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("x.jpg.exe ", "x.jpg.exe"),
        ('a"; filename="x.html', "a__ filename=_x.html"),
        ("a\r\nX-Evil: 1", "aX-Evil_ 1"),
        ("a;b", "a_b"),
        ("\u202egpj.exe", "gpj.exe"),
        ("\u2066a\u2069.txt", "a.txt"),
        ("../", "nameless"),
        (" . ", "nameless"),
        ("", "nameless"),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert download_name(name, otherwise="nameless") == clean


@pytest.mark.case("S49")
def test_a_long_name_keeps_its_ending() -> None:
    name = download_name("x" * 4000 + ".pdf", otherwise="")
    assert (len(name), name[-4:]) == (LONGEST, ".pdf")
    assert len(download_name("x." + "y" * 4000, otherwise="")) == LONGEST


@pytest.mark.case("S50")
@pytest.mark.parametrize("name", ['a"b.txt', "a\r\nX-Evil: 1", "\u202egpj.exe", "März;.txt"])
def test_the_header_is_one_clean_line(name: str) -> None:
    header = content_disposition_header(True, download_name(name, otherwise="x")) or ""
    assert header.startswith("attachment; filename")
    assert header.isascii()
    assert header.isprintable()
    assert header.count(";") == 1


@pytest.mark.case("S48")
@pytest.mark.parametrize(
    ("name", "active"),
    [
        *((f"a.{ending}", True) for ending in ACTIVE),
        ("invoice.pdf.EXE", True),
        ("a.exe. .", True),
        ("a.svg", True),
        ("a.pdf", False),
        ("exe", False),
        ("exe.txt", False),
        ("", False),
    ],
)
def test_endings_that_can_run_are_known(name: str, active: bool) -> None:
    assert is_active(name) is active
