"""What all commands have in common: they are frozen, strict, and run in an open installation."""

from abc import ABC, abstractmethod

from pydantic import BaseModel, ConfigDict

from cli.house import Answer, House


class CommandModel(BaseModel, ABC):
    """A command with everything that it was told; secrets in it never show in a log or an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @abstractmethod
    async def run(self, house: House) -> Answer:
        """Do it, and answer. Raises AvvisaError with what to mend."""
