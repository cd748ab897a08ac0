"""How customers link themselves: in the chat by the buttons that the bot shows, in the app by its routes."""

import asyncio

from bot.buttons import Choice, Identity
from cli import commands
from cli.demo.founding import NAME, PROJECT, SLUG
from cli.demo.levers import Button, Shown
from cli.demo.people import Person
from cli.demo.stage import Stage
from cli.house import House
from messaging.calendar import MessageClass
from messaging.errors import Refused

LOOK_EVERY_S = 0.25
THINKS_S = 0.5
"""How long a person reads before pressing: on the page of the phones one sees it happen."""
READS_ALL_S = 2
"""Of somebody from the poster, to whom more is said in a row: a chat bears about a message a second."""
INVITE_AGAIN_AFTER_S = 15
LINKED_WITHIN_S = 120

_ASKED = "Vorrei ricevere qui i promemoria delle mie scadenze."


async def invitation(house: House, person: Person, slug: str = SLUG) -> str:
    """Return the token of a new invitation: what stands behind the QR code on the counter."""
    answer = await commands.Invite(slug=slug, customer=person.code).run(house)
    assert isinstance(answer.data, dict)  # noqa: S101 - an object, as `--json` shows it
    return str(answer.data["token"])


async def link_chat(stage: Stage, house: House, person: Person, *, slug: str = SLUG) -> int:
    """Let the person open an invitation of the business, which the stage's levers speak to, and answer
    every question of the bot; return their chat.

    It goes on wherever an earlier run was cut off. Raises Refused if the bot does not get there.
    """
    levers = stage.levers
    chat_id = await levers.person(
        key=person.code,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        phone=person.phone,
    )
    try:
        async with asyncio.timeout(LINKED_WITHIN_S):
            await _answer_everything(stage, house, person, chat_id, slug)
    except TimeoutError as error:
        raise Refused(f"the bot does not answer {person.name}", hint="see avvisa.log") from error
    return chat_id


async def _answer_everything(
    stage: Stage, house: House, person: Person, chat_id: int, slug: str
) -> None:
    levers = stage.levers
    loop = asyncio.get_running_loop()
    pressed: set[int] = set()
    waits_until = loop.time() if stage.fresh else loop.time() + INVITE_AGAIN_AFTER_S
    if not (await levers.chat(chat_id)).messages:
        waits_until = loop.time()
    while not _is_linked(messages := (await levers.chat(chat_id)).messages):
        question = next((each for each in reversed(messages) if each.buttons), None)
        button = None if question is None else _answer(question, person)
        if question is not None and button is not None and question.message_id not in pressed:
            await asyncio.sleep(_pause(person))
            await levers.press(chat_id, question.message_id, button)
            pressed.add(question.message_id)
        elif loop.time() >= waits_until and button is None:
            await _come_in(stage, house, person, chat_id, slug)
        else:
            await asyncio.sleep(LOOK_EVERY_S)
            continue
        waits_until = loop.time() + INVITE_AGAIN_AFTER_S


async def _come_in(stage: Stage, house: House, person: Person, chat_id: int, slug: str) -> None:
    """Open the invitation; or what the poster on the counter leads to, and share the number there."""
    if person.phone is None:
        await stage.levers.start(chat_id, await invitation(house, person, slug))
        return
    await stage.levers.start(chat_id, slug)
    await asyncio.sleep(_pause(person))
    await stage.levers.share_number(chat_id)


def _pause(person: Person) -> float:
    return THINKS_S if person.phone is None else READS_ALL_S


def _is_linked(messages: tuple[Shown, ...]) -> bool:
    """Return whether the bot has summed up what was chosen: the only text that names both commands."""
    if not messages or not messages[-1].from_bot or messages[-1].buttons:
        return False
    text = messages[-1].text
    return "/stop" in text and ("/preferenze" in text or "/preferences" in text)


def _answer(question: Shown, person: Person) -> Button | None:
    """Return the button that the person presses; None if this is not a question of linking."""
    for button in question.buttons:
        match button.data.partition("|")[0]:
            case Identity.__prefix__:
                if Identity.unpack(button.data).mine:
                    return button
            case Choice.__prefix__:
                choice = Choice.unpack(button.data)
                agrees = choice.about in person.agrees or choice.about is MessageClass.SERVICE
                if choice.given is agrees:
                    return button
            case _:
                pass
    return None


async def link_app(stage: Stage, house: House, person: Person) -> None:
    """Let the person's app link itself and register its device. Raises httpx.HTTPError if refused."""
    phone = await stage.levers.phone(key=person.code, owner=person.name, app=NAME, project=PROJECT)
    chosen = [
        {
            "message_class": each.value,
            "given": True,
            "text_id": "app.reminders",
            "text_version": 1,
            "text": _ASKED,
            "language": person.language,
        }
        for each in sorted(person.agrees)
    ]
    api = house.settings.public_url
    linked = await stage.http.post(
        f"{api}/v1/app/link",
        json={"invitation": await invitation(house, person), "consents": chosen},
    )
    token = linked.raise_for_status().json()["token"]
    registered = await stage.http.put(
        f"{api}/v1/app/devices/{person.code}",
        headers={"authorization": f"Bearer {token}"},
        json={
            "kind": "token",
            "value": phone.address,
            "platform": "android",
            "language": person.language,
        },
    )
    registered.raise_for_status()
