"""The two places for files keep the same promises; the bucket is asked over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from django.core.checks import run_checks
from moto.server import ThreadedMotoServer

from inbox.media_storage import Store, store
from inbox.models import MediaState
from simulator.testing import running
from tests.cast import Cast
from tests.domain.inbox.media_world import KETTLE, fetched, sends

KEY = "0199b0c2-7a00-7a10-8c00-0000000000d1/0199b0c2-7a00-7a10-8c00-0000000000d2"


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """A server that speaks S3, in a thread of this process, with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "bucket_name": "baton-files",
        "endpoint_url": f"http://{host}:{port}",
        "region_name": "us-east-1",
        "access_key": "id",
        "secret_key": "secret",
    }
    client = boto3.client(
        "s3",
        endpoint_url=options["endpoint_url"],
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="baton-files")
    yield options
    server.stop()


@pytest.fixture(params=["disk", "bucket"])
def place(request, settings, tmp_path: Path) -> Store:
    settings.MEDIA_ROOT = tmp_path / "media"
    if request.param == "bucket":
        settings.MEDIA_BUCKET_OPTIONS = request.getfixturevalue("bucket")
        settings.MEDIA_STORE = "inbox.media_bucket.Bucket"
    return store()


def a_file(tmp_path: Path, content: bytes) -> Path:
    made = tmp_path / "part"
    made.write_bytes(content)
    return made


def read(place: Store, start: int, length: int) -> bytes:
    file = place.open(KEY, start, length)
    try:
        return file.read(length)
    finally:
        file.close()


def test_what_is_kept_can_be_read_in_parts(place: Store, tmp_path: Path) -> None:
    place.keep(KEY, a_file(tmp_path, b"0123456789"))
    assert (read(place, 0, 10), read(place, 3, 4)) == (b"0123456789", b"3456")


def test_what_is_kept_again_is_replaced(place: Store, tmp_path: Path) -> None:
    for content in (b"first", b"other"):
        place.keep(KEY, a_file(tmp_path, content))
    assert read(place, 0, 5) == b"other"


def test_what_is_deleted_is_gone_and_may_be_deleted_again(place: Store, tmp_path: Path) -> None:
    place.keep(KEY, a_file(tmp_path, b"0123456789"))
    place.delete(KEY)
    place.delete(KEY)
    with pytest.raises(FileNotFoundError):
        place.open(KEY, 0, 10)


def test_every_file_is_listed_with_its_age(place: Store, tmp_path: Path) -> None:
    place.keep(KEY, a_file(tmp_path, b"0123456789"))
    found = dict(place.listed())
    assert abs(found[KEY] - datetime.now(UTC)) < timedelta(minutes=1)
    place.delete(KEY)
    assert KEY not in dict(place.listed())


def test_a_bucket_that_is_away_is_an_error_of_the_disk(settings, bucket, tmp_path: Path) -> None:
    settings.MEDIA_BUCKET_OPTIONS = bucket | {"bucket_name": "no-such-bucket"}
    settings.MEDIA_STORE = "inbox.media_bucket.Bucket"
    with pytest.raises(OSError):
        store().keep(KEY, a_file(tmp_path, b"x"))


def test_a_customers_file_goes_from_meta_into_the_bucket(
    cast: Cast, settings, bucket, tmp_path: Path, client
) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.MEDIA_BUCKET_OPTIONS = bucket
    settings.MEDIA_STORE = "inbox.media_bucket.Bucket"
    with running() as meta:
        settings.GRAPH_API_URL = meta.base_url
        media = fetched(sends(meta, cast.number))
    assert media.state == MediaState.READY
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    client.force_login(cast.amina)
    whole = client.get(f"/media/{media.pk}/")
    part = client.get(f"/media/{media.pk}/", HTTP_RANGE="bytes=10-19")
    small = client.get(f"/media/{media.pk}/thumbnail/")
    assert b"".join(whole.streaming_content) == KETTLE
    assert b"".join(part.streaming_content) == KETTLE[10:20]
    assert small.content[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, []),
        ({"access_key": "id"}, ["baton.E021"]),
        ({"access_key": "id", "secret_key": "x"}, []),
        ({"endpoint_url": "s3.example.org"}, ["baton.E022"]),
    ],
)
def test_a_bucket_that_could_not_be_used_is_said_at_the_start(settings, options, ids) -> None:
    settings.MEDIA_BUCKET = "files"
    none = dict.fromkeys(("endpoint_url", "region_name", "access_key", "secret_key"))
    settings.MEDIA_BUCKET_OPTIONS = {"bucket_name": "files"} | none | options
    settings.MEDIA_STORE = "inbox.media_bucket.Bucket"
    assert [one.id for one in run_checks() if str(one.id).startswith("baton.E02")] == ids


def test_a_bucket_without_its_library_names_the_extra(settings) -> None:
    settings.MEDIA_BUCKET = "files"
    settings.MEDIA_STORE = "inbox.media_bucket_that_is_not_installed.Bucket"
    assert "[s3]" in next(one.hint for one in run_checks() if one.id == "baton.E020")
