"""A platform's key that is refused holds the phones of that platform, and nobody else's."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cli.commands.plans import Status
from cli.demo.stage import DemoSettings
from cli.house import House
from messaging.actions import dispatching, founding, recording, reporting
from messaging.actions.deciding import Claimed
from messaging.actions.doors import Store
from messaging.actions.recording import Finished, Spread
from messaging.actions.reporting import Refusal
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.notification import State
from messaging.sender import Accepted, AddressGone, Message, Outcome, SenderDown
from messaging.store import customers
from tests.given import DUE, StillClock, Workshop, workshop_on

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
KEY_REFUSED = SenderDown(reason="platform_key", code="THIRD_PARTY_AUTH_ERROR", platform_only=True)
PROJECT_REFUSED = SenderDown(reason="permission_denied", code="PERMISSION_DENIED")


class Firebase:
    """Answers by platform as it is told, and notes when each platform was called."""

    def __init__(self, workshop: Workshop) -> None:
        self.answers: dict[str, Outcome] = {}
        self.calls: list[tuple[str, datetime]] = []
        self._clock = workshop.clock
        workshop.push.answer = self._answer

    def _answer(self, message: Message) -> Outcome:
        platform = message.address.partition("-")[0]
        self.calls.append((platform, self._clock.now()))
        return self.answers.get(platform, Accepted(provider_id="1"))

    def moments(self, platform: str, *, since: datetime) -> list[datetime]:
        return [moment for each, moment in self.calls if each == platform and moment > since]


async def reminders_to(workshop: Workshop, *platforms: str) -> None:
    """Let one customer with a phone of each of the platforms be due a reminder."""
    for number, platform in enumerate(platforms):
        code = f"{platform}{number}"
        customer = await workshop.customer(code, chat=False)
        await workshop.link_phone(customer, value=f"{platform}-{number}", platform=platform)
        await workshop.inspection(f"{platform}{number}", due_on=DUE, customer=code)


async def seconds_pass(workshop: Workshop, *moments: int) -> None:
    """Let what may leave leave, so many seconds from now, again and again."""
    begin = workshop.clock.now()
    for each in moments:
        workshop.clock.moment = begin + each * SECOND
        await workshop.dispatcher().work()


async def accepted(workshop: Workshop) -> list[str]:
    return sorted(
        each.customer for each in await workshop.notices() if each.state is State.ACCEPTED
    )


async def refused(workshop: Workshop) -> Sequence[Refusal]:
    return await reporting.refused(workshop.store, slug="officina")


async def test_a_refused_key_of_apple_holds_ios_while_android_goes_on(workshop: Workshop) -> None:
    firebase = Firebase(workshop)
    firebase.answers["ios"] = KEY_REFUSED
    await workshop.switch_on()
    await reminders_to(workshop, "ios", "android")
    await workshop.run()

    assert await accepted(workshop) == ["android1"]
    assert await refused(workshop) == [
        Refusal(
            sender_id=workshop.project,
            channel=Channel.PUSH,
            external_id="project-of-officina",
            platform="ios",
            reason="platform_key",
            since=workshop.clock.now(),
            probe_at=workshop.clock.now() + MINUTE,
        )
    ]

    workshop.clock.move(SECOND)
    await reminders_to(workshop, "android", "ios", "android")
    await workshop.run()

    assert await accepted(workshop) == ["android0", "android1", "android2"]
    assert not firebase.moments("ios", since=workshop.clock.now() - SECOND)


async def test_one_message_a_minute_tries_the_platform_and_when_it_works_all_follow(
    workshop: Workshop,
) -> None:
    firebase = Firebase(workshop)
    firebase.answers["ios"] = KEY_REFUSED
    await workshop.switch_on()
    await reminders_to(workshop, *["ios"] * 4)
    broken_at = workshop.clock.now()
    await workshop.run()

    await seconds_pass(workshop, 1, 59, 60, 61, 119, 120, 180)

    tried = firebase.moments("ios", since=broken_at)
    assert tried == [broken_at + MINUTE, broken_at + 2 * MINUTE, broken_at + 3 * MINUTE]
    assert [each.since for each in await refused(workshop)] == [broken_at]

    firebase.answers.clear()
    await seconds_pass(workshop, 59, 60)

    assert len(await accepted(workshop)) == 4
    assert await refused(workshop) == []


async def two_businesses_are_refused(
    workshop: Workshop, store: Store, clock: StillClock, firebase: Firebase
) -> None:
    """Let each of two that share the project have an iPhone's reminder to send, and the key be refused."""
    firebase.answers["ios"] = KEY_REFUSED
    other = await workshop_on(store, clock, slug="carrozzeria")
    await founding.give_sender(
        store,
        slug="carrozzeria",
        channel=Channel.PUSH,
        external_id="project-of-officina",
        name=None,
        secret="{}",
        now=clock.now(),
    )
    other.project = workshop.project
    for each in (workshop, other):
        await each.switch_on()
        await reminders_to(each, "ios")
        await each.planner().work()
    await workshop.run()


