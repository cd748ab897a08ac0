"""Who plays a part: customers of the sample's workshop, what they have, and what they agree to."""

from dataclasses import dataclass

from messaging.calendar import MessageClass

REMINDERS = frozenset({MessageClass.REMINDER})
EVERYTHING = REMINDERS | {MessageClass.MARKETING}
NOTHING: frozenset[MessageClass] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer who links a chat or an app. `code`: theirs in the books; `language`: their phone's. `phone`: their
    number, if they come in from the poster with it; None: they have an invitation.
    """

    code: str
    first_name: str
    last_name: str
    language: str = "it"
    agrees: frozenset[MessageClass] = REMINDERS
    phone: str | None = None

    @property
    def name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"


MARIO = Person(code="C1001", first_name="Mario", last_name="Rossi")
ANNA = Person(code="C1002", first_name="Anna", last_name="Bianchi")
GIULIA = Person(code="C1003", first_name="Giulia", last_name="D'Angelo")
NICCOLO = Person(code="C1004", first_name="Niccolò", last_name="Sandonà", agrees=NOTHING)
WEI = Person(code="C1005", first_name="Wei", last_name="Li", language="en")
STOCCO = Person(code="C1017", first_name="Alessandro", last_name="Stocco")
ELENA = Person(code="C1018", first_name="Elena", last_name="Rizzi", agrees=EVERYTHING)
"""It is her birthday, and she agreed to offers, wishes among them."""

OWNER = Person(code="owner", first_name="Paolo", last_name="Ferro")
"""Of the workshop: who answers from his own phone."""

IN_TELEGRAM = (MARIO, ELENA, WEI, NICCOLO, GIULIA)
IN_THE_APP = (ANNA, STOCCO)
