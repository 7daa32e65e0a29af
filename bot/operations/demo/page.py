"""The demonstration's page, at `/demo`: shows a `Stage` and passes its buttons on.

/demo                       the page
/demo/state                 what it shows now, as JSON
/demo/play, /pause, …       its buttons (POST, from the page itself only)
/demo/mail/ID               one mail's body, for a frame without scripts
/demo/mail/ID/page/N.png    one page of its report
/demo/mail/ID/photo/N       one picture of its package
/demo/mail/ID/file/N        one attachment
/demo/mail/ID/mail.eml      the mail as the server kept it
/demo/photo/PROOF           a picture that was sent, by its check code
"""

from __future__ import annotations

import html
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.messaging import Page
from bot.operations.demo.story import MADE_UP, STEPS, TITLE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from bot.operations.demo.mailbox import Mail
    from bot.operations.demo.stage import Scene, Stage

STATIC: Final = Path(__file__).parent / "static"
_BUTTONS: Final = ("play", "pause", "morning", "restart")
_DAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
_FENCE: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
# A mail brings its own style, and nothing else: no script, no picture from anywhere.
_MAIL_FENCE: Final = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}


def page(stage: Stage) -> Page:
    """What the HTTP server mounts."""
    return Page(path="/demo", app=_Bare(_Theatre(stage).app()), name="demo")


