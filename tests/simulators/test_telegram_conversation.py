"""What people do arrives as updates; buttons go round once."""

import asyncio

from tests.simulators.playing import BOT, TOKEN, Play


async def test_an_offset_confirms_what_lies_before_it(play: Play):
    await play.bot()
    anna = await play.person()
    await play.lever(f"/people/{anna}/say", bot=BOT, text="ciao")

    start, hello = await play.updates()
    again = await play.updates(limit=1)
    rest = await play.updates(offset=hello["update_id"])
    none = await play.updates(offset=hello["update_id"] + 1)

    assert (start["message"]["text"], hello["message"]["text"]) == ("/start", "ciao")
    assert hello["update_id"] == start["update_id"] + 1
    assert hello["message"]["from"]["language_code"] == "it"
    assert again == [start]
    assert rest == [hello]
    assert none == await play.updates() == []


async def test_a_negative_offset_keeps_only_the_newest(play: Play):
    await play.bot()
    anna = await play.person()
    for text in ("uno", "due"):
        await play.lever(f"/people/{anna}/say", bot=BOT, text=text)

    (newest,) = await play.updates(offset=-1)

    assert newest["message"]["text"] == "due"
    assert await play.updates() == [newest]


async def test_a_long_poll_ends_with_the_first_news(play: Play):
    await play.bot()

    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(play.updates(timeout=50))
        await play.until_polled()
        anna = await play.person(starts=False)
        await play.lever(f"/people/{anna}/start", bot=BOT, payload="abc_-9")

    (update,) = poll.result()
    assert update["message"]["text"] == "/start abc_-9"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_second_poller_ends_the_first_with_409(play: Play):
    await play.bot()

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(play.call("getUpdates", timeout=50))
        await play.until_polled()
        second = await play.updates()

    assert second == []
    assert first.result().refusal == (
        409,
        (
            "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        ),
    )


async def test_revoking_a_token_ends_its_poll(play: Play):
    bot = await play.bot()

    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(play.call("getUpdates", timeout=50))
        await play.until_polled()
        await play.lever(f"/bots/{bot}/revoke")

    assert poll.result().refusal == (401, "Unauthorized")


async def test_only_the_wanted_kinds_of_update_are_kept(play: Play):
    await play.bot()
    await play.updates(allowed_updates=["my_chat_member"])
    anna = await play.person()

    await play.lever(f"/people/{anna}/block", bot=BOT)
    await play.lever(f"/people/{anna}/start", bot=BOT)

    blocked, unblocked = await play.updates()
    assert blocked["my_chat_member"]["old_chat_member"]["status"] == "member"
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_a_press_goes_to_the_bot_and_its_answer_back_once(play: Play):
    await play.bot()
    anna = await play.person()
    for data in ("old", "new"):
        keyboard = {"inline_keyboard": [[{"text": "Confermo", "callback_data": data}]]}
        await play.call("sendMessage", chat_id=anna, text=data, reply_markup=keyboard)

    pressed = await play.lever(f"/people/{anna}/press", bot=BOT, button="Confermo")
    query = (await play.updates(offset=-1))[0]["callback_query"]
    waiting = (await play.look(f"/people/{anna}/chat?bot={BOT}"))["unanswered"]
    answer = {"callback_query_id": query["id"], "text": "Grazie", "show_alert": True}
    first = await play.call("answerCallbackQuery", **answer)
    second = await play.call("answerCallbackQuery", **answer)

    assert pressed["update_id"] == (await play.updates())[-1]["update_id"]
    assert (query["data"], query["message"]["text"]) == ("new", "new")
    assert query["from"]["id"] == anna
    assert waiting == [query["id"]]
    assert first.result is True
    assert second.refusal == (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    chat = await play.look(f"/people/{anna}/chat?bot={BOT}")
    assert [(t["text"], t["alert"]) for t in chat["toasts"]] == [("Grazie", True)]
    assert chat["unanswered"] == []


async def test_a_press_may_name_the_message_or_the_data(play: Play):
    await play.bot()
    anna = await play.person()
    for data in ("old", "new"):
        keyboard = {"inline_keyboard": [[{"text": "Confermo", "callback_data": data}]]}
        await play.call("sendMessage", chat_id=anna, text=data, reply_markup=keyboard)

    await play.lever(f"/people/{anna}/press", bot=BOT, button="old")
    await play.lever(f"/people/{anna}/press", bot=BOT, button="Confermo", message_id=2)

    presses = [u["callback_query"] for u in await play.updates() if "callback_query" in u]
    assert [p["data"] for p in presses] == ["old", "old"]


async def test_a_button_that_nobody_sees_cannot_be_pressed(play: Play):
    await play.bot()
    anna = await play.person()

    answer = await play.post(f"/sim/people/{anna}/press", {"bot": BOT, "button": "Confermo"})

    assert answer.status == 404
    assert answer.body["error"] == 'Anna sees no button "Confermo" in the chat with @shop_bot.'


async def test_another_bot_cannot_answer_the_press(play: Play):
    await play.bot()
    await play.bot("777:other", "other_bot")
    anna = await play.person()
    keyboard = {"inline_keyboard": [[{"text": "Confermo", "callback_data": "x"}]]}
    await play.call("sendMessage", chat_id=anna, text="?", reply_markup=keyboard)
    await play.lever(f"/people/{anna}/press", bot=BOT, button="x")
    query = (await play.updates(offset=-1))[0]["callback_query"]

    answer = await play.call("answerCallbackQuery", "777:other", callback_query_id=query["id"])

    assert answer.status == 400


async def test_a_contact_is_shared_through_the_reply_keyboard(play: Play):
    await play.bot()
    anna = await play.person(phone="+39333111222")
    keyboard = {"keyboard": [[{"text": "Il mio numero", "request_contact": True}], ["Menu"]]}
    await play.call("sendMessage", chat_id=anna, text="?", reply_markup=keyboard)

    await play.lever(f"/people/{anna}/press", bot=BOT, button="Il mio numero")
    await play.lever(f"/people/{anna}/press", bot=BOT, button="Menu")
    removed = {"remove_keyboard": True}
    await play.call("sendMessage", chat_id=anna, text="fatto", reply_markup=removed)

    contact, menu = (u["message"] for u in (await play.updates())[-2:])
    assert contact["contact"] == {
        "phone_number": "39333111222",
        "first_name": "Anna",
        "user_id": anna,
    }
    assert menu["text"] == "Menu"
    assert (await play.look(f"/people/{anna}/chat?bot={BOT}"))["keyboard"] is None


async def test_whoever_has_blocked_can_neither_write_nor_press(play: Play):
    await play.bot()
    anna = await play.person()
    await play.lever(f"/people/{anna}/block", bot=BOT)

    answer = await play.post(f"/sim/people/{anna}/say", {"bot": BOT, "text": "ciao"})

    assert (answer.status, answer.body["error"]) == (409, "Anna has blocked @shop_bot.")


async def test_the_same_key_is_the_same_person(play: Play):
    first = await play.person("Anna", starts=False, key="anna")
    again = await play.person("Anna", starts=False, key="anna")
    other = await play.person("Anna", starts=False)

    assert first == again != other


async def test_a_new_token_replaces_the_old_one_and_keeps_the_chats(play: Play):
    await play.bot()
    anna = await play.person()

    await play.bot("123456:rotated")

    assert (await play.call("getMe", token=TOKEN)).status == 401
    answer = await play.call("sendMessage", "123456:rotated", chat_id=anna, text="ancora io")
    assert answer.status == 200


async def test_a_lever_pulled_wrongly_says_what_is_wrong(play: Play):
    unknown = await play.post("/sim/people", {"first_name": "Anna", "colour": "red"})
    nobody = await play.post("/sim/people/5/start", {"bot": BOT})

    assert (unknown.status, unknown.body["field"]) == (400, "colour")
    assert nobody.status == 404
    assert nobody.body["error"] == "There is no person 5: POST /sim/people makes one."
