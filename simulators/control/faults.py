"""What both sides' levers of faults have in common."""

from aiohttp import web

from simulators.control.answers import Lever, answer
from simulators.faults import Faults


def shows(faults: Faults) -> Lever:
    """The lever that lists them."""

    async def show(_: web.Request) -> web.Response:
        rows = [
            {
                "id": fault.id,
                "kind": fault.name or fault.kind,
                "match": fault.match,
                "struck": fault.struck,
            }
            for fault in faults.waiting
        ]
        return answer({"data": rows})

    return show
