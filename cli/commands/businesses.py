"""Businesses, their senders, and invitations for their customers."""

from contextlib import suppress

from pydantic import Field
from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House, Table
from messaging.actions import (
    capping,
    describing,
    founding,
    inspecting,
    installing,
    presenting,
)
from messaging.actions.capping import CapChange
from messaging.actions.describing import About, parse_position
from messaging.actions.doors import secret_of
from messaging.actions.founding import NewBusiness
from messaging.actions.webhooks import webhook_key
from messaging.closing import say_closed
from messaging.customer import Channel
from messaging.errors import Misconfigured
from messaging.opening import parse_opening, say_week
from messaging.packs import OwnPack


class AddBusiness(CommandModel):
    """`avvisa business add`."""

    slug: str
    name: str
    pack: str | None = None
    timezone: str = "Europe/Rome"
    language: str = "it"
    contact: str | None = None
    opening: str | None = None
    round_the_clock: bool = False

    @override
    async def run(self, house: House) -> Answer:
        new = NewBusiness(
            slug=self.slug,
            name=self.name,
            pack=self.pack,
            timezone=self.timezone,
            language=self.language,
            contact=self.contact,
            opening=None if self.opening is None else parse_opening(self.opening),
            round_the_clock=self.round_the_clock,
        )
        business = await founding.add_business(house.store, new, now=house.clock.now())
        lines = [f"{business.name} is here, as {business.slug}."]
        if self.pack is not None:
            lines.append(f"Its rules are off: avvisa rule list {business.slug}")
        lines.append(f"Next, its bot: avvisa business telegram {business.slug} --token-file FILE")
        return Answer(data={"slug": business.slug, "name": business.name}, lines=lines)


class DescribeBusiness(CommandModel):
    """`avvisa business about`. What is None stays as it is."""

    slug: str
    contact: str | None = None
    opening: str | None = None
    address: str | None = None
    position: str | None = None

    @override
    async def run(self, house: House) -> Answer:
        told = About(
            contact=self.contact,
            opening=None if self.opening is None else parse_opening(self.opening),
            address=self.address,
            position=None if self.position is None else parse_position(self.position),
        )
        business = await describing.describe(
            house.store, told, slug=self.slug, now=house.clock.now()
        )
        hours, place = business.opening_hours, business.place
        week = [] if hours is None else say_week(hours, "en")
        position = None if place is None else place.position
        shown = {
            "contact": business.contact,
            "address": None if place is None else place.address,
            "position": None if position is None else f"{position[0]}, {position[1]}",
        }
        return Answer(
            data={"slug": business.slug, **shown, "open": week},
            lines=[
                f"This is what customers of {business.name} are told when they ask:",
                *(f"{name}: {value or 'not told'}" for name, value in shown.items()),
                *([f"open: {line}" for line in week] or ["open: not told"]),
            ],
        )


class CloseBusiness(CommandModel):
    """`avvisa business closed`. `days` None: only show them."""

    slug: str
    days: list[str] | None = None

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.close_on(
            house.store, slug=self.slug, days=self.days, now=house.clock.now()
        )
        days = say_closed(business.closed)
        if days:
            line = f"{business.name} is closed on {', '.join(days)}, and offers wait: so they do on public holidays."
        else:
            line = f"{business.name} has no closed days besides its week and the public holidays."
        return Answer(data={"slug": business.slug, "closed": days}, lines=[line])


class CapBusiness(CommandModel):
    """`avvisa business caps`. What is None stays as it is."""

    slug: str
    offers: int | None = None
    days: int | None = None
    daily: int | None = None

    @override
    async def run(self, house: House) -> Answer:
        change = CapChange(offers=self.offers, days=self.days, daily=self.daily)
        business = await capping.cap(house.store, change, slug=self.slug, now=house.clock.now())
        caps = business.caps
        days = caps.offers_in.days
        lines = [
            f"A customer of {business.name} gets {_at_most(caps.offers, 'offer')} in {_days(days)}."
        ]
        if caps.daily is None:
            lines.append("There is no limit to all that comes in one day.")
        else:
            lines.append(
                f"And {_at_most(caps.daily, 'notice')} in one day: an appointment before a deadline, a deadline "
                "before an offer. What finds no place moves to the next day; what a customer is waiting for "
                "(it is ready) and what an appointment needs goes all the same."
            )
        return Answer(
            data={"slug": business.slug, "offers": caps.offers, "days": days, "daily": caps.daily},
            lines=lines,
        )


def _at_most(count: int, what: str) -> str:
    if count == 0:
        return f"no {what}"
    return f"at most {count} {what}{'' if count == 1 else 's'}"


def _days(count: int) -> str:
    return "one day" if count == 1 else f"{count} days"


class ListBusinesses(CommandModel):
    """`avvisa business list`."""

    @override
    async def run(self, house: House) -> Answer:
        found = await founding.businesses_of(house.store)
        rows = [[each.slug, each.name, each.zone.key, each.language] for each in found]
        return Answer(
            data=[{"slug": each.slug, "name": each.name} for each in found],
            tables=[Table("Businesses", ["slug", "name", "zone", "language"], rows)],
            lines=[]
            if found
            else ["There is no business yet: avvisa business add SLUG --name NAME"],
        )


