"""A notification becomes a message: its template, filled with what is true now, in the receiver's
language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from messaging.bundle import MOST, Item, spoken_to, words_of
from messaging.customer import Address
from messaging.fields import Facts, LetterFacts, facts_of
from messaging.gate import Context
from messaging.letter import Letter
from messaging.maker import maker
from messaging.notification import Notification
from messaging.reply import SentFile
from messaging.sender import Message
from messaging.store.deliveries import Waiting
from messaging.template import (
    MissingField,
    Template,
    render,
    render_item,
    render_reveal,
)
from messaging.wording import test_mark


def compose(
    waiting: Waiting,
    subject: Notification,
    context: Context,
    address: Address,
    template: Template,
    *,
    now: datetime,
) -> Message | MissingField:
    """Return the message of the delivery's next attempt, or the field that it lacks."""
    business = context.business
    language = spoken_to(context, address, template)
    facts = _facts(context, language, now)
    rendered = render(
        template,
        facts,
        language=language,
        channel=waiting.channel,
        business_language=business.language,
    )
    if isinstance(rendered, MissingField):
        return rendered
    if template.confidential:
        # Whoever taps is to find no hole: what cannot be revealed is not announced.
        revealed = render_reveal(
            template, facts, language=language, business_language=business.language
        )
        if isinstance(revealed, MissingField):
            return revealed
    # Where it is read first: above the text, or before the title of a push.
    mark = test_mark(language) if subject.is_test else ""
    return _make_message(
        delivery_id=waiting.id,
        attempt=waiting.attempts + 1,
        sender_id=address.sender_id,
        address=address.value,
        address_kind=address.kind,
        message_class=subject.message_class,
        language=language,
        title=rendered.title and mark + rendered.title,
        text=rendered.text if rendered.title else mark + rendered.text,
        buttons=rendered.buttons,
        expires_at=subject.expires_at,
        reference=f"n{subject.id}",
        repeat=waiting.doubts > 0,
        file=_file(context.letter),
    )


_make_message = maker(Message)


def _file(letter: Letter | None) -> SentFile | None:
    return None if letter is None or letter.enclosed is None else letter.enclosed.file


def _facts(context: Context, language: str, now: datetime) -> Facts:
    letter = context.letter
    return facts_of(
        context.business,
        context.customer,
        asset=context.asset,
        record=context.record,
        now=now,
        language=language,
        campaign=None if context.campaign is None else context.campaign.fields,
        letter=None if letter is None else LetterFacts(text=letter.text, quoted=letter.quoted),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A notice that may go now, and its message, were it to go alone."""

    waiting: Waiting
    subject: Notification
    context: Context
    template: Template
    alone: Message


def together(parts: Sequence[Part], *, now: datetime) -> tuple[Message, Sequence[Part]]:
    """Return the next message of notices (one at the least) that may share one, and which of them it carries, the
    first of those in the lead.

    All that can be told in a line go together, as many as a message takes; where there are not two of them, the
    first goes alone.
    """
    carried: list[Part] = []
    items: list[Item] = []
    for each in parts if len(parts) > 1 else ():
        line = _line(each, now)
        if line is not None and len(items) < MOST:
            message = each.alone
            item = Item(
                delivery_id=message.delivery_id,
                line=line,
                title=message.title,
                buttons=message.buttons,
            )
            carried.append(each)
            items.append(item)
    if len(items) < 2:
        return parts[0].alone, parts[:1]
    lead = carried[0]
    alone = lead.alone
    words = words_of(
        items,
        _facts(lead.context, alone.language, now),
        message_class=alone.message_class,
        channel=lead.waiting.channel,
        language=alone.language,
    )
    message = replace(
        alone,
        title=words.title,
        text=words.text,
        buttons=words.buttons,
        data={"notifications": ",".join(each.alone.reference for each in carried)},
        expires_at=min(each.subject.expires_at for each in carried),
    )
    return message, carried


def _line(part: Part, now: datetime) -> str | None:
    language = part.alone.language
    line = render_item(
        part.template,
        _facts(part.context, language, now),
        language=language,
        business_language=part.context.business.language,
    )
    return line if isinstance(line, str) else None
