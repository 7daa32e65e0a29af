"""The configuration: what is accepted, and what each mistake is told."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import config
from bot.errors import ConfigurationError
from bot.messaging import Address, Setting
from bot.settings import (
    HttpSettings,
    Limits,
    MailSettings,
    NeighbourhoodSettings,
    PoliceSettings,
    PreventionSettings,
    Problem,
    QuietHours,
    Retention,
    Secret,
    Settings,
    SettingsError,
    SmtpSettings,
    load,
)

CHATTER: Mapping[str, Setting] = {
    "token": Setting(kind=str, required=True, secret=True),
    "api_url": Setting(kind=str, default="https://api.telegram.org"),
    "receive": Setting(kind=str, default="polling", choices=("polling", "webhook")),
    "timeout": Setting(kind=int, default=30),
    "strict": Setting(kind=bool, default=True),
    "number": Setting(kind=str),
}


def adapters(name: str) -> Mapping[str, Setting] | None:
    """Adapters as if installed, so that these tests need none."""
    if name == "broken":
        raise ImportError(name="wirelib")
    if name == "picky":
        raise ConfigurationError("picky wants another Python")
    return {"telegram": CHATTER, "signal": CHATTER, "webchat": {}}.get(name)


GOOD = """\
data_dir: ../var
adapters:
  telegram: {token: "1:abc"}
  webchat: {}
mail:
  from: saarbot@example.org
  smtp: {host: smtp.example.org}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    police: {mailbox: [wijk@politie.example]}
"""


def read(tmp_path: Path, text: str, **environ: str) -> Settings:
    file = tmp_path / "saarbot.yaml"
    file.write_text(text, "utf-8")
    return load(file, environ, adapters)


def told(tmp_path: Path, text: str, **environ: str) -> list[str]:
    """The problems of a configuration, without the folder's name."""
    with pytest.raises(SettingsError) as error:
        read(tmp_path, text, **environ)
    return str(error.value).replace(f"{tmp_path}/", "").splitlines()


def in_place(line: str) -> str:
    """The good configuration with one more line in its neighbourhood."""
    return GOOD + f"    {line}\n"


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


def contract(tmp_path: Path) -> str:
    """The configuration that the Contract prints, its dots filled in."""
    (tmp_path / "smtp.password").write_text("geheim\n")
    return """\
data_dir: ../var                     # database, media, outgoing mail
database: sqlite                     # or postgresql://user@host/db
timezone: Europe/Brussels
language: nl
http: {listen: 127.0.0.1:8080, public_url: https://saar.example.org, metrics: loopback}   # or any
adapters:
  telegram: {token: ${TELEGRAM_TOKEN}, api_url: https://api.telegram.org, receive: polling}
  signal: {token: x, api_url: http://127.0.0.1:8081, number: "+32470123456"}
  whatsapp: {api_url: https://graph.facebook.com, phone_number_id: "1", token: ${WA_TOKEN}, app_secret: ${WA_SECRET}, verify_token: ${WA_VERIFY}, business_account_id: "2", api_version: v23.0}
  matrix: {homeserver: https://matrix.example.org, user: "@saar:example.org", password: ${MATRIX}}
  webchat: {}
mail:
  from: saarbot@example.org
  smtp: {host: smtp.example.org, port: 587, security: starttls, username: saar, password_file: smtp.password}
  max_message_bytes: 10000000
  smime: {sign_certificate: a.pem, sign_key_file: a.key}
  imap: {host: imap.example.org, port: 993, security: tls, username: saar, password_file: x}
  dkim: {domain: example.org, selector: saar, key_file: dkim.key}
timestamp: {url: https://tsa.example.org, ca_file: ca.pem, qualified: false}
prevention: {name: Preventiedienst Stad Bilzen, mail: preventie@example.org, contacts: ["telegram:333333"]}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    invite_code: rozenstraat
    groups: ["telegram:-1001234567890", "signal:group.QUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWVhHQmthR3h3ZEhoOD0="]
    coordinators: ["telegram:111111", "signal:+32470000001"]
    relay: open_alert
    police: {mailbox: [wijk@politie.example], at: "06:30", on_close: true, empty: weekly, language: nl, names: smime, reply_from: []}
    area: Munsterbilzen
    streets: [Kerkstraat, Rozenstraat]
    adjoining: [bilzen]
    police_phone: 089 00 00 00
    privacy_url: https://example.org/privacy
    controller: Stad Bilzen
    emergency: 101
    r: beide
    gate_101: advisory
    unsure: ask_group
    media_to_group: always
    plate_to_group: full
    min_age: 16
    skin_colour: yes
    retention: {media: 14d, text: 1y}
    limits: {reports_per_hour: 5}
    quiet_hours: "22:00-07:00"
  bilzen:
    name: Bilzen
    police: {mailbox: [wijk@politie.example, {address: b@politie.example, certificate: b.pem, max_message_bytes: 5000000}]}
"""


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


