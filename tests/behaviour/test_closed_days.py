"""A shop's closed days, from the planner to the provider."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from messaging.actions import founding
from messaging.calendar import MessageClass
from messaging.errors import Refused
from messaging.notification import State
from messaging.rule import BeforeDate, DateField
from tests.given import Workshop

DAY = timedelta(days=1)
OFFER = BeforeDate(
    record_type="inspection",
    date_field=DateField.DUE_ON,
    days_before=(7,),
    at=time(10),
)


async def an_offer_of_tuesday(workshop: Workshop) -> None:
    """The clock of the tests begins on Monday, 23 November 2026."""
    await workshop.marketing_rule("offer", OFFER)
    await workshop.customer(allows=[MessageClass.MARKETING])
    await workshop.inspection(due_on=date(2026, 12, 1))


async def close(workshop: Workshop, *days: str) -> None:
    await founding.close_on(
        workshop.store, slug=workshop.business.slug, days=days, now=workshop.clock.now()
    )


async def test_an_offer_goes_out_on_the_day_after_the_patrons(workshop: Workshop) -> None:
    await close(workshop, "24/11")
    await an_offer_of_tuesday(workshop)

    await workshop.wait(3 * DAY)

    (sent,) = await workshop.notices()
    assert sent.state is State.ACCEPTED
    assert sent.at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # Wednesday at nine


async def test_whoever_opens_after_all_need_not_wait_for_what_was_closed(
    workshop: Workshop,
) -> None:
    await close(workshop, "24/11/2026-25/11/2026")
    await an_offer_of_tuesday(workshop)
    await workshop.wait(DAY + 4 * timedelta(hours=1))
    assert await workshop.states() == [(State.PLANNED, None)]

    await close(workshop)
    await workshop.run()

    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_days_that_are_none_change_nothing(workshop: Workshop) -> None:
    await close(workshop, "24/11")

    with pytest.raises(Refused, match="is in no calendar"):
        await close(workshop, "25/12", "31/02")

    kept = await founding.close_on(
        workshop.store, slug=workshop.business.slug, days=None, now=workshop.clock.now()
    )
    assert kept.closed.yearly == ((11, 24),)
