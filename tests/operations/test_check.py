"""`saarbot check`: one table, everything in it, against real servers on this machine."""

from __future__ import annotations

import asyncio
import shutil
import socket
from pathlib import Path

import pytest

import config
from bot.clock import SystemClock
from bot.operations.check import check, words
from bot.operations.findings import Mark, Row, as_table
from bot.operations.health import Health
from bot.operations.http import HttpServer
from bot.operations.metrics import Metrics
from bot.settings import load
from bot.settings.model import HttpSettings
from bot.store import places
from bot.store.datadir import FILE
from bot.store.engine import open_store
from bot.store.tx import Tx
from tests.adapters.telegram.botapi import TOKEN, BotApiServer
from tests.operations.installation import configuration, mail_server, red, row
from tests.tables import store_in


def test_what_ships_is_right() -> None:
    """Every script, text and word in the package passes its own check."""
    assert [one for one in words(None) if one.mark is Mark.FAIL] == []


async def test_a_good_installation_has_nothing_red(tmp_path: Path) -> None:
    """Configuration, scripts, texts, disk, store, web page, mail server and mailbox are right."""
    with mail_server() as (server, port):
        file = configuration(tmp_path, f"{{host: 127.0.0.1, port: {port}, security: none}}")
        result = await check(file, {}, offline=False)

    assert red(result) == []
    assert {"configuration", "texts", "scripts", "time", "disk", "store"} <= {
        one.subject for one in result.rows
    }
    assert row(result, "mail server").detail == "reached without TLS"
    assert row(result, "mailbox wijk").detail == "taken by the mail server"
    assert server.asked == ["wijk@politie.test"]


async def test_a_check_changes_nothing(tmp_path: Path) -> None:
    """No data directory, no database, no mail: looking is not touching."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9}")
    await check(file, {}, offline=True)

    assert [one.name for one in tmp_path.iterdir()] == ["saarbot.yaml"]


async def test_offline_leaves_the_network_out_and_says_so(tmp_path: Path) -> None:
    """No server is asked, and nobody takes the table for a whole one."""
    with mail_server() as (server, port):
        file = configuration(tmp_path, f"{{host: 127.0.0.1, port: {port}, security: none}}")
        result = await check(file, {}, offline=True)

    assert row(result, "network").mark is Mark.NOTE
    assert server.asked == []


async def test_a_wrong_configuration_and_wrong_texts_are_told_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three mistakes in three places are three rows of one table."""
    texts = tmp_path / "texts"
    for lang in ("nl", "en"):
        (texts / lang).mkdir(parents=True)
        (texts / lang / "a.yaml").write_text("greeting: x\n")
    (texts / "nl" / "b.yaml").write_text("only_dutch: y\n")
    dialogues = tmp_path / "dialogues"
    dialogues.mkdir()
    (dialogues / "report.yaml").write_text("begin: nowhere\n")
    monkeypatch.setattr(config, "TEXTS", texts)
    monkeypatch.setattr(config, "DIALOGUES", dialogues)
    file = tmp_path / "saarbot.yaml"
    file.write_text("data_dri: var\n")
    result = await check(file, {}, offline=False)

    table = as_table(result.rows, 200)
    assert result.misconfigured
    assert f"{file}:1: data_dri: unknown key; did you mean data_dir?" in table
    assert "b.yaml:1: 'only_dutch' has no text in 'en'" in table
    assert "report.yaml:" in table


async def test_whatever_is_wrong_anywhere_is_told_at_once(tmp_path: Path) -> None:
    """An unknown key, a missing token, a server that isn't there, a mailbox that the mail server
    refuses, a step that leads nowhere and a text that only one language has: one table."""
    own = tmp_path / "words"
    mistakes = (("texts/nl", "pause.nothing: x {y}\n"), ("dialogues", "begin: nowhere\n"))
    for folder, text in mistakes:
        (own / folder).mkdir(parents=True)
        (own / folder / "report.yaml").write_text(text)
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    with mail_server() as (_, port):
        smtp = f"{{host: 127.0.0.1, port: {port}, security: none}}"
        file = configuration(tmp_path, smtp, mailbox="wjik@politie.test, nobody")
        adapters = (
            "{webchat: {}, telegram: {}, "
            f"signal: {{api_url: http://127.0.0.1:{closed}, number: '+32470123456'}}}}"
        )
        text = file.read_text().replace("{webchat: {}}", adapters)
        file.write_text(f"timezon: Europe/Brussels\nown_words: words\n{text}")
        result = await check(file, {}, offline=False)

    table = as_table(result.rows, 200)
    assert result.misconfigured
    for told in (
        f"{file}:1: timezon: unknown key; did you mean timezone?",
        "adapters.telegram.token: is missing",
        "mailbox[2]: is no e-mail address",
        "signal-cli-rest-api can't be reached",
        "550 5.1.1 no such user",
        "'pause.nothing' doesn't use {y}, which another language does",
        "dialogues/report.yaml:",
    ):
        assert told in table
    assert row(result, "disk").mark is Mark.OK
    assert not any(one.subject.startswith("telegram") for one in result.rows)


