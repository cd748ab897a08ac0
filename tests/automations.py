"""What the tests of triggers begin with: a rule of the test's own, and things that it speaks of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from messaging.actions import explaining, forecasting, holding
from messaging.actions.explaining import Subject
from messaging.actions.forecasting import Preview
from messaging.actions.settling import Coming
from messaging.asset import Role
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.intake import AssetRow, RecordRow, Row, Verdict
from messaging.notification import State
from messaging.rule import For, Rule, RuleId, Trigger
from messaging.store import rules
from messaging.store.holds import Chosen
from messaging.store.rules import Label
from scheduler.occurrences import cron_days
from tests.birthdays import rome
from tests.given import Workshop

RULE = "test.rule"

_AS_PACKS_MAKE_IT = Rule(
    id=RuleId(0),
    business_id=BusinessId(0),
    name=RULE,
    version=0,
    on=False,
    message_class=MessageClass.REMINDER,
    template="auto.birthday",  # a text that asks for nothing but a name
    channels=(Channel.TELEGRAM,),
    trigger=None,  # type: ignore[arg-type] # `automate` gives one
    expiry=For(duration=timedelta(days=3)),
    stop_statuses=("cancelled",),
)


async def automate(
    workshop: Workshop, trigger: Trigger, *, on: bool = True, **told: object
) -> None:
    """Give the workshop a rule with this trigger, switched on unless told otherwise."""
    new = replace(
        _AS_PACKS_MAKE_IT,
        business_id=workshop.business.id,
        trigger=trigger,
        **told,  # type: ignore[arg-type] # the tests name its fields
    )
    async with workshop.store.begin() as conn:
        await rules.add(conn, new, Label(it=RULE, en=RULE))
    if on:
        await workshop.switch_on(new.name)


async def alone(workshop: Workshop, name: str) -> None:
    """Let what the rule says always go out alone, as `coalesce: false` does."""
    async with workshop.store.begin() as conn:
        rule = await rules.by_name(conn, workshop.business.id, name)
        await rules.change(conn, replace(rule, coalesces=False))


async def thing(
    workshop: Workshop,
    code: str = "card-1",
    *,
    customer: str = "anna",
    asset_type: str = "card",
    gone: bool | None = None,
    role: Role = Role.HOLDER,
    first: bool = False,
    **attributes: str | int | bool,
) -> None:
    """Tell of a thing of the customer, as the management software would."""
    row = AssetRow(
        type=asset_type,
        external_id=code,
        customer=customer,
        role=role,
        label="Tessera",
        code=code,
        gone=gone,
        attributes=attributes,
    )
    await workshop.rows(
        Row(line=1, key=code, verdict=Verdict.IMPORTED, asset=row),
        first_types=(f"asset:{asset_type}",) if first else (),
    )


async def tell(
    workshop: Workshop,
    code: str = "R1",
    *,
    record_type: str = "invoice",
    customer: str = "anna",
    status: str | None = "open",
    first: bool = False,
    **told: object,
) -> None:
    """Tell of a record of the customer, as the management software would."""
    row = RecordRow(
        type=record_type,
        external_id=code,
        customer=customer,
        status=status,
        **told,  # type: ignore[arg-type] # the tests name its fields
    )
    await workshop.record(row, first=first)


async def at(workshop: Workshop, day: date, hour: time = time(10)) -> None:
    """Let the days go by until the hour, with everything running at nine and at ten of each."""
    until = rome(day, hour)
    here = workshop.clock.moment.astimezone(workshop.business.zone).date()
    for ahead in range((day - here).days + 1):
        for each in (time(9), time(10)):
            moment = rome(here + timedelta(days=ahead), each)
            if workshop.clock.moment < moment <= until:
                workshop.clock.move(moment - workshop.clock.moment)
                await workshop.run()
    workshop.clock.move(until - workshop.clock.moment)
    await workshop.run()


async def skip_to(workshop: Workshop, day: date, hour: time = time(10)) -> None:
    """Let nothing run until the hour, and then everything."""
    workshop.clock.move(rome(day, hour) - workshop.clock.moment)
    await workshop.run()


async def sent(workshop: Workshop) -> list[tuple[str, str, str]]:
    """Return customer, rung and local moment of what was accepted, in order."""
    zone = workshop.business.zone
    return [
        (each.customer, each.rung, f"{each.at.astimezone(zone):%d/%m %H:%M}")
        for each in sorted(await workshop.notices(), key=lambda each: each.at)
        if each.state is State.ACCEPTED
    ]


async def ends(workshop: Workshop) -> list[tuple[State, str | None]]:
    """Return state and reason of every notice."""
    return sorted(await workshop.states(), key=str)


async def release(workshop: Workshop) -> None:
    """Let everything go that waits for a person."""
    await holding.release(
        workshop.store, Chosen(), slug=workshop.business.slug, now=workshop.clock.now()
    )
    await workshop.run()


async def foreseen(workshop: Workshop, days: int) -> list[Coming]:
    """Return the forecast of so many days."""
    now = workshop.clock.now()
    return await forecasting.forecast(
        workshop.store,
        slug=workshop.business.slug,
        now=now,
        until=now + timedelta(days=days),
        strikes=cron_days,
    )


async def previewed(workshop: Workshop, days: int = 30) -> Preview:
    """Return what switching the rule on would do."""
    now = workshop.clock.now()
    return await forecasting.preview(
        workshop.store,
        slug=workshop.business.slug,
        name=RULE,
        now=now,
        until=now + timedelta(days=days),
        strikes=cron_days,
    )


async def explained(workshop: Workshop, customer: str = "anna") -> Sequence[Subject]:
    """Return what is told of the rule's records, things or customer."""
    told = await explaining.explain(
        workshop.store,
        slug=workshop.business.slug,
        customer=customer,
        rule=RULE,
        now=workshop.clock.now(),
        strikes=cron_days,
    )
    return told.rules[0].subjects
