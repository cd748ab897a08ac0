"""Some time after a state was entered: to the minute or at an hour, if the record is in it still."""

from datetime import date, time, timedelta

from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.remedy import Act
from messaging.rule import AfterEvent, For, Newer, Per, Repeat
from tests.automations import (
    at,
    automate,
    ends,
    explained,
    foreseen,
    previewed,
    sent,
    skip_to,
    tell,
)
from tests.given import Workshop

REVIEW = AfterEvent(record_type="work_order", status="collected", at=time(10), days_after=(3,))
REMIND = AfterEvent(
    record_type="quote", status="sent", at=time(10), delays=(timedelta(hours=2, minutes=30),)
)
MINUTE = timedelta(minutes=1)


async def order(workshop: Workshop, status: str = "collected", **told: object) -> None:
    await tell(workshop, "W1", record_type="work_order", status=status, **told)  # type: ignore[arg-type] # as told


async def test_how_was_it_is_asked_three_days_after_collection_at_ten(workshop: Workshop) -> None:
    await automate(workshop, REVIEW)
    await workshop.customer()
    await order(workshop, "ready")
    await at(workshop, date(2026, 11, 24))
    await order(workshop)
    await order(workshop)  # the same file again

    await at(workshop, date(2026, 11, 30))

    assert await sent(workshop) == [("anna", "+3d", "27/11 10:00")]


async def test_a_quote_is_asked_about_two_hours_and_a_half_later_to_the_minute(
    workshop: Workshop,
) -> None:
    await automate(workshop, REMIND)
    await workshop.customer()
    await tell(workshop, record_type="quote", status="sent")  # nine o'clock in Rome
    await workshop.run()

    workshop.clock.move(149 * MINUTE)
    await workshop.run()
    assert workshop.texts == []
    workshop.clock.move(MINUTE)
    await workshop.run()

    assert await sent(workshop) == [("anna", "+150m", "23/11 11:30")]


async def test_a_delay_is_elapsed_time_whatever_the_clocks_do_in_that_night(
    workshop: Workshop,
) -> None:
    night = AfterEvent(
        record_type="quote", status="sent", at=time(10), delays=(timedelta(hours=6),)
    )
    await skip_to(workshop, date(2027, 3, 27), time(23))
    await automate(workshop, night, expiry=For(duration=timedelta(days=9)))
    await workshop.customer()
    await tell(workshop, record_type="quote", status="sent")
    await workshop.run()

    due = [
        f"{each.at.astimezone(workshop.business.zone):%d/%m %H:%M}"
        for each in await foreseen(workshop, 3)
    ]

    # Six hours after eleven, of which one is missing: six in the morning of a Sunday, so Monday at nine.
    assert due == ["29/03 09:00"]
    (subject,) = await explained(workshop)
    assert [f"{each.moment:%d/%m %H:%M}" for each in subject.rungs] == ["28/03 04:00"]


async def test_what_left_the_state_meanwhile_is_not_asked_about_and_a_new_entry_begins_anew(
    workshop: Workshop,
) -> None:
    await automate(workshop, REVIEW)
    await workshop.customer()
    await order(workshop)
    await at(workshop, date(2026, 11, 25))
    await order(workshop, "in_progress")
    await at(workshop, date(2026, 11, 27))
    assert await workshop.notices() == []

    await order(workshop)
    await at(workshop, date(2026, 12, 1))

    assert await sent(workshop) == [("anna", "+3d", "30/11 10:00")]


async def test_what_left_the_state_between_planning_and_sending_is_refused(
    workshop: Workshop,
) -> None:
    await automate(workshop, REVIEW)
    await workshop.customer()
    await order(workshop)
    await skip_to(workshop, date(2026, 11, 26), time(9, 55))
    assert await ends(workshop) == [(State.PLANNED, None)]

    await order(workshop, "in_progress")
    await workshop.dispatcher().work()
    await skip_to(workshop, date(2026, 11, 26))

    assert await ends(workshop) == [(State.CANCELLED, "finished")]


async def test_another_order_of_the_same_customer_ends_the_asking(workshop: Workshop) -> None:
    await automate(workshop, REVIEW, stops=(Newer(record_type="work_order"),))
    await workshop.customer()
    await order(workshop)
    await at(workshop, date(2026, 11, 24))
    await tell(workshop, "W2", record_type="work_order", status="accepted")

    await at(workshop, date(2026, 11, 28))

    assert await ends(workshop) == [(State.CANCELLED, "newer")]
    first, second = sorted(await explained(workshop), key=lambda each: str(each.record))
    assert {str(getattr(each.outlook, "reason", "")) for each in (first, second)} == {
        "newer",
        "other_status",
    }


async def test_once_per_record_is_enough_where_the_rule_says_so(workshop: Workshop) -> None:
    await automate(workshop, REVIEW, repeat=Repeat(at_most=1, per=Per.SUBJECT))
    await workshop.customer()
    await order(workshop)
    await at(workshop, date(2026, 11, 27))
    await order(workshop, "in_progress")
    await order(workshop)

    await at(workshop, date(2026, 12, 4))

    assert await sent(workshop) == [("anna", "+3d", "26/11 10:00")]


async def test_a_first_import_of_what_was_collected_long_ago_waits_for_a_person(
    workshop: Workshop,
) -> None:
    await automate(workshop, REVIEW)
    await workshop.customer()
    await order(workshop, entered_on=date(2026, 11, 10), first=True)
    await workshop.run()

    assert await workshop.held() == ["first_import"]


async def test_what_the_shop_tells_days_late_waits_for_a_person(workshop: Workshop) -> None:
    await automate(workshop, REVIEW)
    await workshop.customer()
    await order(workshop, "ready")
    await workshop.run()
    await order(workshop, entered_on=date(2026, 11, 10))
    await workshop.run()

    assert await workshop.held() == ["late"]


async def test_a_planner_that_stood_still_for_two_days_asks_a_person(workshop: Workshop) -> None:
    await automate(workshop, REVIEW)
    await workshop.customer()
    await order(workshop)
    await workshop.run()

    await skip_to(workshop, date(2026, 11, 28), time(11))

    assert await workshop.held() == ["late"]


async def test_what_switching_on_would_hold_and_what_would_make_it_go(workshop: Workshop) -> None:
    await automate(workshop, REVIEW, on=False)
    await workshop.customer()
    await order(workshop, entered_on=date(2026, 11, 10))
    await tell(workshop, "W2", record_type="work_order", status="ready")
    await workshop.run()

    seen = await previewed(workshop)
    await workshop.switch_on("test.rule")
    of_second = next(
        each
        for each in await explained(workshop)
        if each.record and each.record.external_id == "W2"
    )

    assert [(each.about, each.wait) for each in seen.held] == [("W1", "switched_on")]
    assert await workshop.held() == ["switched_on"]
    assert isinstance(of_second.outlook, Stays)
    assert of_second.outlook.reason == "other_status"
    (remedy,) = of_second.ways[0].remedies
    assert (remedy.act, remedy.value) == (Act.ENTERED, "collected")
    assert isinstance(of_second.ways[0].goes, Goes)
