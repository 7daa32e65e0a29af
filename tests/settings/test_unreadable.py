"""Files that can't be read at all, or hold whatever: told in sentences, never a traceback."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.settings import Problem, SettingsError, load
from tests.settings.written import GOOD, adapters, told


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A wrong path says so, and how to get a file."""
    with pytest.raises(SettingsError) as error:
        load(tmp_path / "no.yaml", {}, adapters)
    assert str(error.value).endswith("no.yaml: there is no such file; `saarbot init` writes one")


def test_a_folder_or_binary_file_is_told(tmp_path: Path) -> None:
    """What can't be read as text is one problem, not a traceback."""
    (tmp_path / "b.yaml").write_bytes(b"a: \xff\xfe")
    for path, words in ((tmp_path, "can't be read"), (tmp_path / "b.yaml", "is not UTF-8 text")):
        with pytest.raises(SettingsError, match=words):
            load(path, {}, adapters)


_WORDS = st.sampled_from(
    [
        *("data_dir", "adapters", "telegram", "token", "neighbourhoods", "police", "mailbox"),
        *("<<", "~", "${A}", "&a", "*a", "!!python/object:os.system", "06:30", "- x", "? [a]"),
        *("{", "}", "[", "]", ": ", "\n", "\n  ", "\n    ", "'", '"', "|", "#", "\t", "\ufeff"),
    ]
)


_SOUP = st.lists(_WORDS | st.text(max_size=6), max_size=25).map("".join)


@given(_SOUP)
@hypothesis_settings(max_examples=300, deadline=None)
def test_no_file_makes_it_stumble(tmp_path_factory: pytest.TempPathFactory, soup: str) -> None:
    """Whatever is written, it is read or told in sentences; lines are lines of the file."""
    file = tmp_path_factory.getbasetemp() / "soup.yaml"
    data = soup.encode("utf-8", "surrogatepass")
    file.write_bytes(data)
    problems: tuple[Problem, ...] = ()
    with suppress(SettingsError):
        try:
            load(file, {}, adapters)
        except SettingsError as error:
            problems = error.problems
            raise
    most = len(data) + 1
    assert all(0 <= one.line <= most and one.text for one in problems)


@given(st.sampled_from(GOOD.splitlines()), _SOUP)
@hypothesis_settings(max_examples=200, deadline=None)
def test_no_line_makes_it_stumble(
    tmp_path_factory: pytest.TempPathFactory, line: str, soup: str
) -> None:
    """A good file with one line spoilt is told, not fallen over."""
    file = tmp_path_factory.getbasetemp() / "spoilt.yaml"
    key = line.partition(":")[0]
    text = GOOD.replace(line, f"{key}: {soup}", 1)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(SettingsError):
        load(file, {}, adapters)


def test_a_file_nested_beyond_reason_is_told(tmp_path: Path) -> None:
    """Ten thousand brackets are no traceback."""
    assert told(tmp_path, "a: " + "[" * 10_000) == ["saarbot.yaml: is nested too deeply to be read"]


def test_an_alias_that_holds_itself_is_told(tmp_path: Path) -> None:
    """A list that contains itself ends, too."""
    lines = told(tmp_path, GOOD + "prevention: &x {name: a, contacts: [*x]}\n")
    assert lines == ["saarbot.yaml:13: prevention.contacts[1]: must be a single value, not a table"]
