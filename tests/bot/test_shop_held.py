"""What waits for a decision, in the shop's chat."""

from datetime import timedelta

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.rule import For, OnEvent, Rule, RuleId
from messaging.store import rules, tables
from messaging.store.rules import Label
from tests.bot.desk import acts, at_work, taps, writes
from tests.bot.house import House


async def test_what_is_held_is_looked_at_and_decided_after_one_more_question(house: House) -> None:
    paolo = await at_work(house)
    mario = await house.linked("Mario")
    await house.notice(mario)
    business_id = await house.business_id("delta_bot")
    async with house.store.begin() as conn:
        rule = Rule(
            id=RuleId(0),
            business_id=BusinessId(business_id),
            name="test.inspection",
            version=0,
            on=False,
            message_class=MessageClass.REMINDER,
            template="revisione-0",
            channels=(Channel.TELEGRAM,),
            trigger=OnEvent(record_type="inspection", status="open"),
            expiry=For(duration=timedelta(days=2)),
        )
        rule_id = await rules.add(conn, rule, Label(it="Revisione", en="Inspection"))
        await conn.execute(
            tables.notification.update().values(
                rule_id=rule_id, state="held", reason="first_import", tried=False
            )
        )
    assert "Avvisi che aspettano una decisione: 1" in await writes(house, paolo, "/negozio")

    await taps(house, paolo, "Da decidere (1)")
    assert "già in ritardo" in await taps(house, paolo, "Revisione · 1")
    await taps(house, paolo, "Non inviare")
    assert (await house.rows(tables.notification))[0]["state"] == "held"
    await taps(house, paolo, "Sì, non inviare")

    assert (await house.rows(tables.notification))[0]["state"] == "cancelled"
    assert ("staff:1", "held.drop") in await acts(house)