async def test_businesses_that_share_the_project_share_its_one_try_too(
    workshop: Workshop, store: Store, clock: StillClock
) -> None:
    firebase = Firebase(workshop)
    await two_businesses_are_refused(workshop, store, clock, firebase)
    broken_at = clock.now()

    await seconds_pass(workshop, 59, 60, 61, 120)

    assert firebase.moments("ios", since=broken_at) == [broken_at + MINUTE, broken_at + 2 * MINUTE]


async def test_nothing_else_goes_while_the_try_is_under_way_and_all_that_waits_when_it_succeeds(
    workshop: Workshop, store: Store, clock: StillClock
) -> None:
    await two_businesses_are_refused(workshop, store, clock, Firebase(workshop))
    clock.move(MINUTE)

    async def claimed() -> list[Claimed]:
        turn = await dispatching.claim(
            store, {workshop.project: 10}, owner=workshop.owner, now=clock.now()
        )
        return turn.claimed

    (probe,) = await claimed()
    assert await claimed() == []
    succeeded = Finished(claimed=probe, outcome=Accepted(provider_id="1"), begun_at=clock.now())
    await recording.record(store, [succeeded], now=clock.now(), spread=Spread(0.0))

    assert len(await claimed()) == 1


async def test_a_dead_phone_does_not_show_that_the_key_works(workshop: Workshop) -> None:
    firebase = Firebase(workshop)
    firebase.answers["ios"] = KEY_REFUSED
    await workshop.switch_on()
    await reminders_to(workshop, "ios", "ios")
    await workshop.run()
    firebase.answers["ios"] = AddressGone(reason="unregistered", code="UNREGISTERED")

    await seconds_pass(workshop, 60)

    assert [each.platform for each in await refused(workshop)] == ["ios"]


async def test_who_withdrew_their_consent_does_not_use_up_the_try(workshop: Workshop) -> None:
    firebase = Firebase(workshop)
    firebase.answers["ios"] = KEY_REFUSED
    await workshop.switch_on()
    await reminders_to(workshop, "ios", "ios")
    await workshop.run()
    async with workshop.store.read() as conn:
        first = await customers.by_external_id(conn, workshop.business.id, "ios0")
    await workshop.consent(first.id, MessageClass.REMINDER, given=False, channel=Channel.PUSH)
    firebase.answers.clear()

    await seconds_pass(workshop, 60)

    assert await accepted(workshop) == ["ios1"]


async def test_who_gives_the_project_a_new_account_need_not_wait_for_the_next_try(
    workshop: Workshop,
) -> None:
    firebase = Firebase(workshop)
    firebase.answers["ios"] = KEY_REFUSED
    await workshop.switch_on()
    await reminders_to(workshop, "ios")
    await workshop.run()

    await founding.give_sender(
        workshop.store,
        slug="officina",
        channel=Channel.PUSH,
        external_id="project-of-officina",
        name=None,
        secret="another",
        now=workshop.clock.now(),
    )

    assert await refused(workshop) == []


async def test_a_refused_project_is_tried_by_one_message_a_minute_too(workshop: Workshop) -> None:
    firebase = Firebase(workshop)
    firebase.answers = dict.fromkeys(("ios", "android"), PROJECT_REFUSED)
    await workshop.switch_on()
    await reminders_to(workshop, "ios", "android", "android")
    broken_at = workshop.clock.now()
    await workshop.run()
    assert [(each.platform, each.since) for each in await refused(workshop)] == [(None, broken_at)]
    before = len(firebase.calls)

    await seconds_pass(workshop, 59, 60, 61, 120)
    assert len(firebase.calls) == before + 2
    firebase.answers.clear()
    await seconds_pass(workshop, 60)

    assert len(await accepted(workshop)) == 3
    assert await refused(workshop) == []


async def test_the_business_is_told_what_gets_nothing_through_and_what_to_do(
    workshop: Workshop,
) -> None:
    Firebase(workshop).answers["ios"] = KEY_REFUSED
    await workshop.switch_on()
    await reminders_to(workshop, "ios")
    await workshop.run()
    house = House(DemoSettings(), workshop.store, workshop.clock)

    told = await Status(slug="officina").run(house)

    (row,) = told.tables[-1].rows
    assert row[:3] == ["push: iPhone and iPad", "Mon 23 Nov 2026 09:00", "Mon 23 Nov 2026 09:01"]
    assert "Firebase console, Project settings, Cloud Messaging" in row[3]
