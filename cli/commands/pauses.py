"""Pause and emergency stop."""

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House
from cli.pause_words import pause_data, pause_lines
from messaging.actions import pausing


class PauseSending(CommandModel):
    """`avvisa pause`. `slug` None: the whole installation; `by`: who asked."""

    slug: str | None = None
    rule: str | None = None
    by: str

    @override
    async def run(self, house: House) -> Answer:
        done = await pausing.pause(
            house.store, slug=self.slug, rule=self.rule, by=self.by, now=house.clock.now()
        )
        said = (
            "Paused. What is on its way already may still arrive. What is planned waits, and expires "
            "as it would otherwise."
            if done.news
            else "It was paused already."
        )
        return Answer(
            data={"news": done.news, "paused": pause_data(done.standing)},
            lines=[said, *pause_lines(done.standing)],
        )


class ResumeSending(CommandModel):
    """`avvisa resume`. `slug` None: the whole installation; `by`: who asked."""

    slug: str | None = None
    rule: str | None = None
    by: str

    @override
    async def run(self, house: House) -> Answer:
        done = await pausing.resume(
            house.store, slug=self.slug, rule=self.rule, by=self.by, now=house.clock.now()
        )
        said = (
            "Resumed: what waits goes now, if it has not expired and nothing else stands against it."
            if done.news
            else "It was not paused."
        )
        return Answer(
            data={"news": done.news, "paused": pause_data(done.standing)},
            lines=[said, *pause_lines(done.standing)],
        )
