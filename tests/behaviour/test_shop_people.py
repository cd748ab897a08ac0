"""What the people of a shop are told by themselves: calls that nobody makes, the day in the morning, what failed."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversations.shop_day import lost_text
from messaging.actions import answering, digesting, escalating, letting_in, notifying, staffing
from messaging.actions.admitting import ask_shop
from messaging.actions.calling import want_call
from messaging.actions.digesting import day_of, today_at
from messaging.actions.letting_in import LetIn
from messaging.actions.staffing import Desk
from messaging.actions.writing import write_to
from messaging.closing import parse_closed, say_closed
from messaging.customer import CustomerId
from messaging.errors import InvitationRefused, NotAdmitted, Refused
from messaging.intake import RecordRow
from messaging.link_request import LinkRequestId
from messaging.opening import parse_opening, to_json
from messaging.reply import ReplyId
from messaging.sender import Message, Outcome, Rejected
from messaging.staff import Duty, Role, Seat, StaffId, Topic
from messaging.store import businesses, days, tables
from scheduler.occurrences import cron_days
from tests.given import MONDAY, Workshop, workshop_on

HOURS = "mon-fri 8:30-12:30 14:30-18:30"


@pytest.fixture
async def shop(workshop: Workshop) -> Workshop:
    """A workshop that has told its opening hours."""
    async with workshop.store.begin() as conn:
        hours = to_json(parse_opening(HOURS))
        await businesses.set_hours(conn, workshop.business.id, {"opening_hours": hours})
    return workshop


async def joins(shop: Workshop, chat: int = 1, role: Role = Role.OWNER) -> Desk:
    """Let somebody of the shop come in with an invitation."""
    now = shop.clock.now()
    async with shop.store.begin() as conn:
        await conn.execute(
            tables.sender.update().where(tables.sender.c.id == shop.bot).values(name="delta_bot")
        )
    invited = await staffing.invite_staff(
        shop.store, slug=shop.business.slug, name="Paolo", role=role, by="test", now=now
    )
    await staffing.open_invitation(
        shop.store, sender_id=shop.bot, start=invited.start, chat_id=chat, now=now
    )
    return await staffing.join(
        shop.store, sender_id=shop.bot, staff_id=invited.id, chat_id=chat, language="it", now=now
    )


async def asks_for_a_call(shop: Workshop) -> CustomerId:
    anna = await shop.customer(chat=False)
    chat = await shop.link_chat(anna)
    wanted = await want_call(
        shop.store, sender_id=shop.bot, chat_id=chat, customer_id=anna, now=shop.clock.now()
    )
    assert wanted is not None
    return anna


async def to_tell(shop: Workshop) -> list[tuple[int, str, Any]]:
    """Return what is to be told to whom, as it was prepared."""
    notice = tables.staff_notice
    asked = select(notice.c.staff_id, notice.c.subject, notice.c.data).order_by(notice.c.id)
    async with shop.store.read() as conn:
        return [(row[0], row[1], row[2]) for row in await conn.execute(asked)]


async def hours_later(shop: Workshop, hours: float) -> list[str]:
    """Let the housekeeper work at the moment; return the subjects of all that is to be told."""
    shop.clock.moment = MONDAY + timedelta(hours=hours)
    await shop.housekeeper().work()
    return [subject for _, subject, _ in await to_tell(shop)]


async def test_a_call_that_nobody_makes_is_told_to_the_owner_after_four_open_hours_once(
    shop: Workshop,
) -> None:
    owner, _ = await joins(shop), await joins(shop, chat=2, role=Role.OPERATOR)
    await asks_for_a_call(shop)  # at nine: 3.5 hours until the break, so it is owed until three

    assert "late:1" not in await hours_later(shop, 5.9)
    assert (await hours_later(shop, 6)).count("late:1") == 1
    assert (await hours_later(shop, 9)).count("late:1") == 1
    assert (owner.member.id, "late:1", None) in await to_tell(shop)
    assert await escalating.overdue(shop.store, slug="officina") == 1
    (reply,) = await answering.replies_of(shop.store, slug="officina")
    assert reply.escalated_at == MONDAY + timedelta(hours=6)


async def test_a_call_that_was_made_is_told_to_nobody(shop: Workshop) -> None:
    await joins(shop)
    await asks_for_a_call(shop)
    await answering.close_reply(
        shop.store, slug="officina", reply_id=ReplyId(1), now=shop.clock.now()
    )

    assert "late:1" not in await hours_later(shop, 24)


async def test_without_an_owner_in_the_bot_the_status_says_it(shop: Workshop) -> None:
    await asks_for_a_call(shop)

    assert await hours_later(shop, 24) == []
    assert await escalating.overdue(shop.store, slug="officina") == 1


async def test_a_business_may_allow_itself_longer(shop: Workshop) -> None:
    await joins(shop)
    changed = await escalating.answer_within(
        shop.store, slug="officina", hours=8, by="test", now=shop.clock.now()
    )
    await asks_for_a_call(shop)

    assert changed.answers_within == timedelta(hours=8)
    assert "late:1" not in await hours_later(shop, 9)
    assert "late:1" in await hours_later(shop, 24)
    with pytest.raises(Refused):
        await escalating.answer_within(
            shop.store, slug="officina", hours=0, by="test", now=shop.clock.now()
        )


async def test_the_day_is_told_once_in_the_morning_with_what_goes_out(shop: Workshop) -> None:
    desk = await joins(shop)
    await shop.switch_on()
    await shop.customer()
    await shop.inspection(due_on=date(2026, 12, 1))  # seven days before is Tuesday

    morning = await hours_later(shop, 22.4)  # twenty past seven
    assert [each for each in morning if "11-24" in each] == []
    for later in (22.5, 23, 24):
        told = await hours_later(shop, later)
        assert [each for each in told if "11-24" in each] == ["digest:2026-11-24"]
    data = {subject: data for _, subject, data in await to_tell(shop)}
    assert data["digest:2026-11-24"] == {"goes": 1, "stays": 0}
    _, outlook = await today_at(
        shop.store, desk.seat, now=MONDAY + timedelta(hours=22.5), strikes=cron_days
    )
    assert (outlook.goes, outlook.stays) == (1, 0)  # whoever looks reads the same


async def test_on_a_closed_day_and_at_the_wrong_hour_no_day_is_told(shop: Workshop) -> None:
    await joins(shop)
    async with shop.store.begin() as conn:
        closed = say_closed(parse_closed(["25/11/2026"]))
        await businesses.set_hours(conn, shop.business.id, {"closed_days": closed})

    await hours_later(shop, 4)  # Monday at one: better late than never
    await hours_later(shop, 24 + 6)  # Tuesday at three: nothing ran in the morning
    await hours_later(shop, 48)  # Wednesday is closed
    told = await hours_later(shop, 24 * 6)  # Sunday, too

    assert [each for each in told if each.startswith("digest:")] == ["digest:2026-11-23"]
    assert "digest:2026-11-30" in await hours_later(shop, 24 * 7)


async def test_the_day_says_who_comes_and_what_waits(shop: Workshop) -> None:
    desk = await joins(shop)
    await asks_for_a_call(shop)
    for code, hour, status in (("a", 15, "confirmed"), ("b", 10, "booked"), ("c", 34, "booked")):
        await shop.record(
            RecordRow(
                type="appointment",
                external_id=code,
                customer="anna",
                starts_at=datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour),
                status=status,
            )
        )

    day = await day_of(shop.store, desk.seat, now=shop.clock.now())

    assert [(each.at.hour, each.status) for each in day.expected] == [
        (10, "booked"),
        (15, "confirmed"),
    ]
    assert (day.replies, day.overdue, day.paused) == (1, 0, False)


async def test_what_failed_is_told_together_and_at_most_once_an_hour(shop: Workshop) -> None:
    def refuses(_: Message) -> Outcome:
        return Rejected(reason="content_refused", code="400")

    desk = await joins(shop)
    shop.telegram.answer = refuses
    for who in ("anna", "bruno"):
        await shop.customer(who)
        await write_to(
            shop.store, slug="officina", customer=who, text="Venga.", by="test", now=MONDAY
        )
    await shop.run()

    def failures(told: list[str]) -> int:
        return sum(each.startswith("failures:") for each in told)

    assert failures(await hours_later(shop, 0.5)) == 0
    assert failures(await hours_later(shop, 1)) == 1
    assert failures(await hours_later(shop, 3)) == 1
    _, lost = await digesting.lost_between(
        shop.store, desk.seat, since=MONDAY - timedelta(1), until=shop.clock.now()
    )
    assert [(each.customer, each.reason) for each in lost.first] == [
        ("anna", "content_refused"), ("bruno", "content_refused"),
    ]  # fmt: skip
    assert (lost.count, lost.reasons) == (2, {"content_refused": 2})


async def test_of_much_that_failed_a_few_are_named_and_the_rest_is_counted(shop: Workshop) -> None:
    shop.telegram.answer = lambda _: Rejected(reason="content_refused", code="400")
    for who in ("anna", "bruno"):
        await shop.customer(who)
        await write_to(
            shop.store, slug="officina", customer=who, text="Venga.", by="test", now=MONDAY
        )
    await shop.run()

    async with shop.store.read() as conn:
        lost = await days.lost(
            conn, shop.business.id, since=MONDAY, until=MONDAY + timedelta(1), named=1
        )
    assert ([each.customer for each in lost.first], lost.count) == (["anna"], 2)
    assert lost_text(lost, "it") == (
        "Non arrivati: 2\n"
        "• Anna Bianchi: Telegram rifiuta il testo\n"
        "• 1 × Telegram rifiuta il testo"
    )


async def test_what_is_to_be_told_is_claimed_at_the_pace_of_the_bot_and_once(
    shop: Workshop,
) -> None:
    await joins(shop)
    await asks_for_a_call(shop)
    now = shop.clock.now()

    (notice,) = await notifying.claim(shop.store, [shop.bot], now=now)
    assert notice.subject == "reply:1"
    assert await notifying.claim(shop.store, [shop.bot], now=now) == []
    later = now + notifying.AGAIN_AFTER  # nobody has said how it ended
    (again,) = await notifying.claim(shop.store, [shop.bot], now=later)
    await notifying.finish(shop.store, again, now=later)

    assert again.attempts == 1
    assert await notifying.claim(shop.store, [shop.bot], now=now + timedelta(days=1)) == []


async def test_an_empty_bucket_tells_nothing(shop: Workshop) -> None:
    await joins(shop)
    await asks_for_a_call(shop)
    async with shop.store.begin() as conn:
        await conn.execute(tables.sender.update().values(tokens=0.0, refilled_at=MONDAY))

    assert await notifying.claim(shop.store, [shop.bot], now=MONDAY) == []
    soon = MONDAY + timedelta(seconds=1)
    assert len(await notifying.claim(shop.store, [shop.bot], now=soon)) == 1


async def test_a_place_is_the_chats_own_and_each_duty_the_roles(shop: Workshop) -> None:
    desk = await joins(shop, role=Role.VIEWER)
    other = await workshop_on(shop.store, shop.clock, slug="altra")

    async def admitted(seat: Seat, duty: Duty = Duty.LOOK) -> str:
        async with shop.store.read() as conn:
            try:
                await staffing.admit(conn, seat, duty)
            except NotAdmitted as refused:
                return refused.why
            return "in"

    seat = desk.seat
    assert await admitted(seat) == "in"
    assert await admitted(seat, Duty.PAUSE) == "role"
    assert await admitted(Seat(sender_id=shop.bot, chat_id=2, staff_id=seat.staff_id)) == "stranger"
    elsewhere = Seat(sender_id=other.bot, chat_id=1, staff_id=seat.staff_id)
    assert await admitted(elsewhere) == "stranger"
    assert await admitted(Seat(sender_id=shop.bot, chat_id=1, staff_id=StaffId(99))) == "stranger"
    await staffing.remove_staff(
        shop.store, slug="officina", staff_id=seat.staff_id, by="test", now=MONDAY
    )
    assert await admitted(seat) == "stranger"


async def test_an_old_invitation_for_staff_is_refused(shop: Workshop) -> None:
    await joins(shop)
    invited = await staffing.invite_staff(
        shop.store, slug="officina", name="Ugo", role=Role.OWNER, by="test", now=MONDAY
    )
    with pytest.raises(InvitationRefused, match="expired"):
        await staffing.open_invitation(
            shop.store,
            sender_id=shop.bot,
            start=invited.start,
            chat_id=7,
            now=MONDAY + timedelta(days=3),
        )


async def test_a_switch_is_ones_own(shop: Workshop) -> None:
    desk = await joins(shop)
    await staffing.switch_topic(shop.store, desk.seat, Topic.CALLS, on=False, now=MONDAY)
    await joins(shop, chat=2)
    await asks_for_a_call(shop)

    assert [(to, subject) for to, subject, _ in await to_tell(shop)] == [(2, "reply:1")]


async def test_two_of_the_shop_decide_about_one_request_at_once_and_one_of_them_does(
    shop: Workshop,
) -> None:
    desks = [await joins(shop), await joins(shop, chat=2, role=Role.OPERATOR)]
    people = [await shop.customer(code, chat=False) for code in ("anna", "bruno")]
    now = shop.clock.now()
    await staffing.switch_topic(shop.store, desks[0].seat, Topic.MESSAGES, on=False, now=now)
    await ask_shop(
        shop.store, sender_id=shop.bot, chat_id=77, business_id=shop.business.id, name="A.",
        language="it", now=now,
    )  # fmt: skip
    stamp = int(now.timestamp())
    # The operator hears of it; the owner has switched messages off, and would if nobody else could decide.
    assert await to_tell(shop) == [(2, f"link:1:{stamp}", None)]

    async with asyncio.TaskGroup() as both:
        taps = [
            both.create_task(
                letting_in.let_in(
                    shop.store, desk.seat, LinkRequestId(1), stamp, person, with_parent=False,
                    again=False, now=now,
                )
            )
            for desk, person in zip(desks, people, strict=True)
        ]  # fmt: skip
    done = [each.result() for each in taps]
    late = await letting_in.turn_away(
        shop.store, desks[0].seat, LinkRequestId(1), stamp, again=False, now=now
    )

    [won] = [each for each in done if isinstance(each, LetIn)]
    [lost] = [each for each in done if not isinstance(each, LetIn)]
    assert lost.customer == won.customer
    assert isinstance(late, letting_in.Settled)
    async with shop.store.read() as conn:
        linked = list(await conn.scalars(select(tables.address_customer.c.customer_id)))
    assert linked == [won.customer.id]


async def test_who_asks_to_be_linked_reaches_an_owner_where_nobody_else_could_decide(
    shop: Workshop,
) -> None:
    owner = await joins(shop)
    await joins(shop, chat=2, role=Role.VIEWER)
    now = shop.clock.now()
    await staffing.switch_topic(shop.store, owner.seat, Topic.MESSAGES, on=False, now=now)

    await ask_shop(
        shop.store, sender_id=shop.bot, chat_id=77, business_id=shop.business.id, name="A.",
        language="it", now=now,
    )  # fmt: skip

    assert [to for to, _, _ in await to_tell(shop)] == [owner.member.id]
