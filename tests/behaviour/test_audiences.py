"""An audience is the same customers in memory, on SQLite and on PostgreSQL."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from messaging.audience import (
    EVERYBODY,
    Audience,
    CustomerSince,
    DaySpan,
    Named,
    Person,
    Setting,
    Tagged,
    matches,
)
from messaging.customer import Channel, CustomerId
from messaging.intake import CLEAR, CustomerRow, Row, Verdict
from messaging.store import audiences
from tests.audiences import SETTING, any_audience, crowd, keep
from tests.given import Workshop, workshop_on

MANY = 60


class Crowded:
    """A workshop with sixty customers of all sorts."""

    def __init__(self, workshop: Workshop, people: list[Person]) -> None:
        self.workshop = workshop
        self.people = people

    async def of_database(self, audience: Audience) -> set[CustomerId]:
        async with self.workshop.store.read() as conn:
            found = await audiences.page(
                conn,
                self.workshop.business.id,
                audience,
                SETTING,
                after=0,
                limit=10_000,
            )
            some = {each.customer.id for each in self.people[::2]}
            assert await audiences.among(conn, audience, some, SETTING) == some & set(found)
            size = await audiences.size(conn, self.workshop.business.id, audience, SETTING)
        assert (found, size) == (sorted(found), len(found))
        return set(found)

    def of_memory(self, audience: Audience) -> set[CustomerId]:
        return {each.customer.id for each in self.people if matches(audience, each, SETTING)}


@pytest.fixture
async def crowded(workshop: Workshop) -> Crowded:
    senders = {Channel.TELEGRAM: workshop.bot, Channel.PUSH: workshop.project}
    people = crowd(workshop.business.id, senders, MANY)
    async with workshop.store.begin() as conn:
        await keep(conn, people)
    return Crowded(workshop, people)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(audience=any_audience)
async def test_what_a_database_answers_is_what_memory_answers(
    crowded: Crowded, audience: Audience
) -> None:
    assert await crowded.of_database(audience) == crowded.of_memory(audience)


async def test_an_audience_comes_in_pages_and_ends_where_it_is_told_to(crowded: Crowded) -> None:
    store, business = crowded.workshop.store, crowded.workshop.business
    pages: list[list[int]] = []
    async with store.read() as conn:
        while not pages or pages[-1]:
            after = pages[-1][-1] if pages else 0
            found = await audiences.page(
                conn, business.id, EVERYBODY, SETTING, after=after, up_to=25, limit=10
            )
            pages.append([*found])

    assert pages == [[*range(1, 11)], [*range(11, 21)], [*range(21, 26)], []]


async def test_nobody_of_another_business_is_in_an_audience(workshop: Workshop) -> None:
    other = await workshop_on(workshop.store, workshop.clock, slug="other")
    mine, theirs = await workshop.customer(), await other.customer()

    async with workshop.store.read() as conn:
        for business, customer in ((workshop.business, mine), (other.business, theirs)):
            found = await audiences.page(conn, business.id, EVERYBODY, SETTING, after=0, limit=10)
            assert found == [customer]


# -------------------------------------------------- what the books tell of tags


async def told(workshop: Workshop, **said: object) -> None:
    row = CustomerRow(external_id="anna", **said)  # type: ignore[arg-type] # the tests name its fields
    await workshop.rows(Row(line=1, key="anna", verdict=Verdict.IMPORTED, customer=row))


async def are_in(workshop: Workshop, audience: Audience) -> bool:
    setting = Setting(
        zone=workshop.business.zone,
        language=workshop.business.language,
        now=workshop.clock.now(),
    )
    async with workshop.store.read() as conn:
        return await audiences.size(conn, workshop.business.id, audience, setting) == 1


async def test_tags_as_told_replace_those_before_untold_they_stay_and_cleared_they_go(
    workshop: Workshop,
) -> None:
    await told(workshop, tags=("fleet", "vip"), since=date(2020, 5, 1))
    assert await are_in(workshop, Tagged(("vip",)))

    await told(workshop, name="Anna")
    assert await are_in(workshop, Tagged(("vip",)))
    assert await are_in(workshop, CustomerSince(DaySpan(last=date(2020, 5, 1))))

    await told(workshop, tags=("fleet",))
    assert not await are_in(workshop, Tagged(("vip",)))
    assert await are_in(workshop, Tagged(("vip", "fleet")))

    await told(workshop, tags=CLEAR, since=CLEAR)
    assert not await are_in(workshop, Tagged(("vip", "fleet")))
    assert not await are_in(workshop, CustomerSince(DaySpan(last=date(2030, 5, 1))))


@pytest.mark.parametrize("words", ["' OR 1=1 --", "%", "a_n", "\\"])
async def test_words_are_words_and_never_part_of_the_question(
    workshop: Workshop, words: str
) -> None:
    await told(workshop, name="Anna")

    assert not await are_in(workshop, Named(words))
