"""The one application that serves everything, on one port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from simulators.control.answers import answer, sentences
from simulators.control.fcm import FcmLevers
from simulators.control.fcm_faults import add_fcm_fault_routes
from simulators.control.telegram import TelegramLevers
from simulators.control.telegram_faults import add_telegram_fault_routes
from simulators.control.webhooks import add_webhook_routes
from simulators.events import Events
from simulators.fcm.door import Firebase
from simulators.journal import Journal
from simulators.line import Line
from simulators.page import Page
from simulators.shown import Shown
from simulators.telegram.caller import Caller
from simulators.telegram.door import BotApi
from simulators.telegram.world import Telegram


def create_simulators(state: Path | None = None) -> web.Application:
    """The application, with what the state file remembers if there is one.

    The file is opened here, and closed when the application is cleaned up.
    """
    journal = Journal(state)
    telegram = Telegram(journal)
    firebase = Firebase(journal)
    caller = Caller(telegram)
    caller.listen()
    journal.open()
    app = web.Application(client_max_size=20 * 2**20)
    bot_api = BotApi(telegram)
    line = Line({"/bot{token}/{method}": bot_api.handle})
    fcm_line = Line(firebase.doors)
    app.router.add_route("POST", "/bot{token}/{method}", bot_api.handle)
    app.router.add_route("GET", "/bot{token}/{method}", bot_api.handle)
    for path, door in firebase.doors.items():
        app.router.add_post(path, door)
    Page().add_routes(app.router)
    events = Events(journal, Shown(telegram, firebase.phones).since)
    levers = _levers(journal, telegram, caller, firebase, (line, fcm_line))
    levers.router.add_get("/events", events.stream)
    app.add_subapp("/sim", levers)

    async def end_polls(_: web.Application) -> None:
        for bot in telegram.bots.by_id.values():
            bot.end_poll("news")
        await line.close()
        await fcm_line.close()

    async def end_events(_: web.Application) -> None:
        events.end()

    async def close_journal(_: web.Application) -> None:
        journal.close()

    async def call_webhooks(_: web.Application) -> AsyncIterator[None]:
        calling = asyncio.create_task(caller.run())
        yield
        calling.cancel()
        with suppress(asyncio.CancelledError):
            await calling

    app.on_shutdown.append(end_polls)
    app.on_shutdown.append(end_events)
    app.cleanup_ctx.append(call_webhooks)
    app.on_cleanup.append(close_journal)
    return app


def _levers(
    journal: Journal,
    telegram: Telegram,
    caller: Caller,
    firebase: Firebase,
    lines: tuple[Line, Line],
) -> web.Application:
    levers = web.Application(middlewares=[sentences])

    async def reset(_: web.Request) -> web.Response:
        journal.forget()
        for line in lines:
            await line.mend()
        return answer({})

    levers.router.add_post("/reset", reset)
    of_telegram, of_fcm = lines
    add_telegram_fault_routes(levers.router, telegram, of_telegram)
    add_fcm_fault_routes(levers.router, firebase.faults, of_fcm)
    TelegramLevers(telegram).add_routes(levers.router)
    add_webhook_routes(levers.router, caller)
    FcmLevers(firebase).add_routes(levers.router)
    return levers
