"""Which columns of a program's file mean what: the profiles, read from YAML beside this file.

A profile names its columns once (`columns`: our word for each, and how its header may be written)
and then says what a row becomes, by those words.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from messaging.errors import Refused
from messaging.reading.cells import folded
from messaging.reading.law import Law

_HOW = "docs/profiles.md says how a profile is written"

Meanings = Mapping[str, tuple[str, ...]]
"""Our value, and the words of the file that mean it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """An attribute that is a short text in a column, as it is written."""

    kind: Literal["words"]
    column: str


class WholeNumber(_Part):
    """An attribute that is a whole number in a column, or so much `less`, but never below nothing."""

    kind: Literal["whole_number"]
    column: str
    less: Annotated[int, Field(ge=0)] = 0


class DecimalNumber(_Part):
    """An attribute that is a number with decimals in a column: what is left on a card, a weight.

    Stored as text, such as "8.50"; the profile's `decimal` settles what "1.500" means.
    """

    kind: Literal["decimal"]
    column: str


class Day(_Part):
    """An attribute that is a date in a column; stored as ISO text."""

    kind: Literal["day"]
    column: str


class Choice(_Part):
    """An attribute that is one of a few values; the words in `without` are known and give none."""

    kind: Literal["choice"]
    column: str
    meanings: Meanings
    without: tuple[str, ...] = ()


class Filled(_Part):
    """An attribute that depends on whether a column holds anything at all."""

    kind: Literal["filled"]
    column: str
    filled: str
    blank: str


class ByLaw(_Part):
    """An attribute that is the date which a law reckons from the one in a column."""

    kind: Literal["by_law"]
    column: str
    law: Law


Attribute = Annotated[
    Words | WholeNumber | DecimalNumber | Day | Choice | Filled | ByLaw, Field(discriminator="kind")
]


class CustomerPart(_Part):
    """Where the customer of a row stands.

    `surname`: a column of its own, beside the given `name`. `surname_first`: so the names of persons are
    written in one. `all_companies`: every customer of the file is one. `tags`: the column of all the tags of a
    customer, `since`: that of the day from which they are one. `notes`: columns that are searched for a
    hint that the person has died; nothing of them is stored.
    """

    name: str | None = None
    surname: str | None = None
    surname_first: bool = False
    all_companies: bool = False
    kind: str | None = None
    persons: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    email: str | None = None
    born_on: str | None = None
    declared: str | None = None
    language: str | None = None
    timezone: str | None = None
    tags: str | None = None
    since: str | None = None
    notes: tuple[str, ...] = ()


class AssetPart(_Part):
    """Where the asset of a row stands; its external id is the plate, normalised, or its code as it is
    written (of a card, a contract). One of the two.
    """

    type: str
    plate: str | None = None
    code: str | None = None
    label: str | None = None
    role: str | None = None
    holders: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    gone: str | None = None
    attributes: Mapping[str, Attribute] = {}

    @model_validator(mode="after")
    def _named_by_one_column(self) -> Self:
        if (self.plate is None) == (self.code is None):
            raise ValueError("an asset needs plate or code, and not both")
        return self

    @property
    def named_by(self) -> str:
        """Return the column without which a row tells of no asset."""
        return self.plate or self.code or ""


