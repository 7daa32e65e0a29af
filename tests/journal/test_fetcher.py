"""Files come into the vault, or are known to be missing; no wish is forgotten."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import Permanent, Retryable, TooLarge
from bot.journal.fetcher import Arrived, Fetcher, Missing
from bot.journal.vault import Vault
from bot.messaging import MediaKind, MediaRef

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.store.engine import Store
    from bot.store.tx import Tx

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


def ref(name: str = "p1", **more: Any) -> MediaRef:
    given: dict[str, Any] = {
        "kind": MediaKind.PHOTO,
        "mime": "image/jpeg",
        "native": {"file": name},
    }
    return MediaRef(source="paper", id=name, **{**given, **more})


@dataclass
class Messenger:
    """Holds files; `script` is what each file's next fetches meet before its bytes."""

    files: dict[str, bytes] = field(default_factory=dict)
    script: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    fetched: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def fetch(self, media: MediaRef, *, max_bytes: int) -> AsyncIterator[bytes]:
        self.fetched.append(media.id)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            while self.script[media.id]:
                step = self.script[media.id].pop(0)
                if isinstance(step, BaseException):
                    raise step
                await step.wait()
            data = self.files[media.native["file"]]
            for at in range(0, len(data), 1000):
                yield data[at : at + 1000]
        finally:
            self.at_once -= 1

    async def release(self, media: MediaRef) -> None:
        self.released.append(media.id)


@dataclass
class Darkroom:
    """A store, a vault, a messenger with files, and what the core was told."""

    store: Store
    clock: SettableClock
    vault: Vault
    messenger: Messenger = field(default_factory=Messenger)
    told: list[Arrived | Missing] = field(default_factory=list)
    spoil: list[Exception] = field(default_factory=list)

    @asynccontextmanager
    async def fetching(self, **more: Any) -> AsyncIterator[None]:
        fetcher = Fetcher(
            store=self.store,
            vault=self.vault,
            adapters={"paper": self.messenger},  # type: ignore[dict-item]  # the fetcher uses only this part
            clock=self.clock,
            on_media=self._heard,
            **more,
        )
        task = asyncio.create_task(fetcher.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def want(self, media: MediaRef, **more: Any) -> int:
        return await self.store.writer.submit(
            lambda tx: self.vault.want(tx, media, neighbourhood="munsterbilzen", **more)
        )

    def _heard(self, tx: Tx, news: Arrived | Missing) -> None:
        if self.spoil:
            raise self.spoil.pop()
        tx.after_commit(lambda: self.told.append(news))


async def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.002)


async def turn(room: Darkroom, by: float) -> None:
    await asyncio.sleep(0.03)
    room.clock.advance(timedelta(seconds=by))
    await asyncio.sleep(0.03)


@pytest.fixture
def room(store: Store, clock: SettableClock) -> Darkroom:
    made = Darkroom(store=store, clock=clock, vault=Vault(store.data_dir))
    made.messenger.files["p1"] = PHOTO
    return made


def whole(path: Path) -> bool:
    return path.read_bytes() == PHOTO


async def test_a_file_arrives_as_it_was_sent(room: Darkroom) -> None:
    """The bytes lie under their SHA-256, unchanged; the core is told; the messenger may forget."""
    async with room.fetching():
        number = await room.want(ref(), dialogue=None, membership=None)
        await until(lambda: room.messenger.released)
    news = room.told[0]
    assert isinstance(news, Arrived)
    digest = hashlib.sha256(PHOTO).hexdigest()
    assert (news.media.id, news.media.sha256, news.media.size) == (number, digest, len(PHOTO))
    assert room.vault.path(digest) == room.store.data_dir / "vault" / digest[:2] / digest[2:]
    assert whole(room.vault.path(digest))
    assert list((room.vault.root / "incoming").iterdir()) == []


async def test_a_wish_outlives_the_process(room: Darkroom) -> None:
    """What was wanted before the start is fetched after it; half-received bytes are swept up."""
    await room.want(ref())
    (room.vault.root / "incoming" / ".half").write_bytes(b"x")
    async with room.fetching():
        await until(lambda: room.told)
    assert list((room.vault.root / "incoming").iterdir()) == []


async def test_the_same_wish_twice_is_one(room: Darkroom) -> None:
    """A redelivered message asks for nothing new."""
    assert await room.want(ref()) == await room.want(ref())
    async with room.fetching():
        await until(lambda: room.told)
        await asyncio.sleep(0.05)
    assert room.messenger.fetched == ["p1"]


async def test_the_same_bytes_are_kept_once(room: Darkroom) -> None:
    """Two people who send the same picture: two arrivals, one file."""
    room.messenger.files["p2"] = PHOTO
    async with room.fetching():
        await room.want(ref())
        await room.want(ref("p2"))
        await until(lambda: len(room.told) == 2)
    assert len({news.media.sha256 for news in room.told}) == 1
    assert sum(path.is_file() for path in room.vault.root.rglob("*")) == 1


