"""`avvisa status` tells a business what is wrong with its bot, since when, and what to do."""

import asyncio
from datetime import UTC, datetime

import pytest

from cli.house import open_house
from cli.settings import Settings
from messaging.actions import founding
from messaging.actions.troubles import note_unheard
from messaging.customer import Channel
from messaging.trouble import Unheard
from tests.doors.avvisa import Avvisa

SINCE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def troubled(avvisa: Avvisa, reason: Unheard, detail: str | None = None) -> None:
    """Let there be a workshop whose bot hears nothing since Sunday."""
    assert avvisa("business", "add", "officina", "--name", "Officina Delta").code == 0

    async def arrange() -> None:
        async with open_house(Settings()) as house:
            sender_id = await founding.give_sender(
                house.store,
                slug="officina",
                channel=Channel.TELEGRAM,
                external_id="7712345678",
                name="delta_bot",
                secret="7712345678:x",
                now=SINCE,
            )
            await note_unheard(
                house.store, sender_id=sender_id, reason=reason, detail=detail, now=SINCE
            )

    asyncio.run(arrange())


def test_what_happened_since_when_and_what_to_do_is_told(avvisa: Avvisa) -> None:
    troubled(avvisa, Unheard.TOKEN_REFUSED)

    said = avvisa("status", "officina").out

    assert "@delta_bot, since Sun 22 Nov 2026 10:30: Telegram refuses the token of this bot" in said
    assert "avvisa business telegram officina --token-file FILE" in said
    [told] = avvisa("status", "officina", "--json").document["unheard"]
    assert told.pop("what").endswith("what customers write and press does not arrive")
    assert told.pop("remedy").startswith("ask @BotFather")
    assert told == {
        "bot": "delta_bot",
        "reason": "token_refused",
        "since": "2026-11-22T09:30:00+00:00",
        "detail": None,
    }


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Unheard.OTHER_POLLER, "another program fetches the messages of this bot"),
        (Unheard.WEBHOOK_ELSEWHERE, "to its own address (a webhook)"),
        (Unheard.WEBHOOK_FAILING, 'AVVISA_PUBLIC_URL ("502 Bad Gateway")'),
        (Unheard.WEBHOOK_REFUSED, "does not take AVVISA_PUBLIC_URL"),
    ],
)
def test_who_else_has_the_bot_is_told_apart_in_plain_words(
    avvisa: Avvisa, reason: Unheard, words: str
) -> None:
    detail = "502 Bad Gateway" if reason is Unheard.WEBHOOK_FAILING else None
    troubled(avvisa, reason, detail)

    assert words in avvisa("status", "officina").out


def test_nothing_is_said_where_nothing_is_wrong(avvisa: Avvisa) -> None:
    assert avvisa("business", "add", "officina", "--name", "Officina Delta").code == 0

    assert avvisa("status", "officina").out == "0 notices made, 0 of them under way.\n"
