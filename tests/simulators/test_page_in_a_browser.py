"""The page of phones, in a real browser: what one sees there, and what a tap there does."""

from pathlib import Path

import pytest

from tests.browser import CHROMIUM, opened
from tests.simulators.playing import BOT, PROJECT, Play

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.slow,
]

PRESS = """(() => {
  const button = [...document.querySelectorAll('button')].find((b) => b.innerText.trim() === 'Prenota');
  if (!button) return false;
  button.click();
  return true;
})()"""


async def test_a_message_appears_on_the_phone_and_its_button_reaches_the_bot(
    play: Play, tmp_path: Path
) -> None:
    await play.bot()
    anna = await play.person("Anna")
    await play.updates()
    async with opened(play.url + "/", tmp_path / "profile") as page:
        keyboard = {"inline_keyboard": [[{"text": "Prenota", "callback_data": "book"}]]}
        await play.call(
            "sendMessage",
            chat_id=anna,
            text="La revisione scade <b>lunedì</b>",
            reply_markup=keyboard,
        )

        await page.has_text("La revisione scade <b>lunedì</b>")
        await page.until(PRESS)
        pressed = None
        while pressed is None:
            updates = await play.updates()
            pressed = next(
                (each["callback_query"] for each in updates if "callback_query" in each), None
            )

    assert pressed["data"] == "book"
    assert pressed["from"]["id"] == anna


async def test_a_push_appears_on_the_lock_screen(play: Play, tmp_path: Path) -> None:
    phone = await play.lever("/phones", owner="Carla", project=PROJECT)
    async with opened(play.url + "/", tmp_path / "profile") as page:
        await play.push(
            {"token": phone["address"], "data": {"title": "Revisione", "body": "Apra per la data"}}
        )

        await page.has_text("Apra per la data")
        assert await page.run("document.title") == "avvisa · phones"


async def test_who_has_blocked_the_bot_is_shown_so(play: Play, tmp_path: Path) -> None:
    await play.bot()
    anna = await play.person("Anna")
    await play.lever(f"/people/{anna}/block", bot=BOT)
    async with opened(play.url + "/", tmp_path / "profile") as page:
        await page.until("/block/i.test(document.body.innerText)")
