"""What the core says in these tests: a gate, a card, and an answer to whatever is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.messaging import (
    Address,
    Bar,
    Box,
    ButtonPressed,
    Card,
    CardLine,
    Choice,
    Desk,
    Event,
    Header,
    MessageReceived,
    MessageRef,
    OpenAlert,
    Outgoing,
    Passed,
    Task,
)
from tests.adapters.webchat.house import House

SIX = (
    "Ik heb 101 gebeld",
    "Ik bel nu",
    "Ik kan niet bellen",
    "Iemand anders heeft gebeld",
    "Ik ben niet zeker",
    "Langer dan 15 minuten geleden",
)
GATE = Outgoing(
    text=(
        "**Is er nu gevaar, of is de dader nog bezig?**\n"
        "Brandweer of ziekenwagen: 112.\n\nWat klopt voor jou?"
    ),
    choices=tuple(Choice(number=n, label=label, token=f"g:{n}") for n, label in enumerate(SIX, 1)),
    panel={"kind": "gate", "thread": "d1"},
)
SEEN_SAFE = (
    Choice(number=1, label="Gezien", token="c:1"),
    Choice(number=2, label="Veilig", token="c:2"),
)


def alert(state: str = "open", **changes: Any) -> Outgoing:
    """A card as the core sends it."""
    fields: dict[str, Any] = {
        "kind": "alert",
        "state": state,
        "title": "MELDING 117",
        "state_word": {"open": "OPEN", "closed": "AFGESLOTEN"}.get(state, state.upper()),
        "headline": "23:15 · Kloosterstraat",
        "body": "Man voelt aan autodeuren.",
        "lines": (
            CardLine(
                icon="phone",
                strong="Melder zei om 23:14 dat 101 gebeld is.",
                text="Zie je nu iets of weet je meer? Bel zelf ook 101.",
            ),
            CardLine(icon="eye", strong="2 waarnemingen", text=", laatste om 23:22"),
            CardLine(icon="lock", text="2 foto’s, enkel voor de politie"),
        ),
        "footer": "Blijf binnen, licht aan. **Niet doorsturen.**",
        "updated": "Bijgewerkt om 23:23",
    }
    card = Card(**(fields | changes))
    choices = SEEN_SAFE if state == "open" else ()
    return Outgoing(text=f"{card.title} {card.headline}", card=card, choices=choices)


async def say(house: House, chat: Address, message: Outgoing | str) -> MessageRef:
    """The core writes to one page."""
    outgoing = Outgoing(text=message) if isinstance(message, str) else message
    receipt = await house.adapter.send(chat, outgoing, key=house.key())
    return MessageRef(chat, receipt.parts[0])


def repeats(house: House) -> Callable[[Event], Awaitable[None]]:
    """A core that answers everything with what it understood."""

    async def answer(event: Event) -> None:
        if isinstance(event, ButtonPressed):
            await say(house, event.chat, f"knop {event.token}")
        elif isinstance(event, MessageReceived):
            heard = event.text or ("beeld" if event.media else "plaats")
            await say(house, event.chat, f"gehoord: {heard}")

    return answer


def texts(house: House) -> list[str]:
    """What the core heard, in order."""
    return [event.text for event in house.core.events if isinstance(event, MessageReceived)]


def around(*, bar: bool = True, desk: Desk | None = None) -> dict[str, Any]:
    """Panels as the core decides them: a header, an open alert, and a coordinator's desk."""
    who = "Beheerder 1" if desk else "Buur 7"
    open_since = Bar(state="open", title="MELDING 117", text="Kloosterstraat, open sinds 23:15")
    return {
        "header": Header(name="Munsterbilzen", detail=f"{who} · 22 leden"),
        "bar": open_since if bar else None,
        "desk": desk,
    }


def newcomer(number: int, name: str) -> Task:
    """Somebody asks to join."""
    return Task(
        icon="person",
        about=f"Nieuw lid · aanvraag {number}",
        title=name,
        text="Rozenstraat. De naam zien enkel beheerders en politie.",
        choices=(
            Choice(number=1, label="Goedkeuren", token=f"a:admit:{number}"),
            Choice(number=2, label="Weigeren", token=f"a:refuse:{number}"),
        ),
        safe=f"a:admit:{number}",
    )


def desk(*tasks: Task) -> Desk:
    """An open alert, these tasks, and how things stand."""
    card = alert().card
    assert card is not None
    reach = CardLine(icon="bell", text="Verstuurd naar 18 van 21 buren")
    handles = (
        Choice(number=1, label="Afsluiten", token="a:close:1"),
        Choice(number=2, label="Rechtzetten", token="a:rectify:1"),
    )
    shown = replace(card, lines=(*card.lines, reach), footer="")
    return Desk(
        sentence=f"**1 melding is open.** {len(tasks)} dingen wachten op jou.",
        open=(OpenAlert(card=shown, choices=handles, safe="a:close:1"),),
        waiting=tasks,
        passed=(
            Passed(
                number="M-2026-0116", time="21:05", what="Perronstraat, diefstal", word="GENOTEERD"
            ),
            Passed(number="M-2026-0115", time="15:40", what="", word="RECHTZETTING"),
        ),
        boxes=(
            Box(
                title="Mail naar de politie",
                lines=(
                    ("P-0041", "do 06:30, aanvaard door de mailserver"),
                    ("Volgende", "vr 06:30, als er nieuws is"),
                ),
            ),
            Box(title="Niet bezorgd, laatste 7 dagen", lines=(("Carla Vos", "1 bericht"),)),
            Box(title="Logboek", lines=(("Regels", "2221"), ("Ketenkop", "74c0 e1d8"))),
        ),
    )
