"""Updates as somebody would make them who means harm, or whose program is broken."""

from typing import Any, TypeAlias, cast

from aiogram.filters.callback_data import CallbackData
from hypothesis import strategies as st

from bot import buttons, staff_buttons

Json: TypeAlias = dict[str, Any]

STRANGER, MARIO, ROSA, GROUP = 999_000_001, 111_000_001, 222_000_001, -100_333
"""Who writes: someone whom nobody knows, and a customer of Delta. Whom they are after: another customer of Delta. And a
group."""

_FIELDS = {
    each.__prefix__: len(each.model_fields)
    for each in (*vars(buttons).values(), *vars(staff_buttons).values())
    if isinstance(each, type) and issubclass(each, CallbackData) and each is not CallbackData
}
"""How many fields the buttons of each kind carry."""

_WORDS = [
    "1",
    "0",
    "true",
    "false",
    "it",
    "en",
    "reminder",
    "service",
    "marketing",
    "preferences",
    "privacy",
    "stop",
    "help",
    "erase",
    "export",
    "yes",
    "no",
    "book",
    "call_me",
    "move",
    "cancel",
    "confirm",
    "view",
    "done",
    "stop_marketing",
    "accept",
    "hold",
    "release",
    "pause",
    "owner",
    "-1",
    "99999999999999999999",
    "'",
    ";",
    "../",
]
_small = st.integers(0, 30).map(str)
_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=4,
)


@st.composite
def forged(draw: st.DrawFn) -> str:
    """Data of a button as the bot might have made it, with whatever in its fields."""
    prefix = draw(st.sampled_from(sorted(_FIELDS)))
    many = _FIELDS[prefix] + draw(st.sampled_from([0, 0, 0, 0, -1, 1]))
    fields = draw(
        st.lists(
            _small | st.sampled_from(_WORDS) | st.text(max_size=4), min_size=many, max_size=many
        )
    )
    return "|".join([prefix, *fields])[:64]


def texts(secrets: list[str]) -> st.SearchStrategy[str]:
    """Return what is written: words, commands with anything behind them, invitations of others."""
    commands = [
        "/start",
        "/stop",
        "/menu",
        "/privacy",
        "/preferenze",
        "/aiuto",
        "/negozio",
        "/scadenze",
    ]
    return st.one_of(
        st.text(max_size=40),
        st.sampled_from(commands),
        st.builds("{} {}".format, st.sampled_from(commands), st.text(max_size=20)),
        st.builds("/start {}".format, st.sampled_from(secrets)),
        st.sampled_from(
            [*secrets, "A" * 5000, "\x00", "\ud83d", "\u202e", "{business}", "{{ name }}"]
        ),
    )


@st.composite
def updates(draw: st.DrawFn, secrets: list[str]) -> Json:
    """Draw an update without its number: of every kind there is, and of none."""
    person = draw(st.sampled_from([STRANGER, MARIO]))
    user: Json = {
        "id": person,
        "is_bot": False,
        "first_name": "M",
        "language_code": draw(_languages),
    }
    chat: Json = {"id": person, "type": "private", "first_name": "M"}
    if draw(st.integers(0, 19)) == 0:
        chat = {"id": GROUP, "type": "supergroup", "title": "Cortile"}
    message: Json = {"message_id": draw(st.integers(1, 99)), "date": 1_800_000_000, "chat": chat}
    kind = draw(st.sampled_from(["text"] * 3 + ["tap"] * 4 + ["contact", "presence", "none"]))
    update: Json
    match kind:
        case "text":
            update = {"message": message | {"from": user, "text": draw(texts(secrets))}}
        case "tap":
            update = {"callback_query": _tap(draw, user, message)}
        case "contact":
            update = {"message": message | {"from": user, "contact": _contact(draw, person)}}
        case "presence":
            update = {"my_chat_member": _presence(draw, user, chat)}
        case _:
            update = draw(_nothing_known)
    return _spoiled(draw, update) if draw(st.integers(0, 7)) == 0 else update


def _tap(draw: st.DrawFn, user: Json, message: Json) -> Json:
    tapped: Json = {"text": draw(st.text(max_size=20) | st.just("?"))} | message
    data = draw(forged() | st.text(max_size=20))
    tap: Json = {"id": "7", "from": user, "chat_instance": "1", "data": data}
    return tap | {"message": tapped} if draw(st.booleans()) else tap


def _contact(draw: st.DrawFn, person: int) -> Json:
    contact: Json = {"phone_number": draw(_numbers), "first_name": "M"}
    whose = draw(st.sampled_from([person, ROSA, None]))
    return contact if whose is None else contact | {"user_id": whose}


def _presence(draw: st.DrawFn, user: Json, chat: Json) -> Json:
    status = draw(st.sampled_from(["kicked", "member", "left", "restricted", "king"]))
    return {
        "chat": chat,
        "from": user,
        "date": 1_800_000_000,
        "old_chat_member": {"status": "member", "user": user},
        "new_chat_member": {"status": status, "user": user, "until_date": 0},
    }


_nothing_known: st.SearchStrategy[Json] = st.dictionaries(
    st.sampled_from(["message", "poll", "edited_message", "inline_query", "x"]),
    cast("st.SearchStrategy[Any]", _anything),
    max_size=2,
)
_languages = st.sampled_from(["it", "en", "de", "", "xx-YY", None])
_numbers = st.sampled_from(["+393331234567", "333 1234567", "", "+0", "12345678901234567890"])


def _spoiled(draw: st.DrawFn, update: Json) -> Json:
    """Put something else in the place of one of its parts."""
    if not update:
        return update
    name = draw(st.sampled_from(sorted(update)))
    part = update[name]
    if isinstance(part, dict) and draw(st.booleans()):
        return update | {name: _spoiled(draw, part)}
    return update | {name: draw(_anything)}
