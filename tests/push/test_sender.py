import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession
from typing_extensions import override

from messaging.business import SenderId
from messaging.sender import (
    Accepted,
    Rejected,
    RetryLater,
    Scope,
    SenderDown,
    SenderSecret,
    Unknown,
)
from push.pool import open_pool
from push.sender import PushSender
from tests.push.fake_fcm import FakeFcm, accept, close, refuse, say
from tests.push.given import PROJECT, SHOP, Safe, StillClock, a_message, service_account

ACCEPTED = Accepted(provider_id=f"projects/{PROJECT}/messages/0:1")
UNREACHABLE = RetryLater(reason="unreachable", code="network", scope=Scope.SENDER, counts=False)
NO_ANSWER = Unknown(reason="no_answer", code="network", after=timedelta(seconds=10))
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def a_sender(
    safe: Safe,
    clock: StillClock,
    fcm_url: str,
    *,
    patience: timedelta = timedelta(seconds=10),
):
    async with open_pool() as pool:
        made = PushSender(pool, fcm_url=fcm_url, secrets=safe, clock=clock, patience=patience)
        yield made
        made.close()


async def test_a_message_is_taken_by_the_project_of_its_sender(
    fcm: FakeFcm, sender: PushSender
) -> None:
    assert await sender.send(a_message()) == ACCEPTED

    assert fcm.paths == [f"/v1/projects/{PROJECT}/messages:send"]
    assert fcm.received[0]["message"]["data"]["notification_id"] == "n-8JQ2"


async def test_a_wait_may_be_named_as_a_date(fcm: FakeFcm, sender: PushSender) -> None:
    fcm.replies = [refuse(429, "QUOTA_EXCEEDED", retry_after="Mon, 23 Nov 2026 09:05:00 GMT")]

    assert await sender.send(a_message()) == RetryLater(
        reason="quota",
        code="QUOTA_EXCEEDED",
        after=5 * MINUTE,
        scope=Scope.SENDER,
        counts=False,
    )


async def test_a_message_that_firebase_would_refuse_costs_no_call(
    fcm: FakeFcm, sender: PushSender, safe: Safe
) -> None:
    outcome = await sender.send(a_message(text="x" * 5000))

    assert outcome == Rejected(reason="payload_too_big", code="local")
    assert (fcm.token_calls, fcm.paths, safe.asked) == (0, [], 0)


class TestHowFarACallCame:
    async def test_no_answer_in_time_is_unknown(
        self, fcm: FakeFcm, safe: Safe, clock: StillClock
    ) -> None:
        async with a_sender(safe, clock, fcm.url, patience=timedelta(seconds=4)) as sender:
            assert await sender.send(a_message()) == ACCEPTED
            fcm.hold.clear()
            # It has its token and its connection: all that it waits for now is the answer.
            assert await sender.send(a_message()) == NO_ANSWER

    async def test_waiting_in_vain_for_a_free_connection_wrote_nothing(
        self, fcm: FakeFcm, safe: Safe, clock: StillClock
    ) -> None:
        fcm.hold.clear()
        async with open_pool(connections=1) as pool, asyncio.TaskGroup() as group:
            patient = PushSender(pool, fcm_url=fcm.url, secrets=safe, clock=clock)
            hasty = PushSender(
                pool, fcm_url=fcm.url, secrets=safe, clock=clock, patience=timedelta(seconds=0.4)
            )
            first = group.create_task(patient.send(a_message()))
            await fcm.until(messages=1)

            assert await hasty.send(a_message()) == UNREACHABLE

            fcm.hold.set()
        assert first.result() == ACCEPTED
        assert len(fcm.received) == 1

    async def test_a_pool_that_marks_no_phase_is_refused(
        self, safe: Safe, clock: StillClock
    ) -> None:
        async with ClientSession() as plain:
            with pytest.raises(ValueError, match="open_pool"):
                PushSender(plain, fcm_url="http://127.0.0.1", secrets=safe, clock=clock)


