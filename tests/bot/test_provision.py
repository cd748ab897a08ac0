"""A bot is asked who it is, and dressed."""

import pytest

from bot.provision import BotIdentity, commands, dismiss, enlist, introduce, looks_of
from messaging.actions.presenting import Presentation
from messaging.display import Section
from messaging.errors import Misconfigured
from messaging.packs import load_pack
from tests.bot.answering_server import Reply, answering, breaks_off, page, refused, says
from tests.bot.house import House
from tests.bot.speaking import TOKEN, bots_at, decoded

DELTA = looks_of(
    Presentation(business="Officina Delta", language="it", sections=load_pack("auto").sections)
)
ME = {"id": 4200001, "is_bot": True, "first_name": "Officina Delta", "username": "delta_bot"}


async def test_a_good_token_says_whose_it_is() -> None:
    answer = says(200, {"ok": True, "result": ME})
    async with answering(answer) as telegram, bots_at(telegram.url) as bots:
        identity = await introduce(bots.with_token(TOKEN))

    assert identity == BotIdentity(id=4200001, username="delta_bot", name="Officina Delta")


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (refused(401, "Unauthorized"), "refuses this bot token"),
        (refused(404, "Not Found"), "refuses this bot token"),
        (page(502), "could not be asked"),
        (breaks_off(), "could not be asked"),
    ],
)
async def test_a_token_that_cannot_be_checked_is_told_in_a_sentence(
    reply: Reply, sentence: str
) -> None:
    async with answering(reply) as telegram, bots_at(telegram.url) as bots:
        with pytest.raises(Misconfigured, match=sentence) as caught:
            await introduce(bots.with_token(TOKEN))

    assert caught.value.hint
    assert TOKEN not in str(caught.value) + caught.value.hint


async def test_a_bot_shows_its_commands_and_itself_in_every_language() -> None:
    answer = says(200, {"ok": True, "result": True})
    async with answering(answer) as telegram, bots_at(telegram.url) as bots:
        await DELTA.put_on(bots.with_token(TOKEN))

    own_it = ["pronto", "appuntamenti", "scadenze", "preventivi", "veicoli", "fatture"]
    own_en = ["ready", "appointments", "deadlines", "quotes", "vehicles", "invoices"]
    commands = {
        form.get("language_code"): [each["command"] for each in decoded(form, "commands")]
        for path, form in telegram.asked
        if path.endswith("/setMyCommands")
    }
    assert commands == {
        None: ["menu", *own_it, "orari", "preferenze", "privacy", "aiuto", "stop"],
        "it": ["menu", *own_it, "orari", "preferenze", "privacy", "aiuto", "stop"],
        "en": ["menu", *own_en, "hours", "preferences", "privacy", "help", "stop"],
    }
    brief = [
        form["short_description"]
        for path, form in telegram.asked
        if path.endswith("/setMyShortDescription")
    ]
    assert brief == [
        "Gli avvisi di Officina Delta",
        "Gli avvisi di Officina Delta",
        "Notices from Officina Delta",
    ]


def test_a_bot_of_many_shops_lists_no_more_commands_than_telegram_takes() -> None:
    sections = [
        Section(
            id=f"s{n}",
            label={"en": f"Section {n}"},
            empty={"en": "-"},
            command={"en": f"section_{n}"},
        )
        for n in range(120)
    ]

    listed = list(commands("en", sections))

    assert len(listed) == 100  # https://core.telegram.org/bots/api#setmycommands
    assert listed[:2] == ["menu", "section_0"]
    assert listed[-5:] == ["hours", "preferences", "privacy", "help", "stop"]


async def test_telegram_understands_all_that_a_bot_is_given(house: House) -> None:
    bot = await house.bots.of(house.sender_id)
    assert bot is not None

    assert (await introduce(bot)).username == "delta_bot"
    await DELTA.put_on(bot)
    await DELTA.put_on(bot)

    [known] = (await house.town.look("bots"))["data"]
    assert known["profile"]


async def test_a_business_is_given_its_bot_in_one_go(house: House) -> None:
    identity = await enlist(TOKEN, api_url=house.town.url)

    assert identity == BotIdentity(id=4200001, username="delta_bot", name="Officina Delta")


@pytest.mark.parametrize("token", ["", "4200001", "42 00001:abc", "bot:abc"])
async def test_what_cannot_be_a_token_is_refused_without_asking(token: str) -> None:
    with pytest.raises(Misconfigured, match="refuses this bot token"):
        await enlist(token, api_url="http://127.0.0.1:9")


async def test_a_name_that_is_too_long_for_telegram_is_cut() -> None:
    looks = looks_of(Presentation(business="Delta " * 90, language="it", sections=()))

    assert {len(each.description) for each in looks.faces} == {512}
    assert {len(each.brief) for each in looks.faces} == {120}


def test_whatever_changes_in_what_a_bot_shows_changes_its_fingerprint() -> None:
    sections = load_pack("auto").sections
    named = Presentation(business="Officina Delta", language="it", sections=sections)
    others = [
        Presentation(business=None, language="it", sections=sections),
        Presentation(business="Officina Beta", language="it", sections=sections),
        Presentation(business="Officina Delta", language="en", sections=sections),
        Presentation(business="Officina Delta", language="it", sections=sections[1:]),
    ]

    assert looks_of(named) == DELTA
    assert len({looks_of(each).fingerprint for each in (named, *others)}) == 5


@pytest.mark.parametrize(
    ("url", "taken_away"),
    [
        ("https://old.example.org/tg/our-key", True),  # under whatever name we were reached then
        ("https://somebody.example.org/hook", False),
        ("", False),
    ],
)
async def test_of_a_bot_that_is_dismissed_only_our_own_webhook_is_taken_away(
    url: str, taken_away: bool
) -> None:
    info = {"url": url, "has_custom_certificate": False, "pending_update_count": 0}
    replies = says(200, {"ok": True, "result": info}), says(200, {"ok": True, "result": True})
    async with answering(*replies) as telegram:
        asked = await dismiss(TOKEN, api_url=telegram.url, webhook_key="our-key")

    called = [path.rpartition("/")[2] for path, _ in telegram.asked]
    assert asked
    assert called == ["getWebhookInfo", "deleteWebhook"][: 1 + taken_away]


@pytest.mark.parametrize(
    ("reply", "could_be_asked"),
    [(refused(401, "Unauthorized"), True), (page(502), False), (breaks_off(), False)],
)
async def test_a_token_that_is_refused_needs_no_dismissing_and_an_answer_that_fails_is_told(
    reply: Reply, could_be_asked: bool
) -> None:
    async with answering(reply) as telegram:
        assert (await dismiss(TOKEN, api_url=telegram.url, webhook_key="our-key")) is could_be_asked
