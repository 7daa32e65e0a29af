"""Five people do whatever comes into their heads: the promises that must hold all the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from bot.store import inbox

if TYPE_CHECKING:
    from bot.testkit.people import Person
    from tests.story.village import Village

STEPS = 160
WORDS = (
    *[
        "meld",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "0",
        "9",
        "terug",
        "stop",
        "101",
        "hulp",
        "klaar",
        "ja",
        "nee",
        "gebeld",
        "GEZIEN",
        "veilig",
        "einde",
        "fout",
    ],
    *("man met koevoet", "man voelt aan deuren Kerkstraat 12", "Stationsstraat 5", "Kerkstraat 12"),
    *(
        "/meld inbraak bezig Kerkstraat 12",
        "gezien 1",
        "sluit 1",
        "aanvullen",
        "taal en",
        "taal nl",
    ),
    *("nu", "xyz", "10 minuten geleden", "rechtzetting 1", "/gezien", "verstuur"),
)
GATES = ("zei om", "said at")


class Walk:
    """One seed's people and what they did."""

    def __init__(self, street: Village, seed: int) -> None:
        self.street = street
        self.dice = random.Random(seed)
        self.people = [street.anna, street.carla, street.bram, street.els, street.gert]
        self.said: list[tuple[Person, str]] = []
        self.done: list[str] = []

    async def step(self) -> None:
        who = self.dice.choice(self.people)
        before = len(who.chat.of_bot)
        act = self.dice.choices(
            (self._speaks, self._presses, self._shows, self._edits, self._waits, self._restarts),
            (55, 28, 5, 5, 5, 1),
        )[0]
        answered = await act(who)
        await self.street.settled()
        if answered:
            assert len(who.chat.of_bot) > before, f"silence after {self.done[-8:]}"

    async def _speaks(self, who: Person) -> bool:
        words = self.dice.choice(WORDS)
        self.said.append((who, who.says(words)))
        self.done.append(f"{who.name}: {words}")
        return True

    async def _presses(self, who: Person) -> bool:
        asked = [shown for shown in who.chat.of_bot if shown.choices]
        if not asked:
            return False
        shown = asked[-1] if self.dice.random() < 0.7 else self.dice.choice(asked)
        choice = self.dice.choice(shown.choices)
        who.presses(choice.token, on=shown)
        self.done.append(f"{who.name} presses {choice.label}")
        return True

    async def _shows(self, who: Person) -> bool:
        if self.dice.random() < 0.5:
            who.sends_photo(b"\xff\xd8\xff\xe0 a picture")
        else:
            who.sends_location(50.8872, 5.5211)
        self.done.append(f"{who.name} shows something")
        return True

    async def _edits(self, _who: Person) -> bool:
        if self.said:
            author, message = self.dice.choice(self.said)
            author.edits(message, self.dice.choice(WORDS))
            self.done.append(f"{author.name} edits")
        return False

    async def _waits(self, _who: Person) -> bool:
        minutes = self.dice.choice((1, 3, 11, 50))
        await self.street.later(minutes=minutes)
        self.done.append(f"{minutes} minutes")
        return False

    async def _restarts(self, _who: Person) -> bool:
        await self.street.restarts()
        self.done.append("restart")
        return False


@pytest.mark.parametrize("seed", [111, 119])
async def test_the_promises_hold_whatever_people_do(street: Village, seed: int) -> None:
    """Every message and press gets an answer; nothing breaks; no card without a word about 101, no
    house number in a group; the log holds.
    """
    walk = Walk(street, seed)
    for _ in range(STEPS):
        await walk.step()
    with street.store.reading() as reader:
        assert inbox.aside(reader) == []
    for group in (street.telegram_group, street.signal_group):
        for text in group.texts:
            assert "Kerkstraat 12" not in text
            assert "Stationsstraat 5" not in text
            if text.startswith("MELDING M-") and "AFGESLOTEN" not in text:
                assert "RECHTZETTING" in text or any(gate in text for gate in GATES), text
    for entry in street.log("case.relayed"):
        gates = [e.fields["by"] for e in street.log("case.gate") if e.case == entry.case]
        assert {"self", "coordinator"} & set(gates)
