"""What is wrong with an installation: the part that is asked where the database is open."""

import asyncio
from functools import partial

from typing_extensions import override

from cli import words
from cli.commands.model import CommandModel
from cli.house import Answer, House
from cli.pause_words import pause_findings
from messaging.actions import (
    founding,
    inspecting,
    pausing,
    presenting,
    reporting,
    rotating,
    stocking,
    troubles,
)
from messaging.actions.doors import secret_of
from messaging.actions.inspecting import Spoken
from messaging.customer import Channel
from messaging.errors import Misconfigured
from messaging.finding import Finding, Severity, needs_you, warning
from messaging.trouble import Unheard

AT_ONCE = 10
"""Probes under way at a time: enough for fifty bots in half a minute, if none of them answers."""

ONCE = frozenset({"telegram_unreachable", "firebase_unreachable", "clock_right", "clock_off"})
"""What is told once, however many bots met it: it is this machine's matter, not a bot's."""


class Check(CommandModel):
    """`avvisa check`: database, businesses, bots and projects. Its answer's data are findings."""

    slug: str | None = None

    @override
    async def run(self, house: House) -> Answer:
        found = await inspecting.database_findings(house.store, house.clock)
        if all(each.severity is Severity.FINE for each in found):
            found += await rotating.key_findings(house.store)
            found += pause_findings(await pausing.pauses_of(house.store, slug=self.slug))
            found += await self._businesses(house)
        return Answer(data=found)

    async def _businesses(self, house: House) -> list[Finding]:
        slugs = (
            [each.slug for each in await founding.businesses_of(house.store)]
            if self.slug is None
            else [(await founding.business_of(house.store, self.slug)).slug]
        )
        found: list[Finding] = []
        probes: list[asyncio.Task[list[Finding]]] = []
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for slug in slugs:
                found += await inspecting.inspect(house.store, slug=slug, now=house.clock.now())
                found += await _noted(house, slug)
                found += await _own_packs(house, slug)
                speak = await inspecting.senders_of(house.store, slug=slug)
                probes += [group.create_task(_probe(house, slug, each, gate)) for each in speak]
        return _once([*found, *(each for probe in probes for each in probe.result())])


PROBED = frozenset({Unheard.TOKEN_REFUSED, Unheard.WEBHOOK_ELSEWHERE, Unheard.WEBHOOK_FAILING})
"""Troubles of a bot that Telegram tells whoever asks: what was noted of them may be over."""


async def _noted(house: House, slug: str) -> list[Finding]:
    """Return what running processes met and no probe can see."""
    met = await troubles.troubles_of(house.store, slug=slug)
    refused = await reporting.refused(house.store, slug=slug)
    return [
        *(
            needs_you(
                f"bot_{each.reason}",
                f"@{each.name}: {words.trouble(each)}",
                words.trouble_remedy(each, slug),
                about=slug,
            )
            for each in met
            if each.reason not in PROBED
        ),
        *(
            needs_you(
                f"refused_{each.reason}",
                f"pushes to {words.PLATFORMS.get(each.platform, each.platform)} do not get through",
                words.refusal(each.reason),
                about=slug,
            )
            for each in refused
            if each.platform is not None
        ),
    ]


async def _own_packs(house: House, slug: str) -> list[Finding]:
    """Return which packs of the business's own this version does not understand."""
    return [
        warning(
            "own_pack_unreadable",
            f"the pack {name} cannot be read: {refused}",
            f"mend its file, then: avvisa business pack {slug} {name}.yaml --add",
            about=slug,
        )
        for name, refused in (await stocking.unreadable(house.store, slug=slug)).items()
    ]


async def _probe(house: House, slug: str, spoken: Spoken, gate: asyncio.Semaphore) -> list[Finding]:
    try:
        secret = await secret_of(house.store, spoken.id)
    except Misconfigured as error:
        says = f"the secret of {spoken.name or spoken.external_id} cannot be opened: {error}"
        return [needs_you("secret_unreadable", says, error.hint, about=slug)]
    if secret is None:
        return []
    async with gate:
        match spoken.channel:
            case Channel.TELEGRAM:
                return await _bot(house, slug, spoken, secret.secret)
            case Channel.PUSH:
                return await _project(house, slug, spoken)


async def _bot(house: House, slug: str, spoken: Spoken, token: str) -> list[Finding]:
    from bot.checkup import Post, check_bot

    found = await check_bot(
        Post(
            slug=slug, token=token, username=spoken.name or "", webhook=house.settings.webhook_url()
        ),
        api_url=house.settings.telegram_api_url,
        clock=house.clock,
    )
    return [*found, *await _presented(house, slug, spoken)]


async def _presented(house: House, slug: str, spoken: Spoken) -> list[Finding]:
    """Return whether the bot was given the commands and texts that it should show by now."""
    from bot.provision import looks_of

    standing = (await presenting.standings(house.store, [spoken.id])).get(spoken.id)
    wanted = await presenting.presentation_of(house.store, spoken.id)
    if standing is None or wanted is None or looks_of(wanted).fingerprint == standing.presented:
        return []
    return [
        warning(
            "bot_outdated",
            f"@{spoken.name} does not show its present commands and description yet",
            "`avvisa serve` tells Telegram within a minute while it runs; "
            "or give the bot's token once more",
            about=slug,
        )
    ]


async def _project(house: House, slug: str, spoken: Spoken) -> list[Finding]:
    from push.checkup import Post, check_project

    return await check_project(
        Post(slug=slug, sender_id=spoken.id, project=spoken.external_id),
        fcm_url=house.settings.fcm_api_url,
        secrets=partial(secret_of, house.store),
        clock=house.clock,
    )


def _once(found: list[Finding]) -> list[Finding]:
    told: dict[tuple[str, str | None, str], Finding] = {}
    for each in found:
        key = (each.code, None, "") if each.code in ONCE else (each.code, each.about, each.says)
        told.setdefault(key, each)
    return list(told.values())
