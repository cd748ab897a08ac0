"""An offer that is dressed up as a service notice is told from an honest one, in both languages."""

import pytest

from messaging.promotion import promotions


def certain(text: str, language: str = "it") -> list[str]:
    return [each.words for each in promotions(text, language) if each.certain]


def doubtful(text: str, language: str = "it") -> list[str]:
    return [each.words for each in promotions(text, language) if not each.certain]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sul tagliando uno SCONTO per chi prenota", ["SCONTO"]),
        ("I prezzi sono scontati", ["scontati"]),
        ("Un'offerta che la riguarda", ["offerta"]),
        ("Promo di primavera", ["Promo"]),
        ("La nostra promozione", ["promozione"]),
        ("Il secondo cambio è gratis", ["gratis"]),
        ("Sono iniziati i saldi", ["saldi"]),
        ("In omaggio un profumo", ["omaggio"]),
        ("Un regalo la aspetta", ["regalo"]),
        ("Solo per lei, fino a sabato", ["Solo per lei"]),
        ("Ne approfitti subito", ["approfitti"]),
        ("Non perda l'occasione", ["Non perda"]),
        ("Il 20% in meno", ["20%"]),
        ("{{ record.version }} % in meno", ["… %"]),
        ("Solo oggi 39 € invece di 49 €", ["invece di 49 €"]),
        ("Cambio gomme a soli 29 euro", ["a soli 29 euro"]),
        ("Revisione ~~79 €~~ 59 €", ["~~79 €~~"]),
        ("Revisione 7\N{COMBINING LONG STROKE OVERLAY}9 €", ["7\N{COMBINING LONG STROKE OVERLAY}"]),
        ("Alla cassa dica ESTATE20", ["ESTATE20"]),
        ("Prenda 3x2 sui detersivi", ["3x2"]),
        ("Ci lasci una recensione", ["recensione"]),
        ("Tanti auguri di buon compleanno", ["Tanti auguri", "buon compleanno"]),
        ("Veda https://example.org/shop/gomme", ["https://example.org/shop/gomme"]),
        ("https://example.org/?utm_source=bot", ["https://example.org/?utm_source=bot"]),
        ('{{ record.place | default: "in offerta" }}', ["offerta"]),
    ],
)
def test_an_italian_offer_is_known_by_its_words_and_shapes(text: str, words: list[str]) -> None:
    assert certain(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A 20% discount awaits you", ["20%", "discount"]),
        ("Our special offer", ["offer"]),
        ("Two for the price of one, for free", ["for free"]),
        ("Don't miss it", ["Don't miss"]),
        ("Just for you", ["Just for you"]),
        ("Only €39 instead of €49", ["instead of €49"]),
        ("Save up to €30", ["Save up to"]),
        ("Please leave us a review", ["review"]),
        ("Happy birthday!", ["Happy birthday"]),
        ("While stocks last", ["While stocks last"]),
    ],
)
def test_an_english_offer_is_known_by_its_words_and_shapes(text: str, words: list[str]) -> None:
    assert sorted(certain(text, "en")) == sorted(words)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Lo scontrino n. {{ record.number }} è pronto", "it"),
        ("Il saldo della tessera è {{ asset.balance | money }}", "it"),
        ("Totale 149,90 €, IVA al 22% compresa", "it"),
        ("Il 22% di IVA è compreso", "it"),
        ("Il tappeto di 3 x 2 m è pronto", "it"),
        ("La revisione della Panda LM482KT scade il 30/11/2026", "it"),
        ("Può passare in promiscuo con gli altri capi", "it"),
        ("Ricambio BOSCH in arrivo", "it"),
        ("Sale d'attesa al primo piano", "it"),
        ("A slot has become free: feel free to call", "en"),
        ("Please save the date, and deal with it soon", "en"),
        ("Including 20% VAT", "en"),
        ("The point of sale is closed", "en"),
    ],
)
def test_honest_words_that_look_alike_are_let_go(text: str, language: str) -> None:
    assert certain(text, language) == []


def test_what_may_be_honest_is_only_a_hint() -> None:
    assert doubtful("Parcheggio gratuito: https://example.org/arrivare") == [
        "gratuito",
        "https://example.org/arrivare",
    ]
    assert doubtful("Ci sono novità sul suo ordine!!") == ["novità", "!!"]


def test_a_language_without_a_list_is_held_to_both() -> None:
    assert certain("Sconto, discount", "de") == ["Sconto", "discount"]
    assert certain("Sconto, discount", "it-CH") == ["Sconto"]
