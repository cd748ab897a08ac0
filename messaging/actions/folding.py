"""What rules and what campaigns will send, folded into the same caps: each customer's together, page by page."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from messaging.actions.awaiting import Line, Turn, turns
from messaging.actions.settling import Coming, Meant, settle
from messaging.customer import CustomerId
from messaging.store import contexts, templates
from messaging.store.connection import Connection
from messaging.template import TemplateId


async def fold(
    conn: Connection,
    found: Sequence[Meant],
    lines: Sequence[Line],
    paused: Collection[str],
    *,
    now: datetime,
    until: datetime,
) -> list[Coming]:
    """Return what becomes of all that was found of rules, and of all that the campaigns send by `until`, no order
    promised. `paused`: the sources that a pause stops.

    What is known of a page of customers is forgotten before the next.
    """
    stopped = {*paused, *(each.campaign.source for each in lines if each.stopped)}
    mine: dict[CustomerId, list[Meant]] = defaultdict(list)
    for each in found:
        mine[each.notification.key.customer_id].append(each)
    tied = _tied(found)
    rest: list[Meant] = []
    coming: list[Coming] = []
    async for page in turns(conn, lines, now=now, until=until):
        together = []
        for each in await _meant(conn, page, now):
            customer = each.notification.key.customer_id
            if customer in tied:
                rest.append(each)
            else:
                together += [*mine.pop(customer, []), each]
        coming += settle(together, stopped)
    left = [each for those in mine.values() for each in those]
    return coming + settle([*left, *rest], stopped)


def _tied(found: Sequence[Meant]) -> set[CustomerId]:
    """Return the customers who are told the same as another: one address gets it once, whoever asks first."""
    told: dict[tuple[str, ...], set[CustomerId]] = defaultdict(set)
    for each in found:
        key = each.notification.key
        told[key.source, key.subject, key.rung, key.anchor].add(key.customer_id)
    return {each for people in told.values() if len(people) > 1 for each in people}


async def _meant(conn: Connection, page: Sequence[Turn], now: datetime) -> list[Meant]:
    loaded = await contexts.load(conn, [each.notification for each in page], now=now)
    words = await templates.of_ids(
        conn, {TemplateId(each.notification.template_id) for each in page}
    )
    return [
        Meant(
            notification=each.notification,
            context=context,
            cause=each.campaign,
            template=words.get(TemplateId(each.notification.template_id)),
            due_at=each.at,
            has_turn=each.let_go,
            tried=each.tried,
            there_from=each.there_from,
        )
        for each, context in zip(page, loaded.contexts, strict=True)
    ]


async def of_campaigns(
    conn: Connection,
    lines: Sequence[Line],
    people: Collection[CustomerId],
    *,
    now: datetime,
    until: datetime,
) -> list[Meant]:
    """Return what the campaigns have for these customers that is to leave by `until`; nobody has been asked about it
    yet.
    """
    found = []
    async for page in turns(conn, lines, now=now, until=until):
        found += [each for each in page if each.customer_id in people]
    return await _meant(conn, found, now) if found else []
