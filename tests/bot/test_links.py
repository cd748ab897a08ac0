"""An invitation as a link."""

import pytest

from bot.links import invitation_link

TOKEN = "kd8Z_2-xQ0aVfL3bT7yN1w"


@pytest.mark.parametrize("username", ["delta_bot", "@delta_bot"])
def test_a_link_opens_the_bot_and_hands_it_the_invitation(username: str) -> None:
    assert invitation_link(username, TOKEN) == f"https://t.me/delta_bot?start={TOKEN}"


@pytest.mark.parametrize("token", ["", "a b", "città", "a" * 65, "a\n"])
def test_a_token_that_telegram_would_not_carry_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        invitation_link("delta_bot", token)
