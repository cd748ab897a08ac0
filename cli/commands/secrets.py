"""Keys are rotated."""

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House
from messaging.actions.rotating import rotate


class RotateSecrets(CommandModel):
    """`avvisa secrets rotate`. `first`: the fingerprint of the key that encrypts from now on."""

    first: str

    @override
    async def run(self, house: House) -> Answer:
        many = await rotate(house.store, first=self.first)
        lines = [
            f"Encrypted anew with the first key: {many}.",
            "The keys after it are not needed any more, except for older copies of the database.",
        ]
        return Answer(data={"encrypted": many}, lines=lines)
