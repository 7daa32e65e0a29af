"""Secrets: read from where they lie, shown to nobody, also not in a complaint."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from bot.settings import Secret
from tests.settings.written import GOOD, contract, in_place, read, told


def test_a_secret_is_never_shown() -> None:
    """However a secret is printed, dots come out; it can't be pickled into a file either."""
    secret = Secret("hunter2")

    assert f"{secret} {secret!r} {secret!s} {secret:>3}" == "••• ••• ••• •••"
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2")
    assert secret != Secret("hunter3")
    assert secret != "hunter2"
    assert len({secret, Secret("hunter2")}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_settings_can_be_printed_without_showing_a_secret(tmp_path: Path) -> None:
    """The whole configuration's repr holds no token and no password."""
    settings = read(tmp_path, contract(tmp_path), TELEGRAM_TOKEN="123:abc")

    assert "123:abc" not in repr(settings)
    assert "geheim" not in repr(settings)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    """`token_file:` is read relative to the configuration, without its line end."""
    (tmp_path / "telegram.token").write_text("9:xyz\n")
    text = GOOD.replace('token: "1:abc"', "token_file: telegram.token")

    assert read(tmp_path, text).adapters["telegram"].plain()["token"] == "9:xyz"


def test_a_mistake_never_repeats_a_number_or_a_secret(tmp_path: Path) -> None:
    """What is wrong is named by its key; numbers and secrets stay out of the sentence."""
    text = in_place("coordinators: ['telgram:+32470123456', '+32470123456']")
    text = text.replace("token:", "toke:").replace("1:abc", "1:topsecret")

    sentences = "\n".join(told(tmp_path, text))
    assert "32470123456" not in sentences
    assert "topsecret" not in sentences


def test_a_value_from_the_environment_is_not_repeated(tmp_path: Path) -> None:
    """A wrong value shows as `${NAME}`, as it was written."""
    lines = told(tmp_path, "language: ${SECRET}\n" + GOOD, SECRET="hunter2")

    assert lines == ["saarbot.yaml:1: language: must be one of nl, fr, de, en, not '${SECRET}'"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "can't be read: No such file"), (b"\xff", "is not UTF-8 text"), (b"\n", "is empty")],
)
def test_a_secret_file_that_fails_is_named(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    """A missing, binary or empty secret file is told with its path."""
    if content is not None:
        (tmp_path / "t").write_bytes(content)
    lines = told(tmp_path, GOOD.replace('token: "1:abc"', "token_file: t"))

    assert lines[0].startswith("saarbot.yaml:3: adapters.telegram.token_file: the file t ")
    assert words in lines[0]
