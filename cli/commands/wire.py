"""How a command goes to the process that owns the database: under its name, its fields as JSON."""

from cli import commands
from cli.commands.model import CommandModel
from messaging.errors import NotFound


def name_of(command: CommandModel) -> str:
    """Return the name that the command goes under."""
    return type(command).__name__


def written(command: CommandModel) -> bytes:
    """Return its fields as JSON."""
    return command.model_dump_json().encode()


def read(name: str, fields: bytes) -> CommandModel:
    """Return the command that was written. Raises NotFound for a name that no command has, ValueError for fields that
    it has not, or not like this.
    """
    if name not in commands.HOMES:
        raise NotFound(f"there is no command {name!r}")
    model: type[CommandModel] = getattr(commands, name)
    return model.model_validate_json(fields)
