"""Each mistake about a neighbourhood and its police is told with its place and its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.written import GOOD, in_place, told

BAD: dict[str, tuple[str, list[str]]] = {
    "unknown key in a neighbourhood": (
        in_place("gate101: strict"),
        [
            (
                "saarbot.yaml:13: neighbourhoods.munsterbilzen.gate101: unknown key; "
                "did you mean gate_101?"
            )
        ],
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
    "missing mailbox": (
        GOOD.replace("{mailbox: [wijk@politie.example]}", "{at: 06:30}"),
        [
            (
                "saarbot.yaml:12: neighbourhoods.munsterbilzen.police.mailbox: is missing; "
                "for example [wijk@politie.example]"
            )
        ],
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
}


@pytest.mark.parametrize(("text", "lines"), BAD.values(), ids=BAD.keys())
def test_each_mistake_is_told_with_its_place_and_its_cure(
    tmp_path: Path, text: str, lines: list[str]
) -> None:
    """One sentence a mistake: file, line, key, and what would be right."""
    assert told(tmp_path, text) == lines
