"""The documents lead somewhere: their links, the files they name, and the words of the glossary."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "api",
    "benchmarks",
    "bot",
    "cli",
    "docs",
    "messaging",
    "push",
    "scheduler",
    "simulators",
    "tests",
)

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(rf"`((?:{'|'.join(ROOMS)})/[\w./-]+)`")
CODE = re.compile(r"^```.*?^```", flags=re.MULTILINE | re.DOTALL)
ROW = re.compile(
    r"^\| \*\*(?P<word>[^*]+)\*\* \| (?P<what>.+) \| (?P<where>.+) \|$", flags=re.MULTILINE
)
WHERE = re.compile(r"^\[(?P<file>[^\]]+)\]\(\.\./(?P<target>[^)]+)\)(?P<names>(?: `\w+`)+)$")


def documents() -> Iterator[Path]:
    """Every document that people wrote."""
    yield from sorted(ROOT.glob("*.md"))
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.md"))


def headings(document: Path) -> set[str]:
    """The names by which a link reaches the headings of a document."""
    found = re.findall(r"^#+ (.+)$", CODE.sub("", document.read_text("utf-8")), flags=re.MULTILINE)
    bare = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in found)
    return {heading.replace(" ", "-") for heading in bare}


def problem(document: Path, link: str) -> str | None:
    """What is wrong with a link of a document; None: it leads somewhere, or out of the tree."""
    if re.match(r"[a-z]+:", link):
        return None
    path, _, heading = unquote(link).partition("#")
    target = document.parent / path if path else document
    if not target.exists():
        return f"{link}: no such file"
    if heading and heading not in headings(target):
        return f"{link}: no such heading"
    return None


def glossary() -> dict[str, tuple[str, str]]:
    """What the glossary says of each word, and where it says that the word lives."""
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    return {row["word"]: (row["what"], row["where"]) for row in ROW.finditer(text)}


@pytest.mark.parametrize(
    "document", list(documents()), ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_link_of_a_document_leads_somewhere(document: Path):
    text = CODE.sub("", document.read_text("utf-8"))

    assert [found for link in LINK.findall(text) if (found := problem(document, link))] == []
    named = [path for path in PATH.findall(text) if not re.search(r"\b(NAME|CODE)\b", path)]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_word_of_the_glossary_is_in_the_file_it_names():
    astray = {}
    for word, (what, where) in glossary().items():
        if "Not built yet" in what:
            continue
        place = WHERE.match(where)
        if (
            place is None
            or place["file"] != place["target"]
            or not (ROOT / place["file"]).is_file()
        ):
            astray[word] = where
            continue
        source = (ROOT / place["file"]).read_text("utf-8")
        names = re.findall(r"\w+", place["names"])
        if lost := [name for name in names if not re.search(rf"\b{name}\b", source)]:
            astray[word] = f"{place['file']} has no {', '.join(lost)}"

    assert astray == {}


def test_a_word_stands_in_the_glossary_once_and_every_line_of_it_is_read():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| **")]

    assert len(glossary()) == len(lines) > 60


def test_every_decision_is_in_the_index_and_says_when_it_was_made():
    folder = ROOT / "docs" / "decisions"
    pages = [path for path in sorted(folder.glob("*.md")) if path.name != "README.md"]
    index = LINK.findall((folder / "README.md").read_text("utf-8"))

    assert [link for link in index if re.match(r"\d", link)] == [path.name for path in pages]
    dated = re.compile(r"\A# .+\n\n\d{4}-\d\d-\d\d\n\n\*\*Context\.\*\*")
    assert [path.name for path in pages if not dated.match(path.read_text("utf-8"))] == []
