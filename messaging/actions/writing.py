"""Somebody of a business writes to one customer: an answer to what they wrote, or a message of its own.

It goes the way of every notice: the gate, the lanes and their pace, a state of its own, once. What cannot go out is
told at once, and nothing is made.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.ending import end_of
from messaging.actions.naming import customer_named
from messaging.actions.settling import as_notification
from messaging.business import LANGUAGES, Business
from messaging.calendar import MessageClass
from messaging.context import Context
from messaging.customer import Channel, Customer, CustomerId
from messaging.errors import NotFound, Refused
from messaging.explanation import Goes, Outlook
from messaging.letter import (
    LASTS,
    SOURCE,
    TEMPLATE,
    TEXTS,
    Enclosure,
    Letter,
    LetterId,
    class_of,
    letter_text,
    quote,
    subject_of,
)
from messaging.notification import Key, NotificationId, State
from messaging.pause import Scope
from messaging.reply import ReplyId
from messaging.store import (
    audit,
    businesses,
    contexts,
    customers,
    letters,
    pauses,
    replies,
    senders,
    templates,
)
from messaging.store import planned as planned_rows
from messaging.store.connection import Connection
from messaging.store.planned import Planned
from messaging.template import Template, TemplateId
from messaging.world import Speaker

_NOT_YET = LetterId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of a letter: how it goes out, or why it does not; then nothing was made.

    `message_class`: marketing, if the text speaks of an offer and nobody had asked. `notification_id`: whose state
    tells how it fares; None: there is none. `already`: the same act has been done before.
    """

    customer: Customer
    message_class: MessageClass
    outlook: Outlook | None
    notification_id: NotificationId | None = None
    already: bool = False


async def answer(
    store: Store,
    *,
    slug: str,
    reply_id: ReplyId,
    text: str,
    by: str,
    now: datetime,
    origin: str | None = None,
) -> Posted:
    """Answer what a customer wrote or pressed, in the chat it came from, and note that it is handled.

    `origin`: what asked for it; the same twice answers once. Raises NotFound for a reply that this business has not;
    Refused if it is answered already, and for a text that cannot be sent.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        return await answer_in(
            conn, business, reply_id=reply_id, text=text, by=by, now=now, origin=origin
        )


async def write_to(
    store: Store,
    *,
    slug: str,
    customer: str,
    text: str,
    by: str,
    now: datetime,
    origin: str | None = None,
) -> Posted:
    """Write to a customer who has not asked. Raises NotFound, with whom it may mean; Refused for a text that cannot be
    sent.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        person = await customer_named(conn, business, customer)
        return await write_in(
            conn, business, customer_id=person.id, text=text, by=by, now=now, origin=origin
        )


async def answer_in(
    conn: Connection,
    business: Business,
    *,
    reply_id: ReplyId,
    text: str,
    by: str,
    now: datetime,
    origin: str | None,
    enclosed: Enclosure | None = None,
) -> Posted:
    """Do what `answer` does, in a transaction that is open; a file may go with it."""
    if (whose := await replies.whose(conn, business.id, reply_id)) is not None:
        await customers.of_ids(conn, [whose], lock=True)  # before the reply, as an erasing does
    asked = await replies.lock(conn, business.id, reply_id)
    if asked is None:
        raise NotFound(f"there is no reply {reply_id}", hint=f"avvisa replies {business.slug} list")
    letter = Letter(
        id=_NOT_YET,
        customer_id=asked.customer_id,
        text=letter_text(text, with_file=enclosed is not None),
        answers=reply_id,
        quoted=quote(asked.text),
        address_id=asked.address_id,
        enclosed=enclosed,
    )
    again = await _again(conn, business, letter, origin, now)
    if again is not None:
        return again
    if asked.answered:
        raise Refused(
            f"reply {reply_id} is answered already",
            hint=f'to say more: avvisa write {business.slug} CUSTOMER "text"',
        )
    posted = await _post(conn, business, letter, by=by, origin=origin, now=now)
    if posted.notification_id is not None:
        await replies.close(conn, business.id, reply_id, now)
    return posted


async def write_in(
    conn: Connection,
    business: Business,
    *,
    customer_id: CustomerId,
    text: str,
    by: str,
    now: datetime,
    origin: str | None,
    enclosed: Enclosure | None = None,
) -> Posted:
    """Do what `write_to` does, in a transaction that is open; a file may go with it."""
    letter = Letter(
        id=_NOT_YET,
        customer_id=customer_id,
        text=letter_text(text, with_file=enclosed is not None),
        enclosed=enclosed,
    )
    again = await _again(conn, business, letter, origin, now)
    return again or await _post(conn, business, letter, by=by, origin=origin, now=now)


