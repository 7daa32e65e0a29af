"""Each mistake is told with its place and its cure: the file, its adapters, its mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.written import GOOD, told

BAD: dict[str, tuple[str, list[str]]] = {
    "unknown key at the top": (
        GOOD + "timezon: Europe/Brussels\n",
        ["saarbot.yaml:13: timezon: unknown key; did you mean timezone?"],
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
    "missing mail": (
        GOOD.replace("mail:\n  from: saarbot@example.org\n  smtp: {host: smtp.example.org}\n", ""),
        ["saarbot.yaml:1: mail: is missing, and a police mailbox is set; see saarbot.example.yaml"],
    ),
    "missing smtp": (
        GOOD.replace("  smtp: {host: smtp.example.org}\n", ""),
        ["saarbot.yaml:6: mail.smtp: is missing; for example {host: smtp.example.org}"],
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
    "proxies": (
        "http: {proxies: [caddy, 0.0.0.0/0]}\n" + GOOD,
        [
            (
                "saarbot.yaml:1: http.proxies[1]: must be an address or network, as 172.17.0.1, "
                "not 'caddy'"
            ),
            (
                "saarbot.yaml:1: http.proxies[2]: would believe everybody; name the server in "
                "front, as 172.17.0.1"
            ),
        ],
    ),
    "sender": (
        GOOD.replace("saarbot@example.org", "saarbot"),
        ["saarbot.yaml:6: mail.from: is no e-mail address; for example wijk@politie.example"],
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


def test_a_home_that_nobody_has_is_told(tmp_path: Path) -> None:
    """`~name` of no user on this machine is named with its line, as any other mistake."""
    lines = told(tmp_path, GOOD.replace("data_dir: ../var", "data_dir: ~nobody-by-this-name/var"))
    assert len(lines) == 1
    assert "data_dir: no user here has the home that '~nobody-by-this-name' names" in lines[0]
