"""The shop answers a customer, or writes to one, with a picture or a document."""

from typing import Any

import pytest

from bot.words import words
from messaging.actions.answering import replies_of
from messaging.letter import FILE_TEXT_LIMIT
from messaging.notification import State
from messaging.store import tables
from tests.bot.delivering import deliver
from tests.bot.desk import acts, at_work, taps, tells, writes
from tests.bot.house import House, a_message
from tests.bot.telegram_town import Person
from tests.bot.test_shop import asked


async def sends(house: House, person: Person, **content: Any) -> str:
    """Let the person send something that is no text; return what the bot says newest then."""
    newest = (await person.chat())["data"][-1]["message_id"]
    await house.receive({"message": a_message(person, newest + 500, **content)})
    await house.settled()
    return (await person.heard())[-1]


def a_photo(file_id: str = "AgAC") -> dict[str, Any]:
    return {
        "photo": [
            {"file_id": f"{file_id}-small", "file_unique_id": "s", "width": 90, "height": 90},
            {"file_id": file_id, "file_unique_id": "l", "width": 1280, "height": 960},
        ]
    }


async def test_a_picture_is_the_answer_and_arrives_in_its_largest_size_with_its_words(
    house: House,
) -> None:
    paolo = await at_work(house)
    mario = await asked(house, "Che pezzo è?")
    await tells(house)
    await taps(house, paolo, "Rispondi")

    one = await sends(house, paolo, **a_photo("one"), media_group_id="7")
    assert one == "Per favore, mandi una foto o un documento alla volta."
    long = await sends(house, paolo, **a_photo(), caption="x" * (FILE_TEXT_LIMIT + 1))
    assert long.startswith(f"È troppo lungo: al massimo {FILE_TEXT_LIMIT}")
    smileys = await sends(house, paolo, **a_photo(), caption="🙂" * (FILE_TEXT_LIMIT // 2 + 1))
    assert smileys == long  # Telegram counts each of them twice
    done = await sends(house, paolo, **a_photo(), caption="Questo qui.")
    await deliver(house)

    assert done == "Inviato a Mario Rossi."
    heard = (await mario.heard())[-1]
    assert heard.startswith("[photo AgAC]\nOfficina Delta le scrive")
    assert heard.endswith("«Che pezzo è?»\n\nQuesto qui.")
    (told,) = await replies_of(house.store, slug="delta", only_open=False)
    assert told.answer is State.ACCEPTED
    assert ("staff:1", "letter.answer") in await acts(house)
    assert len(await house.rows(tables.letter)) == 1


async def test_a_document_under_the_customers_message_needs_no_words(house: House) -> None:
    paolo = await at_work(house)
    mario = await asked(house)
    await tells(house)
    newest = (await paolo.chat())["data"][-1]
    keyboard = [
        [{"text": each["text"], "callback_data": each["data"]} for each in row]
        for row in newest["buttons"]
    ]
    below = a_message(
        paolo, newest["message_id"], text=newest["text"],
        reply_markup={"inline_keyboard": keyboard},
    )  # fmt: skip
    document = {"file_id": "BQAC", "file_unique_id": "d", "file_name": "preventivo.pdf"}

    assert await sends(house, paolo, document=document, reply_to_message=below) == (
        "Inviato a Mario Rossi."
    )
    await deliver(house)

    heard = (await mario.heard())[-1]
    assert heard.startswith("[document BQAC]\nOfficina Delta le scrive")
    assert heard.endswith("📎")


@pytest.mark.parametrize("language", ["it", "en"])
async def test_a_picture_goes_to_a_customer_unasked_with_words_that_say_what_it_is(
    house: House, language: str
) -> None:
    say = words(language)
    paolo = await at_work(house, speaks=language)
    mario = await house.linked("Mario")
    await writes(house, paolo, "/negozio")
    await taps(house, paolo, say("Write to a customer"))
    nothing = await sends(house, paolo, **a_photo())  # whom it is for is told in words
    assert nothing == say("That cannot be sent from here. Please write it.")
    await writes(house, paolo, "mari")
    await taps(house, paolo, "Mario Rossi (C-Mario)")

    asked = say("Now write a few words that go with it, so that {name} knows what it is.")
    assert await sends(house, paolo, **a_photo()) == asked.format(name="Mario Rossi")
    assert "700" in await writes(house, paolo, "x" * 800)
    shown = await writes(house, paolo, "Sconto del 30% sulle gomme!")
    assert (await paolo.heard())[-2] == "[photo AgAC]\nSconto del 30% sulle gomme!"
    assert say("Send it? To change it, write it anew.") in shown
    refused = await taps(house, paolo, say("Send"))
    assert refused.startswith(say("Nothing was sent: {why}.").partition("{")[0])

    await writes(house, paolo, "/negozio")
    await taps(house, paolo, say("Write to a customer"))
    await writes(house, paolo, "mari")
    await taps(house, paolo, "Mario Rossi (C-Mario)")
    await writes(house, paolo, "Ecco il pezzo.")
    await sends(house, paolo, **a_photo("new"))  # joins the words that came before
    done = await taps(house, paolo, say("Send"))
    await deliver(house)

    assert done == say("Sent to {name}.").format(name="Mario Rossi")
    heard = (await mario.heard())[-1]
    assert heard.startswith("[photo new]\nOfficina Delta le scrive")
    assert heard.endswith("Ecco il pezzo.")
    [letter] = await house.rows(tables.letter)
    assert (letter["file_id"], letter["reply_id"]) == ("new", None)
    assert ("staff:1", "letter.write") in await acts(house)