class Own(_Part):
    """Whose the rows are that name no customer: the business's own, by this code and name in its books."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=64)]


class Overruled(_Part):
    """A yes in a column stands over the statuses `of` the other column: an invoice in dispute."""

    column: str
    of: tuple[str, ...]
    status: str


class Status(_Part):
    """The column of a record's status, and the words of each.

    `entered_on`: by status, the column of the day on which it was entered.
    """

    column: str
    meanings: Meanings
    entered_on: Mapping[str, str] = {}
    overruled: Overruled | None = None


class Reckoned(_Part):
    """A date that a law reckons from the day in a column, for rows whose words are among `only`."""

    law: Law
    column: str
    only: Mapping[str, tuple[str, ...]] = {}


class Starts(_Part):
    """Where an instant stands: the column of its day, and that of its hour."""

    day: str
    hour: str


class Sign(_Part):
    """The row holds it only if the number in the column is positive (sold), or negative (returned)."""

    column: str
    positive: bool


class RecordPart(_Part):
    """One record that a row may hold.

    `id`: the column of its external id, or several; None: what names the asset and the type. `of`: whose it
    is where the row tells of an asset, too. `only`: the row holds it only if the column's word is among
    these; `filled`: only if the column holds anything; `sign`: or by the sign of a number. `due_on`: its
    date, without which there is no record (None: it has none), unless `undated` says that there is one all
    the same; `after_days`: so many days after that date, as a column tells. `reckoned`: the law by which
    `due_on` follows from the cell; `failing`: the ways in which it follows from others where the cell is
    blank, the first that tells counts. `starts`: its instant, without which there is no record either.
    `status` is a fixed word, entered on the day in `entered_on`, or a column.
    """

    type: str
    id: str | tuple[str, ...] | None = None
    of: Literal["asset", "customer"] = "asset"
    only: Mapping[str, tuple[str, ...]] = {}
    filled: str | None = None
    sign: Sign | None = None
    due_on: str | None = None
    undated: bool = False
    after_days: str | None = None
    reckoned: Law | None = None
    failing: tuple[Reckoned, ...] = ()
    starts: Starts | None = None
    status: str | Status = "open"
    entered_on: str | None = None
    number: str | None = None
    amount: str | None = None
    attributes: Mapping[str, Attribute] = {}


class Profile(_Part):
    """The file of one program.

    `key`: the columns that together name a row; `customer_id`: the column of the customer's code.
    `customer` None: the file tells nothing of customers beyond their codes; `asset` None: it has
    none; `plate`: the column by which records name an asset that another file tells of. `kinds`: the
    column whose word says which of the records a row holds; one that none of them knows is asked about.
    `anonymous`: rows without a customer's code are none of anybody's, and skipped (what was sold at the
    till). `asks_past`: each row is a deadline of its own, so that one that had passed before the first file of its
    kind came is asked about. `decimal`: the sign that parts decimals, for amounts such as "1.500"; None: not known, so
    they are asked about. `own`: rows without a customer's code are the business's (the free moments of its diary);
    its name stands among the customers, and nothing reaches it.
    """

    name: Annotated[str, Field(min_length=1, max_length=64)]
    title_it: str
    title_en: str
    columns: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    key: tuple[str, ...]
    customer_id: str
    customer: CustomerPart | None = None
    asset: AssetPart | None = None
    plate: str | None = None
    kinds: str | None = None
    anonymous: bool = False
    own: Own | None = None
    asks_past: bool = False
    decimal: Literal[".", ","] | None = None
    records: tuple[RecordPart, ...] = ()

    @model_validator(mode="after")
    def _names_what_it_needs(self) -> Self:
        unknown = {*self.needs, *self.key, self.customer_id} - set(self.columns)
        if unknown:
            raise ValueError(
                f"columns that the profile does not name: {', '.join(sorted(unknown))}"
            )
        if self.own is not None and (self.anonymous or self.asset is not None):
            raise ValueError("own goes neither with anonymous nor with an asset")
        return self

    def places(self, header: Sequence[str]) -> Mapping[str, int] | None:
        """Return where each of our columns stands in the header; None if it is not this file.

        Of two headers that mean the same the first counts.
        """
        found: dict[str, int] = {}
        for at, written in enumerate(header):
            word = folded(written)
            for column, synonyms in self.columns.items():
                if column not in found and word in map(folded, synonyms):
                    found[column] = at
                    break
        return found if all(column in found for column in self.needs) else None


def parse_profile(text: str) -> Profile:
    """Return the profile that somebody wrote for their own program's file (YAML).

    Raises Refused with the place of the first thing that is wrong.
    """
    try:
        return Profile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise Refused(f"the profile is no YAML: {error}", hint=_HOW) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the profile"
        said = first["msg"].removeprefix("Value error, ")
        raise Refused(f"{place}: {said[0].lower()}{said[1:]}", hint=_HOW) from error


@cache
def profiles() -> Mapping[str, Profile]:
    """Return the profiles that avvisa brings along, by name."""
    found = (
        Profile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        for file in files("messaging.reading").joinpath("profiles").iterdir()
        if file.name.endswith(".yaml")
    )
    return {profile.name: profile for profile in sorted(found, key=lambda each: each.name)}


def recognise(header: Sequence[str]) -> Profile | None:
    """Return the profile that knows the most of the columns; None if none has all that it needs."""
    fitting = [
        (len(places), profile)
        for profile in profiles().values()
        if (places := profile.places(header)) is not None
    ]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None
