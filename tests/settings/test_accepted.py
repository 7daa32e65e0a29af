"""What is accepted: the least that is needed, the whole Contract, presets, and what ships."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

import config
from bot.messaging import Address
from bot.settings import (
    HttpSettings,
    Limits,
    MailSettings,
    NeighbourhoodSettings,
    PoliceSettings,
    PreventionSettings,
    QuietHours,
    Retention,
    Secret,
    Settings,
    SettingsError,
    SmtpSettings,
    load,
)
from tests.settings.written import GOOD, contract, in_place, read


def test_the_least_that_is_needed_has_safe_defaults(tmp_path: Path) -> None:
    """A short configuration gives strict gate, closed pictures, STARTTLS and loopback."""
    settings = read(tmp_path, GOOD)
    place = settings.neighbourhoods["munsterbilzen"]

    assert settings.data_dir == tmp_path.parent / "var"
    assert settings.timezone.key == "Europe/Brussels"
    assert (settings.http.host, settings.http.metrics) == ("127.0.0.1", "loopback")
    assert settings.mail is not None
    assert (settings.mail.smtp.security, settings.mail.smtp.port) == ("starttls", 587)
    assert (place.gate_101, place.media_to_group, place.plate_to_group) == (
        "strict",
        "never",
        "partial",
    )
    assert (place.police.at, place.police.empty) == (time(6, 30), "weekly")
    assert settings.adapters["telegram"].values["timeout"] == 30


def test_everything_that_the_contract_prints_is_accepted(tmp_path: Path) -> None:
    """The Contract's YAML is read whole, each value typed and in its place."""
    settings = read(tmp_path, contract(tmp_path), TELEGRAM_TOKEN="123:abc")
    place = settings.neighbourhoods["munsterbilzen"]

    assert settings.adapters["telegram"].plain()["token"] == "123:abc"
    assert settings.http.public_url == "https://saar.example.org"
    assert settings.mail is not None
    assert settings.mail.smtp.password == Secret("geheim")
    assert place.groups[0] == Address("telegram", "-1001234567890")
    assert place.emergency == "101"
    assert place.skin_colour is True
    assert place.retention.media == timedelta(days=14)
    assert place.retention.members == timedelta(days=30)
    assert place.limits.reports_per_hour == 5
    assert place.quiet_hours == QuietHours(begin=time(22), end=time(7))
    assert settings.neighbourhoods["bilzen"].police.mailboxes[1].max_message_bytes == 5_000_000


def test_what_later_parts_need_is_accepted_and_named(tmp_path: Path) -> None:
    """Sections that this version doesn't use are listed as such, never silently taken."""
    settings = read(tmp_path, contract(tmp_path), TELEGRAM_TOKEN="123:abc")

    assert {one.key for one in settings.later} == {
        "adapters.whatsapp",
        "adapters.matrix",
        "mail.smime",
        "mail.imap",
        "mail.dkim",
        "timestamp",
        "prevention",
        "neighbourhoods.bilzen.police.mailbox",
        *(
            f"neighbourhoods.munsterbilzen.{key}"
            for key in ("adjoining", "controller", "limits", "media_to_group", "quiet_hours")
        ),
        *(f"neighbourhoods.munsterbilzen.{key}" for key in ("r", "retention", "skin_colour")),
    }
    assert all(one.line > 0 and "later" in one.note for one in settings.later)
    assert set(settings.adapters) == {"telegram", "signal", "webchat"}


def test_what_happens_anyway_needs_no_word(tmp_path: Path) -> None:
    """A city that writes the closed values down isn't told that they come later."""
    closed = in_place("media_to_group: never\n    skin_colour: false\n    relay: open_alert")

    assert read(tmp_path, closed).later == ()


def test_a_language_without_texts_is_accepted_and_dutch_is_used(tmp_path: Path) -> None:
    """`language: fr` is right by the Contract; until its texts come, Dutch is spoken and said."""
    settings = read(tmp_path, GOOD.replace("data_dir", "language: fr\ndata_dir"))

    assert settings.language == "nl"
    assert [(one.key, one.note) for one in settings.later] == [
        ("language", "its texts come later; Dutch is used until then")
    ]


def test_a_preset_lies_over_the_default_and_the_file_over_both(tmp_path: Path) -> None:
    """Each value knows whence it came, because only what the file sets can't change in chat."""
    place = read(tmp_path, in_place("min_age: 16")).neighbourhoods["munsterbilzen"]

    assert (place.min_age, place.origin["min_age"]) == (16, "set")
    assert (place.r, place.origin["r"]) == ("registreer", "preset bilzen")
    assert (place.limits.cards_per_hour, place.origin["limits"]) == (30, "default")
    assert place.is_set("min_age")
    assert not place.is_set("r")
    assert place.is_set("police")
    assert not place.is_set("groups")


