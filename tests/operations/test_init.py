"""`saarbot init`: from questions to a configuration that loads, and a code that works once."""

from __future__ import annotations

import io
import re
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.errors import SaarbotError
from bot.operations.draft import Draft
from bot.operations.init import _usual_folder, init, slug
from bot.operations.questions import Questions
from bot.settings import Secret, Settings, load
from bot.store import codes, places
from bot.store.engine import open_store

ALL = [
    "Sint-Gillis",  # neighbourhood
    "bilzen",
    "",  # folder: default
    "y",  # web page
    "1:telegramtoken",
    "+32470123456",  # Signal
    "",  # its server: default
    "",  # where it listens: default
    "https://saar.example.org/",
    "wijk@politie.example",
    "smtp.example.org",
    "starttls",
    "",  # port: default
    "saarbot@example.org",
    "saarbot",
    "smtp geheim",
]
LEAST = [""] * 9


def asked(file: Path, answers: list[str]) -> tuple[Settings, str]:
    output = io.StringIO()
    settings = init(file, {}, Questions(io.StringIO("\n".join(answers) + "\n"), output))
    return settings, output.getvalue()


def test_all_answers_become_a_configuration_that_loads(tmp_path: Path) -> None:
    """What was answered stands in the file, commented, and is read back as it was meant."""
    file = tmp_path / "config" / "saarbot.yaml"
    asked(file, ALL)
    settings = load(file, {})
    place = settings.neighbourhoods["sint-gillis"]

    assert (place.name, place.preset) == ("Sint-Gillis", "bilzen")
    assert settings.data_dir == tmp_path / "var"
    assert settings.http.public_url == "https://saar.example.org"
    assert settings.adapters["telegram"].values["token"] == Secret("1:telegramtoken")
    assert settings.adapters["signal"].plain()["number"] == "+32470123456"
    assert settings.mail is not None
    assert settings.mail.smtp.password == Secret("smtp geheim")
    assert settings.mail.smtp.port == 587
    assert [box.address for box in place.police.mailboxes] == ["wijk@politie.example"]
    assert file.read_text("utf-8").count("#") > 10


def test_each_set_of_rules_is_told_by_its_name(tmp_path: Path) -> None:
    """Whoever sets it up needn't know what `amow` is; that single rules may differ is said too."""
    _, said = asked(tmp_path / "saarbot.yaml", LEAST)
    assert "  amow    Asse, Merchtem, Opwijk, Wemmel\n" in said
    assert "  bilzen  Buurtpreventie Bilzen\n" in said
    assert "single rules can be changed" in said


def test_residents_get_an_invitation_to_print(tmp_path: Path) -> None:
    """With a public address the link to the page is printed too."""
    _, said = asked(tmp_path / "saarbot.yaml", ALL)
    found = re.search(r"Residents join with:\n  /start ([a-z2-9]{8})\n  (\S+)\n", said)

    assert found
    assert found[2] == f"https://saar.example.org/u/{found[1]}"


def test_without_a_public_address_the_link_is_this_machine_s(tmp_path: Path) -> None:
    """Whoever tries it at home has a link to open; what other phones need is said with it."""
    settings, said = asked(tmp_path / "saarbot.yaml", LEAST)
    found = re.search(r"Residents join with:\n  /start ([a-z2-9]{8})\n  (\S+)\n", said)

    assert found
    assert found[2] == f"http://127.0.0.1:{settings.http.port}/u/{found[1]}"
    assert "for other phones, put a web server with HTTPS in front and set http.public_url" in said


def test_no_web_chat_no_link(tmp_path: Path) -> None:
    _, said = asked(tmp_path / "saarbot.yaml", ["", "", "", "n", *LEAST[4:]])
    assert "/u/" not in said
    assert "web chat" not in said


def test_a_port_that_is_free_is_proposed(tmp_path: Path) -> None:
    """Something on 8080, often another try of one's own, is no reason to fail at the first start."""
    with ExitStack() as held:
        with suppress(OSError):  # another program has it: as good
            held.enter_context(socket.create_server(("127.0.0.1", 8080)))
        settings, _ = asked(tmp_path / "saarbot.yaml", LEAST)
    assert settings.http.port in range(8081, 8100)


def test_signals_port_is_not_proposed_for_the_page(tmp_path: Path) -> None:
    """Its container may not run yet, and would find its port taken."""
    answers = [*LEAST[:5], "+32470123456", "http://127.0.0.1:8080", "", "", ""]
    settings, _ = asked(tmp_path / "saarbot.yaml", answers)
    assert settings.http.port in range(8081, 8100)


