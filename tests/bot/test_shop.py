"""The people of a shop in its bot: linked with a role, told who wrote, answering, deciding; and nobody else."""

import asyncio

import pytest

from messaging.actions import corresponding, staffing
from messaging.actions.answering import replies_of
from messaging.notification import State
from messaging.reply import Action
from messaging.staff import Role, StaffId
from messaging.store import staff_notices, tables
from tests.bot.delivering import deliver
from tests.bot.desk import acts, an_invitation, at_work, taps, tells, writes
from tests.bot.house import House, a_fleet, a_message
from tests.bot.telegram_town import Person, until_true


async def asked(house: House, text: str = "È pronta la macchina?") -> Person:
    """Let Mario write to the shop."""
    mario = await house.linked("Mario")
    await mario.say(text)
    await house.settled()
    return mario


@pytest.mark.parametrize(
    ("speaks", "button", "question", "sent"),
    [
        ("it", "Rispondi", "Che cosa risponde a Mario Rossi?", "Inviato a Mario Rossi."),
        ("en", "Answer", "What do you answer Mario Rossi?", "Sent to Mario Rossi."),
    ],
)
async def test_the_shop_hears_of_a_message_answers_it_and_the_customer_gets_that(
    house: House, speaks: str, button: str, question: str, sent: str
) -> None:
    paolo = await at_work(house, speaks=speaks)
    mario = await asked(house)

    assert await tells(house) == 1
    assert "«È pronta la macchina?»" in (await paolo.heard())[-1]
    assert (await taps(house, paolo, button)).startswith(question)
    assert await writes(house, paolo, "Sì, dalle 17.") == sent
    assert button not in await paolo.buttons()  # nobody is asked to answer it again
    await deliver(house)

    assert (await mario.heard())[-1].endswith("«È pronta la macchina?»\n\nSì, dalle 17.")
    assert await acts(house) == [("staff:1", "staff.join"), ("staff:1", "letter.answer")]
    (told,) = await replies_of(house.store, slug="delta", only_open=False)
    assert told.answer is State.ACCEPTED
    assert await tells(house) == 0


async def test_a_picture_is_shown_and_answered_by_telegrams_own_reply(house: House) -> None:
    paolo = await at_work(house)
    mario = await house.linked("Mario")
    photo = [{"file_id": "AgAC", "file_unique_id": "l", "width": 1280, "height": 960}]
    await house.receive({"message": a_message(mario, photo=photo, caption="Che spia è?")})
    await house.settled()
    await tells(house)
    newest = (await paolo.chat())["data"][-1]
    assert newest["text"].startswith("[photo AgAC]\nMario Rossi (C-Mario)")
    keyboard = [
        [{"text": each["text"], "callback_data": each["data"]} for each in row]
        for row in newest["buttons"]
    ]
    below = a_message(
        paolo, newest["message_id"], caption=newest["text"],
        reply_markup={"inline_keyboard": keyboard},
    )  # fmt: skip

    answer = a_message(paolo, 900, text="È l'olio.", reply_to_message=below)
    await house.receive({"message": answer})
    await house.settled()
    await deliver(house)

    assert (await paolo.heard())[-1] == "Inviato a Mario Rossi."
    assert (await mario.heard())[-1].endswith("È l'olio.")


async def test_the_shop_lists_what_waits_and_marks_it_handled(house: House) -> None:
    paolo = await at_work(house)
    mario = await asked(house)
    await house.notice(mario, "call_me")
    await mario.press("Richiamatemi")
    await house.settled()

    assert "Clienti che aspettano una risposta: 2" in await writes(house, paolo, "/negozio")
    shown = await taps(house, paolo, "Clienti (2)")
    assert "chiede una telefonata" in shown
    await taps(house, paolo, "Gestito")

    assert (await paolo.heard())[-1].endswith("➜ Gestito")
    (left,) = await replies_of(house.store, slug="delta")
    assert left.action == Action.TEXT
    assert await tells(house) == 1  # what is handled nobody needs to hear of any more
    assert ("staff:1", "reply.done") in await acts(house)


async def test_a_message_to_one_customer_is_looked_for_written_and_confirmed(house: House) -> None:
    paolo = await at_work(house)
    mario = await house.linked("Mario")
    await house.linked("Maria")
    await writes(house, paolo, "/negozio")

    await taps(house, paolo, "Scrivi a un cliente")
    assert "Nessun cliente" in await writes(house, paolo, "zzz")
    assert await writes(house, paolo, "mari") == "Chi intende?"
    assert (await taps(house, paolo, "Mario Rossi (C-Mario)")).startswith("Che cosa scrive a")
    await writes(house, paolo, "Ha dimenticato l'ombrelo.")
    shown = await writes(house, paolo, "Ha dimenticato l'ombrello.")
    assert "Ha dimenticato l'ombrello." in shown
    assert len(await house.rows(tables.letter)) == 0  # nothing is sent before it is confirmed
    assert await taps(house, paolo, "Invia") == "Inviato a Mario Rossi."
    await deliver(house)

    assert (await mario.heard())[-1].endswith("Ha dimenticato l'ombrello.")
    assert len(await house.rows(tables.letter)) == 1


