"""What takes longer than an answer may: exports, status, verification, releasing a picture.

A chat command leaves a stored request; this does it beside the conversation and posts the result.
After a restart the request is done again, but for what its answer tells was done: that stands in one
commit with it. An export is in the log before its file is handed over.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.delivery.post import Post, Priority
from bot.errors import RequestRefused
from bot.intake.ask import in_place
from bot.intake.periods import read_period
from bot.journal import journal
from bot.messaging import Address, File, Outgoing
from bot.police.formats import FORMATS
from bot.store import alerts as alert_store
from bot.store import overview
from bot.store import people as people_store
from bot.store import places as place_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from zoneinfo import ZoneInfo

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.relay import Relay
    from bot.clock import Clock
    from bot.delivery.outbox import Outbox
    from bot.journal.vault import Vault
    from bot.neighbourhood.people import People
    from bot.operations.requests import Progress
    from bot.police.export import Exporter
    from bot.store.alerts import Alert
    from bot.store.engine import Store
    from bot.store.tx import Reader, Tx
    from bot.voice import Voice

    Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Mapping[str, Any]]]

SAY_SO_AFTER_S = 2.0


class LongWork:
    """Carries out the requests of coordinators."""

    def __init__(
        self,
        *,
        store: Store,
        voice: Voice,
        people: People,
        outbox: Outbox,
        chronicle: Chronicle,
        relay: Relay,
        vault: Vault,
        exporter: Exporter,
        zone: ZoneInfo,
        clock: Clock,
        upload_max: Callable[[Address], int],
    ) -> None:
        self._store = store
        self._voice = voice
        self._people = people
        self._outbox = outbox
        self._log = chronicle
        self._relay = relay
        self._vault = vault
        self._exporter = exporter
        self._zone = zone
        self._clock = clock
        self._upload_max = upload_max

    def handlers(self) -> dict[str, Handler]:
        """By the request's kind."""
        return {
            "chat.export": self.export,
            "chat.status": self.status,
            "chat.verify": self.verify,
            "chat.release": self.release,
        }

    # --- export ----------------------------------------------------------------------------

    async def export(self, args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        """Build the file while telling when it takes long, then note and hand it over."""
        try:
            since, until = read_period(str(args["period"]), self._clock.now(), self._zone)
        except ValueError:
            await self._say(args, "export.bad_period")
            return {"refused": "period"}
        building = asyncio.create_task(
            self._exporter.build(
                place=str(args["neighbourhood"]),
                case=args["case"],
                since=since,
                until=until,
                kind=str(args["format"]),
            )
        )
        done, _ = await asyncio.wait({building}, timeout=SAY_SO_AFTER_S)
        if not done:
            await self._say(args, "export.working")
        try:
            path = await building
        except RequestRefused:
            await self._say(args, "export.empty", what=self._about(args))
            return {"refused": "empty"}
        except Exception:
            await self._say(args, "export.failed")
            raise
        progress(1, 1, "")
        return await self._hand_over(args, path)

    def _about(self, args: Mapping[str, Any]) -> str:
        lang = str(args["lang"])
        if args["case"]:
            return self._voice.text(lang, "export.case", number=args["case"])
        return str(args["period"]) or self._voice.text(lang, "export.all")

    async def _hand_over(self, args: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
        chat = Address.parse(str(args["chat"]))
        size = (await asyncio.to_thread(path.stat)).st_size
        if size > self._upload_max(chat):
            await asyncio.to_thread(self._exporter.remove, path)
            await self._say(args, "export.too_large")
            return {"refused": "too large"}
        lang = str(args["lang"])
        message = Outgoing(
            text=self._voice.text(lang, "export.done", what=self._about(args)),
            files=(File(path=str(path), name=path.name, mime=FORMATS[str(args["format"])]),),
            lang=lang,
            protect=True,
        )
        message = in_place(self._voice, message, str(args["named"]))

        def work(tx: Tx) -> None:
            if not self._is_answered(tx, args, "export"):
                self._note(tx, args, path)
                self._post(tx, args, message, "export")

        await self._store.writer.submit(work, label="export")
        return {"file": path.name}

    def _note(self, tx: Tx, args: Mapping[str, Any], path: Path) -> None:
        member = people_store.member(tx, int(args["member"])) if args["member"] else None
        fields = {
            "by": self._people.pseudonym(member, "nl"),
            "format": str(args["format"]),
            "case": str(args["case"] or ""),
            "period": str(args["period"]),
            "bytes": path.stat().st_size,
        }
        journal.append(tx, str(args["neighbourhood"]), "export.made", fields)

    # --- status and verification -------------------------------------------------------------

    async def status(self, args: Mapping[str, Any], _progress: Progress) -> Mapping[str, Any]:
        """How the neighbourhood stands, in one message."""
        place, lang = str(args["neighbourhood"]), str(args["lang"])
        with self._store.reading() as reader:
            values = self._standing(reader, place, lang)
        await self._say(args, "status.text", **values)
        return {}

    def _standing(self, reader: Reader, place: str, lang: str) -> dict[str, Any]:
        counts = overview.outbox_counts(reader, place)
        head = journal.head(reader, place)
        mails = [m for m in overview.last_mails(reader) if m.neighbourhood == place]
        told = self._voice.text(lang, "status.no_mail")
        if mails:
            mail = next((m for m in mails if m.state == "refused"), mails[-1])
            state = mail.state if mail.state in ("accepted", "refused") else "other"
            told = self._voice.text(
                lang,
                "status.mail",
                number=f"P-{mail.number:04d}",
                state=self._voice.text(lang, f"status.mail_state.{state}"),
            )
        return {
            "open": len(alert_store.live(reader, place)),
            "waiting": counts["waiting"] + counts["sending"],
            "parked": counts["parked"],
            "mail": told,
            "entries": head.n,
            "head": head.hash.hex()[:8],
        }

    async def verify(self, args: Mapping[str, Any], _progress: Progress) -> Mapping[str, Any]:
        """Walk the whole chain."""
        place = str(args["neighbourhood"])
        broken, head = await asyncio.to_thread(self._walk, place)
        if broken is None:
            await self._say(args, "status.verify_good", n=head.n, head=head.hash.hex()[:8])
        else:
            await self._say(args, "status.verify_bad", n=broken.n)
        return {"ok": broken is None}

    def _walk(self, place: str) -> tuple[Any, journal.Head]:
        with self._store.reading() as reader:
            return journal.verify(reader, place), journal.head(reader, place)

    # --- releasing one picture ----------------------------------------------------------------

    async def release(self, args: Mapping[str, Any], _progress: Progress) -> Mapping[str, Any]:
        """One picture to the group: a derivative without metadata; the original is untouched."""
        with self._store.reading() as reader:
            alert = alert_store.by_id(reader, int(args["alert"]))
            stored = [
                m
                for m in self._vault.of_alert(reader, int(args["alert"]))
                if m.state == "stored" and m.journal_n is not None
            ]
        stored.sort(key=lambda media: media.journal_n or 0)
        if alert is None or len(stored) < int(args["number"]):
            await self._say(args, "alerts.release_failed", number="")
            return {"refused": "missing"}
        digest = str(stored[int(args["number"]) - 1].sha256)
        from bot.journal.derivative import without_metadata  # Pillow, only here

        place = self._store.data_dir / "derived" / f"{digest}.jpg"
        made = await asyncio.to_thread(without_metadata, self._vault.path(digest), place)
        if not made:
            await self._say(args, "alerts.release_failed", number=alert.number)
            return {"refused": "no picture"}
        await self._store.writer.submit(
            lambda tx: self._release(tx, args, alert, digest, place), label="release"
        )
        return {}

    def _release(
        self, tx: Tx, args: Mapping[str, Any], alert: Alert, digest: str, place: Path
    ) -> None:
        """Release and answer together, so that it is done again after a restart only if neither was."""
        if not self._is_answered(tx, args, "alerts.release_done"):
            key = self._released(tx, args, alert, digest, place)
            self._post(tx, args, self._message(args, key, number=alert.number), key)

    def _released(
        self, tx: Tx, args: Mapping[str, Any], alert: Alert, digest: str, place: Path
    ) -> str:
        """Hand it out, unless it may not go now; what to say of it (a text's key)."""
        alert = alert_store.by_id(tx, alert.id) or alert
        if alert.state == "rectified":
            return "alerts.already_rectified"
        if not alert.relayed:
            return "alerts.not_relayed"
        if place_store.is_paused(tx, alert.neighbourhood):
            return "neighbourhood.paused"
        member = people_store.member(tx, int(args["member"])) if args["member"] else None
        self._log.note(tx, alert, "case.media_released", sha256=digest, by=self._log.name(member))
        file = File(path=str(place), name=f"{alert.number}.jpg", mime="image/jpeg")
        posted = self._relay.reply(
            tx,
            alert,
            "alerts.released",
            cause=f"release:{args['cause']}",
            purpose="release",
            files=(file,),
            number=alert.number,
        )
        released = [*(alert.facts.get("released") or ()), posted]
        alert_store.save(tx, alert._replace(facts={**alert.facts, "released": released}))
        return "alerts.release_done"

    # --- words -------------------------------------------------------------------------------

    async def _say(self, args: Mapping[str, Any], key: str, **values: Any) -> None:
        message = self._message(args, key, **values)
        await self._store.writer.submit(lambda tx: self._post(tx, args, message, key))

    def _message(self, args: Mapping[str, Any], key: str, **values: Any) -> Outgoing:
        message = self._voice.message(str(args["lang"]), key, **values)
        return in_place(self._voice, message, str(args["named"]))

    def _is_answered(self, reader: Reader, args: Mapping[str, Any], key: str) -> bool:
        """Whether this request was done already, and only its end was not noted before a crash."""
        return str(args["chat"]) in self._outbox.of_cause(reader, f"{key}:{args['cause']}")

    def _post(self, tx: Tx, args: Mapping[str, Any], message: Outgoing, key: str) -> None:
        self._outbox.post(
            tx,
            Post(
                chat=Address.parse(str(args["chat"])),
                message=message,
                cause=f"{key}:{args['cause']}",
                priority=Priority.ANSWER,
                purpose="export" if message.files else "answer",
                membership=int(args["member"]) if args["member"] else None,
            ),
        )

    async def tidy(self) -> None:
        """Remove exports of yesterday."""
        await asyncio.to_thread(self._exporter.tidy)
