"""Templates of one text, for tests."""

from collections.abc import Mapping

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.template import LanguageTexts, Template, TemplateButton, TemplateId


def template(telegram: Mapping[str, str], buttons: tuple[TemplateButton, ...] = ()) -> Template:
    """Return a template that says on Telegram, per language, what is given; its pushes are plain."""
    return Template(
        id=TemplateId(1),
        business_id=BusinessId(1),
        name="try",
        version=1,
        message_class=MessageClass.REMINDER,
        texts={
            language: LanguageTexts(
                telegram=text, push_title="Title", push_body="{{ business.name }}: open to read."
            )
            for language, text in telegram.items()
        },
        buttons=buttons,
    )