class _Bare:
    """`/demo` is the page too, not only `/demo/`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == scope.get("root_path", ""):
            scope = {**scope, "path": scope["path"] + "/"}
        await self._app(scope, receive, send)


class _Theatre:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def app(self) -> Starlette:
        mail = [
            Route("/", self.mail),
            Route("/page/{number:int}.png", self.picture),
            Route("/photo/{number:int}", self.enclosed),
            Route("/file/{number:int}", self.file),
            Route("/mail.eml", self.original),
        ]
        return Starlette(
            routes=[
                Route("/", self.front),
                Route("/state", self.state),
                *(Route(f"/{name}", self.press, methods=["POST"]) for name in _BUTTONS),
                Route("/mail/{mail}", self.mail),
                Mount("/mail/{mail}", routes=mail),
                Route("/photo/{proof}", self.photo),
                Mount("/static", StaticFiles(directory=STATIC)),
            ]
        )

    async def front(self, _: Request) -> Response:
        """The page, with its three phones."""
        phones = "".join(
            _PHONE.substitute(
                number=n,
                title=html.escape(phone.title[0]),
                english=html.escape(phone.title[1]),
                source=f"/demo/phone/{quote(phone.name)}/",
            )
            for n, phone in enumerate(self._stage.phones, 1)
        )
        steps = "".join(
            f"<li><b>{html.escape(dutch)}</b> <span>{html.escape(english)}</span></li>"
            for dutch, english in STEPS
        )
        body = Template((STATIC / "stage.html").read_text()).substitute(
            title=html.escape(TITLE[0]),
            english=html.escape(TITLE[1]),
            made_up=html.escape(MADE_UP[0]),
            made_up_english=html.escape(MADE_UP[1]),
            phones=phones,
            steps=steps,
            mailbox=html.escape(self._stage.police_address),
            due=html.escape(self._stage.due),
        )
        return HTMLResponse(body, headers=_FENCE)

    async def state(self, _: Request) -> Response:
        """Everything that changes, in one answer."""
        stage, scene, now = self._stage, self._stage.scene(), self._stage.now()
        mails = [await self._mail(mail) for mail in stage.mailbox.mails()]
        log = [
            {"number": line.number, "at": _hour(line.at), "words": line.words, "code": line.code}
            for line in stage.log()
        ]
        facts = {
            "day": _DAYS[now.weekday()],
            "date": f"{now.day} {_MONTHS[now.month - 1]}",
            "time": _hour(now),
            "scene": _told(scene),
            "photos": list(stage.photos()),
            "mails": mails,
            "log": log,
        }
        return JSONResponse(facts, headers={"Cache-Control": "no-store"})

    async def _mail(self, mail: Mail) -> dict[str, Any]:
        sent = mail.sent_at
        zone = self._stage.now().tzinfo
        local = sent.astimezone(zone) if sent else None
        return {
            "id": mail.id,
            "subject": mail.subject,
            "sender": mail.sender,
            "preview": mail.preview,
            "at": f"{_DAYS[local.weekday()][:2]} {_hour(local)}" if local else "",
            "pages": await self._stage.mailbox.pages(mail.id),
            "photos": len(mail.photos),
            "files": [
                {"number": one.number, "name": one.name, "size": one.size}
                for one in mail.attachments
            ],
        }

    async def press(self, request: Request) -> Response:
        """One of the buttons."""
        if not _from_the_page(request):
            raise HTTPException(403)
        name = request.url.path.rsplit("/", 1)[-1]
        acts = dict(zip(_BUTTONS, self._acts(), strict=True))
        await acts[name]()
        return Response(status_code=204)

    def _acts(self) -> tuple[Any, ...]:
        stage = self._stage
        return stage.play, stage.pause, stage.morning, stage.restart

    async def mail(self, request: Request) -> Response:
        """One mail's body, fenced in."""
        found = self._stage.mailbox.find(request.path_params["mail"])
        if found is None:
            raise HTTPException(404)
        return HTMLResponse(found.html, headers=_MAIL_FENCE)

    async def picture(self, request: Request) -> Response:
        """One page of the report."""
        params = request.path_params
        data = await self._stage.mailbox.page(params["mail"], params["number"])
        if data is None:
            raise HTTPException(404)
        return Response(data, media_type="image/png", headers={"Cache-Control": "no-store"})

    async def enclosed(self, request: Request) -> Response:
        """One picture of the package, to look at."""
        params = request.path_params
        found = self._stage.mailbox.photo(params["mail"], params["number"])
        if found is None:
            raise HTTPException(404)
        data, mime = found
        return Response(data, media_type=mime, headers=_AS_IT_IS)

    async def photo(self, request: Request) -> Response:
        """One picture that somebody sent, as the sender's own phone shows it."""
        data = self._stage.photo(request.path_params["proof"])
        mime = _picture_type(data or b"")
        if data is None or mime is None:
            raise HTTPException(404)
        return Response(data, media_type=mime, headers=_AS_IT_IS)

    async def file(self, request: Request) -> Response:
        """One attachment, to keep; a PDF may be looked at in the browser."""
        params = request.path_params
        found = self._stage.mailbox.find(params["mail"])
        data = self._stage.mailbox.content(params["mail"], params["number"])
        if found is None or data is None:
            raise HTTPException(404)
        attachment = found.attachments[params["number"]]
        shown = "inline" if attachment.mime == "application/pdf" else "attachment"
        name = f"{shown}; filename*=UTF-8''{quote(attachment.name)}"
        return Response(
            data, media_type=attachment.mime, headers={"Content-Disposition": name} | _AS_IT_IS
        )

    async def original(self, request: Request) -> Response:
        """The `.eml` file."""
        path = self._stage.mailbox.original(request.path_params["mail"])
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, filename=path.name, headers=_AS_IT_IS)


_AS_IT_IS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_PHONE: Final = Template(
    '<section class="column" data-column="$number"><h2>$title <span lang="en">$english</span></h2>'
    '<span class="now" hidden>NU · NOW</span><p class="line" lang="en"></p>'
    '<div class="phone"><iframe src="$source" title="$title" allow="geolocation"></iframe></div>'
    "</section>"
)


def _hour(moment: Any) -> str:
    return f"{moment:%H:%M}"


def _told(scene: Scene) -> dict[str, Any]:
    return {
        "step": scene.step,
        "done": sorted(scene.done),
        "dutch": scene.says[0],
        "english": scene.says[1],
        "column": scene.column,
        "lines": scene.lines,
        "notice": scene.notice,
        "button": scene.button,
        "led": scene.led,
    }


def _picture_type(data: bytes) -> str | None:
    """By its first bytes; None for what a browser should not draw."""
    kinds = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
    return next((mime for start, mime in kinds.items() if data.startswith(start)), None)


def _from_the_page(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")