def test_a_secret_is_never_shown() -> None:
    """However a secret is printed, dots come out; it can't be pickled into a file either."""
    secret = Secret("hunter2")

    assert f"{secret} {secret!r} {secret!s} {secret:>3}" == "••• ••• ••• •••"
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2")
    assert secret != Secret("hunter3")
    assert secret != "hunter2"
    assert len({secret, Secret("hunter2")}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_settings_can_be_printed_without_showing_a_secret(tmp_path: Path) -> None:
    """The whole configuration's repr holds no token and no password."""
    settings = read(tmp_path, contract(tmp_path), TELEGRAM_TOKEN="123:abc")

    assert "123:abc" not in repr(settings)
    assert "geheim" not in repr(settings)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    """`token_file:` is read relative to the configuration, without its line end."""
    (tmp_path / "telegram.token").write_text("9:xyz\n")
    text = GOOD.replace('token: "1:abc"', "token_file: telegram.token")

    assert read(tmp_path, text).adapters["telegram"].plain()["token"] == "9:xyz"


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


BAD: dict[str, tuple[str, list[str]]] = {
    "unknown key at the top": (
        GOOD + "timezon: Europe/Brussels\n",
        ["saarbot.yaml:13: timezon: unknown key; did you mean timezone?"],
    ),
    "unknown key in a neighbourhood": (
        in_place("gate101: strict"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.gate101: unknown key; "
                "did you mean gate_101?"
            )
        ],
    ),
    "unknown key of an adapter": (
        GOOD.replace('token: "1:abc"', 'tokn: "1:abc"'),
        [
            (
                "saarbot.yaml:3: adapters.telegram.token: is missing; "
                "write token: ${VARIABLE} or token_file: FILE"
            ),
            "saarbot.yaml:3: adapters.telegram.tokn: unknown key; did you mean token?",
        ],
    ),
    "unknown adapter": (
        GOOD.replace("  telegram:", "  telegrm:"),
        ["saarbot.yaml:3: adapters.telegrm: no such adapter is installed; did you mean telegram?"],
    ),
    "unknown key of an adapter that comes later": (
        GOOD.replace("  webchat: {}", "  matrix: {homserver: x}"),
        [
            "saarbot.yaml:4: adapters.matrix.homserver: unknown key; did you mean homeserver?",
        ],
    ),
    "an adapter whose library is missing": (
        GOOD.replace("  webchat: {}", "  broken: {}"),
        ["saarbot.yaml:4: adapters.broken: the adapter can't be loaded: wirelib is not installed"],
    ),
    "an adapter that refuses": (
        GOOD.replace("  webchat: {}", "  picky: {}"),
        ["saarbot.yaml:4: adapters.picky: picky wants another Python"],
    ),
    "an adapter that is no table": (
        GOOD.replace("  webchat: {}", "  webchat: [yes]"),
        ["saarbot.yaml:4: adapters.webchat: must be a table of keys, not a list"],
    ),
    "duplicate key": (
        GOOD + "data_dir: elsewhere\n",
        ["saarbot.yaml:13: data_dir: stands twice; first in line 1"],
    ),
    "missing data_dir": (
        GOOD.replace("data_dir: ../var\n", ""),
        ["saarbot.yaml:1: data_dir: is missing; for example ../var"],
    ),
    "missing name": (
        GOOD.replace("    name: Munsterbilzen\n", ""),
        [
            (
                "saarbot.yaml:10: neighbourhoods.munsterbilzen.name: is missing; for example "
                "Munsterbilzen"
            )
        ],
    ),
    "missing neighbourhoods": (
        GOOD.partition("neighbourhoods")[0],
        [
            (
                "saarbot.yaml:1: neighbourhoods: is missing; a first one: "
                "{munsterbilzen: {name: Munsterbilzen, preset: bilzen}}"
            )
        ],
    ),
    "missing mail": (
        GOOD.replace("mail:\n  from: saarbot@example.org\n  smtp: {host: smtp.example.org}\n", ""),
        ["saarbot.yaml:1: mail: is missing, and a police mailbox is set; see saarbot.example.yaml"],
    ),
    "missing smtp": (
        GOOD.replace("  smtp: {host: smtp.example.org}\n", ""),
        ["saarbot.yaml:6: mail.smtp: is missing; for example {host: smtp.example.org}"],
    ),
    "missing mailbox": (
        GOOD.replace("{mailbox: [wijk@politie.example]}", "{at: 06:30}"),
        [
            (
                "saarbot.yaml:12: neighbourhoods.munsterbilzen.police.mailbox: is missing; "
                "for example [wijk@politie.example]"
            )
        ],
    ),
    "missing variable": (
        GOOD.replace('"1:abc"', "${TELEGRAM_TOKEN}"),
        [
            (
                "saarbot.yaml:3: adapters.telegram.token: the environment variable TELEGRAM_TOKEN "
                "is not set"
            )
        ],
    ),
    "odd variable": (
        GOOD.replace('"1:abc"', "${2 B}"),
        ["saarbot.yaml:3: adapters.telegram.token: ${2 B} is no name of an environment variable"],
    ),
    "empty secret": (
        GOOD.replace('"1:abc"', '" "'),
        ["saarbot.yaml:3: adapters.telegram.token: is empty"],
    ),
    "secret given twice": (
        GOOD.replace('token: "1:abc"', 'token: "1:abc", token_file: x'),
        ["saarbot.yaml:3: adapters.telegram.token_file: token is set too; keep one of the two"],
    ),
    "time zone": (
        "timezone: Europe/Brussel\n" + GOOD,
        [
            (
                "saarbot.yaml:1: timezone: 'Europe/Brussel' is no time zone; did you mean "
                "Europe/Brussels?"
            )
        ],
    ),
    "time zone out of nowhere": (
        "timezone: ../../etc/passwd\n" + GOOD,
        [
            (
                "saarbot.yaml:1: timezone: '../../etc/passwd' is no time zone; for example "
                "Europe/Brussels"
            )
        ],
    ),
    "language": (
        "language: dutch\n" + GOOD,
        ["saarbot.yaml:1: language: must be one of nl, fr, de, en, not 'dutch'"],
    ),
    "database of a later version": (
        "database: postgresql://user:pw@host/db\n" + GOOD,
        ["saarbot.yaml:1: database: PostgreSQL comes later; write sqlite"],
    ),
    "database": (
        "database: mysql\n" + GOOD,
        ["saarbot.yaml:1: database: must be sqlite"],
    ),
    "listen": (
        "http: {listen: 8080}\n" + GOOD,
        ["saarbot.yaml:1: http.listen: must be host:port, for example 127.0.0.1:8080, not '8080'"],
    ),
    "port": (
        "http: {listen: '127.0.0.1:80800'}\n" + GOOD,
        [
            (
                "saarbot.yaml:1: http.listen: must be host:port, for example 127.0.0.1:8080, "
                "not '127.0.0.1:80800'"
            )
        ],
    ),
    "public address": (
        "http: {public_url: saar.example.org}\n" + GOOD,
        [
            (
                "saarbot.yaml:1: http.public_url: is no web address; for example "
                "https://saar.example.org"
            )
        ],
    ),
    "public address with a path": (
        "http: {public_url: https://saar.example.org/bot}\n" + GOOD,
        [
            (
                "saarbot.yaml:1: http.public_url: must be a web address without a path; for example "
                "https://saar.example.org"
            )
        ],
    ),
    "metrics": (
        "http: {metrics: all}\n" + GOOD,
        ["saarbot.yaml:1: http.metrics: must be one of loopback, any, not 'all'"],
    ),
    "sender": (
        GOOD.replace("saarbot@example.org", "saarbot"),
        ["saarbot.yaml:6: mail.from: is no e-mail address; for example wijk@politie.example"],
    ),
    "mailbox": (
        GOOD.replace("[wijk@politie.example]", "['wijk@politie.example\\n', a@b..example]"),
        [
            (
                "saarbot.yaml:12: neighbourhoods.munsterbilzen.police.mailbox[1]: is no e-mail "
                "address; for example wijk@politie.example"
            ),
            (
                "saarbot.yaml:12: neighbourhoods.munsterbilzen.police.mailbox[2]: is no e-mail "
                "address; for example wijk@politie.example"
            ),
        ],
    ),
    "mailbox twice": (
        GOOD.replace("[wijk@politie.example]", "[wijk@politie.example, Wijk@politie.example]"),
        [
            (
                "saarbot.yaml:12: neighbourhoods.munsterbilzen.police.mailbox[2]: stands twice in "
                "this list"
            )
        ],
    ),
    "header in a mail address": (
        GOOD.replace("saarbot@example.org", '"a@b.example\\r\\nBcc: c@d.example"'),
        ["saarbot.yaml:6: mail.from: is no e-mail address; for example wijk@politie.example"],
    ),
    "security": (
        GOOD.replace("{host: smtp.example.org}", "{host: smtp.example.org, security: ssl}"),
        ["saarbot.yaml:7: mail.smtp.security: must be one of none, starttls, tls, not 'ssl'"],
    ),
    "password in the clear": (
        GOOD.replace(
            "{host: smtp.example.org}",
            "{host: smtp.example.org, security: none, username: a, password: b}",
        ),
        [
            (
                "saarbot.yaml:7: mail.smtp.security: none would send the password in the clear; "
                "write starttls or tls"
            )
        ],
    ),
    "half a login": (
        GOOD.replace("{host: smtp.example.org}", "{host: smtp.example.org, username: a}"),
        ["saarbot.yaml:7: mail.smtp: username and password belong together: set both, or neither"],
    ),
    "host": (
        GOOD.replace("{host: smtp.example.org}", "{host: 'smtp example'}"),
        [
            (
                "saarbot.yaml:7: mail.smtp.host: must be a host's name, for example "
                "smtp.example.org, not 'smtp example'"
            )
        ],
    ),
    "message size": (
        GOOD.replace("mail:\n", "mail:\n  max_message_bytes: 10MB\n"),
        ["saarbot.yaml:6: mail.max_message_bytes: must be a whole number, not '10MB'"],
    ),
    "small message size": (
        GOOD.replace("mail:\n", "mail:\n  max_message_bytes: 10\n"),
        [
            (
                "saarbot.yaml:6: mail.max_message_bytes: must be a whole number from 100000 to "
                "1000000000, not '10'"
            )
        ],
    ),
    "preset": (
        GOOD.replace("preset: bilzen", "preset: bilsen"),
        [
            (
                "saarbot.yaml:11: neighbourhoods.munsterbilzen.preset: must be one of amow, bilzen, "
                "bin, nl, not 'bilsen'"
            )
        ],
    ),
    "time of day": (
        GOOD.replace("[wijk@politie.example]", "[wijk@politie.example], at: 6.30"),
        [
            (
                "saarbot.yaml:12: neighbourhoods.munsterbilzen.police.at: must be a time of day as "
                "\"06:30\", not '6.30'"
            )
        ],
    ),
    "true or false": (
        GOOD.replace("[wijk@politie.example]", "[wijk@politie.example], on_close: sometimes"),
        [
            (
                "saarbot.yaml:12: neighbourhoods.munsterbilzen.police.on_close: must be true or "
                "false, not 'sometimes'"
            )
        ],
    ),
    "address without messenger": (
        in_place("coordinators: ['111111']"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.coordinators[1]: is no address; write "
                'messenger:id, for example "telegram:111111"'
            )
        ],
    ),
    "address on a messenger that isn't configured": (
        in_place("coordinators: ['signal:+32470000001']"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.coordinators: signal is not under "
                "adapters; known are: telegram, webchat"
            )
        ],
    ),
    "the same group twice": (
        in_place("groups: ['telegram:-1', 'telegram:-1']"),
        ["saarbot.yaml:13: neighbourhoods.munsterbilzen.groups[2]: stands twice in this list"],
    ),
    "one group in two neighbourhoods": (
        in_place("groups: ['telegram:-1']\n  bilzen: {name: B, groups: ['telegram:-1']}"),
        [
            (
                "saarbot.yaml:14: neighbourhoods.bilzen.groups: belongs to neighbourhood "
                "munsterbilzen already"
            )
        ],
    ),
    "one invitation for two neighbourhoods": (
        in_place("invite_code: Roos\n  bilzen: {name: B, invite_code: roos}"),
        [
            (
                "saarbot.yaml:14: neighbourhoods.bilzen.invite_code: belongs to neighbourhood "
                "munsterbilzen already"
            )
        ],
    ),
    "invitation": (
        in_place("invite_code: 'rozen straat'"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.invite_code: must be 4 to 64 letters, "
                "digits, hyphens or underscores"
            )
        ],
    ),
    "invitation like a one-time code": (
        in_place("invite_code: beheer-roos"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.invite_code: must not begin with "
                "beheer- or koppel-: those are one-time codes"
            )
        ],
    ),
    "an id that can't name a chain": (
        GOOD.replace("  munsterbilzen:", "  Munster Bilzen:"),
        [
            (
                "saarbot.yaml:9: neighbourhoods.Munster Bilzen: a neighbourhood's id must be "
                "lower-case letters, digits and hyphens"
            )
        ],
    ),
    "the operator's own chain": (
        GOOD.replace("  munsterbilzen:", "  operator:"),
        ["saarbot.yaml:9: neighbourhoods.operator: is the operator's own log; choose another id"],
    ),
    "adjoining": (
        in_place("adjoining: [munsterbilze]"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.adjoining: 'munsterbilze' is no "
                "neighbourhood of this file; did you mean munsterbilzen?"
            )
        ],
    ),
    "emergency": (
        in_place("emergency: '+32 101'"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.emergency: must be a short number "
                "such as 101 or 112, not '+32 101'"
            )
        ],
    ),
    "age": (
        in_place("min_age: eighteen"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.min_age: must be a whole number, "
                "not 'eighteen'"
            )
        ],
    ),
    "retention": (
        in_place("retention: {media: 30, photos: 3d}"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.retention.media: must be a span as "
                "24h, 30d or 2y, not '30'"
            ),
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.retention.photos: unknown key; known "
                "are: bans, drafts, ledger, media, members, rejected, text"
            ),
        ],
    ),
    "limits": (
        in_place("limits: 3"),
        ["saarbot.yaml:13: neighbourhoods.munsterbilzen.limits: must be a table of keys, not '3'"],
    ),
    "quiet hours": (
        in_place("quiet_hours: at night"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.quiet_hours: must be two times as "
                "\"22:00-07:00\", not 'at night'"
            )
        ],
    ),
    "streets": (
        in_place("streets: nowhere.txt"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.streets: must be a list of streets or "
                "a file with one a line: there is no file nowhere.txt"
            )
        ],
    ),
    "a list where a word belongs": (
        in_place("area: [a, b]"),
        ["saarbot.yaml:13: neighbourhoods.munsterbilzen.area: must be a single value, not a list"],
    ),
    "a choice of an adapter": (
        GOOD.replace('"1:abc"', '"1:abc", receive: pigeon, timeout: soon, strict: maybe'),
        [
            (
                "saarbot.yaml:3: adapters.telegram.receive: must be one of polling, webhook, "
                "not 'pigeon'"
            ),
            "saarbot.yaml:3: adapters.telegram.strict: must be true or false, not 'maybe'",
            "saarbot.yaml:3: adapters.telegram.timeout: must be a whole number, not 'soon'",
        ],
    ),
    "merge keys": (
        GOOD + "other:\n  <<: {a: b}\n",
        [
            (
                "saarbot.yaml:13: other: unknown key; known are: adapters, data_dir, database, http, "
                "language, mail, neighbourhoods, own_words, prevention, timestamp, timezone"
            )
        ],
    ),
    "no YAML": (
        "data_dir: [\n",
        ["saarbot.yaml:2: this is no YAML: expected the node content, but found '<stream end>'"],
    ),
    "a tab": (
        "data_dir:\n\t../var\n",
        ["saarbot.yaml:2: this is no YAML: found character '\\t' that cannot start any token"],
    ),
    "a list": (
        "- data_dir\n",
        ["saarbot.yaml:1: must be a table of keys, such as data_dir: ../var"],
    ),
    "nothing": ("# only remarks\n", ["saarbot.yaml: the file is empty; `saarbot init` writes one"]),
    "a forbidden character": (
        "data_dir: ../var\nlanguage: \x07\n",
        ["saarbot.yaml:2: a character that YAML doesn't allow"],
    ),
}


