"""What was foreseen of a day, against what came of it."""

from datetime import date

from typing_extensions import override

from cli import words
from cli.commands.model import CommandModel
from cli.commands.plans import local
from cli.house import Answer, House, Table
from messaging.actions import comparing
from messaging.actions.comparing import DayCompared, Told
from messaging.business import Business
from messaging.comparison import Came

_CAME = {
    Came.AS_FORETOLD: "went out as foreseen",
    Came.OTHER_DAY: "went out on another day",
    Came.FROM_OTHER_DAY: "went out on this day, and was foreseen for another",
    Came.WAITING: "is still under way, or waits for you",
    Came.NOT_SENT: "did not go out",
    Came.NOT_MADE: "was never made",
    Came.SENT_AFTER_ALL: "went out, and was not to",
    Came.NOT_FORETOLD: "went out, and was not foreseen",
}


class ComparePlan(CommandModel):
    """`avvisa plan --compare`."""

    slug: str
    day: date

    @override
    async def run(self, house: House) -> Answer:
        seen = await comparing.compare_day(
            house.store, slug=self.slug, day=self.day, now=house.clock.now()
        )
        compared = seen.compared
        return Answer(
            data={
                "day": self.day.isoformat(),
                "forecast_taken_at": seen.taken_at.isoformat(),
                "compared_from": seen.since.isoformat(),
                "foretold": compared.foretold,
                "sent": compared.sent,
                "counts": {came.value: count for came, count in compared.counts.items()},
                "differences": [_data(each) for each in seen.told],
            },
            lines=[*_lines(seen)],
            tables=[
                Table(
                    f"{seen.business.name}: {self.day:%a %d %b %Y}, otherwise than foreseen",
                    [
                        "customer",
                        "name",
                        "rule or campaign",
                        "foreseen",
                        "went",
                        "what came",
                        "why",
                    ],
                    [_row(each, seen.business) for each in seen.told],
                )
            ]
            if seen.told
            else [],
        )


def _lines(seen: DayCompared) -> list[str]:
    compared = seen.compared
    told = [
        f"  {count} {_CAME[came]}"
        for came, count in compared.counts.items()
        if count and came is not Came.AS_FORETOLD
    ]
    right = compared.counts[Came.AS_FORETOLD]
    taken = local(seen.taken_at, seen.business)
    said = f"{compared.foretold} foreseen to go out, {compared.sent} went out, {right} as foreseen"
    return [f"By the forecast of {taken}: {said}.", *told]


def _row(told: Told, business: Business) -> list[str]:
    foretold, happened = told.difference.foretold, told.difference.happened
    sent_at = None if happened is None else happened.sent_at
    return [
        told.customer,
        told.name or "",
        told.rule or told.campaign or "",
        "" if foretold is None else local(foretold.at, business),
        "" if sent_at is None else local(sent_at, business),
        _CAME[told.difference.came],
        words.reason(told.reason),
    ]


def _data(told: Told) -> dict[str, object]:
    difference = told.difference
    foretold, happened = difference.foretold, difference.happened
    return {
        "came": difference.came.value,
        "customer": told.customer,
        "rule": told.rule,
        "campaign": told.campaign,
        "subject": difference.key.subject,
        "rung": difference.key.rung,
        "anchor": difference.key.anchor,
        "foretold_at": None if foretold is None else foretold.at.isoformat(),
        "foretold_to_go": None if foretold is None else foretold.goes,
        "sent_at": None
        if happened is None or happened.sent_at is None
        else happened.sent_at.isoformat(),
        "channel": None if happened is None else happened.channel,
        "state": None if happened is None else happened.state.value,
        "reason": told.reason,
    }
