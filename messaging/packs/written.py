"""What every part of a pack's file has in common: strict, and never changed once read."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Status = Annotated[str, Field(pattern=r"^[a-z_]+$")]
Whole = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(gt=0)]


class Written(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Written):
    """The same words in each language that avvisa speaks."""

    it: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
