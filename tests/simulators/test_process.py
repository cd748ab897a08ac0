"""The page, and the simulators as a real process that is killed and comes back."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from tests.simulators.playing import BOT, PROJECT, TOKEN, Play

ROOT = Path(__file__).parents[2]


async def started(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    """A simulator process and the URL that it prints when it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulators",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        line = await process.stdout.readline()
    return process, json.loads(line)["url"]


@asynccontextmanager
async def running(state: Path, *, end: signal.Signals) -> AsyncIterator[Play]:
    process, url = await started("--state", str(state), "--with-parent")
    try:
        async with ClientSession() as http:
            yield Play(http, url)
    finally:
        process.send_signal(end)
        async with asyncio.timeout(30):
            status = await process.wait()
        assert status == (0 if end is signal.SIGTERM else -end)


async def test_after_a_kill_everything_is_found_again(tmp_path: Path):
    state = tmp_path / "simulators.jsonl"
    async with running(state, end=signal.SIGKILL) as play:
        bot = await play.bot()
        anna = await play.person(key="anna")
        bruno = await play.person("Bruno")
        first, _ = await play.updates()
        await play.updates(offset=first["update_id"] + 1)
        keyboard = {"inline_keyboard": [[{"text": "Confermo", "callback_data": "yes"}]]}
        await play.call("sendMessage", chat_id=anna, text="uno", reply_markup=keyboard)
        await play.lever(f"/people/{anna}/press", bot=BOT, button="yes")
        await play.lever(f"/people/{bruno}/block", bot=BOT)
        phone = await play.lever("/phones", owner="Anna", project=PROJECT)
        await play.push({"token": phone["address"], "data": {"title": "due"}})
        token = await play.access_token()
        before = [await play.look(path) for path in everything(anna, phone["id"])]
        waiting = await play.updates()
    state.write_bytes(state.read_bytes() + b'["message", {"bot": 12')  # killed while writing

    async with running(state, end=signal.SIGTERM) as play:
        assert [await play.look(path) for path in everything(anna, phone["id"])] == before
        assert await play.updates() == waiting
        kinds = [next(k for k in update if k != "update_id") for update in waiting]
        assert kinds == ["message", "callback_query", "my_chat_member"]
        query = waiting[1]["callback_query"]["id"]
        assert (await play.call("answerCallbackQuery", callback_query_id=query)).result is True
        assert (await play.call("sendMessage", chat_id=bruno, text="x")).status == 403
        assert (await play.call("sendMessage", chat_id=anna, text="due")).status == 200
        assert await play.person(starts=False, key="anna") == anna
        assert await play.bot() == bot
        body = {"message": {"token": phone["address"]}}
        headers = {"Authorization": f"Bearer {token}"}
        answer = await play.post(f"/v1/projects/{PROJECT}/messages:send", body, headers)
        assert answer.status == 200

    async with running(state, end=signal.SIGTERM) as play:
        assert [line["text"] for line in (await play.look("/telegram/ledger"))["data"]] == [
            "uno",
            "due",
        ]


def everything(person: int, phone: int) -> list[str]:
    return [
        "/bots",
        "/people",
        f"/people/{person}/chat?bot={BOT}",
        "/telegram/ledger",
        "/telegram/violations",
        "/phones",
        f"/phones/{phone}/notifications",
        "/fcm/ledger",
    ]


async def test_a_waiting_poll_does_not_hold_up_the_end():
    process, url = await started()
    async with ClientSession() as http, asyncio.TaskGroup() as tasks:
        play = Play(http, url)
        await play.bot()
        poll = tasks.create_task(play.updates(timeout=50))
        await play.until_polled()
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            assert await process.wait() == 0

    assert poll.result() == []


async def test_it_ends_when_its_parent_is_killed():
    code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-m', 'simulators', '--with-parent'])\n"
        "time.sleep(60)"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    async with asyncio.timeout(30):
        assert await parent.stdout.readline()

    parent.kill()

    # The pipe ends only when nobody holds it any more: the simulator had it too.
    async with asyncio.timeout(30):
        assert await parent.stdout.read() == b""
        await parent.wait()


async def test_the_page_and_what_it_needs_are_served(play: Play):
    async with play.http.get(play.url) as response:
        page = await response.text()
        assert response.content_type == "text/html"
    assert "<title>avvisa · phones</title>" in page

    assert "/static/phones.js" in page
    assert "/static/phones.css" in page
    for path in sorted((ROOT / "simulators" / "static").iterdir()):
        if path.suffix == ".html":
            continue
        async with play.http.get(f"{play.url}/static/{path.name}") as response:
            assert response.status == 200, path.name
            source = await response.text()
            assert not re.search(r"[a-z]://[^$]", source), path.name
    async with play.http.get(f"{play.url}/static/other.js") as response:
        assert response.status == 404


async def test_a_reset_leaves_nothing(play: Play):
    await play.bot()
    await play.person()

    await play.lever("/reset")

    assert (await play.look("/people"))["data"] == []
    assert (await play.call("getMe", token=TOKEN)).status == 401