async def test_a_configuration_without_a_data_directory_is_looked_at_no_further_there(
    tmp_path: Path,
) -> None:
    """No row tells of a folder that nobody named; the rest of the table is there."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    file.write_text(file.read_text().replace("data_dir: var", "data_dri: var"))
    result = await check(file, {}, offline=False)

    assert not {"store", "disk"} & {one.subject for one in result.rows}
    assert row(result, "webchat").mark is Mark.OK
    assert row(result, "mail server").mark is Mark.FAIL


async def test_what_comes_later_is_named(tmp_path: Path) -> None:
    """Keys of later parts are noted with their line."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    file.write_text(file.read_text() + "timestamp: {url: https://tsa.example.org}\n")
    result = await check(file, {}, offline=True)

    details = [one.detail for one in result.rows if one.mark is Mark.NOTE]
    assert f"{file}:11: timestamp: comes later, not used yet" in details


async def test_no_adapter_is_a_bot_that_nobody_reaches(tmp_path: Path) -> None:
    """It would start and hear nothing."""
    file = tmp_path / "saarbot.yaml"
    file.write_text("data_dir: var\nhttp: {listen: 127.0.0.1:0}\nneighbourhoods: {a: {name: A}}\n")
    result = await check(file, {}, offline=True)

    assert "no adapter is configured: nobody can reach the bot" in as_table(result.rows, 200)
    assert len(red(result)) == 1


async def test_a_database_is_read_and_a_damaged_one_told(tmp_path: Path) -> None:
    """An existing store is opened for reading; garbage is a row, not a traceback."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    folder = tmp_path / "var"
    store = store_in(folder, SystemClock())
    store.lock()
    good = await check(file, {}, offline=True)
    store.close()
    for one in folder.iterdir():
        one.unlink()
    (folder / FILE).write_bytes(b"no database" * 1000)
    bad = await check(file, {}, offline=True)

    assert "0 log entries; saarbot is running" in row(good, "store").detail
    assert row(bad, "store").mark is Mark.FAIL
    assert "can't be read" in row(bad, "store").detail


async def test_a_taken_port_is_found_before_the_first_start(tmp_path: Path) -> None:
    """Somebody else listens there: the address, and what to do; free, it is right."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        file = configuration(tmp_path, "{host: 127.0.0.1}", listen=f"127.0.0.1:{port}")
        taken = row(await check(file, {}, offline=True), "http.listen")
    free = row(await check(file, {}, offline=True), "http.listen")

    assert (taken.mark, taken.detail) == (
        Mark.FAIL,
        f"127.0.0.1:{port} is taken by another program",
    )
    assert "write another port" in taken.cure
    assert (free.mark, free.detail) == (Mark.OK, f"http://127.0.0.1:{port} is free")


async def test_the_port_of_the_running_bot_is_its_own(tmp_path: Path) -> None:
    """`check` beside `run` finds nothing wrong; a stranger's port stays wrong beside it too."""
    server = HttpServer(HttpSettings(port=0), Health(), Metrics())
    await server.start()
    where = f"127.0.0.1:{server.address[1]}"
    file = configuration(tmp_path, "{host: 127.0.0.1}", listen=where)
    store = open_store("sqlite", tmp_path / "var", SystemClock())
    store.migrate()
    alone = await asyncio.to_thread(lambda: asyncio.run(check(file, {}, offline=True)))
    store.lock()
    ours = await asyncio.to_thread(lambda: asyncio.run(check(file, {}, offline=True)))
    store.close()
    await server.stop()

    assert row(alone, "http.listen").mark is Mark.FAIL
    assert row(ours, "http.listen").detail.endswith("the running saarbot listens there")


async def test_an_address_that_is_not_this_machine_s_is_named(tmp_path: Path) -> None:
    file = configuration(tmp_path, "{host: 127.0.0.1}", listen="192.0.2.1:8080")
    found = row(await check(file, {}, offline=True), "http.listen")
    assert found.mark is Mark.FAIL
    assert "192.0.2.1:8080 is no address of this machine" in found.detail
    assert found.cure.startswith("write 127.0.0.1:8080")


@pytest.mark.parametrize(("rights", "who"), [(0o755, "everybody"), (0o750, "its whole group")])
async def test_a_data_directory_that_others_can_read_is_named(
    tmp_path: Path, rights: int, who: str
) -> None:
    """The folder, who may look into it, and the command that closes it."""
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nhttp: {listen: 127.0.0.1:0}\nadapters: {webchat: {}}\nneighbourhoods: {a: {name: A}}\n"
    )
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    assert "data_dir" not in {row.subject for row in (await check(file, {}, offline=True)).rows}
    folder.chmod(rights)
    result = await check(file, {}, offline=True)
    (row,) = [row for row in result.rows if row.subject == "data_dir"]
    assert row.mark is Mark.FAIL
    assert who in row.detail
    assert row.cure == f"chmod 700 {folder}"


