"""A business changes what it says: by versions, proofread, tried on a customer, and never as a way round consent."""

import asyncio
import json
from datetime import date

import pytest

from bot.sender import body_of
from messaging.actions import previewing, templating
from messaging.actions.previewing import Previewed
from messaging.actions.templating import NewTemplate
from messaging.asset import Role
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import BadTemplate, NotFound
from messaging.filling import How
from messaging.intake import AssetRow, RecordRow
from messaging.notification import State
from messaging.store import rules
from messaging.template import LanguageTexts, TemplateButton
from tests.given import DUE, Workshop, due_reminder

NAME = "auto.inspection_due"


def written(
    telegram: str = "{{ business.name }}\nLa revisione scade il {{ record.due_on }}.",
    *,
    message_class: MessageClass = MessageClass.REMINDER,
    buttons: tuple[TemplateButton, ...] = (),
) -> NewTemplate:
    texts = LanguageTexts(
        telegram=telegram,
        push_title="Revisione",
        push_body="{{ business.name }}: apra per leggere.",
    )
    return NewTemplate(name=NAME, message_class=message_class, texts={"it": texts}, buttons=buttons)


async def save(workshop: Workshop, new: NewTemplate) -> templating.Saved:
    return await templating.save(
        workshop.store, slug=workshop.business.slug, new=new, now=workshop.clock.now()
    )


async def preview(workshop: Workshop, customer: str = "anna", **told: object) -> Previewed:
    return await previewing.preview_template(
        workshop.store,
        slug=workshop.business.slug,
        name=NAME,
        customer=customer,
        now=workshop.clock.now(),
        **{"channel": Channel.TELEGRAM, **told},  # type: ignore[arg-type] # the tests name its parameters
    )


