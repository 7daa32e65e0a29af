"""Asking the operator: one question a line, with a default, again until the answer will do."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import TextIO

from bot.errors import SaarbotError

Check = Callable[[str], str]


class Questions:
    """Asks on `output`, reads from `source`. A secret isn't echoed on a terminal."""

    def __init__(self, source: TextIO | None = None, output: TextIO | None = None) -> None:
        self._source = source or sys.stdin
        self._output = output or sys.stdout

    def say(self, text: str = "") -> None:
        """A line for the operator."""
        print(text, file=self._output, flush=True)

    def ask(self, question: str, *, default: str = "", check: Check | None = None) -> str:
        """An answer. `check` returns it in its final form, or raises ValueError with the cure."""
        while True:
            hint = f" [{default}]" if default else ""
            answer = self._line(f"{question}{hint}: ").strip() or default
            try:
                return check(answer) if check else answer
            except ValueError as error:
                self.say(f"  {error}")

    def yes(self, question: str, *, default: bool) -> bool:
        """Yes or no."""
        words = {
            "y": True,
            "yes": True,
            "j": True,
            "ja": True,
            "n": False,
            "no": False,
            "nee": False,
        }

        def check(answer: str) -> str:
            if answer.lower() not in words:
                raise ValueError("Answer y or n.")
            return answer

        return words[self.ask(question, default="y" if default else "n", check=check).lower()]

    def secret(self, question: str) -> str:
        """An answer that isn't shown while it is typed."""
        if self._source is sys.stdin and sys.stdin.isatty():
            return getpass.getpass(f"{question}: ").strip()
        return self._line(f"{question}: ").strip()

    def _line(self, prompt: str) -> str:
        self._output.write(prompt)
        self._output.flush()
        line = self._source.readline()
        if not line:
            self.say()
            raise SaarbotError("the answers ended before the questions did; nothing was written")
        if not self._source.isatty():
            self.say()
        return line