async def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file in the way of the folder is told with the path."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    (tmp_path / "var").write_text("in the way")
    result = await check(file, {}, offline=True)

    assert row(result, "store").mark is Mark.FAIL
    assert f"{tmp_path / 'var'} is no folder" in row(result, "store").detail


async def test_a_full_disk_is_seen_coming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than half a gigabyte is not enough for photos and videos."""
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    result = await check(file, {}, offline=True)

    assert (row(result, "disk").mark, row(result, "disk").cure) == (
        Mark.FAIL,
        "make room: photos and videos need it",
    )


async def test_a_messenger_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A remote adapter's own probe is part of the table: here a server that doesn't listen."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nhttp: {listen: 127.0.0.1:0}\nadapters:\n"
        f"  telegram: {{token: '1:{'x' * 35}', api_url: http://127.0.0.1:{port}}}\n"
        "neighbourhoods: {a: {name: A}}\n"
    )
    result = await check(file, {}, offline=False)

    assert row(result, "telegram").mark is Mark.FAIL
    assert "x" * 35 not in as_table(result.rows, 200)


def test_the_table_is_aligned_wraps_and_counts() -> None:
    """Readable at eighty columns, with the cure beneath and the sum at the end."""
    rows = [
        Row(subject="store", mark=Mark.OK, detail="fine"),
        Row(subject="mail server x:25", mark=Mark.FAIL, detail="can't " * 12, cure="check it"),
        Row(subject="later", mark=Mark.NOTE, detail="not yet"),
    ]
    lines = as_table(rows, 80).splitlines()

    assert lines[0] == "ok    store             fine"
    assert lines[1].startswith("FAIL  mail server x:25  can't")
    assert max(len(line) for line in lines) <= 80
    assert "                        > check it" in lines
    assert lines[-1] == "1 of 3 need your attention, 1 to know."
    assert as_table(rows[:1], 80).endswith("All 1 are right.")


async def test_who_may_post_in_a_group_is_told_as_advice(tmp_path: Path) -> None:
    """Configured and linked groups; chatter there is no failure."""
    with BotApiServer() as telegram:
        open_to_all, quiet = telegram.group("Kerkstraat"), telegram.group("Rozenstraat")
        quiet.members_may_post = False
        file = tmp_path / "saarbot.yaml"
        file.write_text(
            f'data_dir: var\nhttp: {{listen: 127.0.0.1:0}}\nadapters: {{telegram: {{token: "{TOKEN}", api_url: {telegram.url}}}}}\n'
            f'neighbourhoods: {{m: {{name: Munster, groups: ["{open_to_all.address}"]}}}}\n'
        )
        settings = load(file, {})
        store = store_in(settings.data_dir, SystemClock())

        def linked(tx: Tx) -> None:
            places.put_place(tx, "m", name="Munster", invite_code="roos")
            places.link_group(tx, quiet.address, "m", by="Beheerder 1")
            places.link_group(tx, "telegram:-1009", "m", by="Beheerder 1")

        store.writer.call(linked)
        store.close()
        result = await check(file, {}, offline=False)

    rows = {r.detail.split(": ")[1]: r for r in result.rows if r.subject == "telegram group"}
    assert {detail: row.mark for detail, row in rows.items()} == {
        "every member may post": Mark.NOTE,
        "only administrators may post": Mark.OK,
        "who may post there can't be told": Mark.NOTE,
    }
    assert "let only administrators post" in rows["every member may post"].cure
    assert f"Munster, {quiet.id}: " in rows["only administrators may post"].detail
    assert not [row for row in result.rows if row.mark is Mark.FAIL]
