"""What can go wrong on Telegram's side, on demand."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.adapters.telegram.world import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How a call goes wrong. `acts`: whether Telegram did what was asked all the same."""

    code: int = 0
    description: str = ""
    parameters: Json = field(default_factory=dict)
    acts: bool = False
    hang: float = 0.0
    drop: bool = False


def flood(retry_after: int = 1) -> Fault:
    """429, with the seconds to wait."""
    said = f"Too Many Requests: retry after {retry_after}"
    return Fault(code=429, description=said, parameters={"retry_after": retry_after})


def refusal(code: int, description: str) -> Fault:
    """Any refusal, in Telegram's words."""
    return Fault(code=code, description=description)


def broken() -> Fault:
    """500."""
    return Fault(code=500, description="Internal Server Error")


def hang(seconds: float = 60.0, *, acts: bool = True) -> Fault:
    """The request is taken (and done, if `acts`), but no answer comes."""
    return Fault(hang=seconds, drop=True, acts=acts)


def drop(*, acts: bool = True) -> Fault:
    """The connection ends instead of an answer."""
    return Fault(drop=True, acts=acts)


@dataclass(slots=True)
class Paces:
    """How often the bot wrote lately: 20 a minute in a group, 30 a second in all."""

    sent: list[tuple[float, int]] = field(default_factory=list)

    def refuses(self, chat: int, now: float) -> int:
        """Seconds to wait, or 0, which counts as sent."""
        self.sent = [(at, where) for at, where in self.sent if now - at < 60]
        here = [at for at, where in self.sent if where == chat]
        if chat < 0 and len(here) >= 20:
            return max(1, round(60 - (now - here[0])))
        if sum(now - at < 1 for at, _ in self.sent) >= 30:
            return 1
        self.sent.append((now, chat))
        return 0
