"""A rule is edited while its notices wait in their lanes: the hour that stands is the hour at which they leave."""

from datetime import date, time, timedelta

from messaging.actions import switching
from messaging.notification import State
from tests.given import Workshop
from tests.pauses import pause, resume

RULE = "auto.inspection_due"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def waits_behind_a_pause(workshop: Workshop) -> None:
    """Let a reminder of this day be due at ten, and be in its lane when everything is paused."""
    await workshop.switch_on(at=time(10))
    await workshop.customer()
    local = workshop.clock.now().astimezone(workshop.business.zone)
    await workshop.inspection(due_on=date.fromordinal(local.toordinal() + 7))
    await workshop.planner().work()
    ten = local.replace(hour=10, minute=0, second=0, microsecond=0)
    await pause(workshop)
    workshop.clock.move(ten + MINUTE - local)
    await workshop.run()
    assert workshop.texts == []


async def test_an_hour_edited_behind_a_pause_is_the_hour_at_which_the_notice_leaves(
    workshop: Workshop,
) -> None:
    await waits_behind_a_pause(workshop)

    await workshop.switch_on(at=time(12))
    await resume(workshop)
    await workshop.run()
    assert workshop.texts == []

    await workshop.wait(2 * HOUR)
    assert len(workshop.texts) == 1
    assert (State.ACCEPTED, None) in await workshop.states()


async def test_a_notice_of_a_rule_that_went_off_and_on_again_leaves_at_the_new_hour(
    workshop: Workshop,
) -> None:
    await waits_behind_a_pause(workshop)

    await switching.switch_off(
        workshop.store, slug=workshop.business.slug, name=RULE, now=workshop.clock.now()
    )
    await resume(workshop)
    await workshop.run()  # the claim finds it in the lane, and sends nothing
    await workshop.switch_on(at=time(12))
    await workshop.run()
    assert workshop.texts == []

    await workshop.wait(2 * HOUR)
    assert len(workshop.texts) == 1
