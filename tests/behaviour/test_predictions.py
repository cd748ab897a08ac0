"""Whatever the rules, the campaigns, the zones and the order of changes: what is foretold is what happens.

Every provider accepts everything at once, and no pace binds. Then a forecast taken after the last change tells of
every notice whether it goes, when and by which channel, caps and closed days and closed hours considered.
"""

from datetime import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from messaging import pacing
from messaging.audience import EVERYBODY, Tagged
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.explanation import Goes, Stays
from tests.automations import foreseen
from tests.behaviour.fates import (
    DAY,
    DAYS_AHEAD,
    HOURS,
    PEOPLE,
    SLACK,
    Ruled,
    Sent,
    Shop,
    Step,
    begun,
    key_of,
)
from tests.birthdays import rome
from tests.conftest import NewDatabase

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # shrinking a story takes a while

channels = st.sampled_from([(Channel.TELEGRAM,), (Channel.PUSH,), (Channel.TELEGRAM, Channel.PUSH)])
classes = st.sampled_from(list(MessageClass))
hours = st.sampled_from(HOURS).map(time)
days = st.integers(0, DAYS_AHEAD)


rules_ = st.builds(
    Ruled,
    classes,
    channels,
    hours,
    st.dictionaries(st.sampled_from(PEOPLE), days, min_size=1, max_size=3),
    rungs=st.sampled_from([(), (1,), (2, 1)]),
    yearly=st.sampled_from([False, False, False, True]),
    lasts=st.integers(0, 3),
    many=st.sampled_from([0, 0, 2, 7]),
)
campaigns_ = st.builds(
    Sent,
    classes,
    channels,
    days,
    hours,
    st.sampled_from([EVERYBODY, Tagged(("vip",))]),
    st.one_of(st.none(), st.integers(0, 3)),
    st.sampled_from([None, None, 30]),
)
zones = st.dictionaries(
    st.sampled_from(PEOPLE), st.sampled_from(["America/New_York", "Asia/Tokyo"]), max_size=2
)
shops = st.builds(
    Shop,
    offers=st.integers(1, 2),
    daily=st.integers(0, 2),
    closed=st.lists(days, max_size=1).map(tuple),
    zones=zones,
    rules=st.lists(rules_, min_size=1, max_size=3),
    campaigns=st.lists(campaigns_, min_size=1, max_size=2),
)
STEPS = (
    "move", "finish", "withdraw", "agree", "off", "on", "pause rule", "resume rule", "pause campaign",
    "resume campaign", "cancel", "schedule", "start", "caps", "untag", "hours",
)  # fmt: skip
steps = st.lists(st.builds(Step, st.sampled_from(STEPS), st.integers(0, 2), days), max_size=5)


async def foretold_and_lived(
    new_database: NewDatabase, shop: Shop, steps: list[Step], hour: int
) -> None:
    """Let a story come to its last change, foretell the days ahead, and live them."""
    async with begun(new_database, shop) as story:
        for step in steps:
            await story.take(step)
        before = await story.sent()
        until = rome(story.now.date() + DAYS_AHEAD * DAY, time(hour))
        horizon = (until - story.now) / DAY
        foretold = {key_of(each): each for each in await foreseen(story.workshop, horizon)}  # type: ignore[arg-type] # days, or a part of one
        dry = await story.dry_runs()

        await story.lives_until(until)
        sent = await story.sent()
        ended = await story.ended()

    for each in foretold.values():
        outlook = dry.get((each.campaign or "", each.customer))
        if isinstance(outlook, Goes):
            assert (outlook.at, outlook.channel) == (each.at, each.channel), each
        elif isinstance(outlook, Stays):
            assert outlook.reason == (each.wait or each.reason), each

    gone = {key: each for key, each in sent.items() if key not in before and each[0] <= until}
    going = {
        key: each
        for key, each in foretold.items()
        if each.channel is not None and each.wait is None and each.at <= until - SLACK
    }
    missed = {key: each for key, each in going.items() if key not in gone}
    assert not missed, "foretold, and did not happen"
    surprises = {
        key: (each, foretold.get(key))
        for key, each in gone.items()
        if key not in going and each[0] <= until - 2 * SLACK
    }
    assert not surprises, "happened, and was not foretold"
    for key, each in going.items():
        at, channel = gone[key]
        assert each.at - pacing.SLACK <= at <= each.at + SLACK, key
        assert channel == each.channel, key
    for key, each in foretold.items():
        if each.channel is None and each.reason != "paused" and key in ended:
            # What a campaign never let go ends with it, whatever else stood against it.
            over = each.campaign is not None and ended[key] == "expired"
            assert over or ended[key] == each.reason, key


whatever = given(shop=shops, steps=steps, hour=st.sampled_from([0, 9, 12]))
many = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,  # for the suite; to look for more, take this line away and ask for some hundreds
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@whatever
@many
async def test_what_is_foretold_after_the_last_change_is_what_happens(
    new_database: NewDatabase, shop: Shop, steps: list[Step], hour: int
) -> None:
    await foretold_and_lived(new_database, shop, steps, hour)


@pytest.mark.parametrize("database_kind", ["postgres"])
@whatever
@settings(many, max_examples=2)
async def test_what_is_foretold_is_what_happens_on_postgresql_too(
    new_database: NewDatabase, shop: Shop, steps: list[Step], hour: int
) -> None:
    await foretold_and_lived(new_database, shop, steps, hour)