async def test_trouble_is_tried_again(room: Darkroom) -> None:
    """After 2 and 5 seconds, and after what nobody foresaw as well."""
    room.messenger.script["p1"] = [Retryable("busy"), KeyError("odd")]
    async with room.fetching():
        await room.want(ref())
        await turn(room, 1)
        assert room.messenger.fetched == ["p1"]
        await turn(room, 1)
        await turn(room, 5)
        await until(lambda: room.told)
    assert room.messenger.fetched == ["p1"] * 3


async def test_a_day_of_trouble_ends_in_missing(room: Darkroom) -> None:
    """Then nobody waits any longer, and the log can say so."""
    room.messenger.script["p1"] = [Retryable("busy") for _ in range(100)]
    async with room.fetching():
        await room.want(ref())
        for _ in range(40):
            await turn(room, 3600)
            if room.told:
                break
    assert isinstance(room.told[0], Missing)
    assert room.told[0].reason == "unreachable"


@pytest.mark.parametrize(
    ("trouble", "reason"), [(TooLarge("too big"), "too_large"), (Permanent("deleted"), "gone")]
)
async def test_what_cannot_be_had_is_missing(
    room: Darkroom, trouble: Exception, reason: str
) -> None:
    """No second try, and the messenger keeps what we don't have."""
    room.messenger.script["p1"] = [trouble]
    async with room.fetching():
        await room.want(ref())
        await until(lambda: room.told)
    news = room.told[0]
    assert isinstance(news, Missing)
    assert (news.reason, news.media.state) == (reason, "missing")
    assert room.messenger.released == []


async def test_no_bytes_at_all_is_missing(room: Darkroom) -> None:
    """A photo of 0 bytes is no evidence."""
    room.messenger.files["p1"] = b""
    async with room.fetching():
        await room.want(ref())
        await until(lambda: room.told)
    assert [news.reason for news in room.told if isinstance(news, Missing)] == ["empty"]


@pytest.mark.parametrize("claimed", [None, 60_000_000])
async def test_a_file_over_the_limit_is_not_kept(room: Darkroom, claimed: int | None) -> None:
    """Whether the messenger says so or sends more than it said: no half file stays."""
    async with room.fetching(max_bytes=5000):
        await room.want(ref(size=claimed))
        await until(lambda: room.told)
    assert [news.reason for news in room.told if isinstance(news, Missing)] == ["too_large"]
    assert not any(path.is_file() for path in room.vault.root.rglob("*"))


async def test_a_download_that_hangs_is_begun_again(room: Darkroom) -> None:
    """After ten minutes it is cut off and tried anew."""
    room.messenger.script["p1"] = [asyncio.Event()]
    async with room.fetching():
        await room.want(ref())
        await turn(room, 600)
        await turn(room, 2)
        await until(lambda: room.told)


async def test_few_at_a_time(room: Darkroom) -> None:
    """An album of ten doesn't open ten connections."""
    gate = asyncio.Event()
    for n in range(10):
        room.messenger.files[f"a{n}"] = PHOTO + bytes([n])
        room.messenger.script[f"a{n}"] = [gate]
    async with room.fetching():
        for n in range(10):
            await room.want(ref(f"a{n}"))
        await turn(room, 0)
        gate.set()
        await until(lambda: len(room.told) == 10)
    assert room.messenger.most_at_once == 4


async def test_a_core_that_fails_gets_it_again(room: Darkroom) -> None:
    """The entry in the log comes with the record, or neither does."""
    room.spoil = [LookupError("not now")]
    async with room.fetching():
        number = await room.want(ref())
        await turn(room, 2)
        await until(lambda: room.told)
    with room.store.reading() as reader:
        media = room.vault.get(reader, number)
    assert media is not None
    assert media.state == "stored"


async def test_a_draft_becomes_an_alert(room: Darkroom, store: Store) -> None:
    """Photos of a draft belong to its alert once it is sent, those on their way too."""
    gate = asyncio.Event()
    room.messenger.script["p1"] = [gate]
    async with room.fetching():
        await room.want(ref(), dialogue=5)
        with store.reading() as reader:
            assert [media.state for media in room.vault.of_dialogue(reader, 5)] == ["wanted"]
        gate.set()
        await until(lambda: room.told)
    assert room.told[0].media.dialogue == 5
    assert room.told[0].media.ref == ref()


def test_what_is_put_in_the_vault_is_read_only(room: Darkroom) -> None:
    """Nobody changes evidence by accident."""
    digest = room.vault.put(PHOTO)
    assert room.vault.put(PHOTO) == digest
    assert room.vault.path(digest).stat().st_mode & 0o222 == 0
