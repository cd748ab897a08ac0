"""What campaigns will send is part of what is coming: at their pace, and in the same caps as the rules'."""

from datetime import date, datetime, time, timedelta

import pytest

from messaging.actions import capping, comparing
from messaging.actions.capping import CapChange
from messaging.actions.settling import Coming
from messaging.audience import Named
from messaging.calendar import MessageClass
from messaging.comparison import Came
from messaging.customer import Channel
from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.rule import DateField, For, OnDate
from tests.automations import automate, foreseen, tell
from tests.behaviour.test_campaign_previews import previewed
from tests.birthdays import rome
from tests.campaigns import NAME, act, by_state, checked, prepared, schedule, started
from tests.given import Workshop

TUESDAY = date(2026, 11, 24)
TEN = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - a wall time
OFFERS = MessageClass.MARKETING
HOUR = timedelta(hours=1)


async def offer_on(
    workshop: Workshop,
    day: date,
    hour: time,
    *customers: str,
    template: str = "auto.birthday",
) -> None:
    """Let a rule make these customers an offer."""
    trigger = OnDate(record_type="offer", date_field=DateField.DUE_ON, at=hour)
    await automate(
        workshop,
        trigger,
        name="offer",
        template=template,
        message_class=OFFERS,
        expiry=For(duration=timedelta(days=9)),
    )
    for each in customers:
        await tell(workshop, f"O-{each}", record_type="offer", customer=each, due_on=day)


async def happens(workshop: Workshop, *moments: datetime) -> dict[tuple[str, str], datetime]:
    """Let everything run at these moments; return when what went out left, by cause and customer."""
    for moment in moments:
        workshop.clock.move(moment - workshop.clock.moment)
        for _ in range(2):
            await workshop.run()
            workshop.clock.move(timedelta(seconds=2))
    return {
        (each.rule or NAME, each.customer): each.at
        for each in await workshop.notices()
        if each.state is State.ACCEPTED
    }


def going(coming: list[Coming]) -> dict[tuple[str, str], datetime]:
    return {
        (str(each.rule or each.campaign), each.customer): each.at
        for each in coming
        if each.channel is not None
    }


def staying(coming: list[Coming]) -> dict[tuple[str, str], str | None]:
    return {
        (str(each.rule or each.campaign), each.customer): each.reason
        for each in coming
        if each.channel is None
    }


async def test_a_scheduled_campaign_is_in_the_forecast_at_its_pace(workshop: Workshop) -> None:
    await prepared(workshop, 3)
    await workshop.customer("noconsent", allows=[])
    await checked(workshop, per_hour=60, channels=(Channel.TELEGRAM,))
    await schedule(workshop, TEN)

    coming = await foreseen(workshop, 7)

    minute = timedelta(minutes=1)
    assert going(coming) == {
        (NAME, f"c00{number}"): rome(TUESDAY, time(10)) + number * minute for number in range(3)
    }
    assert staying(coming) == {(NAME, "noconsent"): "no_consent"}
    assert await foreseen(workshop, 1) == []


async def test_a_running_campaign_tells_of_those_who_have_yet_to_get_it(workshop: Workshop) -> None:
    await prepared(workshop, 3)
    await started(workshop, per_hour=1)
    await workshop.run()

    now = workshop.clock.now()

    assert going(await foreseen(workshop, 1)) == {
        (NAME, "c001"): now + timedelta(hours=1),
        (NAME, "c002"): now + timedelta(hours=2),
    }
    await act(workshop, "pause")
    assert staying(await foreseen(workshop, 1)) == {
        (NAME, "c001"): "paused",
        (NAME, "c002"): "paused",
    }


@pytest.mark.parametrize("hour", [9, 10, 11])
async def test_whichever_offer_comes_first_takes_the_place_of_the_week(
    workshop: Workshop, hour: int
) -> None:
    await prepared(workshop, 2)
    await offer_on(workshop, TUESDAY, time(hour), "c001")
    await checked(workshop)
    await schedule(workshop, TEN)

    coming = await foreseen(workshop, 7)
    # The planner looks every few seconds: what a rule says at ten is a row some minutes before.
    moments = [rome(TUESDAY, time(*each)) for each in ((8, 55), (9,), (9, 55), (10,), (11,))]
    gone = await happens(workshop, *moments)

    assert going(coming) == gone
    loser = NAME if hour <= TEN.hour else "offer"
    assert staying(coming) == {(loser, "c001"): "frequency_cap"}


async def test_what_a_campaign_has_not_let_go_takes_nobodys_place_in_a_full_day(
    workshop: Workshop,
) -> None:
    await capping.cap(workshop.store, CapChange(daily=1), slug="officina", now=workshop.clock.now())
    await prepared(workshop, 1)
    await offer_on(workshop, TUESDAY, time(9), "c000")
    await checked(workshop)
    await schedule(workshop, TEN)

    coming = await foreseen(workshop, 7)
    gone = await happens(workshop, *(rome(TUESDAY, time(each)) for each in (8, 9, 10)))

    assert going(coming) == gone == {("offer", "c000"): rome(TUESDAY, time(9))}


