"""What a company's own app calls: it links itself once, says where it can be reached, and is refused in plain words."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.service import create_api
from messaging.actions import founding, inviting
from messaging.actions.founding import NewBusiness
from messaging.calendar import MessageClass
from messaging.consent import allows
from messaging.customer import Channel, CustomerId
from messaging.store import consents, customers, tables
from tests.given import Workshop

AGREED = {
    "message_class": "reminder",
    "given": True,
    "text_id": "app_reminders",
    "text_version": 3,
    "text": "Desidero ricevere i promemoria delle scadenze.",
    "language": "it",
}
PROBLEM = "application/problem+json"


@pytest.fixture
async def app(workshop: Workshop) -> AsyncIterator[httpx.AsyncClient]:
    """The HTTP service, as an app reaches it."""
    for code in ("anna", "bruno"):
        await workshop.customer(code, name=f"{code.title()} Bianchi", chat=False, allows=())
    transport = httpx.ASGITransport(
        create_api(workshop.store, workshop.clock, heard=lambda _: None)
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://avvisa") as client:
        yield client


async def invitation(workshop: Workshop, code: str = "anna", *, slug: str = "officina") -> str:
    invited = await inviting.invite(
        workshop.store, slug=slug, customer=code, now=workshop.clock.now()
    )
    return invited.invitation.token


async def linked(app: httpx.AsyncClient, workshop: Workshop, code: str = "anna") -> dict[str, str]:
    """Link an app and return the header that speaks for it."""
    token = await invitation(workshop, code)
    answer = await app.post("/v1/app/link", json={"invitation": token, "consents": [AGREED]})
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['token']}"}


def device(value: str = "fcm-token-1") -> dict[str, object]:
    return {"kind": "token", "value": value, "platform": "android", "language": "it"}


async def devices(workshop: Workshop) -> dict[str, tuple[str, str | None, list[str]]]:
    """Return every device: its state, the reason, and the customers whom it reaches."""
    asked = (
        select(tables.address, tables.customer.c.external_id)
        .outerjoin(
            tables.address_customer, tables.address_customer.c.address_id == tables.address.c.id
        )
        .outerjoin(tables.customer, tables.customer.c.id == tables.address_customer.c.customer_id)
        .order_by(tables.customer.c.external_id)
    )
    found: dict[str, tuple[str, str | None, list[str]]] = {}
    async with workshop.store.read() as conn:
        for row in (await conn.execute(asked)).mappings():
            _, _, people = found.setdefault(row["value"], (row["state"], row["reason"], []))
            people += [row["external_id"]] if row["external_id"] else []
    return found


async def allowed(workshop: Workshop, code: str) -> set[tuple[MessageClass, Channel]]:
    async with workshop.store.read() as conn:
        person = await customers.by_external_id(conn, workshop.business.id, code)
        ledger = (await consents.of_customers(conn, [CustomerId(person.id)])).get(person.id, [])
    return {
        (each, channel)
        for each in (MessageClass.REMINDER, MessageClass.MARKETING)
        for channel in Channel
        if allows(ledger, each, channel)
    }


def refusal(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    return body


async def test_an_invitation_links_one_app_and_no_second(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    token = await invitation(workshop)

    first = await app.post("/v1/app/link", json={"invitation": token})
    second = await app.post("/v1/app/link", json={"invitation": token})

    assert first.status_code == 200
    assert first.json()["business"] == "Officina Delta"
    assert first.json()["language"] == "it"
    assert second.status_code == 410
    assert refusal(second)["detail"] == "the invitation is used"


async def test_an_invitation_that_is_over_or_unknown_links_nobody(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    token = await invitation(workshop)
    workshop.clock.move(timedelta(days=30))

    over = await app.post("/v1/app/link", json={"invitation": token})
    unknown = await app.post("/v1/app/link", json={"invitation": "x" * 22})

    assert (over.status_code, unknown.status_code) == (410, 410)
    assert refusal(over)["code"] == refusal(unknown)["code"] == "invitation_refused"
    assert refusal(over)["hint"]
    async with workshop.store.read() as conn:
        assert list(await conn.scalars(select(tables.app_user.c.id))) == []


async def test_what_is_chosen_in_the_app_opens_push_and_nothing_else(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    await linked(app, workshop)

    assert await allowed(workshop, "anna") == {(MessageClass.REMINDER, Channel.PUSH)}
    assert await allowed(workshop, "bruno") == set()


async def test_what_is_not_chosen_or_refused_is_not_agreed_to(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    refused = [AGREED | {"given": False}, AGREED | {"given": False, "message_class": "marketing"}]
    for token, told in (
        (await invitation(workshop, "anna"), []),
        (await invitation(workshop, "bruno"), refused),
    ):
        answer = await app.post("/v1/app/link", json={"invitation": token, "consents": told})
        assert answer.status_code == 200

    assert await allowed(workshop, "anna") == set()
    assert await allowed(workshop, "bruno") == set()


async def test_the_words_that_were_shown_are_kept(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    await linked(app, workshop)

    async with workshop.store.read() as conn:
        kept = (await conn.execute(select(tables.consent))).mappings().one()
    assert (kept["text"], kept["text_id"], kept["text_version"], kept["method"]) == (
        AGREED["text"],
        "app_reminders",
        3,
        "app",
    )


async def test_a_phone_registers_and_moves_to_a_new_token(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    anna = await linked(app, workshop)
    for value in ("fcm-token-1", "fcm-token-1", "fcm-token-2"):
        answer = await app.put("/v1/app/devices/phone-1", json=device(value), headers=anna)
        assert (answer.status_code, answer.content) == (204, b"")
    await app.put("/v1/app/devices/tablet-1", json=device("fcm-token-9"), headers=anna)

    assert await devices(workshop) == {
        "fcm-token-1": ("gone", "replaced", ["anna"]),
        "fcm-token-2": ("active", None, ["anna"]),
        "fcm-token-9": ("active", None, ["anna"]),
    }


async def test_a_reminder_reaches_the_phone_that_registered(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    anna = await linked(app, workshop)
    await app.put("/v1/app/devices/phone-1", json=device(), headers=anna)
    await workshop.switch_on()
    day = workshop.clock.now().date() + timedelta(days=9)
    await workshop.inspection(due_on=day)

    await workshop.wait(timedelta(days=3))

    assert [message.address for message in workshop.push.messages] == ["fcm-token-1"]
    assert workshop.telegram.messages == []


async def test_whoever_signs_in_on_a_phone_is_whom_it_reaches(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    anna, bruno = await linked(app, workshop), await linked(app, workshop, "bruno")
    await app.put("/v1/app/devices/phone-1", json=device(), headers=anna)

    await app.put("/v1/app/devices/phone-1", json=device(), headers=bruno)

    assert await devices(workshop) == {"fcm-token-1": ("active", None, ["bruno"])}


async def test_without_a_token_of_its_own_an_app_is_refused(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    for header in (None, "Bearer nobody-s-token-at-all", "Bearer ", "Basic YTpi"):
        headers = {} if header is None else {"authorization": header}

        answer = await app.put("/v1/app/devices/phone-1", json=device(), headers=headers)

        assert answer.status_code == 401, header
        assert refusal(answer)["code"] == "unauthorized"
    assert await devices(workshop) == {}


async def test_an_invitation_is_no_token(app: httpx.AsyncClient, workshop: Workshop) -> None:
    headers = {"authorization": f"Bearer {await invitation(workshop)}"}

    answer = await app.put("/v1/app/devices/phone-1", json=device(), headers=headers)

    assert answer.status_code == 401


async def test_a_link_that_cannot_be_read_names_the_field(app: httpx.AsyncClient) -> None:
    known: dict[str, object] = {"invitation": "x" * 22}
    bodies: list[tuple[dict[str, object], str]] = [
        ({"consents": []}, "invitation"),
        ({"invitation": "short"}, "invitation"),
        (known | {"extra": 1}, "extra"),
        (known | {"consents": [AGREED | {"given": "perhaps"}]}, "consents.0.given"),
        (known | {"consents": [AGREED | {"message_class": "service"}]}, "consents.0.message_class"),
        (known | {"consents": [AGREED | {"text": "no\0"}]}, "consents.0.text"),
    ]
    for body, field in bodies:
        answer = await app.post("/v1/app/link", json=body)

        assert answer.status_code == 422, body
        assert (refusal(answer)["code"], refusal(answer)["field"]) == ("invalid", field)


async def test_a_device_that_cannot_be_read_names_the_field(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    anna = await linked(app, workshop)
    told: list[tuple[str, dict[str, object], str]] = [
        ("phone-1", {"kind": "carrier-pigeon"}, "kind"),
        ("phone-1", {"value": "x" * 600}, "value"),
        ("phone-1", {"value": "fcm-token\0"}, "value"),
        ("phone-1", {"platform": "symbian"}, "platform"),
        ("p" * 65, {}, "install_key"),
        ("phone%00", {}, "install_key"),
    ]
    for key, wrong, field in told:
        answer = await app.put(f"/v1/app/devices/{key}", json=device() | wrong, headers=anna)

        assert answer.status_code == 422, (key, wrong)
        assert refusal(answer)["field"] == field
    assert await devices(workshop) == {}


async def test_a_business_without_a_project_says_so(
    app: httpx.AsyncClient, workshop: Workshop
) -> None:
    store, now = workshop.store, workshop.clock.now()
    shop = NewBusiness(
        slug="bottega", name="Bottega", pack=None, timezone="Europe/Rome", language="it"
    )
    other = Workshop(
        store=store,
        clock=workshop.clock,
        business=await founding.add_business(store, shop, now=now),
        bot=workshop.bot,
        project=workshop.project,
    )
    await other.customer("carla", chat=False, allows=())
    await founding.give_sender(
        store,
        slug="bottega",
        channel=Channel.TELEGRAM,
        external_id="7",
        name="bottega_bot",
        secret="7:x",
        now=now,
    )
    token = await invitation(workshop, "carla", slug="bottega")
    carla = (await app.post("/v1/app/link", json={"invitation": token})).json()["token"]

    answer = await app.put(
        "/v1/app/devices/phone-1", json=device(), headers={"authorization": f"Bearer {carla}"}
    )

    assert answer.status_code == 409
    assert "Firebase" in refusal(answer)["detail"]


async def test_the_documentation_lists_what_apps_call(app: httpx.AsyncClient) -> None:
    document = (await app.get("/openapi.json")).json()

    assert set(document["paths"]["/v1/app/link"]) == {"post"}
    assert set(document["paths"]["/v1/app/devices/{install_key}"]) == {"put"}
    secured = document["paths"]["/v1/app/devices/{install_key}"]["put"]["security"]
    assert document["components"]["securitySchemes"][next(iter(secured[0]))]["scheme"] == "bearer"


async def test_it_says_that_it_is_up_and_reaches_its_database(app: httpx.AsyncClient) -> None:
    assert (await app.get("/healthz")).json() == {"status": "ok"}
    assert (await app.get("/readyz")).status_code == 200
