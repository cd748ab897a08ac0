"""A later step of a ladder has come while an earlier one still waits: the later goes, the earlier says so."""

from datetime import date, time, timedelta

from messaging.customer import Channel
from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.rule import BeforeDate, DateField, UntilDate
from messaging.store import businesses
from tests.automations import at, automate, ends, explained, foreseen, sent, skip_to, tell
from tests.given import Workshop
from tests.pauses import pause, resume

SATURDAY = date(2026, 11, 28)
SUNDAY = date(2026, 11, 29)
MONDAY = date(2026, 11, 30)
"""The week ends on Saturday at 19:00, and reminders leave again on Monday at nine."""


async def two_days_and_one(workshop: Workshop, hour: time) -> None:
    """Give the workshop a rule that speaks two days and one day before, at the hour."""
    trigger = BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(2, 1), at=hour
    )
    await automate(workshop, trigger, expiry=UntilDate(date_field=DateField.DUE_ON))


async def test_what_a_pause_kept_back_gives_way_to_the_step_that_has_come_meanwhile(
    workshop: Workshop,
) -> None:
    await two_days_and_one(workshop, time(10))
    await workshop.customer()
    await tell(workshop, record_type="inspection", due_on=date(2026, 11, 26))
    await pause(workshop)
    await at(workshop, date(2026, 11, 25))
    (subject,) = await explained(workshop)
    assert isinstance(subject.outlook, Stays)
    assert (subject.outlook.rung, subject.outlook.reason) == ("1d", "paused")

    await resume(workshop)
    await workshop.run()

    assert [rung for _, rung, _ in await sent(workshop)] == ["1d"]
    assert await ends(workshop) == [(State.ACCEPTED, None), (State.CANCELLED, "superseded")]


async def test_of_two_steps_in_one_weekend_the_later_goes_on_monday_and_that_was_foretold(
    workshop: Workshop,
) -> None:
    await two_days_and_one(workshop, time(20, 30))
    await workshop.customer()
    await tell(workshop, record_type="inspection", due_on=MONDAY)

    coming = {each.rung: each for each in await foreseen(workshop, 10)}
    subject = (await explained(workshop))[0]
    await skip_to(workshop, SATURDAY, time(20, 30))
    await skip_to(workshop, SUNDAY, time(20, 30))
    await skip_to(workshop, MONDAY, time(9))

    assert (coming["2d"].channel, coming["2d"].reason) == (None, "superseded")
    assert (coming["1d"].channel, coming["1d"].reason) == (Channel.TELEGRAM, "closed_hours")
    assert isinstance(subject.outlook, Goes)
    assert (subject.outlook.rung, subject.outlook.at) == ("1d", coming["1d"].at)
    assert await sent(workshop) == [("anna", "1d", "30/11 09:00")]
    assert await ends(workshop) == [(State.ACCEPTED, None), (State.CANCELLED, "superseded")]


async def test_what_waits_for_a_person_ends_when_the_next_step_comes_by_itself(
    workshop: Workshop,
) -> None:
    await workshop.customer()
    await tell(workshop, record_type="inspection", due_on=date(2026, 11, 30))
    await workshop.run()
    trigger = BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(30, 5), at=time(10)
    )
    await automate(workshop, trigger, expiry=UntilDate(date_field=DateField.DUE_ON))
    assert await workshop.held() == ["switched_on"]

    await at(workshop, date(2026, 11, 25))
    await workshop.wait(timedelta(minutes=1))  # what is to go out comes first

    assert await workshop.held() == []
    assert await ends(workshop) == [(State.ACCEPTED, None), (State.CANCELLED, "superseded")]


async def test_what_waits_for_a_person_still_waits_if_the_books_have_put_the_next_step_off(
    workshop: Workshop,
) -> None:
    await workshop.customer()
    await tell(workshop, record_type="inspection", due_on=date(2026, 11, 30))
    await workshop.run()
    trigger = BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(30, 5), at=time(10)
    )
    await automate(workshop, trigger, expiry=UntilDate(date_field=DateField.DUE_ON))
    async with workshop.store.begin() as conn:
        await businesses.set_hours(conn, workshop.business.id, {"timezone": "America/New_York"})

    await at(workshop, date(2026, 11, 25))

    assert await workshop.held() == ["switched_on"]
