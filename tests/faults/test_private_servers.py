"""The servers that the fault tests torture do start, crash, freeze and recover."""

from __future__ import annotations

import psycopg
import pytest
import redis


def test_a_crashed_database_comes_back_with_what_was_committed(private_postgres):
    url = private_postgres.create_database("survivor")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('committed')")
    private_postgres.crash()
    private_postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("committed",)]


def test_a_frozen_database_answers_nobody_until_it_thaws(private_postgres):
    with psycopg.connect(private_postgres.url()) as connection:
        private_postgres.freeze()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(private_postgres.url(), connect_timeout=2)
        private_postgres.thaw()
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_database_waits_for_the_disk_and_knows_letters_beyond_ascii(private_postgres):
    with psycopg.connect(private_postgres.url()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SELECT lower('ПРИВЕТ')").fetchone() == ("привет",)


def test_redis_stops_and_comes_back_empty_on_the_same_port(private_redis):
    with redis.Redis.from_url(private_redis.url) as client:
        client.set("word", "gone")
        private_redis.stop()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        private_redis.start()
        assert client.get("word") is None


def test_nothing_is_left_of_a_closed_server(private_redis):
    directory = private_redis.directory
    private_redis.close()
    assert not directory.exists()