class TestTokens:
    async def test_a_stale_token_is_replaced_and_the_message_sent_again(
        self, fcm: FakeFcm, sender: PushSender
    ) -> None:
        await sender.send(a_message())
        fcm.bad_tokens = {"Bearer ya29.1"}

        assert await sender.send(a_message()) == ACCEPTED
        assert fcm.token_calls == 2

    async def test_a_second_refusal_stops_the_sender_and_reads_its_secret_again(
        self, fcm: FakeFcm, sender: PushSender, safe: Safe
    ) -> None:
        fcm.bad_tokens = {"Bearer ya29.1", "Bearer ya29.2"}

        assert await sender.send(a_message()) == SenderDown(
            reason="unauthenticated", code="UNAUTHENTICATED", after=MINUTE
        )
        assert len(fcm.received) == 2

        assert await sender.send(a_message()) == ACCEPTED
        assert safe.asked == 2

    async def test_a_hundred_stale_messages_buy_one_token(
        self, fcm: FakeFcm, sender: PushSender
    ) -> None:
        await sender.send(a_message())
        fcm.bad_tokens = {"Bearer ya29.1"}

        async with asyncio.TaskGroup() as group:
            sends = [group.create_task(sender.send(a_message())) for _ in range(100)]

        assert {task.result() for task in sends} == {ACCEPTED}
        assert fcm.token_calls == 2

    async def test_a_new_token_that_does_not_come_wrote_nothing(
        self, fcm: FakeFcm, sender: PushSender
    ) -> None:
        await sender.send(a_message())
        fcm.bad_tokens = {"Bearer ya29.1"}
        fcm.token_replies = [close]

        assert await sender.send(a_message()) == RetryLater(
            reason="token_unavailable",
            code="TransportError",
            after=timedelta(seconds=10),
            scope=Scope.SENDER,
            counts=False,
        )

    async def test_running_out_of_time_for_a_new_token_wrote_nothing(
        self, fcm: FakeFcm, safe: Safe, clock: StillClock
    ) -> None:
        async with a_sender(safe, clock, fcm.url, patience=timedelta(seconds=4)) as sender:
            await sender.send(a_message())
            fcm.bad_tokens = {"Bearer ya29.1"}
            fcm.hold_token.clear()

            assert await sender.send(a_message()) == UNREACHABLE
            fcm.hold_token.set()

    async def test_a_refused_account_stops_the_sender_until_it_is_replaced(
        self, fcm: FakeFcm, sender: PushSender, safe: Safe, key: str
    ) -> None:
        fcm.token_replies = [say('{"error": "invalid_grant"}', http=400)]

        assert await sender.send(a_message()) == SenderDown(
            reason="credentials_refused", code="invalid_grant", after=MINUTE
        )

        safe.secrets[SHOP] = service_account(
            key, token_uri=f"{fcm.url}/token", client_email="new@x"
        )
        assert await sender.send(a_message()) == ACCEPTED

    async def test_a_message_in_time_needs_a_token_only_once_for_all(
        self, fcm: FakeFcm, sender: PushSender, safe: Safe
    ) -> None:
        async with asyncio.TaskGroup() as group:
            sends = [group.create_task(sender.send(a_message())) for _ in range(50)]

        assert {task.result() for task in sends} == {ACCEPTED}
        assert (safe.asked, fcm.token_calls) == (1, 1)


class TestSecrets:
    async def test_a_removed_sender_is_down(self, sender: PushSender) -> None:
        outcome = await sender.send(a_message(sender_id=SenderId(99)))

        assert outcome == SenderDown(reason="sender_removed", code="local")

    async def test_an_unusable_service_account_is_down_until_it_is_replaced(
        self, sender: PushSender, safe: Safe
    ) -> None:
        good = safe.secrets[SHOP]
        safe.secrets[SHOP] = "{}"
        assert await sender.send(a_message()) == SenderDown(
            reason="service_account_unusable", code="local"
        )

        safe.secrets[SHOP] = good

        assert await sender.send(a_message()) == ACCEPTED

    async def test_a_stored_account_whose_tokens_come_from_elsewhere_signs_nothing(
        self, fcm: FakeFcm, clock: StillClock, safe: Safe
    ) -> None:
        async with a_sender(safe, clock, "https://fcm.googleapis.com") as sender:
            assert await sender.send(a_message()) == SenderDown(
                reason="service_account_unusable", code="local"
            )
        assert fcm.token_calls == 0

    async def test_a_replaced_service_account_is_read_when_the_old_one_is_forgotten(
        self, fcm: FakeFcm, sender: PushSender, safe: Safe
    ) -> None:
        await sender.send(a_message())
        await sender.send(a_message())
        assert safe.asked == 1

        sender.forget(SHOP)
        sender.forget(SenderId(99))

        assert await sender.send(a_message()) == ACCEPTED
        assert (safe.asked, fcm.token_calls) == (2, 2)

    async def test_a_failing_store_is_an_outcome_and_quotes_no_secret(
        self, pool: ClientSession, fcm: FakeFcm, clock: StillClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def broken(sender_id: SenderId) -> SenderSecret | None:
            raise LookupError(f"{sender_id}: -----BEGIN PRIVATE KEY-----")

        sender = PushSender(pool, fcm_url=fcm.url, secrets=broken, clock=clock)
        with caplog.at_level(logging.DEBUG):
            outcome = await sender.send(a_message())

        assert outcome == RetryLater(reason="internal_error", code="LookupError")
        assert "push.surprise sender=7 delivery=41 attempt=1 error=LookupError" in caplog.text
        assert "PRIVATE KEY" not in caplog.text

    async def test_a_surprise_after_the_message_left_is_unknown(
        self, pool: ClientSession, fcm: FakeFcm, safe: Safe
    ) -> None:
        class StoppingClock(StillClock):
            told = 0

            @override
            def now(self) -> datetime:
                self.told += 1
                if self.told > 1:
                    raise LookupError
                return super().now()

        sender = PushSender(pool, fcm_url=fcm.url, secrets=safe, clock=StoppingClock())

        assert await sender.send(a_message()) == Unknown(reason="broke_off", code="local")


async def test_only_cancellation_escapes(fcm: FakeFcm, sender: PushSender) -> None:
    fcm.hold.clear()
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(sender.send(a_message()))
        await fcm.until(messages=1)
        sending.cancel()

    assert sending.cancelled()


async def test_a_redirection_is_not_followed(fcm: FakeFcm, sender: PushSender) -> None:
    fcm.replies = [say("", http=307), accept]

    assert await sender.send(a_message()) == RetryLater(reason="unrecognised_refusal", code="307")
    assert len(fcm.received) == 1
