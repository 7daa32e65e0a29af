"""What everybody's chats have shown so far, wherever they are."""

from __future__ import annotations

from tests.e2e.residents import InBrowser
from tests.e2e.village import IN_BROWSER, IN_GROUP, SIGNAL, STREETS, TELEGRAM, Village


def outside(reporter: str) -> set[str]:
    """Who is in no native group, without the reporter and those at a real browser."""
    in_groups = {
        name for name, _ in (*TELEGRAM[: IN_GROUP["telegram"]], *SIGNAL[: IN_GROUP["signal"]])
    }
    browsers = {IN_BROWSER[0]}
    return STREETS.keys() - in_groups - browsers - {reporter}


def heard(munster: Village) -> dict[str, list[str]]:
    """What every chat but those at a real browser has shown of the bot, in order."""
    found = {
        name: one.texts for name, one in munster.residents.items() if not isinstance(one, InBrowser)
    }
    found["the Telegram group"], found["the Signal group"] = munster.group_texts()
    return found


def first_news(munster: Village, before: dict[str, list[str]]) -> dict[str, str]:
    """The first that each of these chats has shown since; those that showed nothing are left out."""
    now = heard(munster)
    return {
        name: now[name][len(texts)] for name, texts in before.items() if len(now[name]) > len(texts)
    }


def groups(munster: Village) -> tuple[list[str], list[str]]:
    """What the bot wrote in the Telegram and in the Signal group."""
    return munster.group_texts()


def cards(munster: Village, title: str) -> list[str]:
    """An alert's card in each group, as it stands now."""
    return [text for texts in groups(munster) for text in texts if text.startswith(title)]
