"""What customers ask about their own things from the menu: once, as the books are now; a free moment goes to one."""

import asyncio
from datetime import UTC, datetime, timedelta

from messaging.actions.asking import ask
from messaging.actions.conversing import write
from messaging.actions.importing import import_file
from messaging.actions.requesting import (
    Requested,
    choose_slot,
    leave_as_it_is,
    request,
)
from messaging.calendar import MessageClass
from messaging.intake import RecordRow
from messaging.record import Record, RecordId
from messaging.sheet import stamp_of
from messaging.store import records, replies
from messaging.store.replies import Told
from tests.given import DUE, Workshop

THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SLOTS = [THURSDAY + timedelta(days=1, hours=each) for each in range(5)]


async def a_customer(workshop: Workshop, code: str, starts_at: datetime = THURSDAY) -> int:
    """Return the chat of a customer who has an appointment."""
    customer = await workshop.customer(code, name=code.title(), chat=False)
    chat = await workshop.link_chat(customer)
    await appointment(workshop, code, starts_at)
    return chat


async def appointment(workshop: Workshop, code: str, starts_at: datetime) -> None:
    await workshop.record(
        RecordRow(
            type="appointment",
            external_id=f"A-{code}",
            customer=code,
            starts_at=starts_at,
            status="booked",
        )
    )


async def slots(workshop: Workshop, *moments: datetime, customer: str = "anna") -> None:
    """Let the diary say that these moments are free."""
    for each in moments:
        await workshop.record(
            RecordRow(
                type="open_slot",
                external_id=f"S-{each:%d%H}",
                customer=customer,
                starts_at=each,
                status="free",
            )
        )


async def record_of(workshop: Workshop, kind: str, code: str) -> Record:
    async with workshop.store.read() as conn:
        rows = await records.rows_by_external_id(conn, workshop.business.id, [code], lock=False)
        number = RecordId(rows[kind, code]["id"])
        return (await records.of_ids(conn, [number]))[number]


async def press(
    workshop: Workshop, chat: int, record: Record, action: str, value: str = ""
) -> Requested:
    return await request(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=chat,
        record_id=record.id,
        stamp=stamp_of(record),
        action=action,
        value=value,
        now=workshop.clock.now(),
    )


async def choose(workshop: Workshop, chat: int, record: Record, moment: datetime) -> Requested:
    return await choose_slot(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=chat,
        record_id=record.id,
        stamp=stamp_of(record),
        starts_at=moment,
        now=workshop.clock.now(),
    )


async def waiting(workshop: Workshop) -> list[Told]:
    async with workshop.store.read() as conn:
        return await replies.of_business(conn, workshop.business.id, only_open=True, limit=50)


async def test_a_free_moment_goes_to_the_first_and_the_second_is_shown_three_others(
    workshop: Workshop,
) -> None:
    anna, bruno = await a_customer(workshop, "anna"), await a_customer(workshop, "bruno")
    await slots(workshop, *SLOTS)
    mine = await record_of(workshop, "appointment", "A-anna")
    his = await record_of(workshop, "appointment", "A-bruno")

    offered = await press(workshop, anna, mine, "move")
    async with asyncio.TaskGroup() as both:
        tasks = [
            both.create_task(choose(workshop, chat, record, SLOTS[0]))
            for chat, record in ((anna, mine), (bruno, his))
        ]
    results = [task.result() for task in tasks]

    assert (offered.outcome, offered.slots) == ("slots", tuple(SLOTS[:3]))
    assert sorted(each.outcome for each in results) == ["recorded", "slot_gone"]
    [late] = [each for each in results if each.outcome == "slot_gone"]
    assert late.slots == tuple(SLOTS[1:4])
    [wish] = await waiting(workshop)
    assert (wish.action, wish.value) == ("move", SLOTS[0].isoformat())
    assert (await record_of(workshop, "open_slot", "S-2709")).status == "taken"
    # The diary that repeats itself gives it to nobody; the appointment stands as it was.
    await slots(workshop, SLOTS[0])
    assert (await record_of(workshop, "open_slot", "S-2709")).status == "taken"
    assert (await record_of(workshop, "appointment", "A-anna")).starts_at == THURSDAY


async def test_a_diary_tells_its_free_moments_in_a_file_and_repeats_it_in_vain(
    workshop: Workshop,
) -> None:
    anna, bruno = await a_customer(workshop, "anna"), await a_customer(workshop, "bruno")
    mine = await record_of(workshop, "appointment", "A-anna")
    his = await record_of(workshop, "appointment", "A-bruno")
    lines = [f"D{n};{each:%d/%m/%Y;%H:%M};Libero" for n, each in enumerate(SLOTS[:3])]
    diary = "\n".join(["Cod. disponibilità;Data;Ora;Stato", *lines, "D3;28/11/2026;09:00;Occupato"])
    free = [each - timedelta(hours=1) for each in SLOTS[:3]]  # the file tells Rome's hours

    async def told() -> None:
        await import_file(
            workshop.store,
            slug=workshop.business.slug,
            name="agenda.csv",
            data=diary.encode("cp1252"),
            now=workshop.clock.now(),
        )

    await told()
    offered = await press(workshop, anna, mine, "move")
    chosen = await choose(workshop, anna, mine, free[1])
    workshop.clock.move(timedelta(minutes=5))
    await told()

    assert (offered.slots, chosen.outcome) == (tuple(free), "recorded")
    assert (await press(workshop, bruno, his, "move")).slots == (free[0], free[2])


