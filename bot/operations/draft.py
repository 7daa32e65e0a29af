"""The configuration that `init` writes: commented, and valid by construction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

_HEAD: Final = """\
# Saarbot's configuration, written by `saarbot init`. Change it by hand as you like;
# `saarbot check` says what is right and wrong. All keys: config/saarbot.example.yaml.
# ${NAME} is filled in from the environment; KEY_file: takes a secret from a file.
# Paths are relative to this file.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The operator's answers. Secrets stand in files of their own, named here."""

    id: str
    name: str
    data_dir: str = "../var"
    preset: str = "bilzen"
    mailbox: str = ""
    sender: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    telegram: bool = False
    signal_number: str = ""
    signal_url: str = ""
    webchat: bool = True
    listen: str = "127.0.0.1:8080"
    public_url: str = ""
    secrets: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The whole file."""
        parts = (_HEAD, self._basics(), self._http(), self._adapters(), self._mail(), self._place())
        return "\n".join(part for part in parts if part)

    def _basics(self) -> str:
        return (
            f"data_dir: {_quoted(self.data_dir)}   # database, photos and videos, outgoing mail\n"
            "timezone: Europe/Brussels\n"
            "language: nl\n"
        )

    def _http(self) -> str:
        url = f"public_url: {_quoted(self.public_url)}"
        return (
            "http:\n"
            f"  listen: {_quoted(self.listen)}\n"
            f"  {url if self.public_url else '# public_url: https://saar.example.org'}\n"
            "  metrics: loopback                   # loopback | any\n"
        )

    def _adapters(self) -> str:
        lines = ["adapters:"]
        if self.webchat:
            lines.append(
                "  webchat: {}                         # the page that the bot serves itself"
            )
        if self.telegram:
            lines += ["  telegram:", "    token_file: telegram.token       # from @BotFather"]
        if self.signal_number:
            lines += [
                "  signal:",
                f"    api_url: {_quoted(self.signal_url)}",
                f"    number: {_quoted(self.signal_number)}          # the bot's own number",
            ]
        return "\n".join(lines) + "\n"

    def _mail(self) -> str:
        if not self.smtp_host:
            return ""
        lines = [
            "mail:",
            f"  from: {_quoted(self.sender)}   # the police answer to it: somebody must read it",
            "  smtp:",
            f"    host: {_quoted(self.smtp_host)}",
            f"    port: {self.smtp_port}",
            f"    security: {self.smtp_security}                # starttls | tls | none",
        ]
        if self.smtp_user:
            lines += [
                f"    username: {_quoted(self.smtp_user)}",
                "    password_file: smtp.password",
            ]
        lines.append("  max_message_bytes: 10000000         # ask the police zone for its limit")
        return "\n".join(lines) + "\n"

    def _place(self) -> str:
        mailbox = f"mailbox: [{_quoted(self.mailbox)}]" if self.mailbox else ""
        police = (
            f"    police:\n      {mailbox}\n"
            '      at: "06:30"                     # local time, every day\n'
            "      on_close: true                  # and as soon as a report is closed\n"
            "      empty: weekly                   # an empty period: always | weekly | never\n"
            if mailbox
            else "    # police: {mailbox: [wijk@politie.example]}   # once you know it; needs mail:\n"
        )
        return (
            "neighbourhoods:\n"
            f"  {self.id}:\n"
            f"    name: {_quoted(self.name)}\n"
            f"    preset: {self.preset}\n"
            f"{police}"
            "    # groups: type /koppel in a group where you are coordinator\n"
            "    # Keys of the preset, where yours differ: emergency, r, gate_101, unsure, ...\n"
        )


def _quoted(value: str) -> str:
    """Text as a YAML double-quoted scalar; `${` would be read as a variable, so it is broken up."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$\\u007b")
