"""Receiving: nothing is confirmed to Telegram that is not on disk, and trouble never ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.errors import StoreFull
from bot.messaging import ButtonPressed, Condition, MessageReceived, RawInbound, Unknown
from bot.testkit.peer import KeepingSink, eventually, receiving
from bot.testkit.storage import MemoryStorage
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.faults import broken, drop, flood, hang, refusal
from tests.adapters.telegram.peer import Watched, adapter


class PickySink(KeepingSink):
    """Refuses the raws that `refuses` names, as a store would that fails now and then."""

    __slots__ = ("refuses",)

    def __init__(self, refuses: Callable[[RawInbound], bool]) -> None:
        super().__init__()
        self.refuses = refuses

    async def accept(self, raw: RawInbound, *, cursor: tuple[str, str] | None = None) -> None:
        if self.refuses(raw):
            raise StoreFull("no room")
        await super().accept(raw, cursor=cursor)


class Held:
    """`receiving`, with a sink that is held from the start."""

    def __init__(self, telegram: Watched) -> None:
        self.telegram = telegram
        self.sink = KeepingSink()
        self.sink.hold()

    async def __aenter__(self) -> KeepingSink:
        self.running = asyncio.create_task(self.telegram.run(self.sink))
        return self.sink

    async def __aexit__(self, *_: object) -> None:
        self.sink.go()
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


def texts(telegram: Watched, sink: KeepingSink) -> list[str]:
    events = [event for raw in sink.accepted for event in telegram.parse(raw)]
    return [event.text for event in events if isinstance(event, MessageReceived)]


async def test_the_offset_comes_with_the_last_of_a_batch(
    server: BotApiServer, telegram: Watched
) -> None:
    """Five messages that waited: one cursor, behind all five, in the commit of the fifth."""
    els = server.user("Els")
    for n in range(5):
        els.says(f"regel {n}")
    async with receiving(telegram) as sink:
        await eventually(lambda: len(sink.accepted) == 5, what="all are accepted")
        await eventually(lambda: server.waiting == 0, what="Telegram is told")
    assert texts(telegram, sink) == [f"regel {n}" for n in range(5)]
    assert len(sink.cursors) == 1
    key, value = sink.cursors[0]
    assert key == "offset"
    assert sink.accepted[-1].key.startswith(f"{int(value) - 1}-")


async def test_a_batch_is_handed_over_side_by_side(server: BotApiServer, telegram: Watched) -> None:
    """So that it shares a commit: all but the last are offered before any has returned."""
    els = server.user("Els")
    for n in range(5):
        els.says(f"regel {n}")
    async with Held(telegram) as sink:
        await eventually(lambda: len(sink.offered) == 4, what="four are offered together")
        assert sink.accepted == []
        sink.go()
        await eventually(lambda: len(sink.accepted) == 5, what="all are accepted")
    assert texts(telegram, sink) == [f"regel {n}" for n in range(5)]


async def test_the_offset_never_passes_what_was_not_kept(
    server: BotApiServer, telegram: Watched
) -> None:
    """One of five can't be stored: no cursor moves, and all five come again."""
    els = server.user("Els")
    for n in range(5):
        els.says(f"regel {n}")
    refused: list[str] = []

    def second_once(raw: RawInbound) -> bool:
        if "regel 1" in raw.payload and not refused:
            refused.append(raw.key)
            return True
        return False

    sink = PickySink(second_once)
    running = asyncio.create_task(telegram.run(sink))
    await eventually(lambda: bool(refused), what="one is refused")
    await eventually(
        lambda: any(state.condition is Condition.DEGRADED for state in sink.states),
        what="the trouble is told",
    )
    assert sink.cursors == []
    await eventually(lambda: len(sink.cursors) == 1, what="they came again and were kept")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert texts(telegram, sink)[-5:] == [f"regel {n}" for n in range(5)]


async def test_a_restart_goes_on_at_the_stored_offset(
    server: BotApiServer, storage: MemoryStorage, tmp_path: Path
) -> None:
    """The cursor that the core stored is where the next process begins."""
    storage.values["offset"] = "731003"
    els = server.user("Els")
    for word in ("een", "twee", "drie"):
        els.says(word)
    telegram = adapter(server, tmp_path, storage)
    async with receiving(telegram) as sink:
        await sink.event(telegram, MessageReceived)
    assert texts(telegram, sink) == ["drie"]
    await telegram.close()


async def test_an_odd_update_does_not_lose_its_neighbours(
    server: BotApiServer, telegram: Watched
) -> None:
    """A message without a date between two good ones is set aside; both others arrive."""
    els = server.user("Els")
    els.says("een")
    server.push_odd(message={"message_id": "?", "chat": None})
    server.push_odd(hologram={"x": 1})
    els.says("twee")
    async with receiving(telegram) as sink:
        await sink.event(telegram, MessageReceived, nth=2)
        await sink.event(telegram, Unknown, nth=2)
    assert texts(telegram, sink) == ["een", "twee"]


async def test_it_asks_for_every_kind_it_reads(server: BotApiServer, telegram: Watched) -> None:
    """Telegram's default leaves out members and reactions: the list is explicit, each time."""
    group = server.group("Rozenstraat")
    els = server.user("Els")
    async with receiving(telegram):
        els.joins(group)
        els.reacts(els.says("hallo", to=group), "👍", to=group)
        await eventually(
            lambda: server.waiting == 0 and server.count("getUpdates") > 2, what="all is fetched"
        )
    asked = [call.fields["allowed_updates"] for call in server.calls if call.method == "getUpdates"]
    assert len(set(asked)) == 1
    for kind in ("chat_member", "my_chat_member", "message_reaction", "chat_join_request"):
        assert kind in asked[0]


