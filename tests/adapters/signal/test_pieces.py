"""The small parts: ids, marks, settings, and the lines of `saarbot check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.signal.adapter import SignalAdapter, factory
from adapters.signal.ids import NativeId, group_address_id, internal_group_id, is_group
from adapters.signal.outbound import styled
from adapters.signal.settings import SignalSettings
from bot.errors import ConfigurationError
from bot.messaging.text import plain
from tests.adapters.signal import faults
from tests.adapters.signal import styled as server_side
from tests.adapters.signal.building import build
from tests.adapters.signal.restapi import SignalServer


class TestIds:
    def test_both_names_of_a_group(self) -> None:
        """signal-cli's own, and the one that the REST API wants."""
        internal = "2DicEQ5lOnSc516Tte0nVAd4dSofTvryO3zsZjwEetg="
        outer = "group.MkRpY0VRNWxPblNjNTE2VHRlMG5WQWQ0ZFNvZlR2cnlPM3pzWmp3RWV0Zz0="
        assert group_address_id(internal) == outer
        assert internal_group_id(outer) == internal

    @pytest.mark.parametrize("name", ["group.01", "+32470000001", "group.é", "ann.42", ""])
    def test_what_only_looks_like_a_group_is_none(self, name: str) -> None:
        """A username may begin with group. too."""
        assert not is_group(name)

    @given(st.none() | st.uuids().map(str), st.integers(min_value=0, max_value=2**53))
    def test_a_message_s_id_survives_being_written_down(
        self, author: str | None, timestamp: int
    ) -> None:
        assert NativeId.parse(str(NativeId(author, timestamp))) == NativeId(author, timestamp)

    @pytest.mark.parametrize("text", ["", "|5", "ann|", "ann", "a|b"])
    def test_what_is_no_id_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"invalid literal|a Signal message id"):
            NativeId.parse(text)


class TestMarks:
    @given(st.text(alphabet="ab *~`|\\\n😀é", max_size=40))
    @example("**a****b**")
    @example("***a**")
    @example("\\**a**")
    @example("**a\\**")
    @example("** **")
    def test_the_server_shows_what_we_meant(self, text: str) -> None:
        """Whatever is in it: every character but our bold marks, and no style but bold."""
        written, mode = styled(text)
        shown = server_side.read(written) if mode == "styled" else server_side.Styled(written)
        assert shown.text == plain(text)
        assert {mark for mark, _ in shown.passages} <= {"**"}


class TestSettings:
    @pytest.mark.parametrize(
        ("section", "key"),
        [
            ({"number": "0470 12 34 56"}, "number"),
            ({"number": ""}, "number"),
            ({"number": "+32470123456", "api_url": "127.0.0.1:8081"}, "api_url"),
            ({"number": "+32470123456", "api_url": "ftp://x"}, "api_url"),
        ],
    )
    def test_what_cannot_work_is_said_without_the_number(
        self, section: dict[str, Any], key: str
    ) -> None:
        with pytest.raises(ConfigurationError, match=f"signal.{key}") as wrong:
            SignalSettings.read(section)
        assert "470" not in str(wrong.value)

    def test_the_number_is_a_secret(self) -> None:
        settings = SignalSettings.read({"number": "+32470123456"})
        assert "470" not in repr(settings)
        assert factory.settings["number"].secret

    def test_https_means_a_safe_websocket(self) -> None:
        settings = SignalSettings.read({"number": "+32470123456", "api_url": "https://s.example/"})
        assert settings.socket_url == "wss://s.example/v1/receive/%2B32470123456"


class TestCheck:
    async def test_all_is_well(self, server: SignalServer, adapter: SignalAdapter) -> None:
        """Five lines, one for each thing that can be wrong."""
        server.group("Rozenstraat", server.person("Ann", "+32470000002"))
        findings = await adapter.probe()
        assert [(one.subject, one.ok) for one in findings] == [
            ("server", True),
            ("mode", True),
            ("version", True),
            ("account", True),
            ("groups", True),
        ]
        assert findings[-1].detail == "member of 1"

    @pytest.mark.parametrize(
        ("change", "subject", "cure"),
        [
            ({"mode": "native"}, "mode", "MODE=json-rpc"),
            ({"accounts": []}, "account", "register or link"),
            ({"version": "0.81"}, "version", "docker pull"),
        ],
    )
    async def test_what_is_wrong_has_a_cure(
        self,
        server: SignalServer,
        adapter: SignalAdapter,
        change: dict[str, Any],
        subject: str,
        cure: str,
    ) -> None:
        for name, value in change.items():
            setattr(server, name, value)
        wrong = [one for one in await adapter.probe() if not one.ok]
        assert [one.subject for one in wrong] == [subject]
        assert cure in wrong[0].cure

    async def test_polling_says_that_it_comes_later(
        self, server: SignalServer, tmp_path: Path
    ) -> None:
        adapter = build(server, tmp_path, receive="polling")
        wrong = [one for one in await adapter.probe() if not one.ok]
        assert [one.cure for one in wrong] == ["set signal.receive: auto"]
        await adapter.close()

    async def test_what_the_server_will_not_tell_is_said(
        self, server: SignalServer, adapter: SignalAdapter
    ) -> None:
        server.fail_next(faults.BROKEN, "/v1/accounts")
        server.fail_next(faults.BROKEN, "/v1/groups/{number}")
        wrong = [one for one in await adapter.probe() if not one.ok]
        assert [one.subject for one in wrong] == ["account", "groups"]
        assert all(one.cure for one in wrong)


class TestTheServerItself:
    """What the tests stand on: it lets nothing pass that the description doesn't allow."""

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/v2/sent", b"{}"),
            ("GET", "/v2/send", b""),
            ("POST", "/v2/send", b"{}"),
            ("POST", "/v2/send", b"geen json"),
            ("POST", "/v2/send", b'{"number":"+1","recipients":["+2"],"message":"x","loud":true}'),
            ("POST", "/v2/send", b'{"number":"+1","recipients":"+2","message":"x"}'),
            (
                "POST",
                "/v2/send",
                b'{"number":"+1","recipients":[],"message":"x","text_mode":"bold"}',
            ),
            ("GET", "/v1/about?loud=true", b""),
            ("GET", "/v1/groups/+1?expand=ja", b""),
            ("GET", "/v1/about", b"{}"),
            ("DELETE", "/v1/remote-delete/+1", b""),
        ],
    )
    def test_it_refuses_and_remembers(self, method: str, path: str, body: bytes) -> None:
        server = SignalServer()
        answer = server.answer(method, path, body)
        assert answer is not None
        assert answer[0] == 400
        assert len(server.violations) >= 1
