"""Pausing and resuming, as the tests of it do."""

from messaging.actions import pausing
from tests.given import Workshop


async def pause(
    workshop: Workshop, *, everything: bool = False, rule: str | None = None
) -> pausing.Changed:
    return await pausing.pause(
        workshop.store,
        slug=None if everything else workshop.business.slug,
        rule=rule,
        by="test",
        now=workshop.clock.now(),
    )


async def resume(
    workshop: Workshop, *, everything: bool = False, rule: str | None = None
) -> pausing.Changed:
    return await pausing.resume(
        workshop.store,
        slug=None if everything else workshop.business.slug,
        rule=rule,
        by="test",
        now=workshop.clock.now(),
    )
