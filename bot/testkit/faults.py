"""What goes wrong on demand: the next requests of a kind, to one chat or to all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.errors import MessengerError
from bot.messaging import Address

Operation = Literal["send", "edit", "delete", "react", "fetch"]
WRITING: tuple[Operation, ...] = ("send", "edit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """How a request goes wrong.

    It waits `delay_s` (`hang`: until the adapter gives up), is carried out or not, and then
    ends in `error`, in silence (`answered` is False), or well.
    """

    error: MessengerError | None = None
    delay_s: float = 0.0
    hang: bool = False
    carried_out: bool = True
    answered: bool = True


@dataclass(slots=True, kw_only=True)
class _Rule:
    mishap: Mishap
    chat: Address | None
    left: int | None
    operations: tuple[Operation, ...]

    def fits(self, operation: Operation, chat: Address | None) -> bool:
        return operation in self.operations and self.chat in {None, chat}


class Faults:
    """The mishaps in store. The oldest that fits is used first, `times` times (None: always)."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def add(
        self,
        mishap: Mishap,
        *,
        chat: Address | None = None,
        times: int | None = 1,
        on: tuple[Operation, ...] = WRITING,
    ) -> None:
        self._rules.append(_Rule(mishap=mishap, chat=chat, left=times, operations=on))

    def clear(self) -> None:
        self._rules.clear()

    def take(self, operation: Operation, chat: Address | None) -> Mishap:
        """The mishap that this request meets; by default none happens."""
        for rule in self._rules:
            if rule.fits(operation, chat):
                if rule.left is not None:
                    rule.left -= 1
                    if rule.left <= 0:
                        self._rules.remove(rule)
                return rule.mishap
        return Mishap()