def test_a_port_that_is_taken_is_said_and_written(tmp_path: Path) -> None:
    """What has it may end before the bot begins; the operator knows."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        where = f"127.0.0.1:{other.getsockname()[1]}"
        settings, said = asked(tmp_path / "saarbot.yaml", [*LEAST[:6], where, "", ""])
    assert f"As things are, {where} is taken by another program: end that one" in said
    assert f"127.0.0.1:{settings.http.port}" == where


def test_secrets_stand_in_files_that_only_the_owner_reads(tmp_path: Path) -> None:
    """No token in the configuration itself, and nobody else on the machine can read it."""
    file = tmp_path / "saarbot.yaml"
    asked(file, ALL)

    assert "telegramtoken" not in file.read_text("utf-8")
    assert "geheim" not in file.read_text("utf-8")
    for name in ("saarbot.yaml", "telegram.token", "smtp.password"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_enter_at_every_question_gives_a_web_page_and_no_mail(tmp_path: Path) -> None:
    """Nobody needs an account to begin; the mailbox may be asked of the police later."""
    settings, said = asked(tmp_path / "saarbot.yaml", LEAST)

    assert set(settings.adapters) == {"webchat"}
    assert settings.mail is None
    assert settings.neighbourhoods["munsterbilzen"].police.mailboxes == ()
    assert settings.data_dir == tmp_path / "var"
    assert "/start beheer-" in said


def test_a_wrong_answer_is_asked_again_with_the_cure(tmp_path: Path) -> None:
    """The same rules as in the file, told at once."""
    answers = [
        "Bilzen",
        "bilsen",
        "bilzen",
        "",
        "perhaps",
        "y",
        "",
        "",
        "8080",
        "",
        "",
        "wijk@politie",
        "",
    ]
    _, said = asked(tmp_path / "saarbot.yaml", answers)

    assert "That must be one of amow, bilzen, bin, nl, not 'bilsen'." in said
    assert "Answer y or n." in said
    assert "That must be host:port, for example 127.0.0.1:8080, not '8080'." in said
    assert "That is no e-mail address; for example wijk@politie.example." in said


def code_in(said: str) -> str:
    found = re.search(r"/start beheer-([A-Z2-9]{8})\n", said)
    assert found
    return found[1]


def test_the_code_is_in_the_store_for_the_neighbourhood(tmp_path: Path) -> None:
    """Whoever sends the printed line is found by the bot; the neighbourhood exists with it."""
    settings, said = asked(tmp_path / "saarbot.yaml", LEAST)
    store = open_store("sqlite", settings.data_dir, SystemClock())
    with store.reading() as reader:
        code = codes.code(reader, code_in(said))
        (place,) = places.places(reader)
    store.close()

    assert code is not None
    assert (code.kind, code.neighbourhood, code.used_at) == ("beheer", "munsterbilzen", None)
    assert len(place.invite_code) == 8
    assert f"  /start {place.invite_code}\n" in said


def test_a_second_init_overwrites_nothing_and_makes_a_new_code(tmp_path: Path) -> None:
    """Whoever lost the code runs it again: the file and its invitation stay as they are."""
    file = tmp_path / "saarbot.yaml"
    settings, first = asked(file, LEAST)
    before = file.read_bytes()
    _, second = asked(file, [])

    store = open_store("sqlite", settings.data_dir, SystemClock())
    with store.reading() as reader:
        assert codes.code(reader, code_in(first))
        assert codes.code(reader, code_in(second))
        assert len(places.places(reader)) == 1
    store.close()
    assert file.read_bytes() == before
    assert code_in(first) != code_in(second)
    assert "is there already and stays as it is" in second


def test_a_secret_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    """An old token beside a lost configuration is the operator's to move."""
    (tmp_path / "telegram.token").write_text("old")
    with pytest.raises(SaarbotError, match=r"telegram\.token is there already"):
        asked(tmp_path / "saarbot.yaml", ALL)

    assert (tmp_path / "telegram.token").read_text() == "old"
    assert not (tmp_path / "saarbot.yaml").exists()


def test_answers_that_end_too_early_write_nothing(tmp_path: Path) -> None:
    """A closed terminal leaves no half configuration."""
    with pytest.raises(SaarbotError, match="nothing was written"):
        asked(tmp_path / "saarbot.yaml", ["Bilzen"])

    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A path through a file is no folder: a sentence, no traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SaarbotError, match="can't be written"):
        asked(tmp_path / "file" / "saarbot.yaml", LEAST)


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("/etc/saarbot/saarbot.yaml", "/var/lib/saarbot"),
        ("/srv/saarbot/config/saarbot.yaml", "../var"),
        ("/srv/saarbot/saarbot.yaml", "var"),
    ],
)
def test_data_lies_where_it_is_looked_for(file: str, folder: str) -> None:
    """The default folder follows the custom of the place."""
    assert _usual_folder(Path(file)) == folder


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Munsterbilzen", "munsterbilzen"),
        ("Sint-Gillis (Dendermonde)", "sint-gillis-dendermonde"),
        ("Fléron", "fleron"),
        ("Operator", "buurt"),
        ("!!!", "buurt"),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_name_becomes_an_id(name: str, expected: str) -> None:
    """Whatever a neighbourhood is called, its id can name a chain and a file."""
    assert slug(name) == expected


def test_text_that_looks_like_yaml_stays_text(tmp_path: Path) -> None:
    """A name with quotes, a colon or `${` is written so that it is read back unchanged."""
    name = 'Rue "du ${Marché}": #1'
    file = tmp_path / "saarbot.yaml"
    file.write_text(Draft(id="marche", name=name).text(), "utf-8")

    assert load(file, {}).neighbourhoods["marche"].name == name
