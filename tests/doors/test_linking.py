"""How customers come to be linked, on the command line."""

import asyncio
from pathlib import Path

import pytest

from tests.bot.answering_server import answering
from tests.doors.avvisa import Avvisa, Said
from tests.doors.test_business_verbs import DONE, ME, TOKEN


@pytest.fixture
def negozio(avvisa: Avvisa) -> Avvisa:
    """The command where a shop is known."""
    assert (
        avvisa("business", "add", "negozio", "--name", "Negozio & Co", "--pack", "auto").code == 0
    )
    return avvisa


async def test_a_poster_is_a_page_to_print_or_the_code_alone(
    negozio: Avvisa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def said(*words: str) -> Said:
        return await asyncio.to_thread(negozio, *words)

    assert "no bot that a poster could open" in (await said("poster", "negozio")).sentence
    (tmp_path / "token").write_text(TOKEN)
    async with answering(ME, DONE) as telegram:
        monkeypatch.setenv("AVVISA_TELEGRAM_API_URL", telegram.url)
        given = await said("business", "telegram", "negozio", "--token-file", "token")
        assert "avvisa poster negozio" in given.out

    made = await said("poster", "negozio", "--out", "p.svg", "--json")
    assert made.document["link"] == "https://t.me/deltabot?start=negozio"
    assert "Negozio &amp; Co" in (tmp_path / "p.svg").read_text("utf-8")
    assert (await said("poster", "negozio", "--out", "p.png")).code == 0
    assert "cannot be a .doc" in (await said("poster", "negozio", "--out", "p.doc")).sentence


def test_a_request_has_to_be_named_and_so_does_the_customer(negozio: Avvisa) -> None:
    assert negozio("links", "negozio", "--json").document == {"requests": [], "doubted": []}
    assert "whose link" in negozio("links", "negozio", "confirm").sentence
    confirm = ("links", "negozio", "confirm", "--customer", "C1")
    assert "no customer 'C1'" in negozio(*confirm).sentence
    assert "Nobody asks" in negozio("links", "negozio").out
    assert "which request" in negozio("links", "negozio", "approve").sentence
    assert "who are they" in negozio("links", "negozio", "approve", "1").sentence
    approve = ("links", "negozio", "approve", "1", "--customer", "C1")
    assert "no request 1" in negozio(*approve).sentence
    assert "no request 1" in negozio("links", "negozio", "refuse", "1").sentence
