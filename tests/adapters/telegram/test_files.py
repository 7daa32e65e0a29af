"""Fetching what people sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import NotAllowed, RateLimited, Retryable, TooLarge
from bot.messaging import Address, MediaKind, MediaRef, MessageReceived
from bot.testkit.peer import receiving
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.faults import Fault, broken, drop, flood, hang, refusal
from tests.adapters.telegram.peer import Watched, adapter

MB = 1_000_000


async def collect(telegram: Watched, media: MediaRef, max_bytes: int = 100 * MB) -> bytes:
    return b"".join([piece async for piece in telegram.fetch(media, max_bytes=max_bytes)])


async def sent(telegram: Watched) -> MediaRef:
    async with receiving(telegram) as sink:
        event = await sink.event(telegram, MessageReceived)
    assert isinstance(event, MessageReceived)
    return event.media[0]


async def test_a_document_comes_byte_for_byte(server: BotApiServer, telegram: Watched) -> None:
    """With name, type and size as its sender's app told them."""
    content = bytes(range(256)) * 4000
    server.user("Els").sends_document(content, "IMG 0117 é.heic", "image/heic")
    media = await sent(telegram)
    assert (media.kind, media.name, media.mime) == (
        MediaKind.DOCUMENT,
        "IMG 0117 é.heic",
        "image/heic",
    )
    assert media.size == len(content)
    assert await collect(telegram, media) == content


async def test_a_video_over_20_mb_is_too_large(server: BotApiServer, telegram: Watched) -> None:
    """Telegram's own server gives bots no larger file; the limit is named."""
    server.user("Els").sends_video(None, "hij rijdt weg", size=60 * MB)
    media = await sent(telegram)
    with pytest.raises(TooLarge):
        await collect(telegram, media)


async def test_a_size_over_the_limit_is_not_even_asked_for(
    server: BotApiServer, telegram: Watched
) -> None:
    """The claim is enough to refuse."""
    server.user("Els").sends_video(b"x" * 2000)
    media = await sent(telegram)
    with pytest.raises(TooLarge):
        await collect(telegram, media, max_bytes=1999)
    assert server.count("getFile") == 0


@pytest.mark.parametrize("where", ["getFile", "file"])
@pytest.mark.parametrize("fault", [broken(), drop(), hang(60), refusal(502, "Bad Gateway")])
async def test_a_failed_fetch_may_be_tried_again(
    server: BotApiServer, telegram: Watched, fault: Fault, where: str
) -> None:
    """Nothing is uncertain about reading: whatever broke, it is asked for again."""
    server.user("Els").sends_photo(b"photo")
    media = await sent(telegram)
    server.fails(where, fault=fault)
    with pytest.raises(Retryable):
        await collect(telegram, media)
    assert await collect(telegram, media) == b"photo"


async def test_a_download_may_be_flooded_or_refused(
    server: BotApiServer, telegram: Watched
) -> None:
    """As any other request: a pause, or a token that no longer holds."""
    server.user("Els").sends_photo(b"photo")
    media = await sent(telegram)
    server.fails("file", fault=flood(3))
    with pytest.raises(RateLimited):
        await collect(telegram, media)
    server.fails("file", fault=refusal(401, "Unauthorized"))
    with pytest.raises(NotAllowed, match="@BotFather"):
        await collect(telegram, media)


async def test_a_file_that_is_not_given_is_tried_again_and_names_no_address(
    server: BotApiServer, telegram: Watched
) -> None:
    """A link lives an hour; the next try asks for a new one. Its address holds the token."""
    server.user("Els").sends_photo(b"photo")
    media = await sent(telegram)
    file = server.files[str(media.native["file_id"])]
    file.content = None
    with pytest.raises(Retryable) as failed:
        await collect(telegram, media)
    assert server.token not in f"{failed.value!r}"
    del server.files[file.id]
    with pytest.raises(Retryable):
        await collect(telegram, media)


async def test_an_empty_photo_is_empty(server: BotApiServer, telegram: Watched) -> None:
    """0 bytes are 0 bytes: the vault decides what to think of them."""
    server.user("Els").sends_document(b"", "leeg.jpg", "image/jpeg")
    assert await collect(telegram, await sent(telegram)) == b""


async def test_a_local_server_gives_large_files_from_its_disk(
    server: BotApiServer, tmp_path: Path
) -> None:
    """One that runs with --local names the file's path on this machine, without a limit."""
    server.download_max = None
    telegram = adapter(server, tmp_path)
    stored = tmp_path / "video.mp4"
    stored.write_bytes(b"v" * (21 * MB))
    server.user("Els").sends_video(None, size=21 * MB)
    media = await sent(telegram)
    server.files[str(media.native["file_id"])].path = str(stored)
    assert len(await collect(telegram, media)) == 21 * MB
    limits = telegram.capabilities(Address("telegram", "111111"))
    assert (limits.download_max, limits.upload_max) == (None, 2_000_000_000)
    await telegram.close()


async def test_albums_come_part_by_part(server: BotApiServer, telegram: Watched) -> None:
    """Each part is an event of its own; the key they share puts them together."""
    server.user("Els").sends_album([b"1", b"2", b"3"], "achterdeur")
    async with receiving(telegram) as sink:
        events = [await sink.event(telegram, MessageReceived, nth=n) for n in (1, 2, 3)]
    parts = [event for event in events if isinstance(event, MessageReceived)]
    assert len({part.group_key for part in parts}) == 1
    assert [part.text for part in parts] == ["achterdeur", "", ""]
    assert [await collect(telegram, part.media[0]) for part in parts] == [b"1", b"2", b"3"]