async def test_an_owner_stops_everything_and_resumes(house: House) -> None:
    paolo = await at_work(house)
    await writes(house, paolo, "/negozio")

    assert "Fermare tutti gli invii" in await taps(house, paolo, "Ferma tutto")
    assert len(await house.rows(tables.pause)) == 0
    assert "FERMO" in await taps(house, paolo, "Sì, ferma tutto")
    [paused] = await house.rows(tables.pause)
    assert paused["actor"] == "staff:1"
    await taps(house, paolo, "Riprendi gli invii")
    assert "FERMO" not in await taps(house, paolo, "Sì, riprendi")
    assert await house.rows(tables.pause) == []


async def test_who_wants_to_hear_of_nothing_hears_of_nothing(house: House) -> None:
    paolo = await at_work(house)
    await writes(house, paolo, "/negozio")
    await taps(house, paolo, "Che cosa ricevo")
    assert "⬜" in await taps(house, paolo, "✅ Che cosa scrivono i clienti")
    await taps(house, paolo, "Altro orario")
    assert "arriva alle 8:30" in await taps(house, paolo, "8:30")

    await asked(house)

    assert await tells(house) == 0
    [person] = await house.rows(tables.staff)
    assert (person["topics"], person["digest_at"]) == (["calls", "digest", "failures"], "08:30")


async def test_a_viewer_sees_and_does_nothing_and_a_forged_button_changes_that_not(
    house: House,
) -> None:
    paolo = await at_work(house, role=Role.VIEWER)
    await asked(house)
    await writes(house, paolo, "/negozio")
    assert not {"Ferma tutto", "Scrivi a un cliente"} & set(await paolo.buttons())
    await taps(house, paolo, "Clienti (1)")
    assert "Rispondi" not in await paolo.buttons()
    [reply] = await house.rows(tables.reply)

    for data in (
        "ss1|1|pause",
        "so1|1|write",
        f"sr1|1|{reply['id']}|answer",
        f"sr1|1|{reply['id']}|done",
        f"sw1|1|{reply['customer_id']}",
        "sd1|1",
        "sh1|1|abc|drop|1",
    ):
        await house.forge(paolo, data)
        await house.settled()
        assert (await paolo.heard())[-1].startswith("Il suo ruolo non lo permette"), data

    assert await house.rows(tables.pause) == []
    assert (await house.rows(tables.reply))[0]["done_at"] is None


async def test_a_customer_who_forges_the_shops_buttons_is_told_nothing(house: House) -> None:
    await at_work(house)
    mario = await asked(house)
    [reply] = await house.rows(tables.reply)

    for data in (
        "so1|1|menu",
        "so1|1|replies",
        "s1|1|held",
        "s1|1|topics",
        "ss1|1|pause",
        f"sr1|1|{reply['id']}|done",
        "sj1|1|1|it",
        "st1|1|messages|0",
        "sg1|1|99|99",
        "s1|1|nonsense",
    ):
        await house.forge(mario, data)
        await house.settled()
        heard = (await mario.heard())[-1]
        assert any(words in heard for words in ("non funziona", "non è valido")), (data, heard)
    assert "chi lavora nel negozio" in await writes(house, mario, "/negozio")

    assert await house.rows(tables.pause) == []
    [person] = await house.rows(tables.staff)
    assert (person["topics"], person["digest_at"]) == (None, "07:30")


