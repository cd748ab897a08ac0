"""A business's bot is taken away: its key goes, what waits stays behind, and it may come back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from messaging.actions import founding, inspecting
from messaging.actions.webhooks import webhook_by_key, webhook_key, webhook_of
from messaging.customer import Channel
from messaging.errors import NotFound
from messaging.store import tables
from tests.given import DUE, Workshop, due_reminder


async def take(workshop: Workshop, channel: Channel = Channel.TELEGRAM) -> founding.Taken:
    return await founding.take_sender(
        workshop.store, slug=workshop.business.slug, channel=channel, now=workshop.clock.now()
    )


async def give_again(workshop: Workshop) -> None:
    await founding.give_sender(
        workshop.store,
        slug=workshop.business.slug,
        channel=Channel.TELEGRAM,
        external_id=f"bot-of-{workshop.business.slug}",
        name="officinabot",
        secret="123:DEF",
        now=workshop.clock.now(),
    )


async def test_a_bot_that_is_taken_away_leaves_no_key_behind(workshop: Workshop) -> None:
    webhook = await webhook_of(workshop.store, sender_id=workshop.bot, now=workshop.clock.now())

    taken = await take(workshop)

    assert (taken.id, taken.others) == (workshop.bot, False)
    async with workshop.store.read() as conn:
        stored = select(tables.sender.c.secret).where(tables.sender.c.id == workshop.bot)
        assert await conn.scalar(stored) == ""
    assert await webhook_key(workshop.store, sender_id=workshop.bot) is None
    assert await webhook_by_key(workshop.store, webhook.key) is None
    used = {each.id for each in await founding.senders_in_use(workshop.store)}
    assert used == {workshop.project}
    spoken = await inspecting.senders_of(workshop.store, slug=workshop.business.slug)
    assert [each.channel for each in spoken] == [Channel.PUSH]
    with pytest.raises(NotFound, match="has no bot"):
        await take(workshop)


async def test_what_went_through_a_bot_takes_the_other_way_until_the_bot_is_back(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop, phone=True)
    await take(workshop)
    await workshop.run()
    assert (len(workshop.texts), len(workshop.push.messages)) == (0, 1)

    await give_again(workshop)
    workshop.clock.move(timedelta(seconds=5))
    await workshop.inspection("CD456EF", due_on=DUE)
    await workshop.run()

    assert len(workshop.texts) == 1
    assert "CD456EF" in workshop.texts[0]


async def test_a_project_that_serves_others_is_kept_for_them(workshop: Workshop) -> None:
    other = await founding.add_business(
        workshop.store,
        founding.NewBusiness(
            slug="altra", name="Altra", pack=None, timezone="Europe/Rome", language="it"
        ),
        now=workshop.clock.now(),
    )
    await founding.give_sender(
        workshop.store,
        slug=other.slug,
        channel=Channel.PUSH,
        external_id=f"project-of-{workshop.business.slug}",
        name=None,
        secret="{}",
        now=workshop.clock.now(),
    )

    taken = await take(workshop, Channel.PUSH)

    assert (taken.id, taken.others) == (workshop.project, True)
    assert workshop.project in {each.id for each in await founding.senders_in_use(workshop.store)}
