"""Templates, version by version: what is planned stays with the version it was planned with."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, and_, func, insert, select

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.errors import NotFound
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import template
from messaging.template import Template, TemplateId
from messaging.template_json import body_from_json, body_to_json


def _template(row: RowMapping) -> Template:
    texts, buttons = body_from_json(row["body"])
    return Template(
        id=TemplateId(row["id"]),
        business_id=BusinessId(row["business_id"]),
        name=row["name"],
        version=row["version"],
        message_class=MessageClass(row["message_class"]),
        confidential=row["confidential"],
        texts=texts,
        buttons=buttons,
    )


def _values(new: Template, now: datetime) -> dict[str, object]:
    return {
        "business_id": new.business_id,
        "name": new.name,
        "version": new.version,
        "message_class": new.message_class,
        "confidential": new.confidential,
        "body": body_to_json(new.texts, new.buttons),
        "created_at": now,
    }


async def add(conn: Connection, new: Template, now: datetime) -> TemplateId:
    """Insert a version of a template and return its id (the one of `new` is not looked at)."""
    result = await conn.execute(insert(template).values(_values(new, now)).returning(template.c.id))
    return TemplateId(result.scalar_one())


async def ensure(conn: Connection, new: Template, now: datetime) -> Template:
    """Return the newest version of the template of this name; if there is none, `new` is the first."""
    if await lock(conn, new.business_id, new.name) is None:
        await insert_new(conn, template, [_values(new, now)])
    return await latest(conn, new.business_id, new.name)


async def latest(conn: Connection, business_id: BusinessId, name: str) -> Template:
    """Return the newest version. Raises NotFound."""
    asked = (
        select(template)
        .where(template.c.business_id == business_id, template.c.name == name)
        .order_by(template.c.version.desc())
        .limit(1)
    )
    row = (await conn.execute(asked)).mappings().first()
    if row is None:
        raise NotFound(f"this business has no template {name!r}")
    return _template(row)


async def lock(conn: Connection, business_id: BusinessId, name: str) -> Template | None:
    """Return the newest version, nobody else adding one until the transaction ends; None: there is none."""
    first = (
        select(template.c.id)
        .where(template.c.business_id == business_id, template.c.name == name)
        .order_by(template.c.version)
        .limit(1)
        .with_for_update(key_share=True)
    )
    if await conn.scalar(first) is None:
        return None
    return await latest(conn, business_id, name)  # read only now: who came before has committed


async def every_latest(conn: Connection, business_id: BusinessId) -> list[Template]:
    """Return the newest version of each template of the business, by name."""
    newest = (
        select(template.c.name, func.max(template.c.version).label("version"))
        .where(template.c.business_id == business_id)
        .group_by(template.c.name)
        .subquery()
    )
    asked = (
        select(template)
        .join(
            newest,
            and_(template.c.name == newest.c.name, template.c.version == newest.c.version),
        )
        .where(template.c.business_id == business_id)
        .order_by(template.c.name)
    )
    return [_template(row) for row in (await conn.execute(asked)).mappings()]


async def of_ids(conn: Connection, ids: Collection[TemplateId]) -> dict[TemplateId, Template]:
    """Return the templates with these ids. A version never changes, so it may be kept."""
    if not ids:
        return {}
    rows = (await conn.execute(_OF_IDS, {"ids": ids})).mappings().all()
    return {TemplateId(row["id"]): _template(row) for row in rows}


_OF_IDS = select(template).where(among(template.c.id))
