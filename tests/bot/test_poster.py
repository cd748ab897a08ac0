"""The page on the counter, from which customers come in."""

from xml.etree import ElementTree as ET

from bot.poster import code_png, poster_svg

LINK = "https://t.me/delta_bot?start=delta"
SVG = "{http://www.w3.org/2000/svg}"


def page(name: str = "Officina Delta", language: str = "it") -> ET.Element:
    return ET.fromstring(  # noqa: S314 - our own
        poster_svg(name=name, link=LINK, language=language, paper="a5")
    )


def texts(drawn: ET.Element) -> list[str]:
    return [each.text or "" for each in drawn.iter(f"{SVG}text")]


def test_it_is_a_page_of_its_paper_with_the_code_and_both_languages_the_shops_own_first() -> None:
    drawn = page()

    assert (drawn.get("width"), drawn.get("height")) == ("148mm", "210mm")
    said = " ".join(texts(drawn))
    assert said.index("Inquadri il codice") < said.index("Point the camera")
    assert said.endswith("t.me/delta_bot?start=delta")
    assert len(list(drawn.iter(f"{SVG}path"))) == 1
    english = " ".join(texts(page(language="en")))
    assert english.index("Point the camera") < english.index("Inquadri")


def test_a_name_is_written_whole_whatever_is_in_it() -> None:
    name = "Officina <Meccanica> Rossi & Figli di Giambattista Pergolesi"

    lines = texts(page(name))

    assert " ".join(lines).startswith(name)
    assert max(len(line) for line in lines[:3]) <= 22


def test_the_code_alone_is_a_picture() -> None:
    assert code_png(LINK).startswith(b"\x89PNG")
