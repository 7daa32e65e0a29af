"""The texts, scripts and commands that ship, read once for all tests: nothing changes them."""

from __future__ import annotations

from functools import cache

from bot.words import Words


@cache
def words() -> Words:
    """Everything under `config/`."""
    return Words.load()
