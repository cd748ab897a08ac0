"""A campaign of the test's workshop, and what people do with it."""

from datetime import datetime, timedelta

from sqlalchemy import update

from messaging.actions import advancing, campaigning, vetting
from messaging.actions.campaigning import NewCampaign, Stands
from messaging.actions.vetting import Vetted
from messaging.calendar import MessageClass
from messaging.campaign import Canary
from messaging.customer import CustomerId
from messaging.notification import State
from messaging.store import templates
from messaging.store.tables import sender
from messaging.template import LanguageTexts, Template, TemplateId
from tests.given import Workshop

NAME = "christmas"
OFFER = "test.offer"
TELEGRAM = (
    '{{ business.name }}\nGentile {{ customer.name | default: "cliente" }}, {{ campaign.text }}'
)


async def offer_text(
    workshop: Workshop,
    *,
    message_class: MessageClass = MessageClass.MARKETING,
    telegram: str = TELEGRAM,
    version: int = 1,
    name: str = OFFER,
) -> None:
    """Give the business a text for its offers."""
    texts = LanguageTexts(
        telegram=telegram, push_title="{{ business.name }}", push_body="{{ campaign.text }}"
    )
    async with workshop.store.begin() as conn:
        await templates.add(
            conn,
            Template(
                id=TemplateId(0),
                business_id=workshop.business.id,
                name=name,
                version=version,
                message_class=message_class,
                texts={"it": texts},
            ),
            workshop.clock.now(),
        )


async def crowd(
    workshop: Workshop, many: int, *, allow: bool = True, prefix: str = "c"
) -> list[CustomerId]:
    """Put so many customers into the books, linked to the bot."""
    allows = [MessageClass.MARKETING] if allow else []
    return [
        await workshop.customer(f"{prefix}{number:03}", name=f"Cliente {number}", allows=allows)
        for number in range(many)
    ]


async def draft(workshop: Workshop, **told: object) -> Stands:
    """Write a campaign; what is not told is plain: everybody, no pace, nobody watched first."""
    fields = {"text": "sconto del 20% fino a Natale."}
    new = NewCampaign(**{"name": NAME, "template": OFFER, "fields": fields, "canary": None, **told})  # type: ignore[arg-type]
    return await campaigning.write(
        workshop.store, slug=workshop.business.slug, new=new, by="test", now=workshop.clock.now()
    )


async def check(workshop: Workshop, name: str = NAME) -> Vetted:
    return await vetting.check(
        workshop.store,
        slug=workshop.business.slug,
        name=name,
        by="test",
        now=workshop.clock.now(),
    )


async def checked(workshop: Workshop, **told: object) -> Stands:
    written = await draft(workshop, **told)
    found = await check(workshop, written.campaign.name)
    assert not [each for each in found.findings if each.severity == "needs_you"], found.findings
    return found.stands


async def act(workshop: Workshop, what: str, *, name: str = NAME, **told: object) -> Stands:
    """Let a person do it: start, pause, resume, cancel, schedule."""
    done: Stands = await getattr(campaigning, what)(
        workshop.store,
        slug=workshop.business.slug,
        name=name,
        by="test",
        now=workshop.clock.now(),
        **told,
    )
    return done


async def started(workshop: Workshop, **told: object) -> Stands:
    written = await checked(workshop, **told)
    return await act(workshop, "start", name=written.campaign.name)


async def schedule(workshop: Workshop, starts: datetime) -> Stands:
    return await act(workshop, "schedule", starts=starts)


async def stands(workshop: Workshop) -> Stands:
    return await campaigning.standing(workshop.store, slug=workshop.business.slug, name=NAME)


async def by_state(workshop: Workshop) -> dict[State, int]:
    """Return how many of the campaign's notices stand in each state."""
    found: dict[State, int] = {}
    for (state, _), many in (await stands(workshop)).counts.items():
        found[state] = found.get(state, 0) + many
    return found


async def step(workshop: Workshop) -> bool:
    """Let the campaign go one step on."""
    campaign = (await stands(workshop)).campaign
    return await advancing.advance(workshop.store, campaign.id, now=workshop.clock.now())


async def pass_time(workshop: Workshop, by: timedelta) -> None:
    """Let time pass, and everything run at its end."""
    workshop.clock.move(by)
    await workshop.run()


CANARY = Canary(first=3, most_failed=25)


async def quick(workshop: Workshop) -> None:
    """Let the bot write as fast as anybody wants, so that a test's campaign is out at once."""
    async with workshop.store.begin() as conn:
        await conn.execute(update(sender).values(rate=10_000.0, burst=10_000.0, tokens=10_000.0))


async def prepared(workshop: Workshop, many: int = 3) -> list[CustomerId]:
    """Give the workshop its text, a quick bot, and customers who want offers."""
    await offer_text(workshop)
    await quick(workshop)
    return await crowd(workshop, many)


async def whom(workshop: Workshop) -> list[tuple[str, State]]:
    """Return customer and state of every notice that was ever made."""
    return sorted((each.customer, each.state) for each in await workshop.notices())