@pytest.mark.parametrize("name", config.presets())
def test_every_preset_ships_closed_and_names_its_sources(name: str, tmp_path: Path) -> None:
    """No preset opens pictures or plates, drops the gate, or invents a source."""
    place = read(tmp_path, GOOD.replace("bilzen\n    police", f"{name}\n    police"))
    rules = place.neighbourhoods["munsterbilzen"]
    text = (config.PRESETS / f"{name}.yaml").read_text("utf-8")

    assert (rules.media_to_group, rules.plate_to_group) == ("never", "partial")
    assert rules.gate_101 == "strict"
    assert rules.emergency == ("112" if name == "nl" else "101")
    assert rules.unsure == ("ask_group" if name == "amow" else "strict")
    assert "sources:" in text
    assert "https://" in text


def test_both_shipped_configurations_are_right() -> None:
    """The example and the demonstration load as they ship."""
    for file in (config.EXAMPLE, config.DEMO):
        assert load(file, {}, lambda name: {} if name == "webchat" else None).neighbourhoods


def test_the_example_names_every_key() -> None:
    """Who reads the example sees everything that can be set."""
    kinds = (
        *(Settings, HttpSettings, SmtpSettings, MailSettings, NeighbourhoodSettings),
        *(PoliceSettings, Retention, Limits, PreventionSettings),
    )
    other = {"file", "later", "id", "origin", "host", "sender", "mailboxes", "preset"}
    text = config.EXAMPLE.read_text("utf-8")
    keys = {field.name for kind in kinds for field in fields(kind)} - other
    missing = {key for key in keys if not re.search(rf"\b{key}(_file)?:", text)}

    assert missing == set()
    for key in ("from", "listen", "mailbox", "whatsapp", "matrix", "smime", "imap", "dkim"):
        assert key in text


def test_the_example_is_right_with_everything_in_it_switched_on(tmp_path: Path) -> None:
    """A key that stands there as a remark is accepted once its mark is taken away."""
    text = config.EXAMPLE.read_text("utf-8").replace("[bilzen]", "[]")
    on = re.sub(r"^( *)# ((?:  )?[a-z_0-9]+:(?: |$))", r"\1\2", text, flags=re.MULTILINE)
    for name in ("ca.pem", "smtp.password"):
        (tmp_path / name).write_text("x")
    (tmp_path / "own").mkdir()
    settings = read(tmp_path, on.replace("number:", "token: x\n    number:"), TELEGRAM_TOKEN="1:a")

    assert settings.neighbourhoods["munsterbilzen"].quiet_hours
    assert set(settings.adapters) == {"telegram", "signal", "webchat"}


def test_streets_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    """A list of streets can be a text file, one a line, `#` for remarks."""
    (tmp_path / "streets.txt").write_text("# centre\nKerkstraat\n\nRozenstraat\n")
    place = read(tmp_path, in_place("streets: streets.txt")).neighbourhoods["munsterbilzen"]

    assert place.streets == ("Kerkstraat", "Rozenstraat")


def test_variables_work_inside_braces_and_in_part_of_a_value(tmp_path: Path) -> None:
    """`{token: ${T}}` is what operators write; YAML alone would stumble over its braces."""
    text = GOOD.replace('"1:abc"', "${ID}:${KEY}")

    values = read(tmp_path, text, ID="5", KEY="five").adapters["telegram"].plain()
    assert values["token"] == "5:five"


def test_a_variable_in_a_comment_is_nobodys_business(tmp_path: Path) -> None:
    """An example that is commented out needs no environment."""
    assert read(tmp_path, GOOD + "# token: ${NOT_SET}\n").neighbourhoods


def test_an_installed_adapters_own_declaration_is_used(tmp_path: Path) -> None:
    """Without a stand-in, the installed web chat says what it may be set."""
    file = tmp_path / "saarbot.yaml"
    file.write_text(GOOD.replace('  telegram: {token: "1:abc"}\n', "").replace("{}", "{no: 1}"))

    with pytest.raises(SettingsError) as error:
        load(file, {})
    assert "adapters.webchat.no: unknown key" in str(error.value)


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("0.0.0.0:80", "0.0.0.0", 80),
        ("'[::1]:8080'", "::1", 8080),
        ("localhost:0", "localhost", 0),
    ],
)
def test_where_to_listen(tmp_path: Path, written: str, host: str, port: int) -> None:
    """A host and a port, IPv6 in brackets, port 0 for a free one."""
    http: Any = read(tmp_path, f"http: {{listen: {written}}}\n" + GOOD).http
    assert (http.host, http.port) == (host, port)


def test_servers_in_front_are_addresses_or_networks(tmp_path: Path) -> None:
    """Each as the operator finds it: one address, or the network of a container."""
    written = "http: {proxies: [172.17.0.1, 172.18.0.5/16, 'fd00::1']}\n"
    assert read(tmp_path, written + GOOD).http.proxies == (
        "172.17.0.1/32",
        "172.18.0.0/16",
        "fd00::1/128",
    )
