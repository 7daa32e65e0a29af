"""The chain in the store: what is written verifies, and any change of it shows."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.journal import chain, journal, kinds

if TYPE_CHECKING:
    from bot.clock import SettableClock
    from bot.journal.journal import Entry
    from bot.store.engine import Store
    from bot.store.tx import Tx

PLACE = "munsterbilzen"


def opened(tx: Tx, number: str = "M-2026-0117", chain_name: str = PLACE) -> int:
    return journal.append(
        tx,
        chain_name,
        "case.opened",
        {"urgency": "urgent", "what": "inbraak bezig", "street": "Kerkstraat", "stale": False},
        case=number,
    )


def heard(tx: Tx, text: str = "Een grijze bestelwagen.") -> int:
    fields = {"author": "Buur 7", "text": text, "source": "telegram", "early": True}
    return journal.append(tx, PLACE, "case.message", fields, case="M-2026-0117")


def read(store: Store, name: str = PLACE) -> list[Entry]:
    with store.reading() as reader:
        return list(journal.entries(reader, name))


def broken(store: Store) -> chain.Break | None:
    with store.reading() as reader:
        return journal.verify(reader, PLACE)


def tamper(store: Store, sql: str, *values: Any) -> None:
    """Somebody with access to the file changes it behind our back."""
    connection = sqlite3.connect(store.file)
    with connection:
        connection.execute(sql, values)
    connection.close()


@pytest.fixture
def night(store: Store, clock: SettableClock) -> Store:
    """A report with ten messages."""
    store.writer.call(opened)
    for n in range(10):
        clock.advance(timedelta(seconds=5))
        store.writer.call(partial(heard, text=f"bericht {n}"))
    return store


def test_entries_are_numbered_and_read_back(night: Store) -> None:
    """Numbers run from 1 without gaps; words, times and case come back as they were."""
    found = read(night)
    assert [entry.n for entry in found] == list(range(1, 12))
    assert found[0].ts == "2026-11-12T22:14:03.123Z"
    assert found[0].fields["what"] == "inbraak bezig"
    assert found[0].fields["case"] == found[0].case == "M-2026-0117"
    assert found[0].fields["stale"] is False
    assert found[1].ts == "2026-11-12T22:14:08.123Z"


def test_the_hashes_are_what_the_design_says(night: Store) -> None:
    """Recomputed by hand: salted commitments, body, and each hash over the one before."""
    prev = bytes(32)
    for entry in read(night):
        body = json.loads(entry.body)
        assert set(body) == {"n", "ts", "commitments"}
        for name, value in {"entry": entry.kind, **entry.fields}.items():
            salt = entry.salts[name]
            assert len(salt) == 16
            plain = json.dumps(value, ensure_ascii=False).encode()
            assert body["commitments"][name] == hashlib.sha256(salt + plain).hexdigest()
        assert entry.prev == prev
        assert entry.hash == hashlib.sha256(prev + hashlib.sha256(entry.body).digest()).digest()
        prev = entry.hash


def test_salts_never_repeat(night: Store) -> None:
    """Equal values can't be recognised by their commitments."""
    salts = [salt for entry in read(night) for salt in entry.salts.values()]
    assert len(set(salts)) == len(salts)


def test_neighbourhoods_have_chains_of_their_own(store: Store) -> None:
    """Another neighbourhood's entries change nothing here."""
    store.writer.call(opened)
    store.writer.call(lambda tx: opened(tx, chain_name="rijkhoven"))
    assert [entry.n for entry in read(store, "rijkhoven")] == [1]
    with store.reading() as reader:
        assert journal.chains(reader) == [PLACE, "rijkhoven"]


async def test_a_work_undone_leaves_no_gap(store: Store) -> None:
    """Entries of a work that failed in the middle of a group are gone, and the chain goes on."""

    def spoilt(tx: Tx) -> None:
        heard(tx)
        raise LookupError

    results = await asyncio.gather(
        store.writer.submit(heard),
        store.writer.submit(spoilt),
        store.writer.submit(heard),
        return_exceptions=True,
    )
    assert [results[0], results[2]] == [1, 2]
    assert broken(store) is None


def test_a_whole_chain_verifies(night: Store) -> None:
    """Nothing was changed: nothing is found."""
    assert broken(night) is None


