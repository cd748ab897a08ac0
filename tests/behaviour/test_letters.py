"""What a customer wrote is answered in the chat it came from: by the gate, in the lanes, once, with a state."""

from datetime import timedelta

import pytest

from messaging.actions import answering, pausing, writing
from messaging.actions.conversing import write
from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.customer import CustomerId
from messaging.errors import NotFound, Refused
from messaging.explanation import Goes, Stays
from messaging.letter import Enclosure
from messaging.notification import State
from messaging.reply import FileKind, ReplyId, SentFile
from messaging.sender import AddressGone, Message, Outcome
from messaging.store import addresses
from messaging.store.replies import Told
from tests.given import Workshop, workshop_on

ASKED = "È pronta la macchina?\nGrazie"


async def asks(
    workshop: Workshop, chat: int, text: str = ASKED, *, update: int = 1, photo: str | None = None
) -> None:
    """Let the person in the chat write, or send a picture."""
    kept = await write(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=chat,
        update_id=update,
        text=text,
        file=None if photo is None else SentFile(kind=FileKind.PHOTO, id=photo),
        now=workshop.clock.now(),
    )
    assert kept is not None


async def replies(workshop: Workshop, *, only_open: bool = True) -> list[Told]:
    return await answering.replies_of(workshop.store, slug="officina", only_open=only_open)


async def answered(
    workshop: Workshop, reply: Told, text: str = "Sì, è pronta.", **how: str
) -> writing.Posted:
    return await writing.answer(
        workshop.store,
        slug="officina",
        reply_id=reply.id,
        text=text,
        by="test",
        now=workshop.clock.now(),
        **how,
    )


async def anna(workshop: Workshop) -> tuple[CustomerId, int]:
    """Put Anna into the books, with a chat; return both."""
    person = await workshop.customer(chat=False)
    return person, await workshop.link_chat(person)


async def test_an_answer_goes_to_the_chat_in_which_it_was_asked_and_quotes_it(
    workshop: Workshop,
) -> None:
    person, chat = await anna(workshop)
    other = await workshop.link_chat(person)
    await asks(workshop, other)
    (reply,) = await replies(workshop)

    posted = await answered(workshop, reply)
    await workshop.run()

    assert isinstance(posted.outlook, Goes)
    (sent,) = workshop.telegram.messages
    assert (sent.address, sent.message_class) == (str(other), MessageClass.SERVICE)
    assert sent.address != str(chat)
    assert sent.text == (
        "Officina Delta le scrive\n\n«È pronta la macchina? Grazie»\n\nSì, è pronta."
    )
    assert await workshop.states() == [(State.ACCEPTED, None)]
    assert await replies(workshop) == []
    (told,) = await replies(workshop, only_open=False)
    assert told.answer is State.ACCEPTED


async def test_a_chat_that_is_nobodys_any_more_is_not_answered_but_the_customers_own_is(
    workshop: Workshop,
) -> None:
    person, first = await anna(workshop)
    bruno = await workshop.customer("bruno", chat=False)
    await asks(workshop, first)
    second = await workshop.link_chat(person)
    async with workshop.store.begin() as conn:
        there = await addresses.chat(conn, workshop.bot, first)
        assert there is not None
        await addresses.link(conn, there.id, bruno, workshop.clock.now())
        await addresses.unlink_others(conn, there.id, bruno, workshop.business.id)
    (reply,) = await replies(workshop)

    await answered(workshop, reply)
    await workshop.run()

    assert [each.address for each in workshop.telegram.messages] == [str(second)]


async def test_an_answer_is_given_once_and_the_same_act_twice_is_one(workshop: Workshop) -> None:
    _, chat = await anna(workshop)
    await asks(workshop, chat)
    (reply,) = await replies(workshop)

    first = await answered(workshop, reply, origin="telegram:1:77")
    again = await answered(workshop, reply, origin="telegram:1:77")
    with pytest.raises(Refused, match="answered already"):
        await answered(workshop, reply)
    await workshop.run()

    assert (first.already, again.already) == (False, True)
    assert len(workshop.texts) == 1


async def test_another_business_finds_no_such_reply(workshop: Workshop) -> None:
    other = await workshop_on(workshop.store, workshop.clock, slug="altra")
    _, chat = await anna(workshop)
    await asks(workshop, chat)
    (reply,) = await replies(workshop)

    with pytest.raises(NotFound):
        await writing.answer(
            other.store,
            slug="altra",
            reply_id=reply.id,
            text="Sì",
            by="test",
            now=workshop.clock.now(),
        )


async def test_what_cannot_go_out_is_told_and_the_reply_stays_open(workshop: Workshop) -> None:
    person, chat = await anna(workshop)
    await asks(workshop, chat)
    (reply,) = await replies(workshop)
    await workshop.consent(person, MessageClass.SERVICE, given=False)

    posted = await answered(workshop, reply)

    assert isinstance(posted.outlook, Stays)
    assert posted.outlook.reason == "no_consent"
    assert [each.id for each in await replies(workshop)] == [reply.id]
    assert await workshop.states() == []


async def test_who_stops_after_the_answer_was_given_does_not_get_it_and_it_is_open_again(
    workshop: Workshop,
) -> None:
    person, chat = await anna(workshop)
    await asks(workshop, chat)
    (reply,) = await replies(workshop)
    await answered(workshop, reply)
    await workshop.consent(person, MessageClass.SERVICE, given=False)

    await workshop.run()

    assert workshop.texts == []
    assert await workshop.states() == [(State.WITHHELD, "no_consent")]
    assert [(each.id, each.answer) for each in await replies(workshop)] == [
        (reply.id, State.WITHHELD)
    ]


