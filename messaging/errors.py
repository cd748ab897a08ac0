"""Everything that avvisa refuses, as one tree.

AvvisaError
├── NotFound          what was named does not exist in this business
├── AlreadyExists     what was to be made is there already
├── Refused           the request is understood and cannot be done; `hint` says what to do
│   ├── InvitationRefused   an invitation that is unknown, used or over
│   ├── TooLong             a text of which less would do
│   ├── NotAdmitted         somebody who has no place at a business, or may not do that there
│   ├── BadTemplate         a text that cannot be used as it stands
│   └── BadAudience         a filter over customers that cannot be read
└── Misconfigured     a setting or a secret is missing or wrong: nothing works until it is mended

The class says what happened, `str(error)` is a sentence in English for whoever runs avvisa, and the
data ride as attributes. HTTP statuses and the words for customers live at the doors.
"""


class AvvisaError(Exception):
    """Something that avvisa refuses, with a sentence and, in `hint`, what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class NotFound(AvvisaError):
    """What was named does not exist, or belongs to another business, which is told in the same
    words.
    """


class AlreadyExists(AvvisaError):
    """What was to be made is there already; nothing was changed."""


class Refused(AvvisaError):
    """The request is understood and cannot be done as things stand; nothing was changed."""


class InvitationRefused(Refused):
    """An invitation that is unknown, already used, or over. `why` is one of `unknown`, `used`,
    `expired` and `wait` (too many wrong guesses just now).
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"the invitation is {why}", hint="ask the business for a new invitation")
        self.why = why


class TooLong(Refused):
    """A text that is longer than the `limit` of characters."""

    def __init__(self, limit: int, *, by: int) -> None:
        super().__init__(
            f"the text is {by} characters too long", hint=f"at most {limit}: send it in two parts"
        )
        self.limit = limit


class NotAdmitted(Refused):
    """Somebody who has no place at the business (`stranger`), or whose role does not allow it (`role`): `why`."""

    def __init__(self, why: str) -> None:
        super().__init__(f"not admitted: {why}", hint="ask whoever runs avvisa for an invitation")
        self.why = why


class BadTemplate(Refused):
    """A text that cannot be used as it stands: wrong syntax, an unknown field or filter, or too
    long.
    """


class BadAudience(Refused):
    """A filter over customers that cannot be read: the sentence names the place, the hint what may
    stand there.
    """


class Misconfigured(AvvisaError):
    """A setting or a secret is missing or wrong: nothing that needs it works until it is mended."""
