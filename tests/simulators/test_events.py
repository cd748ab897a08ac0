"""`/sim/events`: every reader is told what is true now, once, however they come, go and dawdle."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientSession, web

from simulators.events import Events
from simulators.journal import Journal
from simulators.service import create_simulators
from tests.simulators.following import following
from tests.simulators.playing import BOT, PROJECT, Play


async def test_a_reader_is_told_everything_and_then_each_change(play: Play):
    await play.bot()
    anna = await play.person()
    await play.person("Bruno", starts=False)
    await play.lever("/phones", owner="Carla", project=PROJECT)
    async with following(play) as reader:
        whole = await reader.next()
        await play.call("sendMessage", chat_id=anna, text="due")
        change = await reader.next()

    assert [phone["view"] for phone in whole.content["phones"]] == ["chat", "newcomer", "app"]
    assert whole.content["bots"] == {BOT: BOT}
    assert reader.retry > 0
    assert change.texts == ["due"]
    assert len(change.content["phones"]) == 1
    assert change.content["order"] == whole.content["order"]
    assert change.content["sent"] == 1


async def test_who_comes_back_is_told_what_they_missed_and_nothing_twice(play: Play):
    await play.bot()
    anna = await play.person()
    bruno = await play.person("Bruno")
    carla = await play.person("Carla")
    async with following(play) as reader:
        last = (await reader.next()).id
    await play.call("sendMessage", chat_id=anna, text="missed")
    await play.lever(f"/people/{bruno}/deactivate")

    async with following(play, last) as reader:
        missed = await reader.next()
    async with following(play, after=last) as reader:
        asked_for = await reader.next()
    async with following(play, missed.id) as reader:
        nothing = await reader.next()

    told = {phone["person"]["id"]: phone for phone in missed.content["phones"]}
    assert told.keys() == {anna, bruno}
    assert [message["text"] for message in told[anna]["data"]] == ["/start", "missed"]
    assert told[bruno]["person"]["deactivated"]
    assert asked_for == missed
    assert nothing.content["phones"] == []
    assert len(nothing.content["order"]) == len({anna, bruno, carla})


async def test_an_id_of_another_run_counts_for_nothing(play: Play, tmp_path: Path):
    await play.bot()
    await play.person()
    async with following(play) as reader:
        last = (await reader.next()).id
    for foreign in ("0" + last, last.split("-")[0] + "-999", "nonsense"):
        async with following(play, foreign) as reader:
            assert len((await reader.next()).content["phones"]) == 1


async def test_a_reader_who_does_not_read_holds_nobody_up_and_then_hears_the_end(play: Play):
    await play.bot()
    await play.lever("/telegram/limits", enabled=False)
    anna = await play.person()
    address = urlsplit(play.url)
    slow, to_slow = await asyncio.open_connection(address.hostname, address.port, limit=2**24)
    to_slow.write(b"GET /sim/events HTTP/1.1\r\nHost: x\r\n\r\n")
    slow._transport.pause_reading()  # type: ignore[attr-defined] # a reader that stands still
    texts = [f"{number} " + "x" * 3000 for number in range(150)]
    async with following(play) as quick:
        for text in texts:
            await play.call("sendMessage", chat_id=anna, text=text)
        _, taken = await quick.until(texts[-1])
        slow._transport.resume_reading()  # type: ignore[attr-defined]  # asyncio types it less
        async with asyncio.timeout(30):
            heard = await slow.readuntil(texts[-1][:200].encode())
    to_slow.close()

    assert taken > 1
    assert heard.count(b"event: phones") <= taken + 1


async def test_a_reader_who_has_gone_is_forgotten_at_the_next_beat():
    journal = Journal()
    journal.on("fact", lambda _: None)
    events = Events(journal, lambda told, _: {"told": told}, beat_s=0.02)
    app = web.Application()
    app.router.add_get("/sim/events", events.stream)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as http:
        play = Play(http, f"http://127.0.0.1:{runner.addresses[0][1]}")
        async with following(play) as reader, following(play):
            assert (await reader.next()).content == {"told": 0}
            assert (await reader.next()).name == "beat"
            journal.record("fact", {})
            while (event := await reader.next()).name == "beat":
                pass
            assert event.content == {"told": 0}
            assert events.readers == 2
        async with asyncio.timeout(30):
            while events.readers:  # noqa: ASYNC110 - the server notices by itself
                await asyncio.sleep(0.01)
    await runner.cleanup()


async def test_the_end_of_the_simulators_ends_every_stream_in_good_order():
    runner = web.AppRunner(create_simulators(), shutdown_timeout=55)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as http:
        play = Play(http, f"http://127.0.0.1:{runner.addresses[0][1]}")
        async with following(play) as one, following(play) as other:
            await one.next()
            await other.next()
            async with asyncio.timeout(30):
                await runner.cleanup()
            rest = [await each.response.content.read() for each in (one, other)]

    assert rest == [b"", b""]


async def test_one_may_look_at_one_bot_and_an_empty_house_is_told_so(play: Play):
    await play.bot()
    await play.bot("777:other", "other_bot")
    anna = await play.person()
    await play.lever(f"/people/{anna}/start", bot="other_bot")
    async with following(play, bot=BOT) as reader:
        (chat,) = (await reader.next()).content["phones"]
        await play.lever("/reset")
        emptied = await reader.next()

    assert chat["bot"] == BOT
    assert emptied.content["order"] == []
    assert emptied.content["sent"] == 0
