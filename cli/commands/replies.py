"""What customers wrote or pressed, and what the shop writes to one of them."""

from datetime import datetime

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.commands.plans import local
from cli.house import Answer, House, Table
from cli.words import STATES, reason
from messaging.actions import admitting, answering, founding, writing
from messaging.actions.writing import Posted
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.explanation import Goes, Stays
from messaging.reply import ABOUT_AN_APPOINTMENT, FileKind, ReplyId
from messaging.store.replies import Told

FILES = {
    FileKind.PHOTO: "a picture",
    FileKind.DOCUMENT: "a file",
    FileKind.VOICE: "a voice message",
    FileKind.AUDIO: "a recording",
    FileKind.VIDEO: "a video",
    FileKind.VIDEO_NOTE: "a video message",
}
"""They stay with Telegram: the shop's people see them in their own chat with the bot."""

ACTIONS = {
    "book": "wants to book",
    "call_me": "wants to be called",
    "done": "says it is done",
    "not_now": "not now",
    "asset_gone": "no longer has it",
    "text": "wrote",
    "not_me": "the invitation, or the number, is somebody else's",
    "link_blocked": "blocked another account, linked as theirs",
    "erased": "asked to be erased, and was",
    "choose": "chose",
    "how_to": "asked how it is done",
    "confirm": "confirms the appointment of",
    "move": "wants to move the appointment of",
    "cancel": "cancels the appointment of",
}


def _about(reply: Told, business: Business) -> str:
    if reply.action in ABOUT_AN_APPOINTMENT and reply.anchor and "T" in reply.anchor:
        about = local(datetime.fromisoformat(reply.anchor), business)
        wish = _wish(reply, business)
        return f"{about} → {wish}" if wish else about
    sent = None if reply.file is None else f"[{FILES[reply.file.kind]}]"
    return " ".join(filter(None, (sent, reply.text or reply.value)))


def _wish(reply: Told, business: Business) -> str:
    """Return to which moment, or in which words, an appointment is to be moved."""
    try:
        moment = datetime.fromisoformat(reply.value)
    except ValueError:
        return reply.text or ""
    return f"{local(moment, business)} (kept free)"


def _stands(reply: Told) -> str:
    """Return what became of it."""
    if reply.answer is not None:
        return f"your answer: {STATES[reply.answer]}"
    if reply.done_at is not None:
        return "done"
    return "nobody answered in time" if reply.escalated_at is not None else ""


class ListReplies(CommandModel):
    """`avvisa replies SLUG list`."""

    slug: str
    everything: bool = False

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        found = await answering.replies_of(
            house.store, slug=self.slug, only_open=not self.everything
        )
        asking = await admitting.count_open(house.store, slug=self.slug)
        rows = [
            [
                str(each.id),
                local(each.at, business),
                each.customer,
                each.name or "",
                ACTIONS.get(each.action, each.action),
                _about(each, business),
                _stands(each),
            ]
            for each in found
        ]
        return Answer(
            data=[
                {
                    "id": each.id,
                    "at": each.at.isoformat(),
                    "customer": each.customer,
                    "action": each.action,
                    "value": each.value,
                    "text": each.text,
                    "anchor": each.anchor,
                    "done": not each.open,
                    "file": None if each.file is None else each.file.kind,
                    "answer": each.answer,
                    "overdue": each.escalated_at is not None and each.open,
                }
                for each in found
            ],
            lines=[
                f'Answer: avvisa replies {self.slug} answer ID "text"    '
                f"Handled otherwise: avvisa replies {self.slug} done ID"
                if rows
                else "Nobody waits for you.",
                *([f"{asking} ask to be linked: avvisa links {self.slug}"] if asking else []),
            ],
            tables=[Table("Replies", ["id", "when", "customer", "name", "what", "", ""], rows)]
            if rows
            else [],
        )


class CloseReply(CommandModel):
    """`avvisa replies SLUG done`."""

    slug: str
    id: int

    @override
    async def run(self, house: House) -> Answer:
        await answering.close_reply(
            house.store, slug=self.slug, reply_id=ReplyId(self.id), now=house.clock.now()
        )
        return Answer(data={"done": self.id}, lines=["Noted."])


class AnswerReply(CommandModel):
    """`avvisa replies SLUG answer`. Status 1 if nothing can go out."""

    slug: str
    id: int
    text: str
    by: str

    @override
    async def run(self, house: House) -> Answer:
        posted = await writing.answer(
            house.store,
            slug=self.slug,
            reply_id=ReplyId(self.id),
            text=self.text,
            by=self.by,
            now=house.clock.now(),
        )
        return _posted(posted, await founding.business_of(house.store, self.slug))


class WriteLetter(CommandModel):
    """`avvisa write`. Status 1 if nothing can go out."""

    slug: str
    customer: str
    text: str
    by: str

    @override
    async def run(self, house: House) -> Answer:
        posted = await writing.write_to(
            house.store,
            slug=self.slug,
            customer=self.customer,
            text=self.text,
            by=self.by,
            now=house.clock.now(),
        )
        return _posted(posted, await founding.business_of(house.store, self.slug))


def _posted(posted: Posted, business: Business) -> Answer:
    ahead, person = posted.outlook, posted.customer
    named = person.name or person.external_id
    if isinstance(ahead, Goes):
        late = "" if ahead.later is None else f", at {local(ahead.at, business)}"
        lines = [f"It goes to {named}{late}:", *ahead.message.text.splitlines()]
    else:
        why = reason(ahead.reason) if isinstance(ahead, Stays) else ""
        lines = [f"Nothing was sent to {named}: {why}."]
        if posted.message_class is MessageClass.MARKETING:
            lines.append("The text speaks of an offer, and an offer needs the consent to offers.")
    return Answer(
        data={
            "customer": person.external_id,
            "class": posted.message_class,
            "notification": posted.notification_id,
            "sent": isinstance(ahead, Goes),
            "reason": ahead.reason if isinstance(ahead, Stays) else None,
        },
        lines=lines,
        code=0 if isinstance(ahead, Goes) else 1,
    )
