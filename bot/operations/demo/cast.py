"""The made-up people: three with the web page, seventeen on a messenger that exists in memory only.

Fifteen are in that messenger's native group; two have only a direct chat, and one of those has
blocked the bot. All are members as if they had been admitted last week.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from bot.delivery.post import Post, Priority
from bot.journal import journal
from bot.messaging import Address
from bot.neighbourhood.people import RESIDENT
from bot.operations.demo.story import BEHEERDER, BUUR, MELDER
from bot.store import people as people_store
from bot.store import places as place_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.house import House
    from bot.settings.model import NeighbourhoodSettings
    from bot.store.tx import Tx
    from bot.testkit.memory import MemoryWorld

INVENTED: Final = "buurtapp"
IN_GROUP: Final = 15
TOKENS: Final = {name: f"demo-{name}-of-one-night" for name in (MELDER, BUUR, BEHEERDER)}
_PHONES: Final = {
    MELDER: ("Rita Claes", "Kloosterstraat"),
    BUUR: ("Jos Hermans", "Rozenstraat"),
    BEHEERDER: ("Els Wouters", "Kerkstraat"),
}
_NEIGHBOURS: Final = (
    ("An Vandersteen", "Bilzerstraat"),
    ("Bart Geraerts", "Molenweg"),
    ("Carine Moons", "Lindenlaan"),
    ("Danny Schreurs", "Stationsstraat"),
    ("Eline Jorissen", "Kloosterstraat"),
    ("Frans Nelissen", "Waterstraat"),
    ("Greet Baerts", "Rozenstraat"),
    ("Hassan Amrani", "Stationsstraat"),
    ("Ilse Thijs", "Kerkstraat"),
    ("Jef Martens", "Bilzerstraat"),
    ("Karin Theunissen", "Lindenlaan"),
    ("Luc Vrancken", "Molenweg"),
    ("Mia Coenen", "Waterstraat"),
    ("Nadia Bollen", "Kloosterstraat"),
    ("Omer Stevens", "Rozenstraat"),
    ("Paula Knapen", "Kerkstraat"),
    ("Roger Dirix", "Waterstraat"),
)


def invent(world: MemoryWorld) -> list[str]:
    """The neighbours on the invented messenger; their addresses."""
    messenger = world.messenger(INVENTED)
    persons = [messenger.person(name, id=f"buur-{n}") for n, (name, _) in enumerate(_NEIGHBOURS, 1)]
    for person in persons:
        person.starts()
    messenger.group("Munsterbilzen", *persons[:IN_GROUP], id="groep")
    persons[-1].blocks()
    return [str(person.address) for person in persons]


def admit(tx: Tx, house: House, place: NeighbourhoodSettings, neighbours: Sequence[str]) -> None:
    """Everybody is a member; the three with a page have read their welcome."""
    group = f"{INVENTED}:groep"
    place_store.link_group(tx, group, place.id, by="demo")
    for name, token in TOKENS.items():
        address = f"webchat:{sha256(token.encode()).hexdigest()[:32]}"
        person, number = _member(tx, place.id, address, *_PHONES[name])
        if name == BEHEERDER:
            house.joining.make_coordinator(tx, place.id, person)
        _welcome(tx, house, place, address, welcome_of(name), number)
    for at, address in enumerate(neighbours):
        _member(tx, place.id, address, *_NEIGHBOURS[at])
        if at < IN_GROUP:
            place_store.see(tx, group, address, present=True)
    house.people.meet(tx)


def welcome_of(name: str) -> str:
    """The text by which one with a page was welcomed."""
    coordinates = name == BEHEERDER
    return "neighbourhood.now_coordinator" if coordinates else "neighbourhood.welcome"


def _welcome(
    tx: Tx, house: House, place: NeighbourhoodSettings, address: str, key: str, number: int
) -> None:
    """What they read when they were admitted: nobody's page is a stranger's."""
    message = house.voice.message(
        "nl",
        key,
        group=place.name,
        emergency=place.emergency,
        n=number,
        who=house.voice.text("nl", "neighbourhood.pseudonym.coordinator", n=number),
    )
    house.outbox.post(
        tx,
        Post(
            chat=Address.parse(address),
            message=message,
            cause="demo:welcome",
            priority=Priority.NOTICE,
            purpose="notice",
        ),
    )


def _member(tx: Tx, place: str, address: str, name: str, street: str) -> tuple[int, int]:
    person = people_store.add_person(tx, name=name, language="nl")
    people_store.add_account(tx, address, person, canonical=address, direct=address)
    number = place_store.next_pseudonym(tx, place)
    people_store.add_member(
        tx,
        place,
        person,
        role=RESIDENT,
        state="active",
        pseudonym=number,
        street=street,
    )
    journal.append(tx, place, "member.admitted", {"pseudonym": number, "by": "demo"})
    return person, number