@pytest.mark.parametrize(("text", "lines"), BAD.values(), ids=BAD.keys())
def test_each_mistake_is_told_with_its_place_and_its_cure(
    tmp_path: Path, text: str, lines: list[str]
) -> None:
    """One sentence a mistake: file, line, key, and what would be right."""
    assert told(tmp_path, text) == lines


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Whoever has three mistakes reads three lines, in the order of the file."""
    text = GOOD.replace("data_dir", "languag: nl\ndata_dir").replace("bilzen\n    p", "b\n    p")
    lines = told(tmp_path, text.replace("saarbot@example.org", "saarbot"))

    assert [line.split(": ")[0] for line in lines] == [
        "saarbot.yaml:1",
        "saarbot.yaml:7",
        "saarbot.yaml:12",
    ]


def test_a_mistake_never_repeats_a_number_or_a_secret(tmp_path: Path) -> None:
    """What is wrong is named by its key; numbers and secrets stay out of the sentence."""
    text = in_place("coordinators: ['telgram:+32470123456', '+32470123456']")
    text = text.replace("token:", "toke:").replace("1:abc", "1:topsecret")

    sentences = "\n".join(told(tmp_path, text))
    assert "32470123456" not in sentences
    assert "topsecret" not in sentences


def test_a_value_from_the_environment_is_not_repeated(tmp_path: Path) -> None:
    """A wrong value shows as `${NAME}`, as it was written."""
    lines = told(tmp_path, "language: ${SECRET}\n" + GOOD, SECRET="hunter2")

    assert lines == ["saarbot.yaml:1: language: must be one of nl, fr, de, en, not '${SECRET}'"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A wrong path says so, and how to get a file."""
    with pytest.raises(SettingsError) as error:
        load(tmp_path / "no.yaml", {}, adapters)
    assert str(error.value).endswith("no.yaml: there is no such file; `saarbot init` writes one")


