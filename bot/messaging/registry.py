"""Finding the installed adapters: by entry point, so that a third party's is found alike."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.messaging.adapter import Factory

GROUP = "saarbot.adapters"


def known() -> list[str]:
    """The names of all installed adapters, without importing them."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def load(name: str) -> Factory:
    """The factory of one adapter; raises ConfigurationError if none is installed under `name`."""
    for point in entry_points(group=GROUP, name=name):
        return cast("Factory", point.load())
    raise ConfigurationError(f"no adapter {name!r} is installed; there are: {', '.join(known())}")
