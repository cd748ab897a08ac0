"""A standing instruction: which records, things or customers make which notices, and when.

Everything here is plain data and arithmetic. A *rung* is one step of a ladder ("7 days before");
its *moment* is an instant; the *anchor* is what the rung hangs on: the record's date, the number of
a state entry or of a crossing, the first day of a window, the day of the last record, or the day on
which an anniversary is kept or a cron strikes. A family of triggers is a module; `ladders` is the
one place that knows them all.
"""

from messaging.rule.circumstances import NONE, Circumstances
from messaging.rule.cron import Cron, Strikes, strike_rungs
from messaging.rule.dates import (
    AfterDate,
    BeforeDate,
    DateField,
    OnDate,
    anchor_day,
    date_window,
    day_of,
    instant_window,
    longest_lead,
)
from messaging.rule.events import AfterEvent, OnEvent, entered_window
from messaging.rule.expiry import EndOfWindow, Expiry, For, NextRung, SameDay, UntilDate
from messaging.rule.inactivity import Inactivity, last_seen_window, months_after
from messaging.rule.ladders import (
    anchor_of,
    anchor_passed,
    applies,
    at_hour,
    comes_round,
    ends_itself_at,
    expires_at,
    nothing_to_decide_at,
    on_instant,
    recurring_rungs,
    rungs,
    stated,
    superseded_at,
    where_of,
    yearly_rungs,
)
from messaging.rule.policy import AS_DESIGNED, SOON, LateEntry, OnMove, Passed, Per, Repeat
from messaging.rule.rung import HALF_A_YEAR, Rung, nearest_passed
from messaging.rule.season import MonthDay, Season, month_day, open_window, season_rungs
from messaging.rule.standing import Rule, RuleId, Trigger, subject_type_of
from messaging.rule.stop import Answered, Cleared, Newer, Stated, Stop
from messaging.rule.threshold import (
    Crossing,
    Side,
    Threshold,
    crossing_after,
    is_beyond,
    number_of,
)
from messaging.rule.windows import day_span

__all__ = [
    "AS_DESIGNED",
    "HALF_A_YEAR",
    "NONE",
    "SOON",
    "AfterDate",
    "AfterEvent",
    "Answered",
    "BeforeDate",
    "Circumstances",
    "Cleared",
    "Cron",
    "Crossing",
    "DateField",
    "EndOfWindow",
    "Expiry",
    "For",
    "Inactivity",
    "LateEntry",
    "MonthDay",
    "Newer",
    "NextRung",
    "OnDate",
    "OnEvent",
    "OnMove",
    "Passed",
    "Per",
    "Repeat",
    "Rule",
    "RuleId",
    "Rung",
    "SameDay",
    "Season",
    "Side",
    "Stated",
    "Stop",
    "Strikes",
    "Threshold",
    "Trigger",
    "UntilDate",
    "anchor_day",
    "anchor_of",
    "anchor_passed",
    "applies",
    "at_hour",
    "comes_round",
    "crossing_after",
    "date_window",
    "day_of",
    "day_span",
    "ends_itself_at",
    "entered_window",
    "expires_at",
    "instant_window",
    "is_beyond",
    "last_seen_window",
    "longest_lead",
    "month_day",
    "months_after",
    "nearest_passed",
    "nothing_to_decide_at",
    "number_of",
    "on_instant",
    "open_window",
    "recurring_rungs",
    "rungs",
    "season_rungs",
    "stated",
    "strike_rungs",
    "subject_type_of",
    "superseded_at",
    "where_of",
    "yearly_rungs",
]
