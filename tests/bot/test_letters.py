"""A customer writes and sends pictures, and the shop's answer comes back in the chat."""

from datetime import timedelta
from typing import Any

import pytest

from messaging.actions import answering, writing
from messaging.actions.answering import replies_of
from messaging.notification import State
from messaging.opening import parse_opening, to_json
from messaging.store import businesses, tables
from tests.bot.delivering import deliver
from tests.bot.house import House, a_message
from tests.bot.telegram_town import Person

PHOTO = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 67},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960},
]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def sends(house: House, person: Person, **content: Any) -> None:
    """Let the person send what no simulated person can."""
    await house.receive({"message": a_message(person, **content)})
    await house.settled()


@pytest.mark.parametrize(
    ("speaks", "thanks", "head"),
    [
        ("it", "Grazie. Officina Delta ha ricevuto il suo messaggio.", "Officina Delta le scrive"),
        ("en", "Thank you. Officina Delta has received your message.", "Officina Delta writes to"),
    ],
)
async def test_a_picture_is_thanked_for_and_the_answer_comes_back_in_the_chat(
    house: House, speaks: str, thanks: str, head: str
) -> None:
    mario = await house.linked("Mario", speaks=speaks)

    await sends(house, mario, photo=PHOTO, caption="Che spia è?")

    assert (await mario.heard())[-1].startswith(thanks)
    (reply,) = await replies_of(house.store, slug="delta")
    assert reply.file is not None
    assert (reply.file.id, reply.text) == ("large", "Che spia è?")
    await writing.answer(
        house.store,
        slug="delta",
        reply_id=reply.id,
        text="È l'olio: venga oggi.",
        by="test",
        now=house.clock.now(),
    )
    await deliver(house)
    answer = (await mario.heard())[-1]
    assert answer.startswith(head)
    assert "Che spia è?" in answer
    assert answer.endswith("È l'olio: venga oggi.")
    (told,) = await replies_of(house.store, slug="delta", only_open=False)
    assert told.answer is State.ACCEPTED


async def test_of_pictures_chosen_together_each_is_kept_and_the_first_is_thanked_for(
    house: House,
) -> None:
    mario = await house.linked("Mario")
    before = len(await mario.heard())

    for number in range(3):
        photo = [PHOTO[1] | {"file_id": f"photo-{number}"}]
        await sends(house, mario, photo=photo, media_group_id="1")

    assert len(await mario.heard()) == before + 1
    kept = [row["file_id"] for row in await house.rows(tables.reply)]
    assert kept == ["photo-0", "photo-1", "photo-2"]


async def test_out_of_hours_the_customer_hears_when_somebody_reads_it(house: House) -> None:
    mario = await house.linked("Mario")
    there = house.clock.now() + timedelta(days=3)
    hours = parse_opening(f"{_DAYS[there.weekday()]} 9:00-12:00")
    async with house.store.begin() as conn:
        business = await businesses.by_slug(conn, "delta")
        await businesses.set_hours(conn, business.id, {"opening_hours": to_json(hours)})
    await house.notice(mario, "call_me")

    await mario.say("È pronta?")
    await house.settled()
    written = (await mario.heard())[-1]
    await mario.press("Richiamatemi")
    await house.settled()

    for heard in (written, (await mario.heard())[-1]):
        assert "Ora siamo chiusi: lo leggeremo " in heard
        assert " dalle 9:00." in heard


async def test_who_has_stopped_everything_hears_that_no_answer_can_come_here(house: House) -> None:
    mario = await house.linked("Mario")
    await mario.say("/stop")
    await house.settled()
    await mario.say("È pronta?")

    heard = await mario.waits_for("ha ricevuto il suo messaggio")

    assert "quindi la risposta non può arrivare qui" in heard
    assert len(await answering.replies_of(house.store, slug="delta")) == 1


async def test_a_stranger_s_picture_is_kept_nowhere(house: House) -> None:
    stranger = await house.town.person("Ugo", "delta_bot")
    await stranger.start()
    await house.settled()

    await sends(house, stranger, photo=PHOTO)

    assert (await stranger.heard())[-1].startswith("Buongiorno da Officina Delta")
    assert await house.rows(tables.reply) == []