@pytest.mark.parametrize(
    ("sql", "n", "why"),
    [
        ("UPDATE journal_entry SET fields = replace(fields, '4', '9') WHERE n = 6", 6, "field"),
        ("UPDATE journal_entry SET kind = 'case.safe' WHERE n = 4", 4, "'entry' was changed"),
        ("UPDATE journal_entry SET ts = '2026-11-12T22:14:00.000Z' WHERE n = 3", 3, "time"),
        ("UPDATE journal_entry SET body = x'7b7d' WHERE n = 9", 9, "hash"),
        ("UPDATE journal_entry SET hash = zeroblob(32) WHERE n = 9", 9, "hash"),
        ("DELETE FROM journal_entry WHERE n = 5", 5, "missing"),
        ("UPDATE journal_entry SET n = 12 WHERE n = 2", 2, "missing"),
        ("UPDATE journal_entry SET fields = '{' WHERE n = 7", 7, "can't be read"),
        ("UPDATE journal_entry SET fields = '[]' WHERE n = 7", 7, "can't be read"),
        ("UPDATE journal_entry SET fields = '{}' WHERE n = 7", 7, "kind"),
    ],
)
def test_a_change_shows(night: Store, sql: str, n: int, why: str) -> None:
    """Any change behind our back is found at the first entry that it breaks, with the reason."""
    tamper(night, sql)
    found = broken(night)
    assert found is not None
    assert (found.n, why in found.why) == (n, True), found


def test_an_erased_field_leaves_the_rest_in_force(night: Store) -> None:
    """Value and salt are gone; the entry, its other fields and all later ones still verify."""
    night.writer.call(lambda tx: journal.erase(tx, PLACE, 3, ["text", "author"]))
    entry = read(night)[2]
    assert entry.erased == {"text", "author"}
    assert "text" not in entry.fields
    assert "text" not in entry.salts
    assert broken(night) is None


def test_after_erasing_a_field_cannot_come_back_changed(night: Store) -> None:
    """What is put in an erased field's place must be what was promised."""
    night.writer.call(lambda tx: journal.erase(tx, PLACE, 3, ["text"]))
    tamper(
        night,
        """UPDATE journal_entry SET fields = json_set(fields, '$.text', json('["00", "x"]'))
        WHERE n = 3""",
    )
    assert broken(night) == chain.Break(n=3, why="field 'text' was changed")


def test_what_is_not_declared_cannot_be_written(store: Store) -> None:
    """A kind outside the table, or a field that the police kind doesn't have, is refused."""
    with pytest.raises(KeyError, match=r"case\.invented"):
        store.writer.call(lambda tx: journal.append(tx, PLACE, "case.invented", {}))
    with pytest.raises(ValueError, match="phone"):
        store.writer.call(lambda tx: journal.append(tx, PLACE, "case.closed", {"phone": "x"}))
    assert read(store) == []


def test_floats_are_refused(store: Store) -> None:
    """A float has no single form: coordinates are text."""
    with pytest.raises(ValueError, match="float"):
        store.writer.call(
            lambda tx: journal.append(tx, PLACE, "case.opened", {"latitude": 50.8}, case="M-1")
        )


def test_half_a_character_is_kept_as_a_question(store: Store) -> None:
    """A messenger's broken text is written with a replacement character, not lost."""
    store.writer.call(lambda tx: heard(tx, "kapot \ud83d!"))
    assert read(store)[0].fields["text"] == "kapot \ufffd!"
    assert broken(store) is None


def fault(lines: list[str], after: int = 0, prev: bytes = bytes(32)) -> str:
    """What a stranger finds who has only the lines and the rule: written without our code."""
    for n, told in enumerate(map(json.loads, lines), after + 1):
        if told["n"] != n:
            return f"{n} is missing"
        digest = told.get("body_sha256")
        if digest is None:
            body = {name: told[name] for name in ("commitments", "n", "ts")}
            digest = hashlib.sha256(plain(body)).hexdigest()
            for name, pair in told["fields"].items():
                promised = told["commitments"][name]
                if pair and salted(pair["salt"], pair["value"]) != promised:
                    return f"{n}: {name}"
        prev = hashlib.sha256(prev + bytes.fromhex(digest)).digest()
        if told["hash"] != prev.hex():
            return f"{n}: hash"
    return ""


