"""signal-cli-rest-api in its json-rpc mode, on loopback: real HTTP, a real websocket, made-up people.

    server = SignalServer()
    server.start()
    ann = server.person("Ann", "+32470000002")
    street = server.group("Rozenstraat", ann)
    shown = ann.says("er loopt iemand rond", street)
    ...
    server.stop()

It rejects, with 400 and a line in `violations`, every request that the published description
doesn't allow, and counts all requests. Like the real one it loses what arrives while nobody reads
(`lost` counts), unless `on_connection` is set, as signal-cli's daemon can do by itself.

It runs in threads of its own; everything here may be called from any thread. `start` after `stop`
listens on the same port again, and people, groups and screens stay.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.adapters.signal.actions import ACTIONS, Refusal
from tests.adapters.signal.connections import Listener
from tests.adapters.signal.description import Description
from tests.adapters.signal.faults import OWN_NUMBER, Fault
from tests.adapters.signal.people import Group, Person, Shown
from tests.adapters.signal.reader import Reader

OWN_UUID = "b07b07b0-7b07-4b07-8b07-b07b07b07b07"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


@dataclass(slots=True)
class _Trap:
    fault: Fault
    path: str
    recipient: str | None
    left: int
    spared: int


class SignalServer:
    """One server with one account, `number`, and the world around it."""

    def __init__(
        self,
        *,
        number: str = OWN_NUMBER,
        mode: str = "json-rpc",
        version: str = "0.101",
        array_replies: bool = True,
        on_connection: bool = False,
        port: int = 0,
    ) -> None:
        self.number = number
        self.uuid = OWN_UUID
        self.mode = mode
        self.version = version
        self.array_replies = array_replies
        self.on_connection = on_connection
        self.port = port
        self.accounts = [number]
        self.has_profile = True
        self.people: list[Person] = []
        self.groups: list[Group] = []
        self.attachments: dict[str, bytes] = {}
        self.removed: list[str] = []
        self.calls: list[Call] = []
        self.requests: Counter[str] = Counter()
        self.violations: list[str] = []
        self.errors: list[str] = []
        self.frames: list[str] = []
        self.lost = 0
        self._description = Description()
        self._waiting: list[str] = []
        self._readers: list[Reader] = []
        self._traps: list[_Trap] = []
        self._last = 0
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._http: Listener | None = None

    # Starting and stopping

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Listen on 127.0.0.1; on the same port as before, if it was started before."""
        self._ended.clear()
        self._http = Listener(("127.0.0.1", self.port), self)
        self.port = int(self._http.server_address[1])
        threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def stop(self) -> None:
        """Stop listening, cut every connection, end every hanging request."""
        http, self._http = self._http, None
        self._ended.set()
        if http is not None:
            http.shutdown()
            http.server_close()
        self.close_sockets()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # The world

    def person(self, name: str, number: str, *, hidden: bool = False) -> Person:
        """Somebody new on Signal."""
        person = Person(server=self, name=name, number=number, hidden=hidden)
        self.people.append(person)
        return person

    def group(self, name: str, *members: Person, **more: Any) -> Group:
        """A group with these members and the bot; the first one is its admin."""
        group = Group(server=self, name=name, members=list(members), **more)
        group.admins = group.admins or list(members[:1])
        self.groups.append(group)
        return group

    def bot_says_elsewhere(self, text: str, to: Person | Group) -> Shown:
        """The bot's account writes on its own phone; the other devices get a copy."""
        timestamp = self.tick()
        shown = Shown(author=None, timestamp=timestamp, text=text)
        to.shown.append(shown)
        sent: dict[str, Any] = {"timestamp": timestamp, "message": text, "expiresInSeconds": 0}
        if isinstance(to, Group):
            sent["groupInfo"] = to.info("DELIVER")
        else:
            sent |= self.address_fields("destination", to)
        self.deliver(None, timestamp, syncMessage={"sentMessage": sent})
        return shown

    def wait(self, condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
        """Return when `condition` holds; fail after `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds:g} s")
            time.sleep(0.005)

    # What comes in

    @property
    def pings(self) -> int:
        """How often the open websockets were asked for a sign of life."""
        return sum(reader.pings for reader in self._readers)

    @property
    def readers(self) -> int:
        """How many websockets are open."""
        return len(self._readers)

    def deliver(self, sender: Person | None, timestamp: int, **content: Any) -> str:
        """Hand over an envelope; `sender` None is the bot's own account."""
        return self.hand_over(self.envelope(sender, timestamp, **content))

    def frame(self, sender: Person | None, **content: Any) -> str:
        """A frame's text, not handed over."""
        frame = self.envelope(sender, self.tick(), **content)
        return json.dumps({"account": self.number, **frame})

    def envelope(self, sender: Person | None, timestamp: int, **content: Any) -> dict[str, Any]:
        """What signal-cli says of something received."""
        envelope = {
            **self.address_fields("source", sender),
            "sourceName": sender.name if sender else "Saarbot",
            "sourceDevice": 1,
            "timestamp": timestamp,
            "serverReceivedTimestamp": timestamp + 210,
            "serverDeliveredTimestamp": timestamp + 230,
            **content,
        }
        return {"envelope": envelope}

    def hand_over(self, frame: dict[str, Any]) -> str:
        """Hand over a frame as it is, with the account's number in it."""
        text = json.dumps({"account": self.number, **frame})
        with self._lock:
            self.frames.append(text)
            self._give(text)
        return text

    def hand_over_again(self) -> None:
        """The latest frame once more, as signal-cli does after a crash: delivered later."""
        frame = json.loads(self.frames[-1])
        frame["envelope"]["serverDeliveredTimestamp"] = self.tick()
        with self._lock:
            self._give(json.dumps(frame))

    def freeze_sockets(self) -> None:
        """Let the open websockets hang: still connected, never answering, as behind a dead router."""
        for reader in list(self._readers):
            reader.frozen = True

    def close_sockets(self) -> None:
        """Cut the readers' connections, as a restart of the container does."""
        with self._lock:
            readers, self._readers = self._readers, []
        for reader in readers:
            reader.cut()

    def _give(self, text: str) -> None:
        given = [reader.send(text) for reader in list(self._readers)]
        if any(given):
            return
        if self.on_connection:
            self._waiting.append(text)
        else:
            self.lost += 1

    def attach(self, reader: Reader) -> None:
        """A websocket was opened."""
        with self._lock:
            self._readers.append(reader)
            waiting, self._waiting = self._waiting, []
            for text in waiting:
                reader.send(text)

    def detach(self, reader: Reader) -> None:
        with self._lock, suppress(ValueError):
            self._readers.remove(reader)

    # What goes wrong

    def fail_next(
        self,
        fault: Fault,
        path: str = "/v2/send",
        *,
        recipient: str | None = None,
        times: int = 1,
        after: int = 0,
    ) -> None:
        """Let requests to `path` go wrong: the next `times` ones, but for the first `after`.

        `path` is as the description has it; with a `recipient` only requests to that one count.
        """
        self._traps.append(_Trap(fault, path, recipient, times, after))

    def _trapped(self, template: str, body: Any) -> Fault | None:
        recipients = body.get("recipients", [body.get("recipient")]) if body else []
        with self._lock:
            for trap in self._traps:
                if trap.path == template and trap.recipient in {None, *recipients}:
                    return self._spring(trap)
        return None

    def _spring(self, trap: _Trap) -> Fault | None:
        if trap.spared:
            trap.spared -= 1
            return None
        trap.left -= 1
        if not trap.left:
            self._traps.remove(trap)
        return trap.fault

    # What is asked of it

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Any] | None:
        """The status and JSON body of an answer, or None to cut the connection."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        template = self._description.template(parts.path) or parts.path
        complaints = self._description.complaints(method, parts.path, query, body)
        content = json.loads(body) if body and not complaints else None
        with self._lock:
            self.requests[f"{method} {template}"] += 1
            self.calls.append(Call(method=method, path=parts.path, query=query, body=content))
            self.violations += complaints
        if complaints:
            return 400, {"error": "; ".join(complaints)}
        fault = self._trapped(template, content)
        if fault is None:
            return self._carry_out(method, template, parts.path, content)
        if fault.done:
            self._carry_out(method, template, parts.path, content)
        if fault.hang:
            self._ended.wait()
        return None if fault.status is None else (fault.status, fault.body)

    def _carry_out(self, method: str, template: str, path: str, body: Any) -> tuple[int, Any]:
        act = ACTIONS.get(f"{method} {template}")
        if act is None:
            return 404, {"error": "not part of this server"}
        values = [unquote(part) for part in path.split("/")[3:]]
        try:
            with self._lock:
                return act(self, values, body)
        except Refusal as refusal:
            return refusal.status, {"error": refusal.error}

    # Its own business

    def tick(self) -> int:
        """A timestamp in milliseconds, later than any before."""
        with self._lock:
            self._last = max(self._last + 1, int(time.time() * 1000))
            return self._last

    def keep(self, mime: str, name: str | None, content: bytes) -> dict[str, Any]:
        """Store a received file; returns what an envelope says of it."""
        ending = {"image/jpeg": ".jpg", "video/mp4": ".mp4", "audio/aac": ".aac"}.get(mime, "")
        native = f"{os.urandom(8).hex()}{ending}"
        self.attachments[native] = content
        return {
            "contentType": mime,
            "filename": name,
            "id": native,
            "size": len(content),
            "width": None,
            "height": None,
            "caption": None,
            "uploadTimestamp": self.tick(),
        }

    def member_entry(self, person: Person | None) -> dict[str, Any]:
        if person is None:
            return {"number": self.number, "uuid": self.uuid}
        return {"number": None if person.hidden else person.number, "uuid": person.uuid}

    def address_fields(self, prefix: str, person: Person | None) -> dict[str, Any]:
        """An address as signal-cli writes it: the old field, the number, the uuid."""
        entry = self.member_entry(person)
        return {
            prefix: entry["number"] or entry["uuid"],
            f"{prefix}Number": entry["number"],
            f"{prefix}Uuid": entry["uuid"],
        }
