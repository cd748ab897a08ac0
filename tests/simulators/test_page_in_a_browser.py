"""The page of phones, in a real browser: what one sees there, and what a tap there does."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser import CHROMIUM, Page, opened
from tests.simulators.playing import BOT, PROJECT, Play
from tests.simulators.wire import wired

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.slow,
]

BUBBLES = "[...document.querySelectorAll('.bubble')].map((each) => each.firstChild.textContent)"
CONNECTION = "document.getElementById('connection')?.innerText"
BELOW = """(() => {
  const { scrollHeight, clientHeight, scrollTop } = document.querySelector('.messages');
  return scrollHeight - clientHeight - scrollTop;
})()"""

# Text, the colours it is read in, and the controls a finger must find: WCAG 2.2, 1.4.3 and 2.5.8
# (which asks for 24 pixels; 44 is what a thumb needs).
TOO_FAINT = """(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const clear = (colour) => colour === 'transparent' || / 0\\)$/.test(colour);
  const ground = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return clear(colour) && element.parentElement ? ground(element.parentElement) : colour;
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.disabled) continue;
    const [over, under] = [getComputedStyle(element).color, ground(element)].map(light);
    const contrast = (Math.max(over, under) + 0.05) / (Math.min(over, under) + 0.05);
    if (contrast < 4.5) faint.push(`${texts.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
  }
  return faint;
})()"""
TOO_SMALL = """[...document.querySelectorAll('button, input, select, summary, a')]
  .filter((each) => each.checkVisibility() && !each.closest('.bubble'))
  .filter((each) => each.getBoundingClientRect().height < 44 || each.getBoundingClientRect().width < 44)
  .map((each) => each.outerHTML)"""
IN_SIGHT = """[...document.querySelectorAll('.phone')].filter((each) => {
  const { left, right } = each.getBoundingClientRect();
  return left > -10 && right < innerWidth + 10;
}).map((each) => each.querySelector('h2').textContent)"""


def tap(text: str) -> str:
    """The script that presses the button with this text, once it is there."""
    return f"""(() => {{
      const found = [...document.querySelectorAll('button')].find((b) => b.innerText.trim() === {json.dumps(text)});
      found?.click();
      return Boolean(found);
    }})()"""


async def pressed_at(play: Play) -> dict[str, Any]:
    """The press that the bot gets."""
    while True:
        for each in await play.updates():
            if "callback_query" in each:
                press: dict[str, Any] = each["callback_query"]
                return press


async def is_live(page: Page) -> None:
    await page.until(f"{CONNECTION} === 'live'")


async def test_a_message_comes_without_reload_and_its_button_reaches_the_bot(
    play: Play, tmp_path: Path
) -> None:
    await play.bot()
    anna = await play.person("Anna")
    await play.updates()
    async with opened(play.url + "/", tmp_path / "profile") as page:
        await is_live(page)
        await page.run("window.loadedOnce = true")
        button = {"text": "Prenota", "callback_data": "book", "style": "success"}
        keyboard = {"inline_keyboard": [[button]]}
        await play.call(
            "sendMessage",
            chat_id=anna,
            text="La revisione scade <b>lunedì</b>. Basta? Tocchi /stop.",
            reply_markup=keyboard,
        )

        await page.has_text("La revisione scade <b>lunedì</b>")
        await page.until(
            "document.getElementById('announced')?.innerText.startsWith('Anna: La rev')"
        )
        assert await page.run("document.querySelector('.message').lang") == "it"
        assert await page.run("document.querySelector('.inline.success').textContent") == "Prenota"
        await page.until(tap("Prenota"))
        pressed = await pressed_at(play)
        assert (pressed["data"], pressed["from"]["id"]) == ("book", anna)

        await page.until("document.querySelector('.inline')?.ariaBusy === 'true'")
        toast = {"callback_query_id": pressed["id"], "text": "Grazie, la richiamiamo"}
        await play.call("answerCallbackQuery", **toast)
        await page.has_text("Grazie, la richiamiamo")
        await page.until("document.querySelector('.inline')?.ariaBusy === null")
        await page.until(tap("/stop"))
        await page.until("document.querySelectorAll('.from-person').length === 2")
        assert await page.run("window.loadedOnce")
    assert (await play.updates())[-1]["message"]["text"] == "/stop"


async def test_after_the_connection_was_cut_nothing_is_missing_and_nothing_is_there_twice(
    play: Play, tmp_path: Path
) -> None:
    await play.bot()
    await play.lever("/telegram/limits", enabled=False)
    anna = await play.person("Anna")
    async with (
        wired(urlsplit(play.url).port or 0) as wire,
        opened(f"http://127.0.0.1:{wire.port}/", tmp_path / "profile") as page,
    ):
        await is_live(page)
        await play.call("sendMessage", chat_id=anna, text="before")
        await page.has_text("before")

        await wire.cut()
        await page.until(f"{CONNECTION} === 'reconnecting…'")
        for text in ("meanwhile 1", "meanwhile 2"):
            await play.call("sendMessage", chat_id=anna, text=text)
        await wire.mend()
        await is_live(page)
        await play.call("sendMessage", chat_id=anna, text="after")
        await page.has_text("after")

        seen = await page.run(BUBBLES)
    assert seen == ["/start", "before", "meanwhile 1", "meanwhile 2", "after"]


async def test_who_has_scrolled_up_keeps_their_place_and_is_told_of_what_is_new(
    play: Play, tmp_path: Path
) -> None:
    await play.bot()
    await play.lever("/telegram/limits", enabled=False)
    anna = await play.person("Anna")
    for number in range(30):
        await play.call("sendMessage", chat_id=anna, text=f"message {number}")
    async with opened(play.url + "/", tmp_path / "profile") as page:
        await page.has_text("message 29")
        await play.call("sendMessage", chat_id=anna, text="seen at once")
        await page.has_text("seen at once")
        assert await page.run(BELOW) < 5

        await page.run("document.querySelector('.messages').scrollTop = 0")
        await page.until(f"{BELOW} > 300")
        await play.call("sendMessage", chat_id=anna, text="seen later")
        await page.until(tap("↓ New messages"))
        await page.until(f"{BELOW} < 5")


async def test_on_a_telephone_one_phone_fills_the_screen_and_nothing_is_faint_or_small(
    play: Play, tmp_path: Path
) -> None:
    await play.bot()
    anna = await play.person("Anna", last_name="Bianchi")
    bruno = await play.person("Bruno")
    phone = await play.lever("/phones", owner="Carla", project=PROJECT)
    keyboard = {
        "inline_keyboard": [
            [{"text": "Prenota", "callback_data": "book"}, {"text": "Sito", "url": "example.org"}]
        ]
    }
    text = "<b>Autofficina Il Ponte</b>\nDonaudampfschifffahrtsgesellschaftskapitänsmütze /stop"
    await play.call(
        "sendMessage", chat_id=anna, text=text, parse_mode="HTML", reply_markup=keyboard
    )
    await play.lever(f"/people/{bruno}/block", bot=BOT)
    await play.push({"token": phone["address"], "data": {"title": "Revisione", "body": "Apra"}})
    async with opened(play.url + "/", tmp_path / "profile") as page:
        for width, scheme in ((360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")):
            await page.looks(width, 640, scheme)
            await is_live(page)
            assert await page.run("document.documentElement.scrollWidth") <= width
            await page.run("document.querySelector('.more').open = true")
            assert await page.run(TOO_FAINT) == []
            assert await page.run(TOO_SMALL) == []
            await page.run("document.querySelector('.more').open = false")
        assert await page.run(IN_SIGHT) == ["Anna Bianchi", "Bruno", "Carla"]

        await page.looks(360, 640)
        await page.until(f"{IN_SIGHT}.join() === 'Anna Bianchi'")
        await page.until(tap("Carla"))
        await page.until(f"{IN_SIGHT}.join() === 'Carla'")
        await page.until("document.querySelector('.tab[aria-current=true]')?.innerText === 'Carla'")
        await play.call("sendMessage", chat_id=anna, text="meanwhile")
        await page.until("document.querySelector('.tab.unread')?.innerText === 'Anna Bianchi'")


async def test_a_push_appears_on_the_lock_screen_and_a_blocked_bot_is_shown_so(
    play: Play, tmp_path: Path
) -> None:
    await play.bot()
    anna = await play.person("Anna")
    phone = await play.lever("/phones", owner="Carla", project=PROJECT)
    async with opened(play.url + "/", tmp_path / "profile") as page:
        await page.has_text("No notifications.")
        await play.push(
            {"token": phone["address"], "data": {"title": "Revisione", "body": "Apra per la data"}}
        )
        await page.has_text("Apra per la data")
        await play.lever(f"/people/{anna}/block", bot=BOT)
        await page.has_text("bot blocked")
        await page.until(tap("Unblock the bot"))
        await page.until("document.querySelector('.composer').checkVisibility()")
        assert await page.run("document.title") == "avvisa · phones"


async def test_somebody_new_starts_the_bot_with_the_link_on_paper(
    play: Play, tmp_path: Path
) -> None:
    await play.bot()
    async with opened(play.url + "/", tmp_path / "profile") as page:
        await page.has_text("Nobody has a phone yet")
        await page.until(tap("Add a person"))
        await page.run(
            "document.querySelector('[name=first_name]').value = 'Zoë',"
            "document.querySelector('dialog form').requestSubmit()"
        )
        await page.until("document.querySelector('.newcomer .start input') !== null")
        await page.run(
            f"document.querySelector('.start input').value = 'https://t.me/{BOT}?start=abc_1',"
            "document.querySelector('.start').requestSubmit()"
        )
        await page.until(
            f"{BUBBLES}.includes('/start')"
        )  # what the bot is told besides, nobody sees
        assert await page.run("document.querySelectorAll('.phone').length") == 1

    (update,) = await play.updates()
    assert update["message"]["text"] == "/start abc_1"
