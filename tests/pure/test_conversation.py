"""What the bot has asked survives the store as it was."""

import json

import pytest

from messaging.conversation import Conversation, Drafting, Naming, told, understood
from messaging.customer import CustomerId
from messaging.link_request import LinkRequestId
from messaging.reply import FileKind, SentFile
from messaging.staff import StaffId

PICTURE = SentFile(kind=FileKind.PHOTO, id="AgAC")


@pytest.mark.parametrize(
    "asked",
    [
        Drafting(staff_id=StaffId(1), customer_id=CustomerId(2)),
        Drafting(staff_id=StaffId(1), customer_id=CustomerId(2), text="Ecco.", file=PICTURE),
        Naming(staff_id=StaffId(1), request_id=LinkRequestId(3), stamp=4, message_id=5),
    ],
)
def test_what_is_kept_is_what_was_asked(asked: Conversation) -> None:
    topic, data = told(asked)

    assert understood(topic, json.loads(json.dumps(data))) == asked


def test_what_another_version_wrote_is_over() -> None:
    kept = {"staff_id": 1, "customer_id": 2, "text": None}

    assert understood("desk.drafting", kept) == Drafting(
        staff_id=StaffId(1), customer_id=CustomerId(2)
    )
    for file in ({"kind": "hologram", "id": "x"}, {"id": "x"}, "x"):
        assert understood("desk.drafting", {**kept, "file": file}) is None
