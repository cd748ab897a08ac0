"""One business never sees, slows down or takes anything away from another."""

from datetime import date, timedelta

import pytest

from messaging.actions import arriving, founding, inviting, joining
from messaging.actions.doors import Store
from messaging.actions.joining import AppChoice
from messaging.calendar import MessageClass
from messaging.consent import ShownText
from messaging.customer import Channel
from messaging.errors import InvitationRefused, NotFound
from tests.given import StillClock, Workshop, workshop_on

YES = AppChoice(
    message_class=MessageClass.REMINDER,
    given=True,
    shown=ShownText(id="app.reminders", version=1, text="Promemoria?", language="it"),
)
DAY = timedelta(days=1)


@pytest.fixture
async def other(workshop: Workshop, store: Store, clock: StillClock) -> Workshop:
    return await workshop_on(store, clock, slug="carrozzeria")


async def signed_in_on_the_same_phone(workshop: Workshop) -> None:
    now = workshop.clock.now()
    await workshop.customer(chat=False, allows=())
    invited = await inviting.invite(
        workshop.store, slug=workshop.business.slug, customer="anna", now=now
    )
    joined = await joining.join(
        workshop.store, invitation_token=invited.invitation.token, choices=[YES], now=now
    )
    user = await joining.app_user(workshop.store, token=joined.token)
    assert user is not None
    await joining.register_device(
        workshop.store,
        user=user,
        install_key="one-phone",
        kind="token",
        value="token-of-one-phone",
        platform="android",
        language="it",
        now=now,
    )


async def test_two_businesses_that_share_a_firebase_project_both_reach_the_phone(
    workshop: Workshop, other: Workshop
) -> None:
    await founding.give_sender(
        workshop.store,
        slug="carrozzeria",
        channel=Channel.PUSH,
        external_id="project-of-officina",
        name=None,
        secret="{}",
        now=workshop.clock.now(),
    )
    for each in (workshop, other):
        await signed_in_on_the_same_phone(each)
        await each.switch_on()
        await each.inspection(due_on=date(2026, 12, 1))

    await workshop.wait(2 * DAY)

    assert len(workshop.push.messages) == 2
    assert [len(await each.notices()) for each in (workshop, other)] == [1, 1]


async def test_a_bot_that_two_businesses_share_knows_whose_customer_a_chat_is(
    workshop: Workshop, other: Workshop
) -> None:
    bot, now = "bot-of-officina", workshop.clock.now()
    shared = await founding.give_sender(
        workshop.store,
        slug="carrozzeria",
        channel=Channel.TELEGRAM,
        external_id=bot,
        name="officinabot",
        secret="123:ABC",
        now=now,
    )
    await workshop.customer("anna")
    beside = await founding.shared_with(
        workshop.store, slug="carrozzeria", channel=Channel.TELEGRAM, external_id=bot
    )
    known = await arriving.who_is(workshop.store, sender_id=shared, chat_id=1001, now=now)

    assert shared == workshop.bot
    assert [each.slug for each in beside] == ["officina"]
    assert [each.business_id for each in known] == [workshop.business.id]


async def test_an_invitation_is_unknown_to_another_businesss_bot(
    workshop: Workshop, other: Workshop
) -> None:
    await workshop.customer(chat=False, allows=())
    now = workshop.clock.now()
    invited = await inviting.invite(workshop.store, slug="officina", customer="anna", now=now)

    with pytest.raises(InvitationRefused, match="unknown"):
        await inviting.open_invitation(
            workshop.store,
            sender_id=other.bot,
            token=invited.invitation.token,
            chat_id=7,
            now=now,
        )


async def test_a_customer_of_one_business_does_not_exist_for_another(
    workshop: Workshop, other: Workshop
) -> None:
    await workshop.customer("anna")

    with pytest.raises(NotFound):
        await inviting.invite(
            workshop.store, slug="carrozzeria", customer="anna", now=workshop.clock.now()
        )


async def test_a_long_queue_of_one_business_does_not_delay_another(
    workshop: Workshop, other: Workshop
) -> None:
    """Both use one bot's pace at most; here each has its own, and the other's goes out at the first look."""
    await workshop.switch_on()
    await other.switch_on()
    for number in range(60):
        await workshop.customer(f"c{number}", name=f"Cliente {number}")
        await workshop.inspection(f"P{number}", due_on=date(2026, 12, 8), customer=f"c{number}")
    await other.customer("zoe", name="Zoe Verdi")
    await other.inspection("Z1", due_on=date(2026, 12, 8), customer="zoe")
    await workshop.planner().work()

    await workshop.dispatcher().work()

    assert [text for text in workshop.texts if "(Z1)" in text]
    assert len(workshop.texts) < 10
