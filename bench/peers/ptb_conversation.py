"""The peer for messages per second: python-telegram-bot's own way to hold a dialogue.

An `Application` with a `ConversationHandler`, without any persistence, plays reports of six
messages from raw updates. Its transport is in memory and accepts everything at once, so what is
measured is reading an update, finding the dialogue and its step, and building the answer.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest, RequestData

TOKEN: Final = "123456789:AAF-a_token_for_the_bench_only_xxxxxxx"  # noqa: S105 - made up
SAID: Final = ("meld", "1", "verdachte man aan de achterdeur", "Kerkstraat 12", "1", "0")

GATE, WHAT, WHERE, SEND, MORE = range(5)

_ME: Final = {
    "id": 123456789,
    "is_bot": True,
    "first_name": "Peer",
    "username": "peer_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}


class Memory(BaseRequest):
    """A transport that answers at once, with what Telegram would."""

    def __init__(self) -> None:
        self.sent = 0

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - the library gives it
        request_data: RequestData | None = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        if url.endswith("/getMe"):
            return 200, json.dumps({"ok": True, "result": _ME}).encode()
        asked = request_data.parameters if request_data else {}
        self.sent += 1
        chat = {"id": asked["chat_id"], "type": "private", "first_name": "Buur"}
        shown = {"message_id": self.sent, "date": 1_795_000_000, "chat": chat, "from": _ME}
        return 200, json.dumps({"ok": True, "result": {**shown, "text": asked["text"]}}).encode()


def updates(dialogues: int = 200) -> list[dict[str, Any]]:
    """Six messages each of `dialogues` people, everybody's first before anybody's second."""
    return [
        _update(step * dialogues + person, 1_000_000 + person, step + 1, text)
        for step, text in enumerate(SAID)
        for person in range(dialogues)
    ]


def _update(number: int, person: int, message: int, text: str) -> dict[str, Any]:
    user = {"id": person, "is_bot": False, "first_name": f"Buur {person}", "language_code": "nl"}
    chat = {"id": person, "type": "private", "first_name": user["first_name"]}
    body = {
        "message_id": message,
        "from": user,
        "chat": chat,
        "date": int(time.time()),
        "text": text,
    }
    return {"update_id": 700_000_000 + number, "message": body}


def run(given: Sequence[dict[str, Any]]) -> float:
    """Play raw updates one after another; returns the seconds that took."""
    return asyncio.run(_play(given))


async def _play(given: Sequence[dict[str, Any]]) -> float:
    transport = Memory()
    async with _application(transport) as application:
        await application.start()
        start = time.perf_counter()
        for data in given:
            await application.process_update(Update.de_json(data, application.bot))
        took = time.perf_counter() - start
        await application.stop()
    if transport.sent != len(given):
        raise RuntimeError(f"the peer answered {transport.sent} of {len(given)} messages")
    return took


def _application(transport: Memory) -> Application[Any, Any, Any, Any, Any, Any]:
    builder = Application.builder().token(TOKEN).request(transport).get_updates_request(transport)
    application = builder.updater(None).job_queue(None).build()
    application.add_handler(_conversation())
    return application


def _conversation() -> ConversationHandler[ContextTypes.DEFAULT_TYPE]:
    text = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[
            CommandHandler("meld", _begin),
            MessageHandler(filters.Regex("^(?i:meld)$"), _begin),
        ],
        states={
            GATE: [MessageHandler(filters.Regex("^[1-5]$"), _gate), MessageHandler(text, _again)],
            WHAT: [MessageHandler(text, _what)],
            WHERE: [MessageHandler(text, _where)],
            SEND: [MessageHandler(filters.Regex("^[1-3]$"), _send), MessageHandler(text, _again)],
            MORE: [MessageHandler(filters.Regex("^0$"), _end), MessageHandler(text, _more)],
        },
        fallbacks=[CommandHandler("stop", _stop)],
    )


async def _say(update: Update, text: str, *choices: str) -> None:
    rows = [
        [InlineKeyboardButton(label, callback_data=f"q:{n}")] for n, label in enumerate(choices)
    ]
    assert update.message is not None
    await update.message.reply_text(text, reply_markup=InlineKeyboardMarkup(rows) if rows else None)


def _keep(update: Update, context: ContextTypes.DEFAULT_TYPE, key: str) -> None:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data[key] = update.message.text


async def _begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert context.user_data is not None
    context.user_data.clear()
    await _say(
        update,
        "Heb je 101 al gebeld?",
        "1 Ja, ik heb 101 gebeld",
        "2 Ik bel nu",
        "3 Ik kan niet bellen",
        "4 Iemand anders belde",
        "5 Het is langer geleden",
    )
    return GATE


async def _gate(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    _keep(update, context, "gate")
    await _say(
        update, "Wat zie je?", "1 Verdacht persoon", "2 Verdacht voertuig", "3 Inbraak bezig"
    )
    return WHAT


async def _what(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    _keep(update, context, "what")
    await _say(update, "Waar? Straat en nummer.")
    return WHERE


async def _where(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    _keep(update, context, "where")
    told = context.user_data or {}
    card = f"MELDING: {told.get('what')}, {told.get('where')}"
    await _say(update, f"{card}\nVersturen?", "1 Versturen", "2 Aanpassen", "3 Stop")
    return SEND


async def _send(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    _keep(update, context, "sent")
    await _say(update, "Verstuurd. Weet je meer?", "1 Persoon", "2 Voertuig", "3 Foto", "0 Klaar")
    return MORE


async def _more(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    _keep(update, context, "more")
    await _say(update, "Genoteerd. Nog iets?", "0 Klaar")
    return MORE


async def _end(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
    await _say(update, "Bedankt. Je krijgt bericht als de melding sluit.")
    return ConversationHandler.END


async def _again(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    await _say(update, "Kies een van de antwoorden.", "1", "2", "3")


async def _stop(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
    await _say(update, "Gestopt.")
    return ConversationHandler.END


if __name__ == "__main__":
    reports = updates()
    seconds = run(reports)
    print(f"{len(reports) / seconds:.0f} messages/s")
