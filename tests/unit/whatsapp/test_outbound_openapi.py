"""Every body our builders make is valid by Meta's own schema, where that file is at hand."""

import pytest

from tests.payloads.meta_openapi import FILE, openapi_file, problems
from tests.unit.whatsapp.bodies import OUTBOUND, outbound_json
from tests.unit.whatsapp.test_outbound import rebuilt

pytestmark = pytest.mark.skipif(
    openapi_file() is None,
    reason=f"{FILE} is Meta's and not part of this project: name its folder in META_OPENAPI",
)


@pytest.mark.parametrize("name", OUTBOUND)
def test_a_built_body_is_valid_by_metas_schema(name):
    assert problems(rebuilt(outbound_json(name))) == []


def test_the_schema_does_notice_a_misspelt_key():
    body = rebuilt(outbound_json("text"))
    assert problems({**body, "biz_opaque_callbak_data": "x"})
    assert problems({**body, "text": {"body": "x", "preview": True}})