class GiveTelegram(CommandModel):
    """`avvisa business telegram`."""

    slug: str
    token: str = Field(repr=False)

    @override
    async def run(self, house: House) -> Answer:
        from bot.provision import enlist, looks_of, present

        await founding.business_of(house.store, self.slug)
        house.store.vault.require_key()  # not after the bot has been dressed up
        others = await founding.shared_with(
            house.store,
            slug=self.slug,
            channel=Channel.TELEGRAM,
            external_id=self.token.partition(":")[0],
        )
        api_url = house.settings.telegram_api_url
        identity = await enlist(self.token, api_url=api_url)
        sender_id = await founding.give_sender(
            house.store,
            slug=self.slug,
            channel=Channel.TELEGRAM,
            external_id=str(identity.id),
            name=identity.username,
            secret=self.token,
            now=house.clock.now(),
        )
        wanted = await presenting.presentation_of(house.store, sender_id)
        looks = None if wanted is None else looks_of(wanted)
        shown = looks is not None and await present(self.token, looks, api_url=api_url)
        if looks is not None and shown:
            await presenting.note_presented(house.store, sender_id, looks.fingerprint)
        later = (
            "Telegram did not take its commands and texts just now: `avvisa serve` tells it again."
        )
        also = f" as it does for {', '.join(each.name for each in others)}" if others else ""
        return Answer(
            data={
                "bot": identity.username,
                "sender": sender_id,
                "shared_with": [each.slug for each in others],
            },
            lines=[
                f"@{identity.username} speaks for {self.slug} now{also}.",
                *([] if shown else [later]),
                f"Invite a customer: avvisa business invite {self.slug} CUSTOMER",
                f"A poster for the counter: avvisa poster {self.slug} --out poster.svg",
            ],
        )


class TakeTelegram(CommandModel):
    """`avvisa business telegram --remove`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        from bot.provision import dismiss

        store = house.store
        spoken = await inspecting.senders_of(store, slug=self.slug)
        bots = [each.id for each in spoken if each.channel is Channel.TELEGRAM]
        secret = key = None
        for each in bots:
            key = await webhook_key(store, sender_id=each)
            with suppress(Misconfigured):  # its token does not open any more
                secret = await secret_of(store, each)
        taken = await founding.take_sender(
            store, slug=self.slug, channel=Channel.TELEGRAM, now=house.clock.now()
        )
        api_url = house.settings.telegram_api_url
        if taken.others:  # the webhook, too, is the others' now
            lines = [
                f"@{taken.name} does not speak for {self.slug} any more; it still does for others.",
                "What waits there expires. Its customers there are linked no more.",
            ]
            return Answer(data={"bot": taken.name, "told_telegram": False}, lines=lines)
        asked = secret is not None and await dismiss(
            secret.secret, api_url=api_url, webhook_key=key
        )
        lines = [
            f"@{taken.name} does not speak for {self.slug} any more; its token is forgotten.",
            "What waits there expires. Who is linked stays linked, if the same bot is given again.",
        ]
        if not asked:
            lines.append("Telegram could not be asked: let @BotFather revoke the token (/revoke).")
        return Answer(data={"bot": taken.name, "told_telegram": asked}, lines=lines)


class TakeFirebase(CommandModel):
    """`avvisa business firebase --remove`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        taken = await founding.take_sender(
            house.store, slug=self.slug, channel=Channel.PUSH, now=house.clock.now()
        )
        kept = "it still serves others" if taken.others else "its service account is forgotten"
        return Answer(
            data={"project_kept": taken.others},
            lines=[
                f"Pushes of {self.slug} go nowhere now; {kept}.",
                "What waits there expires. Its devices stay known, if the same project is given again.",
            ],
        )


class CompletePack(CommandModel):
    """`avvisa business pack`. Without `add` it only shows. `text`: of a pack of the business's own; None: it is one
    that is here.
    """

    slug: str
    pack: str | None = None
    text: str | None = None
    add: bool = False

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        pack: str | OwnPack | None = self.pack
        if self.pack is not None and self.text is not None:
            pack = OwnPack(name=self.pack, text=self.text)
        if self.add:
            found = await installing.complete(
                house.store, slug=self.slug, pack=pack, now=house.clock.now()
            )
        else:
            found = await installing.lacking(house.store, slug=self.slug, pack=pack)
        new = [(each.pack, rule) for each in found for rule in each.rules]
        texts = [text.name for each in found for text in each.templates]
        names = ", ".join(each.pack for each in found)
        if not new and not texts:
            line = f"{business.name} has all that {names} has."
        elif self.add:
            line = f"{len(new)} rules and {len(texts)} texts of {names} are here, the rules off."
        else:
            line = f"{names} has grown by {len(new)} rules and {len(texts)} texts. " + (
                "To have them, the rules off: the same command with --add"
                if self.text is not None
                else f"To have them, the rules off: avvisa business pack {self.slug} --add"
            )
        italian = business.language == "it"
        rows = [
            [pack, rule.name, rule.label_it if italian else rule.label_en] for pack, rule in new
        ]
        title = "Added" if self.add else "To be added"
        return Answer(
            data={
                "packs": [each.pack for each in found],
                "rules": [rule.name for _, rule in new],
                "templates": texts,
                "added": self.add,
            },
            lines=[line],
            tables=[Table(title, ["pack", "rule", "what it says"], rows)] if rows else [],
        )


class GiveFirebase(CommandModel):
    """`avvisa business firebase`."""

    slug: str
    service_account: str = Field(repr=False)

    @override
    async def run(self, house: House) -> Answer:
        from push.credentials import check_service_account

        account = check_service_account(self.service_account, fcm_url=house.settings.fcm_api_url)
        sender_id = await founding.give_sender(
            house.store,
            slug=self.slug,
            channel=Channel.PUSH,
            external_id=account.project_id,
            name=account.client_email,
            secret=self.service_account,
            now=house.clock.now(),
        )
        return Answer(
            data={"project": account.project_id, "sender": sender_id},
            lines=[f"Pushes of {self.slug} go through the project {account.project_id} now."],
        )