async def test_an_answer_that_does_not_arrive_opens_the_reply_again(workshop: Workshop) -> None:
    def blocked(_: Message) -> Outcome:
        return AddressGone(reason="blocked_by_user", code="403", blocked=True)

    _, chat = await anna(workshop)
    await asks(workshop, chat)
    (reply,) = await replies(workshop)
    workshop.telegram.answer = blocked
    await answered(workshop, reply)
    await workshop.run()

    assert [each.open for each in await replies(workshop)] == [True]


async def test_an_answer_given_at_night_waits_for_the_morning(workshop: Workshop) -> None:
    _, chat = await anna(workshop)
    workshop.clock.move(timedelta(hours=14))  # eleven in the evening
    await asks(workshop, chat)
    (reply,) = await replies(workshop)

    posted = await answered(workshop, reply)
    await workshop.run()
    assert workshop.texts == []
    await workshop.wait(timedelta(hours=10))

    assert isinstance(posted.outlook, Goes)
    assert posted.outlook.later == "closed_hours"
    assert len(workshop.texts) == 1


async def test_a_pause_refuses_an_answer_and_stops_one_that_waits(workshop: Workshop) -> None:
    _, chat = await anna(workshop)
    await asks(workshop, chat)
    await asks(workshop, chat, "E quanto costa?", update=2)
    later, first = await replies(workshop)
    await answered(workshop, first)
    await pausing.pause(workshop.store, slug="officina", by="test", now=workshop.clock.now())

    posted = await answered(workshop, later)
    await workshop.run()

    assert isinstance(posted.outlook, Stays)
    assert posted.outlook.reason == "paused"
    assert workshop.texts == []
    await pausing.resume(workshop.store, slug="officina", by="test", now=workshop.clock.now())
    await workshop.run()
    assert len(workshop.texts) == 1


async def test_what_nobody_asked_for_and_offers_something_needs_the_consent_to_offers(
    workshop: Workshop,
) -> None:
    await workshop.customer()

    async def writes(text: str) -> writing.Posted:
        return await writing.write_to(
            workshop.store,
            slug="officina",
            customer="anna",
            text=text,
            by="test",
            now=workshop.clock.now(),
        )

    offer = await writes("Solo oggi sconto del 20% sulle gomme!")
    notice = await writes("Ha dimenticato l'ombrello da noi.")
    await workshop.run()

    assert offer.message_class is MessageClass.MARKETING
    assert isinstance(offer.outlook, Stays)
    assert offer.outlook.reason == "no_consent"
    assert isinstance(notice.outlook, Goes)
    assert workshop.texts == ["Officina Delta le scrive\n\nHa dimenticato l'ombrello da noi."]


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2001])
async def test_an_empty_text_and_one_too_long_are_refused(workshop: Workshop, text: str) -> None:
    _, chat = await anna(workshop)
    await asks(workshop, chat)
    (reply,) = await replies(workshop)

    with pytest.raises(Refused):
        await answered(workshop, reply, text)


async def test_a_picture_is_kept_with_its_words_and_answered_like_a_text(
    workshop: Workshop,
) -> None:
    _, chat = await anna(workshop)
    await asks(workshop, chat, "", photo="AgACAgQ", update=1)
    await asks(workshop, chat, "questa spia", photo="AgACAgR", update=2)
    await asks(workshop, chat, "questa spia", photo="AgACAgR", update=2)

    second, first = await replies(workshop)

    assert (first.file, first.text) == (SentFile(kind=FileKind.PHOTO, id="AgACAgQ"), None)
    assert (second.file, second.text) == (
        SentFile(kind=FileKind.PHOTO, id="AgACAgR"),
        "questa spia",
    )
    await answered(workshop, first)
    await workshop.run()
    assert workshop.texts == ["Officina Delta le scrive\n\nSì, è pronta."]


async def test_a_reply_that_does_not_exist_is_not_found(workshop: Workshop) -> None:
    with pytest.raises(NotFound):
        await writing.answer(
            workshop.store,
            slug="officina",
            reply_id=ReplyId(4711),
            text="Sì",
            by="test",
            now=workshop.clock.now(),
        )


async def test_a_file_goes_only_through_the_bot_that_has_it_and_never_to_an_app(
    workshop: Workshop,
) -> None:
    person, chat = await anna(workshop)
    await workshop.link_phone(person, value="app-1")
    other = await workshop_on(workshop.store, workshop.clock, slug="altra")
    file = SentFile(kind=FileKind.DOCUMENT, id="BQAC")

    async def encloses(update: int, bot: SenderId) -> writing.Posted:
        await asks(workshop, chat, update=update)
        (reply,) = await replies(workshop)
        async with workshop.store.begin() as conn:
            return await writing.answer_in(
                conn, workshop.business, reply_id=reply.id, text="", by="test", origin=None,
                now=workshop.clock.now(), enclosed=Enclosure(file=file, of=bot),
            )  # fmt: skip

    elsewhere = await encloses(1, other.bot)
    assert elsewhere.notification_id is None
    assert isinstance(elsewhere.outlook, Stays)
    assert elsewhere.outlook.reason == "not_linked"
    await answered(workshop, (await replies(workshop))[0], "A voce.")
    here = await encloses(2, workshop.bot)
    await workshop.wait(timedelta(minutes=2), step=timedelta(minutes=1))

    assert isinstance(here.outlook, Goes)
    assert [each.file for each in workshop.telegram.messages] == [None, file]
    assert workshop.push.messages == []
