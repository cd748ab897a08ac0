"""What is promised before a rule is switched on is what happens afterwards."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest

from messaging.actions import forecasting, founding, holding, switching
from messaging.actions.settling import Coming
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import NotFound
from messaging.notification import State
from messaging.rule import at_hour
from messaging.store.holds import Chosen
from messaging.store.reports import Sent
from scheduler.occurrences import cron_days
from tests.doors.officina import ORDERS, RULES, VEHICLES, everybody, file, import_data
from tests.given import Workshop

DAY = timedelta(days=1)
AHEAD = timedelta(days=30, hours=1)  # past ten in the morning of the last day

ON_TELEGRAM = {"C1006", "C1010", "C1018", "C1021", "C1024", "C1028", "C1035"}
ON_PUSH = {"C1014", "C1023"}
ON_BOTH = {"C1011"}
WITHOUT_CONSENT = {"C1036"}


@pytest.fixture
async def officina(workshop: Workshop) -> Workshop:
    """The workshop with its files in; of its customers some are linked, and not all allow reminders."""
    await import_data(workshop, file(VEHICLES))
    await import_data(workshop, file(ORDERS))
    await workshop.run()  # all rules are off: nothing comes of it
    for code, customer_id in (await everybody(workshop)).items():
        if code in ON_TELEGRAM | ON_BOTH | WITHOUT_CONSENT:
            await workshop.link_chat(customer_id)
        if code in ON_PUSH | ON_BOTH:
            await workshop.link_phone(customer_id, value=f"token-of-{code}")
        if code in ON_TELEGRAM | ON_BOTH:
            await workshop.consent(customer_id, MessageClass.REMINDER)
        if code in ON_PUSH:
            await workshop.consent(customer_id, MessageClass.REMINDER, channel=Channel.PUSH)
    for sender in (workshop.bot, workshop.project):  # its pace has tests of its own
        await founding.set_pace(workshop.store, sender, rate=1000, burst=1000)
    return workshop


class Fate(NamedTuple):
    """What becomes of a notice: the channel it leaves by, or the reason why it does not."""

    rule: str | None
    customer: str
    about: str | None
    rung: str
    channel: str | None
    reason: str | None


def promised(coming: Coming) -> Fate:
    gone = coming.channel is not None
    reason = None if gone else coming.reason
    return Fate(coming.rule, coming.customer, coming.about, coming.rung, coming.channel, reason)


def came(sent: Sent) -> Fate:
    assert sent.state in {State.ACCEPTED, State.WITHHELD}
    return Fate(sent.rule, sent.customer, sent.about, sent.rung, sent.channel, sent.reason)


def waited(sent: Sent) -> bool:
    """Whether it waits for a person, or did until the next step of its ladder came."""
    return sent.state is State.HELD or sent.reason == "superseded"


def waits(found: list[Coming]) -> list[tuple[str, str | None, str, str | None]]:
    return sorted((each.customer, each.about, each.anchor, each.wait) for each in found)


async def held(workshop: Workshop, rule: str) -> list[tuple[str, str | None, str, str]]:
    found = await holding.held_rows(workshop.store, slug=workshop.business.slug, rule=rule)
    return sorted((each.customer, each.about, each.anchor, each.reason) for each in found)


async def test_the_preview_of_a_rule_is_what_a_month_then_brings(officina: Workshop) -> None:
    until = officina.clock.now() + AHEAD
    previews = {
        name: await forecasting.preview(
            officina.store,
            slug=officina.business.slug,
            name=name,
            now=officina.clock.now(),
            until=until,
            strikes=cron_days,
        )
        for name in RULES
    }
    for name in RULES:
        await officina.switch_on(name)
        assert await held(officina, name) == waits(list(previews[name].held))
    assert sum(len(each.held) for each in previews.values()) == 21
    officina.clock.move(timedelta(hours=1))

    # Every day at eleven in the morning, an hour after whatever is due.
    await officina.wait(until - officina.clock.now(), step=DAY)

    before = {fate for each in previews.values() for fate in map(promised, each.coming)}
    after = {came(each) for each in await officina.notices() if not waited(each)}
    assert after == before
    assert {fate.channel for fate in before} == {"telegram", "push", None}
    assert {fate.reason for fate in before} == {None, "no_consent"}


async def test_the_forecast_is_what_a_run_sends_and_when(officina: Workshop) -> None:
    for name in RULES:
        await officina.switch_on(name)
    until = officina.clock.now() + 16 * DAY + timedelta(minutes=30)
    foreseen = await forecasting.forecast(
        officina.store,
        slug=officina.business.slug,
        now=officina.clock.now(),
        until=until,
        strikes=cron_days,
    )

    moments = sorted({each.at for each in foreseen})
    for moment in [*moments, until]:
        await _quiet_until(officina, moment)
        officina.clock.moment = moment
        await officina.run()

    gone = [each for each in foreseen if each.channel is not None]
    assert [each.at for each in foreseen] == sorted(each.at for each in foreseen)
    assert len(gone) >= 8
    came_about = [each for each in await officina.notices() if not waited(each)]
    assert sorted(((each.at, came(each)) for each in came_about), key=repr) == sorted(
        ((each.at, promised(each)) for each in foreseen), key=repr
    )


async def _quiet_until(workshop: Workshop, moment: datetime) -> None:
    """Let the hours before the moment pass: nothing must leave in them that was not foreseen."""
    before = len(workshop.telegram.messages) + len(workshop.push.messages)
    workshop.clock.moment = moment - timedelta(minutes=20)
    await workshop.run()
    assert len(workshop.telegram.messages) + len(workshop.push.messages) == before


async def test_what_the_forecast_says_of_somebody_changes_with_what_they_allow(
    officina: Workshop,
) -> None:
    await officina.switch_on("auto.insurance_due")
    people = await everybody(officina)

    async def said(code: str) -> set[tuple[str | None, str | None]]:
        now = officina.clock.now()
        found = await forecasting.forecast(
            officina.store,
            slug=officina.business.slug,
            now=now,
            until=now + AHEAD,
            strikes=cron_days,
        )
        return {(each.channel, each.reason) for each in found if each.customer == code}

    assert await said("C1036") == {(None, "no_consent")}
    assert await said("C1035") == {("telegram", None), ("telegram", "closed_hours")}

    await officina.consent(people["C1036"], MessageClass.REMINDER)
    await officina.consent(people["C1035"], MessageClass.REMINDER, given=False)

    assert await said("C1036") == {("telegram", None)}
    assert await said("C1035") == {(None, "no_consent")}


async def test_what_waits_is_listed_in_groups_let_go_or_dropped(officina: Workshop) -> None:
    slug = officina.business.slug
    for name in ("auto.inspection_due", "auto.insurance_due"):
        await officina.switch_on(name)
    groups = await holding.held_groups(officina.store, slug=slug)
    assert [(each.rule, each.reason, each.count) for each in groups] == [
        ("auto.inspection_due", "switched_on", 4),
        ("auto.insurance_due", "switched_on", 4),
    ]

    insurances = await holding.held_rows(officina.store, slug=slug, rule="auto.insurance_due")
    dropped = await holding.drop(
        officina.store, Chosen(ids=[insurances[0].id]), slug=slug, now=officina.clock.now()
    )
    officina.clock.move(DAY)  # Monday
    released = await holding.release(
        officina.store, Chosen(rule="auto.inspection_due"), slug=slug, now=officina.clock.now()
    )
    await officina.run()

    assert (dropped.count, released.count) == (1, 4)
    told = {
        (each.rule, each.customer): (each.state, each.reason) for each in await officina.notices()
    }
    assert told["auto.insurance_due", insurances[0].customer] == (State.CANCELLED, "dropped")
    # Who let them go does not decide alone: two of the four have neither bot nor app.
    assert told["auto.inspection_due", "C1010"] == (State.ACCEPTED, None)
    assert told["auto.inspection_due", "C1013"] == (State.WITHHELD, "not_linked")
    assert told["auto.inspection_due", "C1015"] == (State.WITHHELD, "not_linked")
    assert len(await holding.held_rows(officina.store, slug=slug)) == 3


async def test_what_was_dropped_does_not_come_back_when_the_rule_goes_off_and_on(
    officina: Workshop,
) -> None:
    slug = officina.business.slug
    await officina.switch_on("auto.inspection_due")
    await holding.drop(officina.store, Chosen(), slug=slug, now=officina.clock.now())
    await switching.switch_off(
        officina.store, slug=slug, name="auto.inspection_due", now=officina.clock.now()
    )
    officina.clock.move(timedelta(minutes=5))

    await officina.switch_on("auto.inspection_due")

    assert await holding.held_rows(officina.store, slug=slug) == []


async def test_a_rule_that_there_is_not_is_refused(officina: Workshop) -> None:
    with pytest.raises(NotFound):
        await officina.switch_on("auto.nothing")


async def test_what_had_waited_waits_again_when_the_rule_goes_off_and_on(
    officina: Workshop,
) -> None:
    slug = officina.business.slug
    await officina.switch_on("auto.inspection_due")
    waiting = await held(officina, "auto.inspection_due")
    assert len(waiting) == 4
    await switching.switch_off(
        officina.store, slug=slug, name="auto.inspection_due", now=officina.clock.now()
    )
    assert await holding.held_rows(officina.store, slug=slug) == []
    officina.clock.move(timedelta(minutes=5))
    again = await forecasting.preview(
        officina.store,
        slug=slug,
        name="auto.inspection_due",
        now=officina.clock.now(),
        until=officina.clock.now() + AHEAD,
        strikes=cron_days,
    )

    await officina.switch_on("auto.inspection_due")

    assert await held(officina, "auto.inspection_due") == waiting
    assert waits(list(again.held)) == waiting


async def test_the_preview_of_another_hour_is_what_the_edit_then_makes(officina: Workshop) -> None:
    slug = officina.business.slug
    rule = await officina.switch_on("auto.insurance_due")
    officina.clock.move(timedelta(minutes=5))
    now = officina.clock.now()
    edited = await forecasting.preview(
        officina.store,
        slug=slug,
        name=rule.name,
        now=now,
        until=now + AHEAD,
        rule=at_hour(rule, time(15)),
        strikes=cron_days,
    )

    await officina.switch_on(rule.name, at=time(15))

    assert await held(officina, rule.name) == waits(list(edited.held))
    assert len(edited.held) == 4
    foreseen = await forecasting.forecast(
        officina.store, slug=slug, now=now, until=now + AHEAD, strikes=cron_days
    )
    assert sorted(foreseen, key=repr) == sorted(edited.coming, key=repr)
    assert {each.at.astimezone(officina.business.zone).hour for each in edited.coming} == {9, 15}