async def test_a_wish_is_made_once_and_taking_it_back_frees_the_moment(workshop: Workshop) -> None:
    anna = await a_customer(workshop, "anna")
    await slots(workshop, *SLOTS)
    mine = await record_of(workshop, "appointment", "A-anna")
    await choose(workshop, anna, mine, SLOTS[1])

    again = await choose(workshop, anna, mine, SLOTS[1])
    another = await choose(workshop, anna, mine, SLOTS[2])
    listed = await ask(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=anna,
        section_id="appointments",
        language="it",
        now=workshop.clock.now(),
    )

    assert (again.outcome, another.outcome, another.wish) == ("already", "already", SLOTS[1])
    assert listed is not None
    assert [each.wish for each in listed.items] == [SLOTS[1]]
    left = await leave_as_it_is(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=anna,
        record_id=mine.id,
        now=workshop.clock.now(),
    )
    assert left.outcome == "kept"
    assert await waiting(workshop) == []
    assert (await press(workshop, anna, mine, "move")).slots == tuple(SLOTS[:3])


async def test_without_free_moments_the_next_words_are_the_wish(workshop: Workshop) -> None:
    anna = await a_customer(workshop, "anna")
    mine = await record_of(workshop, "appointment", "A-anna")

    assert (await press(workshop, anna, mine, "move")).outcome == "words"
    for _ in range(2):  # the same update, delivered twice
        kept = await write(
            workshop.store,
            sender_id=workshop.bot,
            chat_id=anna,
            update_id=7,
            text="lunedì mattina",
            now=workshop.clock.now(),
        )
        assert kept is not None
        assert kept.moves is not None
        assert kept.moves.starts_at == THURSDAY

    [wish] = await waiting(workshop)
    assert (wish.action, wish.text) == ("move", "lunedì mattina")


async def test_cancelling_asks_once_more_and_gives_a_chosen_moment_back(workshop: Workshop) -> None:
    anna = await a_customer(workshop, "anna")
    await slots(workshop, *SLOTS)
    mine = await record_of(workshop, "appointment", "A-anna")
    await choose(workshop, anna, mine, SLOTS[0])

    asked = await press(workshop, anna, mine, "cancel")
    sure = await press(workshop, anna, mine, "cancel", "yes")
    again = await press(workshop, anna, mine, "cancel", "yes")

    assert (asked.outcome, sure.outcome, again.outcome) == ("sure", "recorded", "already")
    assert (await record_of(workshop, "appointment", "A-anna")).status == "cancelled"
    assert (await record_of(workshop, "open_slot", "S-2709")).status == "free"
    assert [each.action for each in await waiting(workshop)] == ["cancel"]


async def test_two_taps_at_once_are_one_answer(workshop: Workshop) -> None:
    await workshop.customer("anna", chat=False)
    await workshop.inspection(due_on=DUE)
    async with workshop.store.read() as conn:
        [found] = (
            await records.rows_by_external_id(
                conn, workshop.business.id, ["AB123CD-inspection"], lock=False
            )
        ).values()
        record = (await records.of_ids(conn, [found["id"]]))[RecordId(found["id"])]
    chat = await workshop.link_chat(record.customer_id)

    async with asyncio.TaskGroup() as both:
        tasks = [both.create_task(press(workshop, chat, record, "done")) for _ in range(2)]

    assert sorted(task.result().outcome for task in tasks) == ["already", "recorded"]
    [told] = await waiting(workshop)
    assert (told.action, told.anchor) == ("done", DUE.isoformat())
    # The reminder of that date is over for everybody.
    await workshop.switch_on()
    await workshop.consent(record.customer_id, MessageClass.REMINDER)
    await workshop.run()
    assert workshop.texts == []


async def test_another_chat_learns_and_changes_nothing(workshop: Workshop) -> None:
    await a_customer(workshop, "anna")
    bruno = await a_customer(workshop, "bruno")
    await slots(workshop, *SLOTS)
    hers = await record_of(workshop, "appointment", "A-anna")

    for action, value in (("confirm", ""), ("cancel", "yes"), ("move", ""), ("nonsense", "")):
        assert await press(workshop, bruno, hers, action, value) == Requested(
            outcome="not_yours", action=action
        )
    assert (await choose(workshop, bruno, hers, SLOTS[0])).outcome == "not_yours"
    left = await leave_as_it_is(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=bruno,
        record_id=hers.id,
        now=workshop.clock.now(),
    )
    assert left.outcome == "not_yours"
    assert (await press(workshop, 999_999, hers, "confirm")).outcome == "not_yours"
    assert (await record_of(workshop, "appointment", "A-anna")).status == "booked"
    assert await waiting(workshop) == []


async def test_an_old_button_says_what_is_the_case_now(workshop: Workshop) -> None:
    anna = await a_customer(workshop, "anna")
    before = await record_of(workshop, "appointment", "A-anna")
    await appointment(workshop, "anna", THURSDAY + timedelta(days=4))

    moved = await press(workshop, anna, before, "confirm")

    assert moved.outcome == "moved"
    assert moved.appointment is not None
    assert moved.appointment.starts_at == THURSDAY + timedelta(days=4)
    workshop.clock.move(timedelta(days=9))
    after = await record_of(workshop, "appointment", "A-anna")
    assert (await press(workshop, anna, after, "cancel", "yes")).outcome == "over"
    assert await waiting(workshop) == []
