"""People of Officina Delta at the bot of their shop."""

from bot.courier import Courier
from messaging.actions.staffing import InvitedStaff, invite_staff
from messaging.staff import Role
from messaging.store import staff_notices, tables
from tests.bot.house import House
from tests.bot.telegram_town import Person


async def an_invitation(
    house: House, role: Role = Role.OWNER, *, slug: str = "delta"
) -> InvitedStaff:
    """Return an invitation for somebody of the shop."""
    return await invite_staff(
        house.store, slug=slug, name="Paolo", role=role, by="test", now=house.clock.now()
    )


async def at_work(
    house: House,
    name: str = "Paolo",
    role: Role = Role.OWNER,
    *,
    speaks: str = "it",
    person: Person | None = None,
) -> Person:
    """Let somebody of the shop come in with an invitation."""
    invited = await an_invitation(house, role)
    who = person or await house.town.person(name, "delta_bot", speaks=speaks)
    await who.start(invited.start)
    await house.settled()
    await who.press("Sì, sono io" if speaks == "it" else "Yes, it is me")
    await house.settled()
    return who


async def tells(house: House) -> int:
    """Let whatever waits be told to the people of the shop; return how much that was."""
    courier = Courier(house.store, house.bots, house.clock, ours=lambda: [house.sender_id])
    told = await courier.work()
    while await _waits(house):  # the bot's pace had let no more out
        told += await courier.work()
    return told


async def _waits(house: House) -> bool:
    """Return whether something that is due was not begun yet."""
    async with house.store.read() as conn:
        return bool(
            await staff_notices.senders_due(conn, frozenset([house.sender_id]), house.clock.now())
        )


async def taps(house: House, person: Person, button: str) -> str:
    """Let the person tap the newest such button; return what the bot says newest then."""
    await person.press(button)
    await house.settled()
    return (await person.heard())[-1]


async def writes(house: House, person: Person, text: str) -> str:
    """Let the person write; return what the bot says newest then."""
    await person.say(text)
    await house.settled()
    return (await person.heard())[-1]


async def acts(house: House) -> list[tuple[str, str]]:
    """Return the audit of what staff did: who, what."""
    rows = await house.rows(tables.audit)
    return [(row["actor"], row["act"]) for row in rows if row["actor"].startswith("staff:")]