async def _again(
    conn: Connection, business: Business, letter: Letter, origin: str | None, now: datetime
) -> Posted | None:
    """Return what the same act has come to already; None: it is new."""
    if origin is None or await letters.of_origin(conn, origin) is None:
        return None
    template = await _template(conn, business, now)
    _, context = await _meant(conn, business, letter, template, now)
    return Posted(
        customer=context.customer, message_class=_class(letter), outlook=None, already=True
    )


async def _post(
    conn: Connection,
    business: Business,
    letter: Letter,
    *,
    by: str,
    origin: str | None,
    now: datetime,
) -> Posted:
    template = await _template(conn, business, now)
    planned, context = await _meant(conn, business, letter, template, now)
    standing = await pauses.standing(conn, business.id)
    scope = Scope(business_id=business.id, stream=SOURCE)
    ahead = end_of(
        as_notification(planned),
        context,
        template,
        channels=letter.channels,
        due_at=now,
        speakers=await _speakers(conn, business),
        pauses=[each for each in standing if each.scope.covers(scope)],
    )
    posted = Posted(customer=context.customer, message_class=planned.message_class, outlook=ahead)
    if not isinstance(ahead, Goes):
        return posted
    file = letter.enclosed
    letter_id = await letters.add(
        conn,
        business_id=business.id,
        customer_id=letter.customer_id,
        reply_id=letter.answers,
        address_id=letter.address_id,
        text=letter.text,
        quoted=letter.quoted,
        file_kind=None if file is None else file.file.kind,
        file_id=None if file is None else file.file.id,
        file_of=None if file is None else file.of,
        actor=by,
        origin=origin,
        at=now,
    )
    await planned_rows.make(conn, [_planned(business, letter, letter_id, template, now)], now)
    notification_id = await letters.leaves_as(conn, letter_id)
    await audit.note(
        conn,
        business.id,
        actor=by,
        act="letter.answer" if letter.answers is not None else "letter.write",
        subject=subject_of(letter_id),
        now=now,
        detail={"customer": letter.customer_id, "reply": letter.answers},
    )
    return Posted(
        customer=context.customer,
        message_class=planned.message_class,
        outlook=ahead,
        notification_id=notification_id,
    )


async def _meant(
    conn: Connection, business: Business, letter: Letter, template: Template, now: datetime
) -> tuple[Planned, Context]:
    planned = _planned(business, letter, _NOT_YET, template, now)
    # The customer is ours: whoever is erased meanwhile is so afterwards, with this letter.
    loaded = await contexts.load(conn, [as_notification(planned)], now=now, lock=True)
    context = loaded.contexts[0]
    return planned, _with(context, letter)


def _with(context: Context, letter: Letter) -> Context:
    return replace(context, letter=letter, addresses=letter.where(context.addresses))


def _planned(
    business: Business, letter: Letter, letter_id: LetterId, template: Template, now: datetime
) -> Planned:
    return Planned(
        business_id=business.id,
        key=Key(
            source=SOURCE,
            customer_id=letter.customer_id,
            subject=subject_of(letter_id),
            rung="",
            anchor="",  # no instant: a letter takes no appointment's place in the day
        ),
        message_class=_class(letter),
        rule_id=None,
        rule_version=None,
        template_id=template.id,
        record_id=None,
        asset_id=None,
        due_at=now,
        expires_at=now + LASTS,
        route_at=now,
        state=State.PLANNED,
    )


def _class(letter: Letter) -> MessageClass:
    return class_of(letter.text, answers=letter.answers is not None, languages=LANGUAGES)


async def _template(conn: Connection, business: Business, now: datetime) -> Template:
    new = Template(
        id=TemplateId(0),
        business_id=business.id,
        name=TEMPLATE,
        version=1,
        message_class=MessageClass.SERVICE,
        texts=TEXTS,
    )
    return await templates.ensure(conn, new, now)


async def _speakers(conn: Connection, business: Business) -> dict[Channel, Speaker]:
    found = {}
    for channel in Channel:
        sender_id = await businesses.sender_of(conn, business.id, channel)
        known = None if sender_id is None else await senders.by_id(conn, sender_id)
        if known is not None:
            found[channel] = Speaker(id=known.id, refused=known.refused)
    return found
