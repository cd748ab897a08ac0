"""What is wrong with a campaign before anybody gets it: its text is filled, its audience counted, its days reckoned."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from messaging.actions.campaigning import Stands, refuse_unless, standing
from messaging.actions.doors import Store
from messaging.actions.naming import campaign_named
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.campaign import Act, Campaign, CampaignState
from messaging.customer import Channel
from messaging.errors import BadTemplate
from messaging.fields import EXAMPLE, Facts, business_facts
from messaging.finding import Finding, Severity, needs_you, warning
from messaging.liquid import usage
from messaging.pacing import moments
from messaging.promotion import promotions
from messaging.store import audiences, audit, businesses, campaigns, templates
from messaging.store.connection import Connection
from messaging.template import (
    BODY_LIMIT,
    TEXT_UNITS,
    TITLE_LIMIT,
    MissingField,
    Rendered,
    Template,
    render,
    units,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetted:
    """What was found, and how many customers are in the audience now. The campaign is checked if nothing needs you."""

    stands: Stands
    findings: Sequence[Finding]
    audience: int


async def check(store: Store, *, slug: str, name: str, by: str, now: datetime) -> Vetted:
    """Look a campaign over; with nothing that needs a person it is checked, and keeps the text as it is now.

    Raises NotFound, Refused if it is further on.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        campaign = (await campaign_named(conn, business, name, lock=True)).campaign
        refuse_unless(campaign, Act.CHECK, slug)
        template = await templates.latest(conn, business.id, campaign.template)
        setting = audiences.setting_of(business, now)
        many = await audiences.size(conn, business.id, campaign.audience, setting)
        findings = [
            *_of_texts(campaign, template, business, now),
            *_dressed_up(campaign, template),
            *_of_audience(campaign, business, many, now),
            *await _of_senders(conn, campaign, business),
        ]
        good = all(each.severity is not Severity.NEEDS_YOU for each in findings)
        checked = replace(
            campaign,
            state=CampaignState.CHECKED if good else CampaignState.DRAFT,
            template_id=template.id if good else None,
            message_class=template.message_class,
        )
        await campaigns.write(conn, checked)
        await audit.note(
            conn,
            business.id,
            actor=by,
            act="campaign.check",
            subject=campaign.source,
            now=now,
            detail={"found": [each.code for each in findings]},
        )
    return Vetted(
        stands=await standing(store, slug=slug, name=name), findings=findings, audience=many
    )


def _of_texts(
    campaign: Campaign, template: Template, business: Business, now: datetime
) -> Iterator[Finding]:
    """Yield what is wrong with the text, filled with what was typed, in each language on each channel."""
    for language in template.texts:
        facts = Facts(
            business=business_facts(business, now, language),
            customer=EXAMPLE.customer,
            campaign=campaign.fields,
        )
        for channel in campaign.channels:
            where = f"{language}, {channel}"
            try:
                told = render(
                    template,
                    facts,
                    language=language,
                    channel=channel,
                    business_language=business.language,
                )
            except BadTemplate as error:
                yield needs_you("bad_text", f"{where}: {error}", "mend the template")
                continue
            if isinstance(told, MissingField):
                yield _missing(told.name, where)
            else:
                yield from _too_long(told, channel, where)
    if template.confidential:
        yield needs_you(
            "confidential",
            f"{template.name} is confidential: it is for the holder of one record",
            "take another template",
        )
    yield from _unsaid(campaign, template)


def _dressed_up(campaign: Campaign, template: Template) -> Iterator[Finding]:
    """Yield what was typed and speaks of an offer, where the text is none: whoever did not agree to offers would
    get it.
    """
    if template.message_class is MessageClass.MARKETING:
        return
    for name, text in campaign.fields.items():
        for sign in {each for language in template.texts for each in promotions(text, language)}:
            find = needs_you if sign.certain else warning
            yield find(
                "offer_in_disguise",
                f"campaign.{name} says “{sign.words}” ({sign.why}), and {template.name} is no offer",
                "take a template of the marketing class, or say it otherwise",
            )


def _missing(name: str, where: str) -> Finding:
    group, _, field = name.partition(".")
    if group == "campaign":
        return needs_you(
            "field_not_typed",
            f"{where}: the text says {name}, and nobody typed it",
            f"write it: --field {field}=…",
        )
    return needs_you(
        "field_unknown_here",
        f"{where}: the text says {name}, which a campaign does not know",
        "take another template: a campaign speaks of the customer, not of a record or a thing",
    )


def _too_long(told: Rendered, channel: Channel, where: str) -> Iterator[Finding]:
    limits = (
        [("text", told.text, TEXT_UNITS)]
        if channel is Channel.TELEGRAM
        else [("title", told.title or "", TITLE_LIMIT), ("text", told.text, BODY_LIMIT)]
    )
    for part, text, limit in limits:
        if units(text) > limit:
            yield warning(
                "too_long",
                f"{where}: the {part} has {units(text)} characters, and {limit} are shown",
                "say it shorter",
            )


def _unsaid(campaign: Campaign, template: Template) -> Iterator[Finding]:
    said = {
        path[1]
        for texts in template.texts.values()
        for source in (texts.telegram, texts.push_title, texts.push_body)
        for path in _fields_in(source)
        if path[0] == "campaign" and len(path) > 1
    }
    for name in sorted(set(campaign.fields) - said):
        yield warning(
            "field_not_said", f"no text says campaign.{name}", "is the name written as in the text?"
        )


def _fields_in(source: str) -> Iterable[tuple[str, ...]]:
    try:
        return usage(source).fields
    except BadTemplate:
        return ()  # that is told already


def _of_audience(
    campaign: Campaign, business: Business, many: int, now: datetime
) -> Iterator[Finding]:
    if not many:
        yield needs_you(
            "nobody",
            "nobody is in its audience",
            f"see who would be: avvisa audience {business.slug} FILE",
        )
    if campaign.expires_for(business, now) <= now:
        yield needs_you("over", "its last day is over", "write it anew with another --until")
    elif campaign.per_hour is not None and many:
        going = moments(now, campaign.per_hour, business, campaign.message_class)
        last = next(islice(going, many - 1, None), None)
        if last is None or last >= campaign.expires_for(business, now):
            yield warning(
                "too_slow",
                f"at {campaign.per_hour} an hour not all {many} have their turn before it expires",
                "let it go faster, or for longer (--until)",
            )


async def _of_senders(
    conn: Connection, campaign: Campaign, business: Business
) -> Sequence[Finding]:
    for channel in campaign.channels:
        if await businesses.sender_of(conn, business.id, channel) is not None:
            return []
    return [
        needs_you(
            "no_sender",
            f"{business.name} cannot write on {' or '.join(campaign.channels)}",
            "give it a bot or a Firebase project: avvisa business telegram, avvisa business firebase",
        )
    ]
