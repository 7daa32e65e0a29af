"""What the page may show before anybody has said who they are."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from adapters.webchat.words import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class About:
    """Reads `Context.about`; any part of it may be a function, since invitations change."""

    facts: Mapping[str, Any]

    def _fact(self, key: str, default: Any) -> Any:
        found = self.facts.get(key, default)
        return found() if callable(found) else found

    @property
    def emergency(self) -> str:
        """The police's number: 101, or 112 elsewhere."""
        return str(self._fact("emergency", "101"))

    @property
    def zone(self) -> str:
        """The time zone in which the page shows times."""
        return str(self._fact("timezone", "Europe/Brussels"))

    @property
    def language(self) -> str:
        """What the page speaks with somebody whose browser asks for none of its languages."""
        return str(self._fact("language", DEFAULT))

    @property
    def demo_people(self) -> Mapping[str, str]:
        """Made-up people of the demonstration: name → token."""
        found: Mapping[str, str] = self._fact("demo_people", {})
        return found

    @property
    def group(self) -> str:
        """The name in the header until the core gives one."""
        names = [str(one["name"]) for one in self._fact("neighbourhoods", ())]
        return names[0] if len(names) == 1 else "Saarbot"

    def invited_to(self, code: str) -> str | None:
        """The name of the neighbourhood that an invitation is for; case doesn't matter."""
        wanted = code.strip().lower().encode()
        found = None
        for one in self._fact("neighbourhoods", ()):
            given = str(one.get("invite_code", "")).lower().encode()
            if compare_digest(given, wanted) and wanted:
                found = str(one["name"])
        return found
