"""How the parts are, as `/readyz`, the metrics and `status` tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part's condition; `detail` holds no personal data."""

    ok: bool
    detail: str = ""


class Health:
    """A board on which each part writes its own line.

    Parts that were announced with `expect` count as not ready until they have spoken.
    """

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}
        self._watchers: list[Callable[[str, Part], None]] = []

    def expect(self, *names: str) -> None:
        """These parts must report before the whole is ready."""
        for name in names:
            self._parts.setdefault(name, Part(ok=False, detail="starting"))

    def set(self, name: str, ok: bool, detail: str = "") -> None:  # noqa: FBT001  # reads as a sentence: set("store", True)
        """A part tells how it is."""
        part = Part(ok=ok, detail=detail)
        if self._parts.get(name) != part:
            self._parts[name] = part
            for watch in self._watchers:
                watch(name, part)

    def on_change(self, watch: Callable[[str, Part], None]) -> None:
        """Call `watch` with every line that changes."""
        self._watchers.append(watch)

    def parts(self) -> Mapping[str, Part]:
        """All lines, as they stand now."""
        return dict(self._parts)

    def ready(self) -> bool:
        """Whether every part is well."""
        return bool(self._parts) and all(part.ok for part in self._parts.values())
