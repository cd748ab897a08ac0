"""What the demo counts as sent twice."""

from bot.buttons import Press
from cli.demo.levers import Button, Heard, Pushed
from cli.demo.promises import doubles


def notice(*, chat: int = 1, text: str = "La revisione scade", delivery: int = 5) -> Heard:
    data = Press(delivery=delivery, action="done").pack()
    return Heard(chat_id=chat, text=text, buttons=(Button(text="Già fatta", data=data),))


def push(notice: str = "n1", *, address: str = "token-1") -> Pushed:
    return Pushed(address=address, title="Revisione", notice=notice)


def test_a_delivery_that_left_twice_is_a_double():
    assert doubles([notice(), notice(text="La revisione scade\n(sent again)")], [])


def test_the_same_words_to_the_same_chat_are_a_double_whatever_delivery_they_were():
    assert doubles([notice(delivery=5), notice(delivery=6)], [])


def test_a_notice_that_a_phone_got_twice_is_a_double():
    assert doubles([], [push(), push()])


def test_two_people_two_notices_and_a_talk_that_repeats_itself_are_none():
    help_text = Heard(chat_id=1, text="/help", buttons=())

    heard = [
        notice(),
        notice(chat=2, delivery=6),
        notice(text="Il bollo", delivery=7),
        *[help_text] * 2,
    ]

    assert doubles(heard, [push(), push("n2"), push(address="token-2")]) == []
