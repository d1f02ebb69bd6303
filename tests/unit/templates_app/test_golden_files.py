"""Every kind of part, positional and named, by id and by link: the exact Graph body and preview.

A file holds a template as Graph lists it, values, and what both become. A change of a file is a
change of what customers get: read it as such.
"""

import json
from pathlib import Path

import pytest

from templates_app import compiler
from templates_app.compiler import Values
from tests.payloads.meta_openapi import FILE, openapi_file, problems
from tests.unit.templates_app.parts import Listed
from whatsapp import outbound
from whatsapp.outbound import Recipient

FILES = sorted((Path(__file__).parents[2] / "golden" / "templates").glob("*.json"))
everyone = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@everyone
def test_the_body_and_the_preview_are_the_golden_ones(path):
    golden = json.loads(path.read_text())
    compiled = compiler.compile(Listed(**golden["template"]), Values(variables=golden["variables"]))
    assert compiled.components == golden["components"]
    assert compiled.content == golden["content"]


@everyone
def test_the_golden_body_given_back_is_shown_the_same(path):
    golden = json.loads(path.read_text())
    values = Values(components=golden["components"])
    assert compiler.compile(Listed(**golden["template"]), values).content == golden["content"]


@pytest.mark.skipif(openapi_file() is None, reason=f"{FILE} is not here: see META_OPENAPI")
@everyone
def test_the_golden_body_is_valid_by_metas_schema(path):
    golden = json.loads(path.read_text())
    template = golden["template"]
    content = outbound.template(template["name"], template["language"], golden["components"])
    body = outbound.message(content, to=Recipient(phone="+12025550143"), opaque="x")
    assert problems(body) == []


def test_every_kind_is_here_positional_and_named():
    heads = {"text", "location"} | {
        f"{kind}_by_{how}"
        for kind in ("image", "video", "document")
        for how in ("id", "link", "own")
    }
    kinds = {f"header_{head}" for head in heads} | {"url_button", "quick_replies", "phone_button"}
    kinds |= {"copy_code", "flow", "offer", "carousel_by_id", "carousel_by_link"}
    wanted = {f"{kind}_{style}" for kind in kinds for style in ("positional", "named")}
    assert wanted <= {path.stem for path in FILES}