def plain(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def salted(salt: str, value: Any) -> str:
    return hashlib.sha256(bytes.fromhex(salt) + plain(value)).hexdigest()


def test_the_lines_of_a_package_verify_without_the_store(night: Store) -> None:
    """Whole entries and withheld ones follow each other; a changed character shows."""
    night.writer.call(lambda tx: journal.append(tx, PLACE, "member.left", {"person": 3}))
    lines = [entry.to_json_line() for entry in read(night)]
    assert "person" not in lines[-1]
    assert set(json.loads(lines[-1])) == {"n", "body_sha256", "hash"}
    assert fault(lines) == ""
    assert fault([line.replace("bericht 4", "bericht 5") for line in lines]) == "6: text"
    assert fault(lines[1:]) == "1 is missing"
    assert fault([lines[0], lines[1].replace('"hash":"', '"hash":"00')]) == "2: hash"


def test_part_of_a_chain_verifies_from_its_head(night: Store) -> None:
    """A mail holds (last, now]: it verifies from the head that the mail before named."""
    with night.reading() as reader:
        before = journal.head_at(reader, PLACE, 4)
        lines = [one.to_json_line() for one in journal.entries(reader, PLACE, after=4)]
        assert journal.head_at(reader, PLACE, 0).hash == bytes(32)
        with pytest.raises(KeyError, match="no entry 99"):
            journal.head_at(reader, PLACE, 99)
    assert fault(lines, after=4, prev=before.hash) == ""


def test_erased_fields_travel_as_erased(night: Store) -> None:
    """The line of an entry with an erased field says so and still verifies."""
    night.writer.call(lambda tx: journal.erase(tx, PLACE, 3, ["text"]))
    lines = [entry.to_json_line() for entry in read(night)]
    assert json.loads(lines[2])["fields"]["text"] is None
    assert fault(lines) == ""


def test_a_case_can_be_read_alone(night: Store) -> None:
    """Entries of one case come with the right predecessor, so that they verify one by one."""
    night.writer.call(lambda tx: opened(tx, "M-2026-0118"))
    night.writer.call(heard)
    with night.reading() as reader:
        found = list(journal.entries(reader, PLACE, case="M-2026-0117"))
        assert [entry.n for entry in found] == [*range(1, 12), 13]
        for entry in found:
            assert chain.verify([entry.link()], after=entry.n - 1, prev=entry.prev) is None
        assert journal.tally(reader, PLACE) == {"case.message": 11, "case.opened": 2}


def test_long_chains_are_read_in_pages(store: Store) -> None:
    """More entries than a page hold together too."""

    def many(tx: Tx) -> None:
        for n in range(1200):
            heard(tx, str(n))

    store.writer.call(many)
    assert [entry.fields["text"] for entry in read(store)] == [str(n) for n in range(1200)]
    assert broken(store) is None


def test_kinds_about_people_never_go_to_the_police() -> None:
    """Membership, settings, exports, mail and drills are never `yes`."""
    for name, kind in kinds.KINDS.items():
        assert (kind.police is kinds.Police.YES) <= name.startswith("case."), name


def test_the_first_entry_since_a_time_is_found(night: Store, clock: SettableClock) -> None:
    """An export asks by clock, the chain answers by number."""
    with night.reading() as reader:
        assert journal.first_since(reader, PLACE, clock.now() - timedelta(seconds=12)) == 9
        assert journal.first_since(reader, PLACE, clock.now() + timedelta(days=1)) is None


def test_descriptions_keep_their_shape(store: Store) -> None:
    """Lists and objects are kept as they are; bytes have no place in the log."""
    fields = {"author": "Buur 7", "persons": [{"jas": "rood"}], "vehicle": {"kleur": "grijs"}}
    store.writer.call(
        lambda tx: journal.append(tx, PLACE, "case.description", fields, case="M-2026-0117")
    )
    assert read(store)[0].fields["persons"] == [{"jas": "rood"}]
    with pytest.raises(ValueError, match="bytes"):
        store.writer.call(lambda tx: journal.append(tx, PLACE, "case.closed", {"by": b"x"}))
