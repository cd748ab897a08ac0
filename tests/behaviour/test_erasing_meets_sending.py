"""Erasing meets what is being sent, planned or imported at the same moment: whichever commits first counts, nothing
leaves afterwards that was not on its way before, and nothing of the person is left.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from messaging.actions import (
    admitting,
    calling,
    consenting,
    conversing,
    deciding,
    dispatching,
    importing,
    routing,
    sparing,
    writing,
)
from messaging.calendar import MessageClass
from messaging.conversation import Meeting
from messaging.customer import Channel
from messaging.errors import NotFound, Refused
from messaging.link_request import Why
from messaging.notification import State
from messaging.sender import AddressGone, Message, Outcome, RetryLater, Unknown
from messaging.store import addresses, consents, contexts, conversations, erasures, suppressions
from tests.behaviour.test_erasing import FILE, SHOWN, TRACES, erase, everything, marta
from tests.behaviour.test_locks import Pause, only_on_postgres, run_into
from tests.given import Workshop

MINUTE = timedelta(minutes=1)


async def waiting(workshop: Workshop) -> None:
    """Bring Marta's reminder into its lane, due now."""
    await marta(workshop)
    await workshop.planner().work()
    workshop.clock.move(MINUTE)


@only_on_postgres
async def test_no_chat_is_let_in_to_somebody_who_is_being_erased(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await marta(workshop)
    now = workshop.clock.now()
    async with workshop.store.begin() as conn:
        await admitting.put_request(
            conn, business_id=workshop.business.id, sender_id=workshop.bot, chat_id=7001, why=Why.UNKNOWN,
            name="Marta", phone=None, language="it", now=now,
        )  # fmt: skip
    pause = Pause()
    monkeypatch.setattr(erasures, "blank_person", pause.after(erasures.blank_person))
    refused: list[str] = []

    async def let_in() -> None:
        [asked] = await admitting.requests_of(workshop.store, slug="officina")
        try:
            await admitting.approve(
                workshop.store, slug="officina", request_id=asked.request.id, customer="C-77",
                with_parent=False, actor="cli", now=now,
            )  # fmt: skip
        except Refused as error:
            refused.append(str(error))

    await run_into(erase(workshop), pause, let_in)

    async with workshop.store.read() as conn:
        assert await addresses.known_of(conn, person) == []
    assert len(refused) == 1


@only_on_postgres
async def test_a_child_is_let_in_while_it_is_being_erased_and_neither_waits_for_the_other(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is about the child: it goes with them, and whoever approves it holds it."""
    person = await marta(workshop)
    now = workshop.clock.now()
    async with workshop.store.begin() as conn:
        await admitting.put_request(
            conn, business_id=workshop.business.id, sender_id=workshop.bot, chat_id=7001, why=Why.CHILD,
            name=None, phone=None, language="it", now=now, customer_id=person,
        )  # fmt: skip
    [asked] = await admitting.requests_of(workshop.store, slug="officina")
    pause = Pause()
    monkeypatch.setattr(suppressions, "add", pause.after(suppressions.add))

    async def let_in() -> None:
        with pytest.raises(NotFound):  # it went with the child
            await admitting.approve(
                workshop.store, slug="officina", request_id=asked.request.id, customer="C-77",
                with_parent=True, actor="cli", now=now,
            )  # fmt: skip

    await run_into(erase(workshop), pause, let_in)

    async with workshop.store.read() as conn:
        assert await addresses.known_of(conn, person) == []
    assert await traces_left(workshop) == []


@only_on_postgres
@pytest.mark.parametrize("act", ["yes", "stop", "call"])
async def test_nobody_agrees_stops_or_wants_a_call_who_is_being_erased(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """The bot has found out whose chat it is, and what it is about; the erasing holds the person by then."""
    person = await marta(workshop)
    now, chat = workshop.clock.now(), 99887766
    async with workshop.store.begin() as conn:
        await conversations.begin(conn, workshop.bot, chat, Meeting(business_id=None), now)
    pause = Pause()
    monkeypatch.setattr(suppressions, "add", pause.after(suppressions.add))

    async def agree() -> None:
        with pytest.raises(NotFound):
            await consenting.record_consent(
                workshop.store, sender_id=workshop.bot, chat_id=chat, customer_id=person,
                message_class=MessageClass.MARKETING, given=True, shown=SHOWN, message_id=None, now=now,
            )  # fmt: skip

    async def stop() -> None:
        assert (
            await consenting.stop_everything(
                workshop.store, sender_id=workshop.bot, chat_id=chat, shown=SHOWN, now=now
            )
            is None
        )

    async def call() -> None:
        assert (
            await calling.want_call(
                workshop.store, sender_id=workshop.bot, chat_id=chat, customer_id=person, now=now
            )
            is None
        )

    await run_into(erase(workshop), pause, {"yes": agree, "stop": stop, "call": call}[act])

    async with workshop.store.read() as conn:
        said = await consents.whole(conn, person)
    assert [each.said.given for each in said][-len(MessageClass) * len(Channel) :].count(True) == 0
    assert not said[-1].said.given
    assert await traces_left(workshop) == []


async def traces_left(workshop: Workshop) -> list[str]:
    after = await everything(workshop)
    return [each for each in TRACES if each in after]


async def test_what_was_claimed_before_goes_once_and_nothing_else_does(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(workshop)
    pause = Pause()
    monkeypatch.setattr(dispatching, "decide", pause.after(deciding.decide))

    await run_into(workshop.dispatcher().work(), pause, lambda: erase(workshop))
    await workshop.wait(timedelta(days=30), step=timedelta(days=1))

    assert len(workshop.texts) == 1
    assert await workshop.states() == [(State.ACCEPTED, None)]
    assert await traces_left(workshop) == []


async def test_a_claim_finds_nothing_of_somebody_who_is_being_erased(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(workshop)
    pause = Pause()
    monkeypatch.setattr(erasures, "stop_waiting", pause.after(erasures.stop_waiting))

    await run_into(erase(workshop), pause, workshop.dispatcher().work)
    await workshop.wait(timedelta(days=30), step=timedelta(days=1))

    assert workshop.texts == []
    assert await workshop.states() == [(State.CANCELLED, "erased")]
    assert await traces_left(workshop) == []


@only_on_postgres
async def test_what_comes_into_its_lane_while_its_customer_is_being_erased_stays_there(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Routing has looked at who the customer was; its delivery is there only after the others were stopped."""
    await marta(workshop)
    await workshop.planner().work()
    async with workshop.store.begin() as conn:
        await conn.execute(text("DELETE FROM delivery"))
        await conn.execute(text("UPDATE notification SET route_at = due_at"))
    pause = Pause()
    monkeypatch.setattr(contexts, "load", pause.after(contexts.load))
    routed = routing.route_due(workshop.store, now=workshop.clock.now())

    await run_into(routed, pause, lambda: erase(workshop))
    monkeypatch.undo()
    await workshop.wait(timedelta(days=30), step=timedelta(days=1))

    assert workshop.texts == []
    assert await workshop.states() == [(State.CANCELLED, "erased")]
    assert await traces_left(workshop) == []


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (RetryLater(reason="flood", code="429", after=MINUTE), (State.CANCELLED, "erased")),
        (Unknown(reason="cut_off", code="timeout"), (State.UNKNOWN, "erased")),
        (AddressGone(reason="blocked_by_user", code="403", blocked=True), (State.FAILED, "blocked_by_user")),
    ],
    ids=["not now", "nobody knows", "no such chat"],
)  # fmt: skip
async def test_what_was_under_way_is_not_tried_again(
    workshop: Workshop, outcome: Outcome, state: tuple[State, str]
) -> None:
    """The erasing commits while the call is being made; then the call ends in each way that asks for another."""
    await marta(workshop)
    gone: list[Message] = []

    class Slow:
        async def send(self, message: Message) -> Outcome:
            gone.append(message)
            await erase(workshop)
            return outcome

    workshop.telegram = Slow()  # type: ignore[assignment]
    workshop.push = Slow()  # type: ignore[assignment]

    await workshop.run()
    await workshop.wait(timedelta(days=2))

    assert len(gone) == 1
    assert await workshop.states() == [state]
    assert await traces_left(workshop) == []


