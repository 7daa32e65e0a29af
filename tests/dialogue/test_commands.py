"""Commands in chat: with and without the slash, in four languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import config
from bot.dialogue.commands import LANGUAGES, Bare, Command, CommandTable
from bot.errors import ConfigurationError
from bot.messaging import ChatKind

TABLE = CommandTable.load(config.ROOT / "commands.yaml")
PART_ONE = (
    "start help taal privacy meld gezien aanvullen einde fout veilig stop export wachtrij goedkeuren weigeren "
    "gebeld vrijgeven sluit heropenen rechtzetting leden pauze status verify koppel bericht"
)


def direct(text: str) -> Command | None:
    return TABLE.parse(text, chat_kind=ChatKind.DIRECT)


def test_every_command_of_this_release_is_there() -> None:
    assert set(TABLE.entries) == set(PART_ONE.split())


@pytest.mark.parametrize(
    ("text", "command", "args"),
    [
        ("/meld", "meld", ""),
        ("meld", "meld", ""),
        ("Meld inbraak bezig Kerkstraat 12", "meld", "inbraak bezig Kerkstraat 12"),
        ("/meld@SaarBot inbraak\nbij de kerk", "meld", "inbraak\nbij de kerk"),
        ("ik wil iets melden", "meld", ""),
        ("Ik wil iets melden.", "meld", ""),
        ("/signaler", "meld", ""),
        ("gezien 117", "gezien", "117"),
        ("gezien M-2026-0117", "gezien", "M-2026-0117"),
        ("GEZIEN", "gezien", ""),
        ("seen #117", "gezien", "#117"),
        ("stop", "stop", ""),
        ("hulp!", "help", ""),
        ("/export gisteren pdf", "export", "gisteren pdf"),
        ("export 117 zip", "export", "117 zip"),
        ("/start rozenstraat", "start", "rozenstraat"),
        ("gebeld 3", "gebeld", "3"),
        ("vul aan 117", "aanvullen", "117"),
        ("aanvullen 117: hij liep, met een fiets", "aanvullen", "117: hij liep, met een fiets"),
        ("/bericht Morgen oefening om 20 u", "bericht", "Morgen oefening om 20 u"),
        ("bericht Morgen oefening,\n om 20 u", "bericht", "Morgen oefening,\n om 20 u"),
        ("start rozenstraat", "start", "rozenstraat"),
        ("koppel ABCD2345", "koppel", "ABCD2345"),
        ("leden munsterbilzen", "leden", "munsterbilzen"),
        ("goedkeuren Sint Gillis 12", "goedkeuren", "Sint Gillis 12"),
        (
            "export beverst 1-11-2026 tot 8-11-2026 pdf",
            "export",
            "beverst 1-11-2026 tot 8-11-2026 pdf",
        ),
    ],
)
def test_a_command_is_understood(text: str, command: str, args: str) -> None:
    found = direct(text)
    assert found is not None
    assert (found.id, found.args) == (command, args)
    assert found.explicit is text.startswith("/")


BEHIND = {
    Bare.ALONE: ("",),
    Bare.CODE: ("", "beheer-ABCD2345"),
    Bare.NUMBER: ("", "117", "M-2026-0117"),
    Bare.PLACE: ("", "munsterbilzen", "12"),
    Bare.WORDS: ("", "117", "gisteren pdf"),
    Bare.TEXT: ("", "iets met veel woorden, en leestekens!"),
}


@pytest.mark.parametrize("command", TABLE.entries)
def test_the_slash_is_optional_for_every_command(command: str) -> None:
    """By every name, in every language, with what it takes."""
    entry = TABLE.entries[command]
    for name in {name for names in entry.names.values() for name in names}:
        for args in BEHIND[entry.bare]:
            bare, slash = direct(f"{name} {args}"), direct(f"/{name} {args}")
            assert bare is not None, name
            assert (bare.id, bare.args, bare.explicit) == (command, args, False)
            if " " not in name:
                assert slash is not None
                assert (slash.id, slash.args, slash.explicit) == (command, args, True)


@pytest.mark.parametrize(
    "text",
    [
        "gezien dat hij wegreed",
        "stop er mee",
        "koppel mannen aan de deur",
        "fout gedaan",
        "/onbekend",
        "start de auto",
        "👍",
        "",
        "/",
        "export van al wat er gisteren was",
    ],
)
def test_ordinary_words_are_no_command(text: str) -> None:
    assert direct(text) is None


def test_in_a_group_only_the_slash_counts() -> None:
    assert TABLE.parse("meld inbraak", chat_kind=ChatKind.GROUP) is None
    found = TABLE.parse("/export@saar_bot 117", chat_kind=ChatKind.GROUP)
    assert found == Command(id="export", args="117", explicit=True, misplaced=True)
    linked = TABLE.parse("/koppel", chat_kind=ChatKind.GROUP)
    assert linked is not None
    assert not linked.misplaced


def test_menus_hold_what_somebody_may_use_in_every_language() -> None:
    resident, coordinator = TABLE.menus("resident"), TABLE.menus("coordinator")
    assert set(resident.entries) == set(LANGUAGES)
    assert ("meld", "Meld iets verdachts") in resident.entries["nl"]
    assert "export" not in dict(resident.entries["nl"])
    assert set(resident.entries["en"]) < set(coordinator.entries["en"])


def test_who_may_what_is_one_table() -> None:
    assert TABLE.may("meld", "coordinator")
    assert not TABLE.may("export", "resident")
    assert not TABLE.may("meld", "anyone")
    assert not TABLE.may("nothing", "coordinator")
    assert "wachtrij" in TABLE.only_for("coordinator")


def test_a_wrong_table_is_refused_with_all_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "commands.yaml"
    file.write_text(
        "a:\n  audience: everyone\n  where: direct\n  bare: alone\n"
        "  names: {nl: [één], en: [x], fr: [x], de: [x]}\n"
        "  description: {nl: a, en: b, fr: c, de: d}\n"
        "b:\n  audience: anyone\n  were: direct\n  bare: alone\n"
        "  names: {nl: [x], en: [y], fr: [y]}\n"
        "  description: {nl: a, en: b, fr: c, de: d}\n"
    )
    with pytest.raises(ConfigurationError) as raised:
        CommandTable.load(file)
    found = str(raised.value)
    for part in (
        "commands.yaml:2: 'audience' must be one of",
        "'één' can't be listed",
        "commands.yaml:9: a command has no 'were'; did you mean 'where'?",
        "'b' needs names and a description in 'de'",
        "'x' would mean both 'a' and 'b'",
    ):
        assert part in found


@pytest.mark.parametrize(
    "text", ["mled", "Medl", "mel", "melt", "Meldd!", "meldn", "meldign", "reprot"]
)
def test_a_slip_of_the_thumb_is_nearly_the_word(text: str) -> None:
    """One letter too many, too few, another or two in each other's place."""
    assert TABLE.nearly(text, "meld")


@pytest.mark.parametrize(
    "text", ["geld", "held", "veld", "mes", "melden die", "me", "", "alarm", "meubel"]
)
def test_another_word_is_not(text: str) -> None:
    """Words that people report with begin with another letter, or differ in more."""
    assert not TABLE.nearly(text, "meld")
