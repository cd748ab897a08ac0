"""A shop with little to say does not wait for one with much."""

from datetime import timedelta

from messaging.actions import planning, routing
from messaging.actions.doors import Store
from messaging.intake import CustomerRow, RecordRow, Row, Verdict
from messaging.notification import State
from tests.given import DUE, StillClock, Workshop, workshop_on

CROWD = 130
"""More than what is routed in one page."""


async def crowd(workshop: Workshop, *, status: str = "open") -> None:
    """Let a first import bring so many inspections of people who are linked to nothing."""
    await workshop.rows(
        *(
            Row(
                line=number + 1,
                key=f"C{number}",
                verdict=Verdict.IMPORTED,
                customer=CustomerRow(external_id=f"C{number}", name="Anna Bianchi"),
                records=(
                    RecordRow(
                        type="inspection",
                        external_id=f"I{number}",
                        customer=f"C{number}",
                        due_on=DUE,
                        status=status,
                        attributes={"date_source": "actual"},
                    ),
                ),
            )
            for number in range(CROWD)
        )
    )


async def pending(workshop: Workshop) -> int:
    return sum(each.state is State.PLANNED for each in await workshop.notices())


async def test_a_page_of_routing_is_shared_between_those_who_have_something_to_say(
    store: Store, clock: StillClock
) -> None:
    large = await workshop_on(store, clock, slug="large")
    small = await workshop_on(store, clock, slug="small")
    await large.switch_on()
    await small.switch_on()
    await crowd(large)
    await small.customer(chat=False)
    await small.inspection(due_on=DUE)
    while await planning.plan_changes(store, now=clock.now()):
        pass
    assert (await pending(large), await pending(small)) == (CROWD, 1)

    await routing.route_due(store, now=clock.now(), limit=100)

    assert await pending(small) == 0
    assert await pending(large) == CROWD - 50, "half of the page was its share"


async def test_what_a_customer_waits_for_is_routed_before_a_shop_s_thousand_reminders(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.switch_on("auto.ready")
    await crowd(workshop)
    await workshop.customer("bruno", chat=False)
    workshop.clock.move(timedelta(minutes=1))  # the reminders have waited longer
    await workshop.record(
        RecordRow(type="work_order", external_id="W1", customer="bruno", status="ready")
    )
    while await planning.plan_changes(workshop.store, now=workshop.clock.now()):
        pass

    await routing.route_due(workshop.store, now=workshop.clock.now(), limit=100)

    planned = [each for each in await workshop.notices() if each.state is State.PLANNED]
    assert {each.rule for each in planned} == {"auto.inspection_due"}


async def test_a_long_import_does_not_keep_another_shop_s_news_waiting(
    store: Store, clock: StillClock
) -> None:
    large = await workshop_on(store, clock, slug="large")
    small = await workshop_on(store, clock, slug="small")
    await small.switch_on()
    await crowd(large)
    await small.customer(chat=False)
    await small.inspection(due_on=DUE)

    looked_at = await planning.plan_changes(store, now=clock.now(), limit=100)

    news = 3  # a customer, their car, its inspection
    assert looked_at == 50 + news, "half a page of the long import, and all of the other"
    assert await pending(small) == 1
