"""Files of management software."""

import base64

from pydantic import Field
from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House, Table
from cli.upheaval_words import touched_data, touched_table, upheaval_lines
from messaging.actions import founding, importing
from messaging.actions.importing import Imported
from messaging.business import Business
from messaging.intake import Verdict
from messaging.reading.profile import parse_profile
from messaging.upheaval import in_figures

_SHOWN = 100
"""Remarks that a terminal shows; `--json` has them all."""


class ImportFile(CommandModel):
    """`avvisa import`. `data` is the file, in base64, read with the rights of whoever gave the command.

    `profile` is the name of one that avvisa brings along, `own_profile` the text of another (YAML).
    """

    slug: str
    name: str
    data: str = Field(repr=False)
    profile: str | None = None
    own_profile: str | None = None
    dry_run: bool = False
    anyway: bool = False

    @override
    async def run(self, house: House) -> Answer:
        imported = await importing.import_file(
            house.store,
            slug=self.slug,
            name=self.name,
            data=base64.b64decode(self.data),
            now=house.clock.now(),
            profile=self.profile if self.own_profile is None else parse_profile(self.own_profile),
            dry_run=self.dry_run,
            anyway=self.anyway,
        )
        business = await founding.business_of(house.store, self.slug)
        return _answer(imported, business, self.name)


def _answer(imported: Imported, business: Business, name: str) -> Answer:
    said = [
        (row, remark, remark.it if business.language == "it" else remark.en)
        for row in imported.remarks
        if row.verdict is not Verdict.SKIPPED
        for remark in row.remarks
    ]
    counted = [(verdict, imported.counts.get(verdict, 0)) for verdict in Verdict]
    lines = [
        f"Read as {imported.profile}: "
        + ", ".join(f"{count} {verdict.value}" for verdict, count in counted if count)
        + "."
    ]
    if imported.dry_run:
        lines.append("This was a dry run: nothing was stored.")
    elif not imported.braked:
        lines.append(f"{imported.changed} rows brought something new.")
    if imported.first_types:
        lines.append(
            "These came for the first time, so nothing of theirs that has passed goes out by itself: "
            f"{', '.join(imported.first_types)}. See: avvisa held {business.slug} list"
        )
    found, tables = imported.upheaval, []
    if found is not None and (imported.braked or imported.dry_run):
        lines += upheaval_lines(found, business, name, braked=imported.braked)
        tables += touched_table(found, business)
    if len(said) > _SHOWN:
        lines.append(f"{len(said) - _SHOWN} more remarks: add --json to see all.")
    rows = [
        [str(row.line), row.key, row.verdict.value, sentence] for row, _, sentence in said[:_SHOWN]
    ]
    if rows:
        tables.append(Table("To look at", ["line", "row", "verdict", "what to mend"], rows))
    return Answer(
        data={
            "profile": imported.profile,
            "counts": {verdict.value: count for verdict, count in counted},
            "changed": imported.changed,
            "first_types": list(imported.first_types),
            "dry_run": imported.dry_run,
            "waits": imported.braked,
            "upheaval": None
            if found is None
            else {**in_figures(found), "touched": touched_data(found)},
            "remarks": [
                {
                    "line": row.line,
                    "key": row.key,
                    "verdict": row.verdict.value,
                    "code": remark.code,
                    "column": remark.column,
                    "value": remark.value,
                    "text": sentence,
                }
                for row, remark, sentence in said
            ],
        },
        lines=lines,
        tables=tables,
        code=1 if imported.braked else 0,
    )
