"""A notification becomes a message: its template, filled with what is true now, in the receiver's
language.
"""

from datetime import datetime

from messaging.customer import Address
from messaging.fields import facts_of
from messaging.gate import Context
from messaging.notification import Notification
from messaging.sender import Message
from messaging.store.deliveries import Waiting
from messaging.template import (
    MissingField,
    Template,
    render,
    render_reveal,
    text_language,
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
    wanted = context.customer.language or address.language or business.language
    # What stands around the text (opening hours, the mark of a repeat) speaks the text's language.
    language = text_language(template, wanted, business.language)
    facts = facts_of(
        business,
        context.customer,
        asset=context.asset,
        record=context.record,
        now=now,
        language=language,
        campaign=None if context.campaign is None else context.campaign.fields,
    )
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
    return Message(
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
    )