async def test_a_file_that_is_being_imported_does_not_bring_back_who_is_erased_meanwhile(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import has asked who was erased; then the erasing commits, if it may."""
    await marta(workshop)
    pause = Pause()
    monkeypatch.setattr(importing, "spare_erased", pause.after(sparing.spare_erased))
    file = importing.import_file(
        workshop.store, slug="officina", name="f.csv", data=FILE.encode(), now=workshop.clock.now(), anyway=True
    )  # fmt: skip

    await run_into(file, pause, lambda: erase(workshop))

    assert await traces_left(workshop) == []


@only_on_postgres
async def test_what_is_being_written_while_its_writer_is_erased_does_not_stay(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot has found out whose chat it is; then the erasing commits, if it may."""
    await marta(workshop)
    pause = Pause()
    monkeypatch.setattr(conversations, "take", pause.after(conversations.take))
    saying = conversing.write(
        workshop.store, sender_id=workshop.bot, chat_id=99887766, update_id=5,
        text="il gattopardo graffia i sedili", now=workshop.clock.now(),
    )  # fmt: skip

    await run_into(saying, pause, lambda: erase(workshop))

    assert await traces_left(workshop) == []


@only_on_postgres
async def test_a_letter_that_is_being_written_to_somebody_who_is_erased_does_not_stay(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await marta(workshop)
    pause = Pause()
    monkeypatch.setattr(contexts, "load", pause.after(contexts.load))
    letter = writing.write_to(
        workshop.store, slug="officina", customer="C-77", text="Il gattopardo è pronto, Marta",
        by="cli:me", now=workshop.clock.now(),
    )  # fmt: skip

    await run_into(letter, pause, lambda: erase(workshop))
    monkeypatch.undo()
    await workshop.wait(timedelta(hours=2))

    assert workshop.texts == []
    assert await traces_left(workshop) == []
