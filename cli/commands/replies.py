"""What customers wrote or pressed."""

from datetime import datetime
from typing import Literal

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.commands.plans import local
from cli.house import Answer, House, Table
from messaging.actions import answering, founding
from messaging.business import Business
from messaging.reply import ABOUT_AN_APPOINTMENT, ReplyId
from messaging.store.replies import Told

ACTIONS = {
    "book": "wants to book",
    "call_me": "wants to be called",
    "done": "says it is done",
    "not_now": "not now",
    "asset_gone": "no longer has it",
    "text": "wrote",
    "not_me": "the invitation reached somebody else",
    "choose": "chose",
    "how_to": "asked how it is done",
    "confirm": "confirms the appointment of",
    "move": "wants to move the appointment of",
    "cancel": "cancels the appointment of",
}


def _about(reply: Told, business: Business) -> str:
    if reply.action in ABOUT_AN_APPOINTMENT and reply.anchor and "T" in reply.anchor:
        return local(datetime.fromisoformat(reply.anchor), business)
    return reply.text or reply.value


class ListReplies(CommandModel):
    """`avvisa replies SLUG list`."""

    kind: Literal["replies.list"] = "replies.list"
    slug: str
    everything: bool = False

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        found = await answering.replies_of(
            house.store, slug=self.slug, only_open=not self.everything
        )
        rows = [
            [
                str(each.id),
                local(each.at, business),
                each.customer,
                each.name or "",
                ACTIONS.get(each.action, each.action),
                _about(each, business),
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
                    "done": each.done_at is not None,
                }
                for each in found
            ],
            lines=[
                f"Handled: avvisa replies {self.slug} done ID" if rows else "Nobody waits for you."
            ],
            tables=[Table("Replies", ["id", "when", "customer", "name", "what", ""], rows)]
            if rows
            else [],
        )


class CloseReply(CommandModel):
    """`avvisa replies SLUG done`."""

    kind: Literal["replies.done"] = "replies.done"
    slug: str
    id: int

    @override
    async def run(self, house: House) -> Answer:
        await answering.close_reply(
            house.store, slug=self.slug, reply_id=ReplyId(self.id), now=house.clock.now()
        )
        return Answer(data={"done": self.id}, lines=["Noted."])
