"""What a log may hold, and the net under that rule."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import MailTemporary, Retryable
from bot.operations import logs

SECRET = "123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    text = io.StringIO()
    logs.configure([SECRET, "hunter22"], stream=text)
    yield text
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


def line(stream: io.StringIO) -> dict[str, Any]:
    """The last line that was written."""
    found: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return found


log = logging.getLogger("bot.delivery")


def test_a_line_is_one_json_object_with_time_level_and_room(stream: io.StringIO) -> None:
    """Machines read it: UTC with milliseconds, and a line break never splits it."""
    log.info("lane paused\nfor %d s", 3)

    found = line(stream)
    assert found["event"] == "lane paused\nfor 3 s"
    assert (found["level"], found["room"]) == ("info", "bot.delivery")
    assert found["time"].endswith("Z")
    assert len(found["time"]) == len("2026-11-24T19:00:00.000Z")
    assert len(stream.getvalue().splitlines()) == 1


def test_a_message_given_as_argument_becomes_dots(stream: io.StringIO) -> None:
    """Whoever logs what a resident wrote by mistake logs dots."""
    log.warning("can't send %s to %s", "inbraak bezig in de Kerkstraat", "Jan Peeters")

    assert line(stream)["event"] == "can't send ••• to •••"


def test_numbers_words_and_our_own_errors_pass(stream: io.StringIO) -> None:
    """What helps an operator stays readable."""
    log.warning("%s: %s after %.1f s (%s)", "telegram", 17, 2.5, Retryable("bad gateway"))

    assert line(stream)["event"] == "telegram: 17 after 2.5 s (Retryable: bad gateway)"


def test_a_promised_sentence_passes_but_not_the_number_in_it(stream: io.StringIO) -> None:
    """An adapter's state is readable; the redactor stands behind the promise all the same."""
    log.warning("%s: %s", "signal", logs.Told("server away, number +32470123456"))

    assert line(stream)["event"] == "signal: server away, number •••"


@pytest.mark.parametrize(
    "personal",
    [
        "+32470123456",
        "+32 470 12 34 56",
        "0470123456",
        "0470/12.34.56",
        "-1001234567890",
        "telegram:111111",
        "signal:+32470000001",
        "signal:group.QUFFQ0F3UUZCZ2NJQ1FvTERBME9E",
        "group.QUFFQ0F3UUZCZ2NJQ1FvTERBME9E",
        "b2b1a9f0-6a4c-4a7e-9b39-6b1a2c3d4e5f",
        "jan.peeters@example.org",
        SECRET,
        f"bot{SECRET}",
        "hunter22",
    ],
)
@pytest.mark.parametrize("way", ["sentence", "argument", "error", "data"])
def test_nothing_personal_passes_in_any_way(stream: io.StringIO, personal: str, way: str) -> None:
    """Numbers, addresses, tokens and secrets are dots in sentence, argument, error and data."""
    if way == "sentence":
        log.warning(f"failed for {personal}.")  # noqa: G004  # the mistake itself
    elif way == "argument":
        log.warning("failed for %s", personal)
    elif way == "error":
        log.warning("failed: %s", MailTemporary(f"no such user {personal}"))
    else:
        log.warning("failed", extra={"data": {"chat": personal}})

    assert personal not in stream.getvalue()
    assert "•••" in stream.getvalue()


def test_a_foreign_exception_gives_its_type_and_place_but_not_its_words(
    stream: io.StringIO,
) -> None:
    """A library's error text may hold anything, so only type and place are written."""
    try:
        raise ValueError("could not parse 'Jan is thuis'")
    except ValueError:
        log.exception("a handler failed")

    found = line(stream)
    assert found["error"] == "ValueError"
    assert "Jan" not in stream.getvalue()
    assert "test_logs.py:" in found["at"][-1]
    assert found["at"][-1].endswith(
        "test_a_foreign_exception_gives_its_type_and_place_but_not_its_words"
    )


def test_times_hashes_and_paths_stay_readable(stream: io.StringIO) -> None:
    """The redactor is not a fog: case numbers, times and hashes are no telephone numbers."""
    kept = "M-2026-0117 P-0118 2026-11-24T06:30:00.000Z 9f86d081884c7d65 4096 99999 10.0.0.1"
    log.info(kept)
    assert line(stream)["event"] == kept

    log.info("wrote %s", Path("/data/vault/ab/cd.jpg"))
    assert line(stream)["event"] == "wrote /data/vault/ab/cd.jpg"


@pytest.mark.parametrize("name", ["httpx", "telegram.ext", "uvicorn.access", "urllib3", "asyncio"])
def test_libraries_say_nothing_below_a_warning(stream: io.StringIO, name: str) -> None:
    """A request line holds the bot's token: libraries are quiet until something is wrong."""
    logging.getLogger(name).info("POST https://api.telegram.org/bot%s/getMe", SECRET)
    assert not stream.getvalue()

    logging.getLogger(name).warning("HTTP error at https://api/bot%s/getMe", SECRET)
    assert SECRET not in stream.getvalue()


def test_a_wrong_format_is_still_a_line() -> None:
    """A mistake in a log call must not raise at night."""
    record = logging.LogRecord("bot", logging.INFO, "x.py", 1, "%d of %d", ("one",), None)

    assert json.loads(logs.JsonLines(logs.Redactor()).format(record))["event"] == "%d of %d"


def test_a_large_number_passes_only_where_it_is_a_size(stream: io.StringIO) -> None:
    """A chat id is a number too; sizes and durations say what they are."""
    log.info("stored", extra={"data": {"size_bytes": 60_000_000, "chat": -1001234567890, "n": 3}})

    found = line(stream)
    assert (found["size_bytes"], found["chat"], found["n"]) == (60_000_000, "•••", 3)


def test_the_redactor_ignores_secrets_too_short_to_be_told_apart() -> None:
    """A two-letter password would turn every sentence into dots."""
    assert logs.Redactor(["ab"])("about") == "about"
