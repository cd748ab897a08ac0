"""Every screen of a customer, in both languages: pressed one after the other, none is a dead end."""

from collections import deque

import pytest

from tests.bot.counter import ask, car, deadline, opened_shop, told, visit
from tests.bot.house import House
from tests.bot.telegram_town import Person

LAST = ("l1|", "rgt2|sure", "m1|stop")
"""What ends the chat is pressed at last."""

WHAT_NEXT = ("/menu", "/preferen", "/privacy", "/stop", "/start")
"""Words of a text that lead on, tapped as they stand."""

ENDS = {
    "it": (
        "Lo scriva qui",
        "la richiamerà",
        "richiam",
        "Confermato",
        "Annullato",
        "resta:",
        "Fatto",
    ),
    "en": (
        "write it here",
        "call you",
        "get back to you",
        "Confirmed",
        "Cancelled",
        "stands:",
        "Done",
    ),
}
"""What says by itself what happens next."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["it", "en"])
async def test_no_screen_is_a_dead_end(house: House, language: str) -> None:
    await opened_shop(house, "auto", "studio")
    mario = await house.linked("Mario", speaks=language)
    if language == "it":  # whose it is about is asked, too
        await house.add_to(mario, "Lucia Bianchi")
    await told(
        house,
        deadline("inspection", "C-Mario", "AA000BB"),
        deadline("work_order", "C-Mario", "AA000BB", status="in_progress"),
        deadline("invoice", "C-Mario", "AA000BB", status="issued", number="9"),
        visit("C-Mario"),
        assets=[car("C-Mario", "AA000BB")],
    )
    await ask(house, mario, "/menu")
    todo = deque(await _below(mario))
    seen: set[str] = set()
    dead: list[tuple[str, str]] = []

    while todo:
        data = todo.popleft()
        if data in seen:
            continue
        if data.startswith(LAST) and any(not each.startswith(LAST) for each in todo):
            todo.append(data)
            continue
        seen.add(data)
        before = (await mario.chat())["data"][-1]["message_id"]
        await house.forge(mario, data)
        await house.settled()
        newest = (await mario.chat())["data"][-1]
        below = await _below(mario)
        leads_on = below or any(words in newest["text"] for words in (*WHAT_NEXT, *ENDS[language]))
        if not leads_on or (newest["message_id"] < before):
            dead.append((data, newest["text"]))
        todo.extend(below)

    assert dead == []
    kinds = {data.partition("|")[0] for data in seen}
    assert kinds >= {"m1", "s1", "t1", "a1", "who1", "swt2", "agr2", "rgt2"}, kinds
    assert len(seen) > 25


async def _below(person: Person) -> list[str]:
    """What the buttons under the newest message carry."""
    rows = (await person.chat())["data"][-1]["buttons"]
    return [each["data"] for row in rows for each in row if each["data"]]
