"""What people are told of a pause: in the explanation and in the forecast."""

from datetime import date, timedelta

from messaging.actions import explaining, forecasting
from messaging.actions.explaining import Subject
from messaging.explanation import Goes, Stays
from messaging.remedy import Act
from messaging.rule import For, OnEvent
from scheduler.occurrences import cron_days
from tests.automations import RULE, automate
from tests.given import Workshop, due_reminder
from tests.pauses import pause, resume

DAY = timedelta(days=1)


async def explained(workshop: Workshop, rule: str = "auto.inspection_due") -> Subject:
    told = await explaining.explain(
        workshop.store,
        slug=workshop.business.slug,
        customer="anna",
        now=workshop.clock.now(),
        strikes=cron_days,
        rule=rule,
    )
    return told.rules[0].subjects[0]


async def test_the_explanation_tells_of_the_pause_and_what_would_change_it(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    await pause(workshop)
    await pause(workshop, everything=True)

    subject = await explained(workshop)

    assert isinstance(subject.outlook, Stays)
    assert [(each.reason, each.detail) for each in subject.stands_against] == [
        ("paused", "installation"),
    ]
    assert [[each.act for each in way.remedies] for way in subject.ways] == [
        [Act.RESUMED, Act.RESUMED]
    ]
    assert subject.ways[0].goes.at == workshop.clock.now()
    await resume(workshop)
    await resume(workshop, everything=True)
    assert isinstance((await explained(workshop)).outlook, Goes)


async def test_the_explanation_of_another_rule_does_not_tell_of_a_rules_pause(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await automate(
        workshop, OnEvent(record_type="inspection", status="overdue"), expiry=For(duration=DAY)
    )
    await pause(workshop, rule=RULE)

    assert isinstance((await explained(workshop)).outlook, Goes)


async def test_the_forecast_tells_that_what_is_paused_will_not_go_out(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri", chat=False)
    await workshop.inspection(due_on=date(2026, 12, 3))
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 3), customer="bruno")
    await pause(workshop, rule="auto.inspection_due")

    coming = await forecasting.forecast(
        workshop.store,
        slug=workshop.business.slug,
        now=workshop.clock.now(),
        until=workshop.clock.now() + 7 * DAY,
        strikes=cron_days,
    )

    why = {each.customer: (each.channel, each.reason) for each in coming}
    assert why == {"anna": (None, "paused"), "bruno": (None, "not_linked")}
