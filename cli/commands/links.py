"""How customers come to be linked: invitations, the poster, and who asks the shop."""

import io

import segno
from typing_extensions import override

from cli.commands.model import CommandModel
from cli.commands.plans import local
from cli.house import Answer, House, Table
from messaging.actions import admitting, blocking, founding, inviting, meeting
from messaging.actions.admitting import Admitted
from messaging.actions.doors import secret_of
from messaging.link_request import LinkRequestId, RequestState
from messaging.spoken import parted

WHY = {
    "unknown": "not found, or not for certain",
    "child": "too young to decide alone: a parent has to come along",
    "blocked": "the customer's other chat said that this account is not theirs",
}


class Invite(CommandModel):
    """`avvisa business invite`."""

    slug: str
    customer: str
    again: bool = False

    @override
    async def run(self, house: House) -> Answer:
        from bot.links import invitation_link

        invited = await inviting.invite(
            house.store,
            slug=self.slug,
            customer=self.customer,
            now=house.clock.now(),
            again=self.again,
        )
        invitation = invited.invitation
        code = parted(invitation.code)
        lines = []
        link = None
        if invited.bot is not None:
            link = invitation_link(invited.bot, invitation.token)
            lines += [link, *qr(link), f"To be told and typed into the chat: {code}"]
        lines += [
            f"It works once, until {invitation.expires_at:%d %B %Y}.",
            f"In the company's app it is the code {invitation.token}",
        ]
        return Answer(
            data={
                "token": invitation.token,
                "link": link,
                "code": code,
                "expires_at": invitation.expires_at.isoformat(),
            },
            lines=lines,
        )


class Poster(CommandModel):
    """`avvisa poster`. It answers with what the poster says; whoever asked draws it."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        from bot.links import invitation_link

        found = await meeting.entrance_of(house.store, slug=self.slug)
        link = invitation_link(found.bot, found.word)
        return Answer(
            data={"link": link, "name": found.name, "language": found.language},
            lines=[link, *qr(link), "It works for everybody, for as long as the bot is yours."],
        )


class ListLinks(CommandModel):
    """`avvisa links SLUG list`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        found = await admitting.requests_of(house.store, slug=self.slug)
        rows = [
            [
                str(each.request.id),
                local(each.request.asked_at, business),
                each.request.name or "",
                each.request.phone or "",
                ", ".join(each.likely),
                WHY[each.request.why]
                if each.request.state is RequestState.OPEN
                else "linked; the chat could not be told: approve it once more",
            ]
            for each in found
        ]
        doubted = await blocking.doubted_of(house.store, slug=self.slug)
        doubts = [[each.customer, local(each.since, business)] for each in doubted]
        lines = [] if rows or doubts else ["Nobody asks to be linked, and no link is in doubt."]
        if doubts:
            lines.append(
                "Their number in the books has changed; nothing private is shown until they, or you, "
                f"say that it is still them: avvisa links {self.slug} confirm --customer CODE"
            )
        hint = f"They are one of yours: avvisa links {self.slug} approve ID --customer CODE"
        columns = ["id", "asked", "calls themselves", "number", "may be", "why"]
        return Answer(
            data={
                "requests": [
                    {
                        "id": each.request.id,
                        "asked_at": each.request.asked_at.isoformat(),
                        "name": each.request.name,
                        "phone": each.request.phone,
                        "likely": list(each.likely),
                        "why": each.request.why,
                        "state": each.request.state,
                    }
                    for each in found
                ],
                "doubted": [
                    {"customer": each.customer, "since": each.since.isoformat()} for each in doubted
                ],
            },
            lines=[hint, *lines] if rows else lines,
            tables=[
                *([Table("Who asks to be linked", columns, rows)] if rows else []),
                *([Table("Links in doubt", ["customer", "since"], doubts)] if doubts else []),
            ],
        )


class ApproveLink(CommandModel):
    """`avvisa links SLUG approve`."""

    slug: str
    id: int
    customer: str
    with_parent: bool = False
    actor: str

    @override
    async def run(self, house: House) -> Answer:
        admitted = await admitting.approve(
            house.store,
            slug=self.slug,
            request_id=LinkRequestId(self.id),
            customer=self.customer,
            with_parent=self.with_parent,
            actor=self.actor,
            now=house.clock.now(),
        )
        told = admitted.told or await self._tell(house, admitted)
        lines = [f"{self.customer} is linked to this chat now."]
        if told:
            lines.append("The chat has been told, and is asked what it would like to receive.")
        else:
            lines.append("The chat could not be told just now. Give the command once more later.")
        return Answer(
            data={"customer": self.customer, "told": told}, lines=lines, code=0 if told else 1
        )

    async def _tell(self, house: House, admitted: Admitted) -> bool:
        from bot.announcing import announce_link

        found = await secret_of(house.store, admitted.request.sender_id)
        if found is None:
            return False
        now = house.clock.now()
        told = await announce_link(
            house.store, found.secret, admitted, api_url=house.settings.telegram_api_url, now=now
        )
        if told:
            await admitting.note_told(house.store, admitted.request.id, now=now)
        return told


class ConfirmLink(CommandModel):
    """`avvisa links SLUG confirm`."""

    slug: str
    customer: str
    actor: str

    @override
    async def run(self, house: House) -> Answer:
        await blocking.confirm_for(
            house.store,
            slug=self.slug,
            customer=self.customer,
            actor=self.actor,
            now=house.clock.now(),
        )
        return Answer(
            data={"confirmed": self.customer}, lines=[f"{self.customer} is still who they were."]
        )


class RefuseLink(CommandModel):
    """`avvisa links SLUG refuse`."""

    slug: str
    id: int
    actor: str

    @override
    async def run(self, house: House) -> Answer:
        from bot.announcing import announce_refusal

        business = await founding.business_of(house.store, self.slug)
        asked = await admitting.refuse(
            house.store,
            slug=self.slug,
            request_id=LinkRequestId(self.id),
            actor=self.actor,
            now=house.clock.now(),
        )
        found = await secret_of(house.store, asked.sender_id)
        told = found is not None and await announce_refusal(
            house.store,
            found.secret,
            asked,
            business=business,
            api_url=house.settings.telegram_api_url,
            now=house.clock.now(),
        )
        said = "The chat has been told to ask at the shop." if told else "The chat was not told."
        return Answer(data={"refused": self.id, "told": told}, lines=[f"Nobody is linked. {said}"])


def qr(link: str) -> list[str]:
    """Return the link as a QR code of terminal characters."""
    out = io.StringIO()
    segno.make(link, error="m").terminal(out, compact=True, border=2)
    return out.getvalue().splitlines()
