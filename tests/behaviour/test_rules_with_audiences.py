"""A rule is meant for some: they are told, the others never are, and both are explained."""

from datetime import date, time, timedelta

from messaging.actions import choosing, switching
from messaging.asset import Role
from messaging.audience import (
    EVERYBODY,
    AllOf,
    Audience,
    DaySpan,
    FromToday,
    HasRecord,
    Not,
    Speaks,
    Tagged,
)
from messaging.explanation import Goes, Stays
from messaging.intake import AssetRow, CustomerRow, Row, Verdict
from messaging.notification import State
from messaging.packs import Shelf
from messaging.remedy import Act
from messaging.rule import BeforeDate, DateField
from tests.automations import RULE, automate, ends, explained, foreseen, previewed, release, tell
from tests.given import DUE, Workshop

VIP = Tagged(("vip",))
AT_FIVE_PAST_NINE = BeforeDate(
    record_type="inspection", date_field=DateField.DUE_ON, days_before=(15, 1), at=time(9, 5)
)


async def meant_for(workshop: Workshop, audience: Audience | None, *, on: bool = True) -> None:
    """Let Anna, a VIP, and Bruno have a car each, and a rule that is meant for some remind of both."""
    await automate(workshop, AT_FIVE_PAST_NINE, audience=audience, on=on)
    for code, tags in (("anna", ("vip",)), ("bruno", ())):
        await workshop.customer(code, name=code.title(), tags=tags)
        await workshop.inspection(f"car of {code}", customer=code, due_on=DUE)


async def tag(workshop: Workshop, code: str, *tags: str) -> None:
    row = CustomerRow(external_id=code, tags=tags)
    await workshop.rows(Row(line=1, key=code, verdict=Verdict.IMPORTED, customer=row))


async def send(workshop: Workshop) -> list[str]:
    """Let the moment come, and return who was told."""
    workshop.clock.move(timedelta(minutes=10))
    await workshop.wait(timedelta(minutes=1), step=timedelta(minutes=1))
    return sorted(
        each.customer for each in await workshop.notices() if each.state is State.ACCEPTED
    )


async def test_only_those_are_told_whom_the_rule_is_meant_for(workshop: Workshop) -> None:
    await meant_for(workshop, VIP)
    assert [each.customer for each in await foreseen(workshop, 1)] == ["anna"]

    assert await send(workshop) == ["anna"]
    assert await ends(workshop) == [(State.ACCEPTED, None)]  # for Bruno nothing was ever made


async def test_a_rule_without_an_audience_is_meant_for_everybody(workshop: Workshop) -> None:
    await meant_for(workshop, None)

    assert await send(workshop) == ["anna", "bruno"]


async def test_who_leaves_the_audience_before_it_goes_out_is_not_told(workshop: Workshop) -> None:
    await meant_for(workshop, VIP)
    await workshop.planner().work()
    await tag(workshop, "anna")

    assert await send(workshop) == []
    assert await ends(workshop) == [(State.WITHHELD, "not_in_audience")]


async def test_who_comes_into_it_hears_of_what_lies_ahead_and_not_of_what_has_passed(
    workshop: Workshop,
) -> None:
    await meant_for(workshop, VIP)
    assert await send(workshop) == ["anna"]
    await tag(workshop, "bruno", "vip")

    await workshop.wait(timedelta(hours=2))
    assert len(await workshop.notices()) == 1
    workshop.clock.move(timedelta(days=14) - timedelta(hours=3))
    await workshop.wait(timedelta(hours=2), step=timedelta(minutes=15))

    told = [(each.customer, each.rung) for each in await workshop.notices()]
    assert sorted(told) == [("anna", "15d"), ("anna", "1d"), ("bruno", "1d")]


async def test_of_those_who_share_a_car_each_is_asked_about_alone(workshop: Workshop) -> None:
    await automate(workshop, AT_FIVE_PAST_NINE, audience=Not(Speaks(("en",))))
    await workshop.customer("anna", name="Anna", language="it")
    await workshop.customer("bruno", name="Bruno", language="en")
    await workshop.inspection("shared", customer="anna", due_on=DUE)
    used = AssetRow(type="vehicle", external_id="shared", customer="bruno", role=Role.USER)
    await workshop.rows(Row(line=1, key="shared", verdict=Verdict.IMPORTED, asset=used))

    assert await send(workshop) == ["anna"]


async def test_days_from_today_are_reckoned_when_it_is_asked(workshop: Workshop) -> None:
    lately = HasRecord(type="purchase", due=DaySpan(first=FromToday(-1)))
    await meant_for(workshop, Not(lately))
    await tell(workshop, "P1", record_type="purchase", customer="anna", due_on=date(2026, 11, 22))
    await tell(workshop, "P2", record_type="purchase", customer="bruno", due_on=date(2026, 11, 21))

    assert await send(workshop) == ["bruno"]


async def test_switching_on_for_another_audience_is_a_new_version_that_voids_what_waits(
    workshop: Workshop,
) -> None:
    await meant_for(workshop, None)
    await workshop.planner().work()
    wanted = {"tag": "vip"}

    changed = await switching.switch_on(
        workshop.store,
        slug=workshop.business.slug,
        name=RULE,
        now=workshop.clock.now(),
        audience=choosing.audience_of(Shelf(), [RULE], wanted),
    )

    assert (changed.audience, changed.version) == (VIP, 2)
    assert {each.state for each in await workshop.notices()} == {State.CANCELLED}
    again = await switching.switch_on(
        workshop.store,
        slug=workshop.business.slug,
        name=RULE,
        now=workshop.clock.now(),
        audience=EVERYBODY,
    )
    assert (again.audience, again.version) == (None, 3)


async def test_what_switching_on_promises_is_what_its_audience_gets(workshop: Workshop) -> None:
    await meant_for(workshop, VIP, on=False)

    promised = await previewed(workshop)
    await workshop.switch_on(RULE)

    assert {each.customer for each in promised.coming} == {"anna"}
    assert await send(workshop) == ["anna"]


async def test_it_is_explained_by_the_conditions_that_are_not_met_and_what_would_change_it(
    workshop: Workshop,
) -> None:
    await meant_for(workshop, AllOf((Speaks(("it",)), AllOf((VIP,)))))

    (anna,) = await explained(workshop, "anna")
    (bruno,) = await explained(workshop, "bruno")

    assert isinstance(anna.outlook, Goes)
    assert isinstance(bruno.outlook, Stays)
    assert (bruno.outlook.reason, bruno.outlook.detail) == ("not_in_audience", '{"tag": ["vip"]}')
    assert [[each.act for each in way.remedies] for way in bruno.ways] == [[Act.JOINED]]


async def test_what_waits_for_a_person_and_is_let_go_is_asked_about_once_more(
    workshop: Workshop,
) -> None:
    await workshop.customer("anna", name="Anna", tags=("vip",))
    await workshop.inspection("old", customer="anna", due_on=DUE - timedelta(days=10))
    await automate(workshop, AT_FIVE_PAST_NINE, audience=VIP)
    assert await workshop.held() == ["switched_on"]
    await tag(workshop, "anna")

    await release(workshop)

    assert await ends(workshop) == [(State.WITHHELD, "not_in_audience")]