async def test_a_press_is_answered_when_it_is_kept(server: BotApiServer, telegram: Watched) -> None:
    """Not before: until then the button shows its clock."""
    els = server.user("Els")
    els.has_started = True
    post = els.add("bot", text="Heb je 101 gebeld?")
    async with receiving(telegram) as sink:
        sink.hold()
        els.presses_button(post, "q7:1")
        await eventually(lambda: bool(sink.offered), what="the press is offered")
        assert server.answered == []
        sink.go()
        await sink.event(telegram, ButtonPressed)
        await eventually(lambda: len(server.answered) == 1, what="the button is answered")


async def test_a_press_that_cannot_be_answered_is_safe_all_the_same(
    server: BotApiServer, telegram: Watched
) -> None:
    """Telegram says that the query is too old: nobody minds."""
    els = server.user("Els")
    post = els.add("bot", text="Heb je 101 gebeld?")
    server.fails("answerCallbackQuery", fault=refusal(400, "Bad Request: query is too old"))
    async with receiving(telegram) as sink:
        els.presses_button(post, "q7:1")
        await sink.event(telegram, ButtonPressed)
        await eventually(lambda: server.count("answerCallbackQuery") == 1, what="it was tried")
        els.says("nog hier")
        await sink.event(telegram, MessageReceived)


async def test_every_trouble_passes(server: BotApiServer, telegram: Watched) -> None:
    """A flood, a failing server, a broken line, a proxy's page: told, and then it goes on."""
    els = server.user("Els")
    async with receiving(telegram) as sink:
        for n, fault in enumerate(
            (flood(1), broken(), drop(), refusal(502, "Bad Gateway"), refusal(400, "Logged out"))
        ):
            before = len(sink.states)
            server.fails("getUpdates", fault=fault)
            els.says("wek de poll")
            await eventually(
                lambda before=before: len(sink.states) > before + 1,  # type: ignore[misc]
                what=f"trouble {n} is told and over",
            )
        els.says("nog hier")
        await eventually(lambda: texts(telegram, sink)[-1:] == ["nog hier"], what="it goes on")
    assert sink.condition is Condition.CONNECTED


async def test_an_unanswered_poll_is_given_up(server: BotApiServer, telegram: Watched) -> None:
    """A line that died without a word: after the poll's own time and a second more."""
    els = server.user("Els")
    server.fails("getUpdates", fault=hang(60, acts=False))
    sink = KeepingSink()
    running = asyncio.create_task(telegram.run(sink))
    els.says("meld")
    await eventually(lambda: texts(telegram, sink) == ["meld"], what="the next poll brings it")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_second_poller_is_named(
    server: BotApiServer, telegram: Watched, tmp_path: Path
) -> None:
    """Two installations with one token: the operator reads what is wrong."""
    other = adapter(server, tmp_path)
    async with receiving(telegram) as sink, receiving(other) as second:
        await eventually(
            lambda: any("another program" in s.detail for s in [*sink.states, *second.states]),
            what="the conflict is told",
        )
    await other.close()


async def test_a_webhook_left_behind_is_taken_away(server: BotApiServer, telegram: Watched) -> None:
    """The configuration says polling; what was waiting for the webhook arrives."""
    server.webhook = "https://old.example.org/hook"
    server.user("Els").says("meld")
    async with receiving(telegram) as sink:
        await sink.event(telegram, MessageReceived)
    assert server.webhook == ""


async def test_a_webhook_that_cannot_be_taken_away_is_told(
    server: BotApiServer, telegram: Watched
) -> None:
    """Nothing arrives as long as it stands: the operator reads why."""
    server.webhook = "https://old.example.org/hook"
    server.fails("deleteWebhook", fault=broken(), times=2)
    sink = KeepingSink()
    running = asyncio.create_task(telegram.run(sink))
    await eventually(lambda: sink.condition is Condition.DISCONNECTED, what="it is told")
    assert "webhook" in sink.states[-1].detail
    await sink.connected()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_refused_token_is_told_and_tried_again(
    server: BotApiServer, telegram: Watched
) -> None:
    """Revoked at @BotFather: the state says what to do; a new start of the server heals it."""
    server.fails("getMe", fault=refusal(401, "Unauthorized"), times=2)
    sink = KeepingSink()
    running = asyncio.create_task(telegram.run(sink))
    await eventually(lambda: sink.condition is Condition.DISCONNECTED, what="the refusal is told")
    assert "@BotFather" in sink.states[-1].detail
    await sink.connected()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_commands_for_us_lose_our_name(
    server: BotApiServer, telegram: Watched, storage: MemoryStorage, tmp_path: Path
) -> None:
    """Our name comes from getMe, and is known again after a restart before Telegram answers."""
    group = server.group("Rozenstraat")
    async with receiving(telegram) as sink:
        server.user("Els").says("/meld@saarbot_test_bot inbraak", to=group)
        event = await sink.event(telegram, MessageReceived)
    assert isinstance(event, MessageReceived)
    assert event.text == "/meld inbraak"
    server.fails("getMe", fault=broken(), times=100)
    later = adapter(server, tmp_path, storage)
    running = asyncio.create_task(later.run(KeepingSink()))
    await eventually(lambda: later.deep_link("x") is not None, what="the name is remembered")
    assert later.parse(sink.accepted[0])[0] == event
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await later.close()
