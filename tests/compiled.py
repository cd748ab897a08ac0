"""What SQLAlchemy has compiled, kept for all databases of a kind.

An engine keeps it for itself, and nearly every test opens a new one: compiling the same hundred statements again took a
seventh of the suite's time (measured).
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from typing_extensions import override


class _Shared(dict[Any, Any]):
    """Finds what another engine has compiled, if its dialect is of the same class, and so speaks the same."""

    @override
    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_class(key), default)

    @override
    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_of_class(key), value)


def _of_class(key: Any) -> Any:
    return (type(key[0]), *key[1:])


def share() -> None:
    """Let every engine of this process use one cache."""
    shared = _Shared()

    @event.listens_for(Engine, "engine_connect")
    def use_it(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)
