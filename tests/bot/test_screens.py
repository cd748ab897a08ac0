"""What the screens of self-service say, decided without a chat."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.buttons import Choice, Menu, Press, Show, Web, Wish, keyboard
from bot.conversations.telling import tell
from bot.conversations.visit import Visit
from bot.screens import PAGE, Screen, Speech, item_screen, section_screen
from bot.words import words
from messaging.actions.asking import Answer, Fresh, Item
from messaging.actions.displaying import Storefront
from messaging.business import Business, BusinessId
from messaging.calendar import MessageClass
from messaging.display import Section
from messaging.sheet import Line, Offered, Sheet
from tests.bot.answering_server import accepted, answering, refused
from tests.bot.speaking import BOT, TOKEN, bots_at, decoded

NOW = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)  # 10:40 in Rome
HIVES = Section(
    id="hives",
    label={"it": "Le mie arnie", "en": "My hives"},
    empty={"it": "Nessuna arnia.", "en": "No hives."},
)


def shop(name: str = "Officina Delta", contact: str | None = "045 123456") -> Storefront:
    business = Business(
        id=BusinessId(1), slug="delta", name=name, zone=ZoneInfo("Europe/Rome"), language="it",
        contact=contact,
    )  # fmt: skip
    return Storefront(business=business, sections=(HIVES,), displays={})


def item(number: int = 1, **changes: Any) -> Item:
    told: dict[str, Any] = {
        "label": "Arnia",
        "title": f"Arnia · {number}",
        "status": "aperta",
        "when": None,
        "lines": (Line(label="Miele", text="8 kg"),),
        "offers": (),
        "document": None,
        "order": (0, number),
        "confidential": False,
    }
    whose, at = changes.pop("whose", None), changes.pop("at", None)
    return Item(
        kind="r", id=number, stamp=5, sheet=Sheet(**(told | changes)), whose=whose, at=at,
        business_id=BusinessId(1),
    )  # fmt: skip


def answer(
    *items: Item, told_at: datetime | None = NOW, contact: str | None = "045 123456"
) -> Answer:
    return Answer(
        section=HIVES, items=items, fresh=(Fresh(shop=shop(contact=contact), told_at=told_at),)
    )


def speech(language: str = "it", now: datetime = NOW) -> Speech:
    return Speech(say=words(language), language=language, now=now)


def said(screen: Screen) -> str:
    return screen.text.render()[0]


def data_of(screen: Screen) -> list[str]:
    return [data.pack() for _, data in screen.buttons if isinstance(data, CallbackData)]


@pytest.mark.parametrize(
    ("ago", "italian", "english"),
    [
        (
            timedelta(),
            "Dati di Officina Delta, aggiornati oggi alle 10:40.",
            "Data of Officina Delta, updated today at 10:40.",
        ),
        (
            timedelta(hours=11),  # 23:40 of the day before, by the shop's clock
            "Dati di Officina Delta, aggiornati ieri alle 23:40.",
            "Data of Officina Delta, updated yesterday at 23:40.",
        ),
        (
            timedelta(days=2),
            "Dati di Officina Delta, aggiornati sabato 21 novembre alle 10:40.",
            "Data of Officina Delta, updated on Saturday 21 November at 10:40.",
        ),
    ],
)
def test_every_answer_says_how_fresh_it_is(ago: timedelta, italian: str, english: str) -> None:
    for language, line in (("it", italian), ("en", english)):
        screen = section_screen(answer(item(), told_at=NOW - ago), speech(language))

        assert said(screen).endswith(line)
        assert data_of(screen)[-1] == Menu(item="menu").pack()


def test_old_data_are_called_old_and_the_shop_can_be_asked() -> None:
    old = NOW - timedelta(days=2, seconds=1)
    screen = section_screen(answer(item(), item(2), told_at=old), speech())

    assert "non sono recenti" in said(screen)
    assert said(screen).endswith("per sicurezza chiami 045 123456.")
    assert Menu(item="call").pack() in data_of(screen)
    without = section_screen(answer(item(), told_at=old, contact=None), speech())
    assert said(without).endswith("per sicurezza chieda.")


def test_a_button_to_be_called_is_there_once() -> None:
    calls = (Offered(action="call_me", value="", label="Richiamatemi"),)
    old = answer(item(offers=calls), told_at=NOW - timedelta(days=9))

    labels = [label for label, _ in item_screen(old, speech(), back=None).buttons]

    assert labels == ["Richiamatemi", "Menu"]


def test_nothing_and_never_told_are_not_the_same() -> None:
    nothing = section_screen(answer(), speech())
    never = section_screen(answer(told_at=None), speech())

    assert said(nothing).startswith("Le mie arnie\n\nNessuna arnia.\n\nDati di Officina Delta")
    assert said(never) == (
        "Le mie arnie\n\nOfficina Delta qui non tiene queste informazioni. Può chiedere una telefonata."
    )


@pytest.mark.parametrize(("asked_for", "shown"), [(0, 0), (1, 1), (2, 2), (99, 2), (-1, 0)])
def test_a_long_list_has_pages_of_five(asked_for: int, shown: int) -> None:
    items = [item(n) for n in range(1, 13)]

    screen = section_screen(answer(*items), speech(), asked_for)

    first = shown * PAGE + 1
    assert f"\n{first}. Arnia · {first}\n" in said(screen)
    looks = [each for each in data_of(screen) if each.startswith("t1|")]
    assert len(looks) == min(PAGE, 12 - shown * PAGE)
    turns = {each for each in data_of(screen) if each.startswith("s1|")}
    around = {page for page in (shown - 1, shown + 1) if 0 <= page < 3}
    assert turns == {Show(section="hives", page=page).pack() for page in around}


def test_what_is_confidential_is_neutral_in_a_list_even_alone() -> None:
    private = item(confidential=True, title="Fattura · 2026/114", status="da pagare")

    screen = section_screen(answer(private), speech())

    assert "2026/114" not in said(screen) + str(screen.buttons)
    assert "pagare" not in said(screen)
    assert not screen.protected
    assert item_screen(answer(private), speech(), back=0).protected


def test_what_was_asked_shows_as_done_and_its_button_is_gone() -> None:
    offers = (
        Offered(action="done", value="", label="Già fatta", taken=True),
        Offered(action="book", value="", label="Prenota"),
    )

    screen = item_screen(answer(item(offers=offers)), speech(), back=3)

    assert "✓ Già fatta" in said(screen)
    assert [label for label, _ in screen.buttons] == ["Prenota", "◀ Indietro", "Menu"]


def test_each_thing_says_whose_it_is_and_where() -> None:
    screen = section_screen(
        answer(item(1, whose="Mario Rossi", at="Officina Delta"), item(2, whose="Anna Rossi")),
        speech(),
    )

    assert "Mario Rossi · Officina Delta" in said(screen)
    assert "Anna Rossi" in said(screen)


def test_a_moment_has_an_entity_under_words_of_the_shops_own_clock() -> None:
    line = Line(label="Quando", text="lunedì 30 novembre alle 10:00", moment=NOW)

    text, entities = item_screen(answer(item(lines=(line,))), speech(), back=None).text.render()

    [moment] = [each for each in entities if each.type == "date_time"]
    assert moment.extract_from(text) == "lunedì 30 novembre alle 10:00"
    assert (moment.unix_time, moment.date_time_format) == (int(NOW.timestamp()), None)


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        (Press(delivery=1, action="confirm"), "success"),
        (Wish(record=1, stamp=1, action="confirm"), "success"),
        (Wish(record=1, stamp=1, action="cancel", value="yes"), "danger"),
        (Wish(record=1, stamp=1, action="cancel"), None),
        (Menu(item="stop"), None),
        # No answer to a question of consent is the better one.
        (
            Choice(about=MessageClass.MARKETING, given=True, customer=1, version=1, language="it"),
            None,
        ),
        (Web("https://maps.example.org"), None),
    ],
)
def test_only_a_yes_to_an_appointment_and_what_cannot_be_undone_have_a_colour(
    data: CallbackData | Web, colour: str | None
) -> None:
    markup = keyboard(("x", data))
    assert markup is not None

    assert markup.inline_keyboard[0][0].style == colour


async def test_a_server_that_knows_no_colours_and_no_moments_is_told_plainly() -> None:
    line = Line(label="Quando", text="lunedì", moment=NOW)
    offers = (Offered(action="confirm", value="", label="Confermo"),)
    screen = item_screen(answer(item(lines=(line,), offers=offers)), speech(), back=None)
    no = refused(400, "Bad Request: can't parse inline keyboard button: unknown field style")
    visit = Visit(store=cast("Any", None), sender_id=BOT, chat_id=555, now=NOW, language="it")

    async with answering(no, accepted()) as telegram, bots_at(telegram.url) as bots:
        bot = bots.with_token(TOKEN)
        await tell(bot, visit, screen.text, *screen.buttons)

    first, second = (form for _, form in telegram.asked[:2])
    assert "style" in first["reply_markup"]
    assert "style" not in second["reply_markup"]
    assert first["text"] == second["text"]
    assert {each["type"] for each in decoded(first, "entities")} == {"bold", "date_time"}
    assert {each["type"] for each in decoded(second, "entities")} == {"bold"}