async def test_a_text_without_the_name_that_it_needs_waits_for_a_person_and_takes_nobodys_place(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 0)
    await workshop.customer("noname", name=None, allows=[OFFERS])
    await offer_on(workshop, TUESDAY, time(9), "noname", template="shop.birthday_gift")
    await checked(workshop)
    await schedule(workshop, TEN)

    coming = {each.rule or each.campaign: each for each in await foreseen(workshop, 7)}
    gone = await happens(workshop, *(rome(TUESDAY, time(*each)) for each in ((8, 55), (9,), (10,))))

    assert coming["offer"].wait == "missing_field"
    assert gone == {(NAME, "noname"): coming[NAME].at}
    assert await workshop.held() == ["missing_field"]


async def test_the_dry_run_of_a_campaign_knows_what_rules_will_have_sent_by_then(
    workshop: Workshop,
) -> None:
    await prepared(workshop, 3)
    await offer_on(workshop, TUESDAY, time(9), "c001")
    await checked(workshop, name="other", audience=Named("Cliente 2"))
    other = rome(TUESDAY, time(8))
    await act(workshop, "schedule", name="other", starts=other.replace(tzinfo=None) + HOUR)
    await checked(workshop)
    await schedule(workshop, TEN)

    told = await previewed(workshop)
    await happens(workshop, *(rome(TUESDAY, time(*each)) for each in ((8,), (8, 55), (9,), (10,))))

    became = {each: seen.outlook for each, seen in told.items()}
    assert {each: isinstance(outlook, Goes) for each, outlook in became.items()} == {
        "c000": True,
        "c001": False,
        "c002": False,
    }
    reasons = {each.reason for each in became.values() if isinstance(each, Stays)}
    assert reasons == {"frequency_cap"}
    assert await by_state(workshop) == {State.ACCEPTED: 1, State.WITHHELD: 2}


async def test_the_dry_run_knows_of_a_full_day_when_the_campaign_waits_for_the_next(
    workshop: Workshop,
) -> None:
    await capping.cap(workshop.store, CapChange(daily=1), slug="officina", now=workshop.clock.now())
    await prepared(workshop, 1)
    trigger = OnDate(record_type="deadline", date_field=DateField.DUE_ON, at=time(15))
    await automate(workshop, trigger, name="deadline", message_class=MessageClass.REMINDER)
    await workshop.consent(1, MessageClass.REMINDER)  # type: ignore[arg-type] # the first customer
    await tell(workshop, "D1", record_type="deadline", customer="c000", due_on=TUESDAY)
    await checked(workshop)
    await schedule(workshop, TEN)

    goes = (await previewed(workshop))["c000"].outlook

    assert isinstance(goes, Goes)
    assert (goes.at, goes.later) == (rome(date(2026, 11, 25), time(9)), "gives_way")
    (coming,) = [each for each in await foreseen(workshop, 3) if each.campaign]
    assert (coming.at, coming.reason) == (goes.at, goes.later)


async def test_pages_of_customers_change_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepared(workshop, 5)
    await offer_on(workshop, TUESDAY, time(9), "c001", "c003")
    await checked(workshop, per_hour=30)
    await schedule(workshop, TEN)
    at_once = await foreseen(workshop, 7)

    monkeypatch.setattr("messaging.actions.awaiting.PAGE", 2)

    assert await foreseen(workshop, 7) == at_once
    assert len(at_once) == 7


async def test_a_day_of_a_campaign_is_compared_with_its_forecast(workshop: Workshop) -> None:
    people = await prepared(workshop, 3)
    await checked(workshop, channels=(Channel.TELEGRAM,))
    await schedule(workshop, TEN)
    now, until = workshop.clock.now(), workshop.clock.now() + timedelta(days=3)
    coming = await foreseen(workshop, 3)
    await comparing.keep(workshop.store, slug="officina", coming=coming, taken_at=now, until=until)

    await workshop.customer("late", allows=[OFFERS])
    await workshop.consent(people[1], OFFERS, given=False)
    await happens(workshop, rome(TUESDAY, time(10)))
    seen = await comparing.compare_day(
        workshop.store, slug="officina", day=TUESDAY, now=workshop.clock.now()
    )

    assert (seen.compared.foretold, seen.compared.sent) == (3, 3)
    assert {
        each.customer: (each.difference.came, each.campaign, each.reason) for each in seen.told
    } == {
        "c001": (Came.NOT_SENT, NAME, "no_consent"),
        "late": (Came.NOT_FORETOLD, NAME, "books_changed"),
    }
