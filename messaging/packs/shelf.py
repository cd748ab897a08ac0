"""The packs that one business may draw on: those of avvisa, and its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from messaging.errors import NotFound, Refused
from messaging.packs.loader import at_hand, load_pack, pack_names
from messaging.packs.own import OwnPack, read_own
from messaging.packs.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """`own`: the business's own packs, by name; they are read when they are asked for."""

    own: Mapping[str, OwnPack] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all of them: avvisa's first."""
        return (*pack_names(), *sorted(self.own))

    def at_hand(self, name: str) -> bool:
        """Return whether `load` takes no time; the first time it may be a quarter of a second."""
        return name not in self.own and at_hand(name)

    def load(self, name: str) -> Pack:
        """Return the pack. Raises NotFound, with the names that exist; Refused for one of the business's own that this
        version cannot read.
        """
        if name in self.own:
            return read_own(self.own[name])
        if name not in pack_names():
            raise NotFound(f"there is no pack {name!r}", hint=f"packs: {', '.join(self.names)}")
        return load_pack(name)

    def behind(self, names: Iterable[str]) -> list[Pack]:
        """Return the packs whose words rules or templates of these names use: the trade that each name begins with.

        One that this version cannot read is left out: `avvisa check` tells of it.
        """
        trades = {name.partition(".")[0] for name in names}
        found = []
        for each in self.names:
            if each in trades:
                try:
                    found.append(self.load(each))
                except Refused:
                    continue
        return found