def test_a_folder_or_binary_file_is_told(tmp_path: Path) -> None:
    """What can't be read as text is one problem, not a traceback."""
    (tmp_path / "b.yaml").write_bytes(b"a: \xff\xfe")
    for path, words in ((tmp_path, "can't be read"), (tmp_path / "b.yaml", "is not UTF-8 text")):
        with pytest.raises(SettingsError, match=words):
            load(path, {}, adapters)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "can't be read: No such file"), (b"\xff", "is not UTF-8 text"), (b"\n", "is empty")],
)
def test_a_secret_file_that_fails_is_named(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    """A missing, binary or empty secret file is told with its path."""
    if content is not None:
        (tmp_path / "t").write_bytes(content)
    lines = told(tmp_path, GOOD.replace('token: "1:abc"', "token_file: t"))

    assert lines[0].startswith("saarbot.yaml:3: adapters.telegram.token_file: the file t ")
    assert words in lines[0]


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


# --- whatever stands in the file -------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        *("data_dir", "adapters", "telegram", "token", "neighbourhoods", "police", "mailbox"),
        *("<<", "~", "${A}", "&a", "*a", "!!python/object:os.system", "06:30", "- x", "? [a]"),
        *("{", "}", "[", "]", ": ", "\n", "\n  ", "\n    ", "'", '"', "|", "#", "\t", "\ufeff"),
    ]
)
_SOUP = st.lists(_WORDS | st.text(max_size=6), max_size=25).map("".join)


