"""The templates of a business: seen, proofread, and saved as a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from messaging.actions.doors import Store
from messaging.actions.stocking import shelf_of
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.errors import BadTemplate, NotFound
from messaging.fault import Fault, fatal
from messaging.packs import Shelf, attributes_of
from messaging.proof import proofread
from messaging.store import audit, businesses, notifications, rules, templates
from messaging.store.connection import Connection
from messaging.store.notifications import of_rule
from messaging.template import LanguageTexts, Template, TemplateButton, TemplateId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """A template as somebody wrote it, before it has a version."""

    name: str
    message_class: MessageClass
    texts: Mapping[str, LanguageTexts]
    confidential: bool = False
    buttons: tuple[TemplateButton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A template in its newest version, and the names of the rules that use it."""

    template: Template
    rules: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a save. `changed` False: it was like that already.

    `reclassified`: rules that are of another class now, as their template is; `hints`: what it had
    better not be.
    """

    template: Template
    changed: bool
    reclassified: Sequence[str]
    hints: Sequence[Fault]


async def templates_of(store: Store, *, slug: str) -> list[Used]:
    """Return the templates of the business, by name. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        used = await _used(conn, business)
        return [
            Used(template=each, rules=used.get(each.name, []))
            for each in await templates.every_latest(conn, business.id)
        ]


async def template_of(store: Store, *, slug: str, name: str) -> Used:
    """Return the template. Raises NotFound, with what may have been meant."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        found = await template_named(conn, business, name)
        return Used(template=found, rules=(await _used(conn, business)).get(name, []))


async def template_named(conn: Connection, business: Business, name: str) -> Template:
    """Return the newest version of the template. Raises NotFound, with what may have been meant."""
    try:
        return await templates.latest(conn, business.id, name)
    except NotFound as error:
        names = [each.name for each in await templates.every_latest(conn, business.id)]
        near = get_close_matches(name, names, cutoff=0.5) or [n for n in names if name in n]
        hint = (
            f"did you mean {', '.join(near)}?" if near else f"avvisa template list {business.slug}"
        )
        raise NotFound(str(error), hint=hint) from error


async def proof_of(store: Store, *, slug: str, new: NewTemplate) -> list[Fault]:
    """Return what is to be said of a template before it is saved. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return _proof(_of(business, new, version=0), await shelf_of(conn, business.id))


async def save(store: Store, *, slug: str, new: NewTemplate, now: datetime) -> Saved:
    """Save the template as a new version. What is planned already stays with its own.

    Where its class changes, so does that of the rules that use it: each of those becomes a new version,
    and what it had planned and nobody tried is void. Raises NotFound, or BadTemplate with the first fault
    that no template may have.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        faults = _proof(_of(business, new, version=0), await shelf_of(conn, business.id))
        for each in fatal(faults):
            raise BadTemplate(f"{new.name}: {each}", hint=each.todo)
        known = await templates.lock(conn, business.id, new.name)
        template = _of(business, new, version=1 if known is None else known.version + 1)
        if known is not None and replace(template, id=known.id, version=known.version) == known:
            return Saved(template=known, changed=False, reclassified=(), hints=faults)
        template = replace(template, id=await templates.add(conn, template, now))
        reclassified = await _reclassify(conn, template, now)
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act="template.save",
            subject=f"template:{template.id}",
            now=now,
            detail={"version": template.version, "class": template.message_class},
        )
        return Saved(template=template, changed=True, reclassified=reclassified, hints=faults)


async def _reclassify(conn: Connection, template: Template, now: datetime) -> list[str]:
    """Give the rules that use the template its class, so that the gate asks for the right consent."""
    found = []
    for listed, _ in await rules.of_business(conn, template.business_id):
        if listed.template != template.name or listed.message_class is template.message_class:
            continue
        rule = await rules.lock(conn, listed.id)
        if rule is None:
            continue
        await notifications.cancel_untried(conn, of_rule(rule.id), reason="rule_changed", now=now)
        changed = replace(
            rule,
            message_class=template.message_class,
            version=rule.version + 1,
            watermark=now if rule.on else None,
        )
        await rules.change(conn, changed)
        found.append(rule.name)
    return found


async def _used(conn: Connection, business: Business) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for rule, _ in await rules.of_business(conn, business.id):
        used.setdefault(rule.template, []).append(rule.name)
    return used


def _of(business: Business, new: NewTemplate, *, version: int) -> Template:
    return Template(
        id=TemplateId(0),
        business_id=business.id,
        name=new.name,
        version=version,
        message_class=new.message_class,
        confidential=new.confidential,
        texts=new.texts,
        buttons=new.buttons,
    )


def _proof(template: Template, shelf: Shelf) -> list[Fault]:
    """Proofread the template, by the fields of the trade that its name begins with, if it is one."""
    trade = next(iter(shelf.behind([template.name])), None)
    return proofread(template, attributes=None if trade is None else attributes_of(trade))
