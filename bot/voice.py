"""How the core turns a text's key into a message: the person's language, local times, choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.messaging import Choice, Outgoing
from bot.messaging.text import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from bot.dialogue.texts import Texts


class Voice:
    """Speaks in every shipped language; tells times on the neighbourhood's clock."""

    def __init__(self, texts: Texts, zone: tzinfo, *, default: str) -> None:
        self._texts = texts
        self._zone = zone
        self.default = default

    def language(self, wanted: str | None) -> str:
        """The wanted language where it is shipped, else the default."""
        code = (wanted or "").partition("-")[0].lower()
        return code if code in self._texts.languages else self.default

    def text(self, lang: str, key: str, **values: Any) -> str:
        """One text."""
        return self._texts.say(lang, key, **values)

    def chosen(self, lang: str, step: str, value: str) -> str:
        """The words of a choice somebody made in a dialogue; what was typed stays as it is."""
        key = f"{step}.{value}"
        return self._texts.say(lang, key) if self._texts.find(lang, key) else value

    def what(self, lang: str, facts: Mapping[str, Any]) -> str:
        """What happens, in the reporter's words or those of the choice."""
        return sentences(str(facts.get("what") or "")) or self.chosen(
            lang, "report.what", str(facts.get("kind") or "")
        )

    def hour(self, moment: datetime) -> str:
        """`23:14`, local."""
        return moment.astimezone(self._zone).strftime("%H:%M")

    def year(self, moment: datetime) -> int:
        """The local year, in which case numbers start again."""
        return moment.astimezone(self._zone).year

    def message(
        self,
        lang: str,
        key: str,
        *,
        choices: Sequence[tuple[str, str]] = (),
        silent: bool = False,
        **values: Any,
    ) -> Outgoing:
        """A message whose choices are (label key, token), numbered from 1."""
        return Outgoing(
            text=self.text(lang, key, **values),
            choices=self.choices(lang, choices),
            lang=lang,
            silent=silent,
        )

    def choices(self, lang: str, pairs: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
        """Choices numbered from 1."""
        return tuple(
            Choice(number=number, label=self.text(lang, label), token=token)
            for number, (label, token) in enumerate(pairs, 1)
        )
