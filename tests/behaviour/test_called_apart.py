"""Customers of one chat with masked names too much alike are called by what its lists show of them."""

from datetime import date

from messaging.actions.calling_apart import called_in
from messaging.intake import RecordRow
from messaging.store import tables
from tests.given import Workshop


async def test_by_a_thing_of_their_own_by_a_number_and_in_doubt_by_nothing(
    workshop: Workshop,
) -> None:
    father = await workshop.customer("anna", name="Mario Rossi", chat=False)
    son = await workshop.customer("bruno", name="MARIO ROSSI", chat=False)
    chat = await workshop.link_chat(father)
    await workshop.link_chat(son, chat_id=chat)

    async def called() -> list[str]:
        found = await called_in(
            workshop.store,
            sender_id=workshop.bot,
            chat_id=chat,
            business_id=workshop.business.id,
            now=workshop.clock.now(),
        )
        return [found[each] for each in (father, son) if each in found]

    assert await called() == []

    for code, whose in (("AB123CD", "anna"), ("FX987YZ", "bruno")):
        await workshop.inspection(code, due_on=date(2027, 3, 1), customer=whose)
    assert await called() == ["M***o R***i · AB***CD", "M***O R***I · FX***YZ"]

    async with workshop.store.begin() as conn:  # sold
        await conn.execute(tables.asset.update().values(gone=True))
    for number, whose in (("4711", "anna"), ("4712", "bruno")):
        await workshop.record(
            RecordRow(
                type="work_order", external_id=number, customer=whose, number=number, status="ready"
            )
        )
    assert await called() == ["M***o R***i · 4711", "M***O R***I · 4712"]

    async with workshop.store.begin() as conn:
        await conn.execute(tables.address_customer.update().values(doubted_at=workshop.clock.now()))
    assert await called() == []
