"""The section `adapters.telegram` of the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.errors import ConfigurationError
from bot.messaging.adapter import Setting

OFFICIAL: Final = "https://api.telegram.org"

SETTINGS: Final[Mapping[str, Setting]] = {
    "token": Setting(
        kind=str,
        required=True,
        secret=True,
        help="what @BotFather gave when the bot was made: digits, a colon, letters",
    ),
    "api_url": Setting(
        kind=str, default=OFFICIAL, help="Telegram's own server, or your local Bot API server"
    ),
    "receive": Setting(
        kind=str,
        default="polling",
        choices=("polling", "webhook"),
        help="polling: the bot asks Telegram",
    ),
}

_TOKEN = re.compile(r"(\d+):[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the adapter runs on; `token` is kept out of every printed form."""

    token: str = field(repr=False)
    api_url: str
    receive: str

    @property
    def bot_id(self) -> int:
        """The bot's own user id: the digits of its token."""
        return int(self.token.partition(":")[0])

    @property
    def base_url(self) -> str:
        """Where methods are called; holds the token."""
        return f"{self.api_url}/bot{self.token}"

    @property
    def file_url(self) -> str:
        """Where files are fetched; holds the token."""
        return f"{self.api_url}/file/bot{self.token}"

    @property
    def is_official(self) -> bool:
        """Whether the limits of Telegram's own server apply."""
        return self.api_url == OFFICIAL


def read(section: Mapping[str, Any]) -> Settings:
    """Raises ConfigurationError, which never shows the token."""
    settings = Settings(
        token=str(section.get("token") or ""),
        api_url=str(section.get("api_url") or OFFICIAL).rstrip("/"),
        receive=str(section.get("receive") or "polling"),
    )
    if not _TOKEN.fullmatch(settings.token):
        raise ConfigurationError(
            "adapters.telegram.token is no bot token: @BotFather gives one like 123456:AAE-x9…"
        )
    if not settings.api_url.startswith(("http://", "https://")):
        raise ConfigurationError(f"adapters.telegram.api_url must be a web address like {OFFICIAL}")
    if settings.receive != "polling":
        raise ConfigurationError(
            "adapters.telegram.receive: webhook is not there yet; write receive: polling"
        )
    return settings
