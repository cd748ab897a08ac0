"""What counts is what the person said last, for this class and this channel."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.calendar import MessageClass
from messaging.consent import ConsentEntry, Method, allows
from messaging.customer import Channel
from tests.pure.given import NOW, said

OWN = (Method.CHAT, Method.APP)


def entries_of(
    *,
    classes: Sequence[MessageClass] = tuple(MessageClass),
    channels: Sequence[Channel | None] = (None, *Channel),
    given: Sequence[bool] = (True, False),
    methods: Sequence[Method] = tuple(Method),
) -> st.SearchStrategy[list[ConsentEntry]]:
    return st.lists(
        st.builds(
            said,
            st.sampled_from(classes),
            st.sampled_from(channels),
            given=st.sampled_from(given),
            method=st.sampled_from(methods),
        ),
        max_size=8,
    )


classes = st.sampled_from(MessageClass)
channels = st.sampled_from(Channel)


@pytest.mark.parametrize("channel", list(Channel))
def test_an_empty_ledger_allows_what_the_customer_is_waiting_for_and_nothing_else(
    channel: Channel,
) -> None:
    assert allows([], MessageClass.SERVICE, channel)
    assert not allows([], MessageClass.REMINDER, channel)
    assert not allows([], MessageClass.MARKETING, channel)


@given(before=entries_of(), message_class=classes, channel=channels, given=st.booleans())
def test_the_last_word_of_the_person_counts(
    before: list[ConsentEntry], message_class: MessageClass, channel: Channel, given: bool
) -> None:
    last = said(message_class, channel, given=given, method=Method.APP)

    assert allows([*before, last], message_class, channel) is given


@given(
    ledger=entries_of(methods=OWN),
    claims=entries_of(given=(True,), methods=(Method.DECLARED,)),
    message_class=classes,
    channel=channels,
    data=st.data(),
)
def test_a_declared_consent_changes_nothing_wherever_it_stands(
    ledger: list[ConsentEntry],
    claims: list[ConsentEntry],
    message_class: MessageClass,
    channel: Channel,
    data: st.DataObject,
) -> None:
    places = data.draw(
        st.lists(st.integers(0, len(ledger)), min_size=len(claims), max_size=len(claims))
    )
    mixed = list(ledger)
    for place, claim in zip(places, claims, strict=True):
        mixed.insert(place, claim)

    assert allows(mixed, message_class, channel) is allows(ledger, message_class, channel)


def test_a_declared_consent_does_not_mute_what_the_customer_is_waiting_for() -> None:
    claim = said(MessageClass.SERVICE, Channel.TELEGRAM, method=Method.DECLARED)

    assert allows([claim], MessageClass.SERVICE, Channel.TELEGRAM)


def test_a_declared_withdrawal_closes_the_channel_it_names() -> None:
    ledger = [
        said(MessageClass.MARKETING, Channel.TELEGRAM),
        said(MessageClass.MARKETING, Channel.TELEGRAM, given=False, method=Method.DECLARED),
    ]

    assert not allows(ledger, MessageClass.MARKETING, Channel.TELEGRAM)


@given(claims=entries_of(methods=(Method.DECLARED,)), channel=channels)
def test_claims_alone_open_nothing(claims: list[ConsentEntry], channel: Channel) -> None:
    assert not allows(claims, MessageClass.REMINDER, channel)
    assert not allows(claims, MessageClass.MARKETING, channel)


@given(ledger=entries_of(), extra=entries_of(), message_class=classes, channel=channels)
def test_what_is_said_of_another_channel_or_class_changes_nothing(
    ledger: list[ConsentEntry],
    extra: list[ConsentEntry],
    message_class: MessageClass,
    channel: Channel,
) -> None:
    elsewhere = [
        each
        for each in extra
        if each.channel is not channel or each.message_class is not message_class
    ]

    assert allows([*ledger, *elsewhere], message_class, channel) is allows(
        ledger, message_class, channel
    )


def test_a_withdrawal_mutes_service_on_its_channel_only() -> None:
    ledger = [said(MessageClass.SERVICE, Channel.TELEGRAM, given=False)]

    assert not allows(ledger, MessageClass.SERVICE, Channel.TELEGRAM)
    assert allows(ledger, MessageClass.SERVICE, Channel.PUSH)
    assert ledger[0].at == NOW
