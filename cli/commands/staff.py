"""The people of a business in its bot: invited, listed, removed."""

from typing_extensions import override

from cli.commands.links import qr
from cli.commands.model import CommandModel
from cli.commands.plans import local
from cli.house import Answer, House, Table
from messaging.actions import escalating, founding, staffing
from messaging.staff import Role, StaffId
from messaging.store.staff import StaffRow


class InviteStaff(CommandModel):
    """`avvisa staff SLUG invite`."""

    slug: str
    name: str
    role: Role
    by: str

    @override
    async def run(self, house: House) -> Answer:
        from bot.links import invitation_link

        business = await founding.business_of(house.store, self.slug)
        invited = await staffing.invite_staff(
            house.store,
            slug=self.slug,
            name=self.name,
            role=self.role,
            by=self.by,
            now=house.clock.now(),
        )
        link = invitation_link(invited.bot, invited.start)
        return Answer(
            data={
                "id": invited.id,
                "role": self.role,
                "link": link,
                "expires_at": invited.expires_at.isoformat(),
            },
            lines=[
                link,
                *qr(link),
                f"For {self.name} ({self.role.value}) alone: whoever opens it first has it.",
                f"It works once, until {local(invited.expires_at, business)}.",
            ],
        )


class ListStaff(CommandModel):
    """`avvisa staff SLUG list`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        people = await staffing.staff_of(house.store, slug=self.slug)
        now = house.clock.now()

        def stands(each: StaffRow) -> str:
            if each.linked_at is not None:
                return f"since {local(each.linked_at, business)}"
            over = "was not used by" if each.expires_at <= now else "invited, until"
            return f"{over} {local(each.expires_at, business)}"

        return Answer(
            data=[
                {
                    "id": each.member.id,
                    "name": each.member.name,
                    "role": each.member.role,
                    "linked": each.linked_at is not None,
                    "topics": sorted(each.member.topics),
                }
                for each in people
            ],
            lines=[
                *([] if people else [f"Nobody of {business.name} is in its bot yet."]),
                f"Invite somebody: avvisa staff {self.slug} invite NAME --role owner|operator|viewer",
            ],
            tables=[
                Table(
                    f"{business.name}: its people in the bot",
                    ["id", "name", "role", ""],
                    [
                        [str(each.member.id), each.member.name, each.member.role, stands(each)]
                        for each in people
                    ],
                )
            ]
            if people
            else [],
        )


class RemoveStaff(CommandModel):
    """`avvisa staff SLUG remove`."""

    slug: str
    id: int
    by: str

    @override
    async def run(self, house: House) -> Answer:
        gone = await staffing.remove_staff(
            house.store,
            slug=self.slug,
            staff_id=StaffId(self.id),
            by=self.by,
            now=house.clock.now(),
        )
        return Answer(
            data={"removed": gone.id},
            lines=[f"{gone.name} sees and does nothing more in the bot, from the next tap on."],
        )


class AnswerWithin(CommandModel):
    """`avvisa business answers`."""

    slug: str
    hours: int | None
    by: str

    @override
    async def run(self, house: House) -> Answer:
        business = await escalating.answer_within(
            house.store, slug=self.slug, hours=self.hours, by=self.by, now=house.clock.now()
        )
        hours = int(business.answers_within.total_seconds()) // 3600
        return Answer(
            data={"slug": business.slug, "hours": hours},
            lines=[
                f"Who asks for a call and has waited for {hours} open hours of {business.name} is told to its owner."
            ],
        )
