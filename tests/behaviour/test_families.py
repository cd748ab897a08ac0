"""A family shares a vehicle, and perhaps a chat: who is told by role, and nobody twice at one address."""

from datetime import date, time, timedelta

import pytest

from messaging.actions import switching
from messaging.asset import Role, Who
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.explanation import Goes, Stays
from messaging.intake import AssetRow, RecordRow, Row, Verdict
from messaging.notification import State
from messaging.rule import DateField, For, OnDate
from messaging.store import customers
from tests.automations import RULE, automate, ends, explained, foreseen, sent, skip_to
from tests.given import Workshop

TUESDAY = date(2026, 11, 24)


async def a_family(workshop: Workshop, *, one_chat: bool, who: tuple[Role, ...] | None) -> None:
    """Anna holds the car, Bruno drives it, and it is due on Tuesday."""
    trigger = OnDate(record_type="inspection", date_field=DateField.DUE_ON, at=time(10))
    await automate(
        workshop,
        trigger,
        expiry=For(duration=timedelta(days=2)),
        channels=(Channel.TELEGRAM, Channel.PUSH),
        who=who,
    )
    for code, role in (("anna", Role.HOLDER), ("bruno", Role.USER)):
        person = await workshop.customer(code, name=code.title(), chat=False)
        await workshop.link_chat(person, chat_id=7000 if one_chat else None)
        car = AssetRow(type="vehicle", external_id="AB123CD", customer=code, role=role)
        await workshop.rows(Row(line=1, key=code, verdict=Verdict.IMPORTED, asset=car))
    await workshop.record(
        RecordRow(
            type="inspection",
            external_id="I1",
            customer="anna",
            asset="AB123CD",
            due_on=TUESDAY,
            status="open",
        )
    )


async def on_tuesday(workshop: Workshop) -> None:
    await skip_to(workshop, TUESDAY)
    for _ in range(2):
        workshop.clock.move(timedelta(seconds=2))
        await workshop.run()


async def test_one_chat_of_two_who_share_a_car_gets_one_notice_and_that_was_foretold(
    workshop: Workshop,
) -> None:
    await a_family(workshop, one_chat=True, who=None)

    told = sorted((each.customer, each.reason) for each in await foreseen(workshop, 3))
    await on_tuesday(workshop)

    assert len(workshop.texts) == 1
    assert await ends(workshop) == [(State.ACCEPTED, None), (State.WITHHELD, "same_address")]
    assert told == [("anna", None), ("bruno", "same_address")]


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (None, ["anna", "bruno"]),
        (tuple(Role), ["anna", "bruno"]),
        ((Role.HOLDER,), ["anna"]),
        ((Role.USER,), ["bruno"]),
    ],
)
async def test_a_rule_says_by_role_who_is_told(
    workshop: Workshop, who: tuple[Role, ...] | None, told: list[str]
) -> None:
    await a_family(workshop, one_chat=False, who=who)

    await on_tuesday(workshop)

    assert sorted(customer for customer, _, _ in await sent(workshop)) == told


async def test_whoever_shares_the_chat_and_did_not_agree_takes_nobodys_place(
    workshop: Workshop,
) -> None:
    await a_family(workshop, one_chat=True, who=None)
    async with workshop.store.begin() as conn:
        anna = (await customers.by_external_id(conn, workshop.business.id, "anna")).id
    await workshop.consent(anna, MessageClass.REMINDER, given=False)

    await on_tuesday(workshop)

    assert await sent(workshop) == [("bruno", "0d", "24/11 10:00")]


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (Who.HOLDER, {"anna"}),
        (Who.USER, {"bruno"}),
        (Who.EVERYBODY, {"anna", "bruno"}),
        (Who.USUAL, {"anna", "bruno"}),  # a reminder, as its class has it
    ],
)
async def test_a_person_says_who_of_a_family_is_told(
    workshop: Workshop, who: Who, told: set[str]
) -> None:
    await a_family(workshop, one_chat=False, who=(Role.USER,))

    await switching.switch_on(
        workshop.store, slug=workshop.business.slug, name=RULE, now=workshop.clock.now(), who=who
    )

    assert {each.customer for each in await foreseen(workshop, 3)} == told


@pytest.mark.parametrize("anna_agrees", [True, False])
async def test_whoever_asks_is_told_that_the_chat_hears_it_from_the_other(
    workshop: Workshop, anna_agrees: bool
) -> None:
    await a_family(workshop, one_chat=True, who=None)
    async with workshop.store.begin() as conn:
        anna = (await customers.by_external_id(conn, workshop.business.id, "anna")).id
    await workshop.consent(anna, MessageClass.REMINDER, given=anna_agrees)

    (hers,) = await explained(workshop, "anna")
    (his,) = await explained(workshop, "bruno")

    if anna_agrees:
        assert isinstance(hers.outlook, Goes)
        assert isinstance(his.outlook, Stays)
        assert his.outlook.reason == "same_address"
    else:  # then she takes nobody's place
        assert isinstance(hers.outlook, Stays)
        assert isinstance(his.outlook, Goes)