async def test_what_is_planned_keeps_its_version_and_what_comes_later_says_the_new_words(
    workshop: Workshop,
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()

    saved = await save(workshop, written("{{ business.name }}\nNuove parole."))
    await workshop.run()
    await workshop.customer("bruno", name="Bruno Neri")
    await workshop.inspection("BB222BB", due_on=DUE, customer="bruno")
    await workshop.run()

    assert (saved.template.version, saved.changed) == (2, True)
    old, new = workshop.texts
    assert "Nuove parole" not in old
    assert new == "Officina Delta\nNuove parole."


async def test_saving_the_same_again_makes_no_version(workshop: Workshop) -> None:
    first = await save(workshop, written())
    again = await save(workshop, written())

    assert (first.template.version, again.template.version, again.changed) == (2, 2, False)


async def test_two_people_who_save_at_once_make_two_versions(workshop: Workshop) -> None:
    await save(workshop, written())

    async with asyncio.TaskGroup() as group:
        for words in ("Uno", "Due"):
            group.create_task(save(workshop, written(f"{{{{ business.name }}}}\n{words}")))

    found = await templating.template_of(workshop.store, slug=workshop.business.slug, name=NAME)
    assert found.template.version == 4


async def test_what_cannot_be_sent_cannot_be_saved(workshop: Workshop) -> None:
    for wrong, said in (
        ("{{ business.name }}\nSconto sulla revisione", "“Sconto” has no place"),
        ("{{ record.nothing }}", "there is no field record.nothing"),
        ("{{ business.name }}\nGentile{{ customer.name | default: '' }},", "“Gentile,”"),
    ):
        with pytest.raises(BadTemplate, match=said):
            await save(workshop, written(wrong))

    found = await templating.template_of(workshop.store, slug=workshop.business.slug, name=NAME)
    assert found.template.version == 1


async def test_a_text_that_becomes_an_offer_takes_its_rules_along_so_consent_is_asked(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    offer = "{{ business.name }}\nSconto sulla revisione"

    saved = await save(workshop, written(offer, message_class=MessageClass.MARKETING))
    await workshop.customer()  # agreed to reminders, not to offers
    await workshop.inspection(due_on=DUE)
    await workshop.run()

    assert NAME in saved.reclassified
    assert await workshop.states() == [(State.WITHHELD, "no_consent")]
    async with workshop.store.read() as conn:
        rule = await rules.by_name(conn, workshop.business.id, NAME)
    assert (rule.on, rule.message_class) == (True, MessageClass.MARKETING)


async def test_a_preview_is_word_for_word_what_then_arrives(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(name="BIANCHI ANNA")
    await workshop.inspection(due_on=DUE)
    seen = await preview(workshop)

    await workshop.run()

    [arrived] = workshop.telegram.messages
    assert seen.message is not None
    assert (seen.message.text, seen.message.buttons) == (arrived.text, arrived.buttons)
    told, sent = (json.loads(body_of(each)) for each in (seen.message, arrived))
    assert told["entities"] == sent["entities"] != []
    assert seen.linked


async def test_a_preview_says_which_fields_fell_back_and_which_are_missing(
    workshop: Workshop,
) -> None:
    await save(
        workshop,
        written(
            '{{ business.name }}\nGentile {{ customer.name | default: "cliente" }}, il n. '
            "{{ record.number }} scade il {{ record.due_on }}."
        ),
    )
    await workshop.customer(name=None, chat=False)
    await workshop.inspection(due_on=DUE)

    seen = await preview(workshop)

    assert (seen.message, seen.missing, seen.linked) == (None, "record.number", False)
    assert [(each.name, each.value, each.how) for each in seen.fields] == [
        ("business.name", "Officina Delta", How.TOLD),
        ("customer.name", "", How.OTHER_WORDS),
        ("record.due_on", "08/12/2026", How.TOLD),
        ("record.number", "", How.MISSING),
    ]


async def test_a_preview_may_be_of_another_record_language_or_channel(workshop: Workshop) -> None:
    await workshop.customer()
    await workshop.inspection("AA111AA", due_on=date(2027, 1, 31))
    await workshop.inspection("BB222BB", due_on=DUE)

    newest = await preview(workshop, language="en", channel=Channel.PUSH)
    other = await preview(workshop, record="BB222BB-inspection")

    assert newest.record is not None
    assert newest.record.due_on == date(2027, 1, 31)
    assert newest.language == "en"
    assert newest.message is not None
    assert newest.message.title
    assert other.message is not None
    assert "08/12/2026" in other.message.text
    with pytest.raises(NotFound, match="has no record or thing 'CC333CC'"):
        await preview(workshop, record="CC333CC")


async def test_a_relative_is_not_shown_what_is_confidential_of_a_shared_thing(
    workshop: Workshop,
) -> None:
    texts = LanguageTexts(
        telegram="{{ business.name }}\nHa una comunicazione riservata.",
        push_title="Riservato",
        push_body="{{ business.name }}: apra per leggere.",
        reveal="La revisione scade il {{ record.due_on }}.",
    )
    view = TemplateButton(action="view", labels={"it": "Apri", "en": "Open"})
    await save(
        workshop,
        NewTemplate(
            name=NAME,
            message_class=MessageClass.REMINDER,
            confidential=True,
            texts={"it": texts},
            buttons=(view,),
        ),
    )
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri")
    await workshop.inspection(due_on=DUE)
    shares = AssetRow(type="vehicle", external_id="AB123CD", customer="bruno", role=Role.USER)
    told = RecordRow(type="inspection", external_id="AB123CD-inspection", customer="anna")
    await workshop.record(told, asset=shares)

    hers, his = await preview(workshop), await preview(workshop, "bruno")

    assert hers.reveal is not None
    assert hers.reveal.text == "La revisione scade il 08/12/2026."
    assert (his.record, his.reveal, his.missing) == (None, None, "record.due_on")


async def test_a_template_that_is_not_there_is_answered_with_those_that_may_be_meant(
    workshop: Workshop,
) -> None:
    with pytest.raises(NotFound) as unknown:
        await templating.template_of(
            workshop.store, slug=workshop.business.slug, name="auto.inspection"
        )

    assert NAME in unknown.value.hint
