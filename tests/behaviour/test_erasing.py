"""Whoever is erased is nowhere to be found, nothing reaches them, no file brings them back; the proof stays."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from messaging.actions import answering, attesting, conversing, erasing, importing, inviting
from messaging.actions.erasing import Erased
from messaging.actions.handing_on import kept_of
from messaging.actions.importing import Imported
from messaging.actions.receiving import (
    IncomingUpdate,
    finish_update,
    keep_updates,
    undone_updates,
)
from messaging.actions.sparing import erased_among, spare_erased
from messaging.asset import Role
from messaging.consent import ShownText
from messaging.customer import CustomerId
from messaging.errors import NotFound, Refused
from messaging.intake import AssetRow, CustomerRow, Row, Verdict
from messaging.notification import State
from messaging.papers.paper import written
from messaging.papers.proof import proof
from messaging.store import inbox, tables
from messaging.store.tables import metadata
from tests.given import DUE, Workshop, workshop_on

SHOWN = ShownText(id="erase", version=1, text="Cancello tutto?", language="it")
TRACES = (
    "Marta",
    "3471234567",
    "marta@",
    "99887766",
    "ZZ999ZZ",
    "Panda",
    "gattopardo",
    "C-77",
    "tok-marta",
)


async def everything(workshop: Workshop) -> str:
    """Return all that is in the database, as text."""
    async with workshop.store.begin() as conn:
        found = [
            f"{table.name}: {tuple(row)}"
            for table in metadata.sorted_tables
            for row in await conn.execute(select(table))
        ]
        return "\n".join(found)


async def erase(workshop: Workshop, code: str = "C-77") -> Erased:
    return await erasing.erase(
        workshop.store, slug=workshop.business.slug, customer=code, by="cli:me", now=workshop.clock.now()
    )  # fmt: skip


async def marta(workshop: Workshop, *, chat: int = 99887766) -> CustomerId:
    """Put somebody into the books of whom there is much to forget, with a notice sent and one that waits."""
    await workshop.switch_on()
    found = await workshop.customer(
        "C-77",
        name="Marta Gialli",
        phones=("+393471234567",),
        email="marta@example.org",
        born_on=date(1980, 2, 1),
        tags=("Vip",),
        declared=True,
        chat=False,
    )
    await workshop.link_chat(found, chat_id=chat)
    await workshop.link_phone(found, value="tok-marta")
    await workshop.inspection("ZZ999ZZ", due_on=DUE, customer="C-77")
    return found


async def test_nothing_in_the_database_says_who_somebody_was_that_is_erased(
    workshop: Workshop,
) -> None:
    await marta(workshop)
    await workshop.run()
    now = workshop.clock.now()
    heard = IncomingUpdate(update_id=5, chat_id=99887766, body='{"text": "il gattopardo, Marta"}')
    await keep_updates(workshop.store, sender_id=workshop.bot, updates=[heard], now=now)
    async with workshop.store.begin() as conn:
        await inbox.finish(conn, workshop.bot, 5, now)
    await conversing.write(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=99887766,
        text="il gattopardo graffia i sedili",
        update_id=5,
        now=now,
    )
    await inviting.invite(workshop.store, slug="officina", customer="C-77", now=now)
    before = await everything(workshop)
    assert [each for each in TRACES if each not in before] == []
    assert await workshop.states() == [(State.ACCEPTED, None)]

    done = await erase(workshop)

    after = await everything(workshop)
    assert [each for each in TRACES if each in after] == []
    assert done.customers[0] in after
    assert await workshop.states() == [(State.ACCEPTED, None)]  # that it was sent is still known
    chain = await attesting.verify(workshop.store, slug="officina")
    assert chain.broken is None
    proved = await attesting.attest(workshop.store, slug="officina", customer="C-77", now=now)
    assert {each.said.given for each in proved.entries} == {True, False}
    assert "Marta" not in written(proof(proved))
    told = await answering.replies_of(workshop.store, slug="officina")
    assert [(each.action, each.name, each.text) for each in told] == [("erased", None, None)]


async def test_what_waits_ends_and_nothing_is_planned_any_more(workshop: Workshop) -> None:
    await workshop.switch_on()
    await marta(workshop)
    await workshop.planner().work()

    await erase(workshop)
    await workshop.wait(timedelta(days=30), step=timedelta(days=1))

    assert workshop.texts == []
    assert await workshop.states() == [(State.CANCELLED, "erased")]


async def test_what_is_shared_stays_with_the_others(workshop: Workshop) -> None:
    await marta(workshop)
    bruno = await workshop.customer("bruno", name="Bruno Neri", chat=False)
    await workshop.link_chat(bruno, chat_id=99887766)
    car = AssetRow(type="vehicle", external_id="ZZ999ZZ", customer="bruno", role=Role.USER)
    await workshop.rows(Row(line=1, key="ZZ999ZZ", verdict=Verdict.IMPORTED, asset=car))

    await erase(workshop)

    after = await everything(workshop)
    assert ("ZZ999ZZ" in after, "99887766" in after, "Marta" in after) == (True, True, False)
    async with workshop.store.read() as conn:
        links = list(await conn.scalars(select(tables.address_customer.c.customer_id)))
        assert links == [bruno]


FILE = """\
N. scad.;Cod. cl.;Cognome e nome;Cell.;Targa;Tipo scadenza;Scad.;Privacy
D1;C-77;Gialli Marta;347 1234567;ZZ999ZZ;Revisione;31/12/2030;SI
D2;C2;Neri Bruno;333 7654321;EF456GH;Revisione;31/12/2030;NO
"""


async def test_a_file_brings_nobody_back_unless_the_shop_invites_them_again(
    workshop: Workshop,
) -> None:
    await marta(workshop)
    await erase(workshop)
    now = workshop.clock.now()

    for dry in (True, False):
        told = await importing.import_file(
            workshop.store, slug="officina", name="f.csv", data=FILE.encode(), now=now, dry_run=dry
        )
        assert told.counts[Verdict.ERASED] == 1
        [remark] = [each for row in told.remarks for each in row.remarks if row.line == 2]
        assert (
            "C-77 ha chiesto di essere cancellato ed è stato cancellato il 23/11/2026" in remark.it
        )
    assert "Marta" not in await everything(workshop)

    with pytest.raises(Refused, match="asked to be erased"):
        await inviting.invite(workshop.store, slug="officina", customer="C-77", now=now)
    await inviting.invite(workshop.store, slug="officina", customer="C-77", now=now, again=True)
    again = FILE.replace("D2", "D3").encode()
    await importing.import_file(
        workshop.store, slug="officina", name="g.csv", data=again, now=now, anyway=True
    )
    assert "Marta" in await everything(workshop)


async def test_what_the_chat_said_up_to_then_is_emptied_and_never_handled_again(
    workshop: Workshop,
) -> None:
    mine = await marta(workshop)
    now = workshop.clock.now()
    came = [
        IncomingUpdate(update_id=number, chat_id=chat, body=f'{{"text": "number {number}"}}')
        for number, chat in ((5, 99887766), (6, 99887766), (7, 99887766), (8, 1))
    ]

    async def bring() -> None:
        await keep_updates(workshop.store, sender_id=workshop.bot, updates=came, now=now)

    async def undone() -> list[int]:
        waiting = await undone_updates(workshop.store, sender_id=workshop.bot, limit=9)
        return [each.update_id for each in waiting]

    await bring()
    await finish_update(workshop.store, sender_id=workshop.bot, update_id=5, now=now)
    later = now + timedelta(seconds=1)

    await erasing.erase_from_chat(
        workshop.store, sender_id=workshop.bot, chat_id=99887766, customer_ids=[mine],
        shown=SHOWN, message_id=7, update_id=6, now=later,
    )  # fmt: skip

    assert await undone() == [7, 8]  # said afterwards, and by somebody else
    workshop.clock.move(timedelta(days=1))
    await finish_update(
        workshop.store, sender_id=workshop.bot, update_id=6, now=workshop.clock.now()
    )
    await bring()  # Telegram was not told that they arrived
    assert await undone() == [7, 8]
    async with workshop.store.read() as conn:
        kept = await conn.execute(
            select(tables.inbox.c.update_id, tables.inbox.c.body, tables.inbox.c.chat_id, tables.inbox.c.done_at)
            .where(tables.inbox.c.done_at.is_not(None)).order_by(tables.inbox.c.update_id)
        )  # fmt: skip
        assert [tuple(row) for row in kept] == [(5, "", None, now), (6, "", None, later)]

    # Erased by the shop: whatever waits from a chat that nobody else has goes, too.
    bruno = await workshop.customer("bruno", name="Bruno Neri", chat=False)
    await workshop.link_chat(bruno, chat_id=1)
    await erase(workshop, "bruno")
    assert await undone() == [7]


LEFT_OUT = """\
N. scad.;Cod. cl.;Cognome e nome;Cell.;Targa;Tipo scadenza;Scad.;Privacy
E1;C-99;Gialli Marta;347 1234567;ZZ999ZZ;Revisione;31/12/2030;SI
E2;C-99;Gialli Marta;;ZZ999ZZ;Revisione;31/12/2031;SI
E3;C2;Neri Bruno;333 7654321;EF456GH;Revisione;31/12/2030;NO
"""


async def _bring(
    workshop: Workshop, text: str, name: str = "f.csv", *, dry: bool = False
) -> Imported:
    return await importing.import_file(
        workshop.store, slug="officina", name=name, data=text.encode(), now=workshop.clock.now(),
        dry_run=dry, anyway=True,
    )  # fmt: skip


async def test_under_another_code_their_number_keeps_them_away_until_the_shop_says_who_it_is(
    workshop: Workshop,
) -> None:
    """It may be somebody else who has the number by now: they come in by an invitation, and agree for themselves."""
    await marta(workshop)
    await erase(workshop)

    for dry in (True, False):
        told = await _bring(workshop, LEFT_OUT, dry=dry)
        assert told.counts[Verdict.ERASED] == 2
        codes = {each.code for row in told.remarks for each in row.remarks if row.line in (2, 3)}
        assert codes == {"CONTACT_ERASED"}
    # Without the number, in another file: it is known by now under which code it came.
    alone = LEFT_OUT.replace("347 1234567", "").replace("E3;", "E4;")
    assert (await _bring(workshop, alone, "g.csv")).counts[Verdict.ERASED] == 2
    assert [each for each in TRACES if each in await everything(workshop)] == []
    now = workshop.clock.now()
    with pytest.raises(Refused, match="somebody who was erased on 2026-11-23"):
        await inviting.invite(workshop.store, slug="officina", customer="C-99", now=now)
    with pytest.raises(NotFound):  # it may be somebody else: their proof is not hers
        await attesting.attest(workshop.store, slug="officina", customer="C-99", now=now)

    await inviting.invite(workshop.store, slug="officina", customer="C-99", now=now, again=True)
    assert Verdict.ERASED not in (await _bring(workshop, LEFT_OUT, "h.csv")).counts
    assert "Marta" in await everything(workshop)
    assert workshop.texts == []
    own = FILE.replace("ZZ999ZZ", "ZZ888ZZ")  # her own code is hers still
    assert (await _bring(workshop, own, "i.csv")).counts[Verdict.ERASED] == 1


async def test_an_email_address_keeps_them_away_too_and_whoever_is_known_already_does_not_care(
    workshop: Workshop,
) -> None:
    await marta(workshop)
    await workshop.customer("bruno", name="Bruno Neri", chat=False)
    car = AssetRow(type="vehicle", external_id="ZZ999ZZ", customer="bruno", role=Role.USER)
    await workshop.rows(Row(line=1, key="ZZ999ZZ", verdict=Verdict.IMPORTED, asset=car))
    await erase(workshop)
    phones, email = ("+393471234567",), "Marta@Example.org "

    async def left_out(code: str, thing: AssetRow | None = None, **told: object) -> list[object]:
        row = CustomerRow(external_id=code, name="X", **told)  # type: ignore[arg-type] # as told
        rows = [Row(line=1, key=code, verdict=Verdict.IMPORTED, customer=row, asset=thing)]
        kept = await kept_of(workshop.store, workshop.business)
        async with workshop.store.begin() as conn:
            spared = await spare_erased(
                conn, workshop.store, workshop.business, rows, kept=kept, storing=True
            )
        return [said for each in spared for said in (each.verdict, *(r.code for r in each.remarks))]

    left = [Verdict.ERASED, "CONTACT_ERASED"]
    assert await left_out("C-98", email=email) == left
    shared = replace(car, customer="C-96", role=Role.HOLDER)  # what is of the car is for him
    kept_of_it = await left_out("C-96", shared, phones=phones)
    assert kept_of_it == [Verdict.WARNING, "CONTACT_ERASED"]
    assert await left_out("C-97", phones=("+393331112223",)) == [Verdict.IMPORTED]
    assert await left_out("bruno", phones=phones, email=email) == [
        Verdict.IMPORTED
    ]  # he has her number now
    other = await workshop_on(workshop.store, workshop.clock, slug="altra")
    async with workshop.store.begin() as conn:
        assert await erased_among(conn, workshop.store, other.business, {"C-98"}) == {}


async def test_a_number_that_somebody_else_had_keeps_nobody_away(workshop: Workshop) -> None:
    """A husband has his wife's number, or all who have none have the shop's: nobody is left out for it. If it is her,
    she has agreed to nothing.
    """
    await marta(workshop)
    await workshop.customer("bruno", chat=False, allows=[], phones=("+393471234567",))
    await erase(workshop)

    data = FILE.replace("C-77", "C-99").replace("31/12/2030", f"{DUE:%d/%m/%Y}").encode()
    told = await importing.import_file(
        workshop.store, slug="officina", name="f.csv", data=data, now=workshop.clock.now(), anyway=True
    )  # fmt: skip
    await workshop.wait(timedelta(days=14), step=timedelta(days=1))

    assert Verdict.ERASED not in told.counts
    assert workshop.texts == []
    ends = [
        (each.state, each.reason) for each in await workshop.notices() if each.customer == "C-99"
    ]
    assert set(ends) == {(State.WITHHELD, "not_linked")}
    async with workshop.store.read() as conn:
        given = await conn.scalars(
            select(tables.consent.c.given).where(tables.consent.c.method != "declared")
        )
        assert list(given).count(True) == 2  # those of before, under the pseudonym


async def test_a_chat_erases_its_own_customers_once_and_nobody_elses(workshop: Workshop) -> None:
    mine = await marta(workshop)
    others = await workshop.customer("bruno", name="Bruno Neri")

    async def press(*customers: CustomerId) -> Erased | None:
        return await erasing.erase_from_chat(
            workshop.store,
            sender_id=workshop.bot,
            chat_id=99887766,
            customer_ids=customers,
            shown=SHOWN,
            message_id=7,
            update_id=1,
            now=workshop.clock.now(),
        )

    forged = await press(others)
    first = await press(mine, others)
    second = await press(mine)

    assert (forged, second) == (None, None)
    assert first is not None
    assert len(first.customers) == 1
    assert "Bruno Neri" in await everything(workshop)
    async with workshop.store.read() as conn:
        last = (
            (await conn.execute(select(tables.consent).order_by(tables.consent.c.id.desc())))
            .mappings()
            .first()
        )
        assert last is not None
        assert (last["text"], last["message_id"], last["given"]) == (SHOWN.text, 7, False)
    with pytest.raises(NotFound):
        await erase(workshop)