async def test_the_reply_of_another_business_cannot_be_answered(house: House) -> None:
    paolo = await at_work(house)
    await house.found("other", token="4200009:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
    await house.fleet.add(house.senders["other_bot"])
    luigi = await house.linked("Luigi", bot="other_bot")
    await luigi.say("È pronta?")
    await house.settled()
    [reply] = await house.rows(tables.reply)
    assert await tells(house) == 0

    for act in ("answer", "done"):
        await house.forge(paolo, f"sr1|1|{reply['id']}|{act}")
        await house.settled()
        assert (await paolo.heard())[-1].endswith("tocchi /negozio")  # not: write to us here

    assert (await house.rows(tables.reply))[0]["done_at"] is None


async def test_an_invitation_for_staff_works_once_and_only_for_who_opened_it(house: House) -> None:
    invited = await an_invitation(house)
    paolo = await house.town.person("Paolo", "delta_bot")
    ugo = await house.town.person("Ugo", "delta_bot")
    await paolo.start(invited.start)
    await house.settled()
    await ugo.start(invited.start)
    await house.settled()
    assert "già stato usato" in (await ugo.heard())[-1]

    await taps(house, paolo, "Sì, sono io")
    await ugo.start(invited.start)
    await house.settled()
    await ugo.start("staff_" + "x" * 22)
    await house.settled()

    assert "non è valido" in (await ugo.heard())[-1]
    [person] = await house.rows(tables.staff)
    assert person["chat_id"] == paolo.id


async def test_who_is_removed_is_out_at_the_very_next_tap(house: House) -> None:
    paolo = await at_work(house)
    await asked(house)
    await tells(house)
    await taps(house, paolo, "Rispondi")
    await staffing.remove_staff(
        house.store, slug="delta", staff_id=StaffId(1), by="test", now=house.clock.now()
    )

    written = await writes(house, paolo, "Sì, è pronta.")
    tapped = await taps(house, paolo, "Rispondi")

    assert written == tapped == "Questo pulsante non funziona in questa chat."
    assert await house.rows(tables.letter) == []
    assert "chi lavora nel negozio" in await writes(house, paolo, "/negozio")


async def test_an_answer_that_looks_like_a_code_is_an_answer(house: House) -> None:
    paolo = await at_work(house)
    await asked(house, "Quando posso venire?")
    await tells(house)
    await taps(house, paolo, "Rispondi")

    assert await writes(house, paolo, "Venga 945") == "Inviato a Mario Rossi."


async def test_somebody_may_be_a_customer_and_of_the_shop_too(house: House) -> None:
    mario = await house.linked("Mario")
    await at_work(house, person=mario)

    assert "ha ricevuto il suo messaggio" in await writes(house, mario, "È pronta la mia?")
    assert "Clienti che aspettano una risposta: 1" in await writes(house, mario, "/negozio")


async def test_a_restart_between_question_and_answer_is_not_noticed(house: House) -> None:
    paolo = await at_work(house)
    mario = await asked(house)
    await tells(house)
    await taps(house, paolo, "Rispondi")
    house.fleet.stop()
    await until_true(lambda: house.fleet._tasks is None)
    await paolo.say("Sì, è pronta.")

    again = a_fleet(house.store, house.bots, house.clock, owner="process:2")
    await again.add(house.sender_id)
    async with asyncio.TaskGroup() as group:
        group.create_task(again.run())
        await paolo.waits_for("Inviato a Mario Rossi.")
        await house.settled()
        again.stop()
    await deliver(house)

    assert (await mario.heard())[-1].endswith("Sì, è pronta.")


async def test_an_update_that_is_handled_twice_is_answered_once(house: House) -> None:
    paolo = await at_work(house)
    await asked(house)
    await tells(house)
    await taps(house, paolo, "Rispondi")
    for again in (False, True):
        heard = await corresponding.hear(
            house.store,
            sender_id=house.sender_id,
            chat_id=paolo.id,
            update_id=77,
            text="Sì, è pronta.",
            now=house.clock.now(),
        )
        assert (heard is None) is again
    waits = await corresponding.awaited(
        house.store,
        sender_id=house.sender_id,
        chat_id=paolo.id,
        update_id=77,
        now=house.clock.now(),
    )

    assert waits == StaffId(1)  # it is the shop's still, and becomes no customer's letter
    assert len(await house.rows(tables.letter)) == 1
    assert len(await house.rows(tables.reply)) == 1


async def test_the_day_is_told_in_the_morning_and_whenever_it_is_asked_for(house: House) -> None:
    paolo = await at_work(house)
    mario = await asked(house)
    await house.notice(mario, "confirm", appointment=house.clock.now())
    async with house.store.begin() as conn:
        await staff_notices.add(
            conn, [StaffId(1)], "digest:2026-11-30", house.clock.now(), {"goes": 3, "stays": 1}
        )
        await staff_notices.add(conn, [StaffId(1)], "late:1", house.clock.now())
        await staff_notices.add(conn, [StaffId(1)], "news:1", house.clock.now())

    assert await tells(house) == 3  # the message, the day, the call that nobody made
    heard = await paolo.heard()
    assert heard[-1].startswith("Nessuno ha ancora richiamato:\nMario Rossi")
    day = heard[-2]
    assert "Appuntamenti di oggi: 1, confermati: 0" in day
    assert "Avvisi che partono oggi: 3\nNon partono: 1" in day
    assert "Clienti che aspettano una risposta: 1" in day
    await writes(house, paolo, "/negozio")
    now = await taps(house, paolo, "Oggi")
    assert "Devono ancora partire oggi: 0" in now
    assert "Clienti che aspettano una risposta: 1" in now