@given(_SOUP)
@hypothesis_settings(max_examples=300, deadline=None)
def test_no_file_makes_it_stumble(tmp_path_factory: pytest.TempPathFactory, soup: str) -> None:
    """Whatever is written, it is read or told in sentences; lines are lines of the file."""
    file = tmp_path_factory.getbasetemp() / "soup.yaml"
    data = soup.encode("utf-8", "surrogatepass")
    file.write_bytes(data)
    problems: tuple[Problem, ...] = ()
    with suppress(SettingsError):
        try:
            load(file, {}, adapters)
        except SettingsError as error:
            problems = error.problems
            raise
    most = len(data) + 1
    assert all(0 <= one.line <= most and one.text for one in problems)


@given(st.sampled_from(GOOD.splitlines()), _SOUP)
@hypothesis_settings(max_examples=200, deadline=None)
def test_no_line_makes_it_stumble(
    tmp_path_factory: pytest.TempPathFactory, line: str, soup: str
) -> None:
    """A good file with one line spoilt is told, not fallen over."""
    file = tmp_path_factory.getbasetemp() / "spoilt.yaml"
    key = line.partition(":")[0]
    text = GOOD.replace(line, f"{key}: {soup}", 1)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(SettingsError):
        load(file, {}, adapters)


def test_a_home_that_nobody_has_is_told(tmp_path: Path) -> None:
    """`~name` of no user on this machine is named with its line, as any other mistake."""
    lines = told(tmp_path, GOOD.replace("data_dir: ../var", "data_dir: ~nobody-by-this-name/var"))
    assert len(lines) == 1
    assert "data_dir: no user here has the home that '~nobody-by-this-name' names" in lines[0]


def test_a_file_nested_beyond_reason_is_told(tmp_path: Path) -> None:
    """Ten thousand brackets are no traceback."""
    assert told(tmp_path, "a: " + "[" * 10_000) == ["saarbot.yaml: is nested too deeply to be read"]


def test_an_alias_that_holds_itself_is_told(tmp_path: Path) -> None:
    """A list that contains itself ends, too."""
    lines = told(tmp_path, GOOD + "prevention: &x {name: a, contacts: [*x]}\n")
    assert lines == ["saarbot.yaml:13: prevention.contacts[1]: must be a single value, not a table"]
