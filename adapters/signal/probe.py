"""What `saarbot check` says about Signal: each line with its cure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.signal.receiver import POLLING, RPC, WRONG_MODE
from bot.errors import MessengerError
from bot.messaging import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.signal.api import Api
    from adapters.signal.settings import SignalSettings

# The first with DELETE /v1/remote-delete, which the adapter uses (2025-09).
OLDEST = (0, 95)
START = "start it with: docker run -e MODE=json-rpc … bbernhard/signal-cli-rest-api"


async def look(api: Api, settings: SignalSettings) -> Sequence[Finding]:
    """Everything that can be seen from here; stops where nothing further can be asked."""
    try:
        about = await api.about()
        await api.health()
    except MessengerError as error:
        return [
            Finding(
                subject="server",
                ok=False,
                detail=error.reason,
                cure=f"check signal.api_url, and that signal-cli-rest-api runs; {START}",
            )
        ]
    return [
        Finding(subject="server", ok=True, detail="answers"),
        _mode(about, settings),
        _version(str(about.get("version", ""))),
        await _account(api, settings),
        await _groups(api),
    ]


def _mode(about: Mapping[str, Any], settings: SignalSettings) -> Finding:
    mode = str(about.get("mode", RPC))
    if settings.receive == "polling":
        return Finding(subject="mode", ok=False, detail=POLLING, cure="set signal.receive: auto")
    if mode != RPC:
        return Finding(
            subject="mode",
            ok=False,
            detail=f"the server is in {mode} mode, in which nothing can be received yet",
            cure=f"{WRONG_MODE.partition('; ')[2]} (or json-rpc-native)",
        )
    return Finding(subject="mode", ok=True, detail="json-rpc, by websocket")


def _version(version: str) -> Finding:
    """Signal turns clients away when they are about three months old (signal-cli's README)."""
    cure = "docker pull bbernhard/signal-cli-rest-api and start it again"
    numbers = tuple(int(one) for one in version.partition("-")[0].split(".")[:2] if one.isdigit())
    if len(numbers) == 2 and numbers < OLDEST:
        return Finding(subject="version", ok=False, detail=f"{version} is too old", cure=cure)
    told = version if len(numbers) == 2 else "not told"
    return Finding(subject="version", ok=True, detail=f"{told}; update it every two months")


async def _account(api: Api, settings: SignalSettings) -> Finding:
    cure = (
        "register or link the number with signal-cli-rest-api (docs/connect-signal.md), "
        "or correct signal.number"
    )
    try:
        known = settings.number in await api.accounts()
    except MessengerError as error:
        return Finding(subject="account", ok=False, detail=error.reason, cure=cure)
    detail = "known to the server" if known else "the server does not have this number"
    return Finding(subject="account", ok=known, detail=detail, cure="" if known else cure)


async def _groups(api: Api) -> Finding:
    try:
        groups = await api.groups()
    except MessengerError as error:
        cure = "give the account a profile name: PUT /v1/profiles/{number} (docs/connect-signal.md)"
        return Finding(subject="groups", ok=False, detail=error.reason, cure=cure)
    count = sum(group.get("member") is not False for group in groups)
    return Finding(subject="groups", ok=True, detail=f"member of {count}")
