"""Words that only a yes keeps: what somebody wrote in a group, in the question about it.

The question must show them. So the outbox keeps such messages under their conversation's id, and
takes the words out again when the answer is no, or when none came: in its own rows, and with an
edit on the phone or page that shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.delivery.outbox import Outbox
    from bot.store.tx import Tx
    from bot.voice import Voice

SCRIPT = "group_post"
HIDDEN = "…"


def cause(dialogue: int) -> str:
    """How the causes of such a conversation's messages begin."""
    return f"{SCRIPT}:{dialogue}:"


def forget(tx: Tx, outbox: Outbox, voice: Voice, *, dialogue: int, lang: str) -> None:
    """Take the words out of every message of the conversation."""
    blank = voice.message(lang, f"{SCRIPT}.ask", silent=True, text=HIDDEN)
    outbox.reword(tx, cause(dialogue), blank)
