"""A configuration as an operator writes it, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.messaging import Setting
from bot.settings import Settings, SettingsError, load

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
