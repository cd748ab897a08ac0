"""An explanation as a JSON document: stable words, moments in UTC."""

from collections.abc import Iterable
from datetime import date, datetime

from messaging.actions.explaining import Explanation, RuleStory, Subject
from messaging.explanation import Goes, Outlook, Stays, Way
from messaging.remedy import Remedy
from messaging.store.histories import History


def explanation_data(told: Explanation) -> dict[str, object]:
    """Return the whole explanation."""
    invitation = told.invitation
    return {
        "customer": {
            "code": told.customer.external_id,
            "name": told.customer.name,
            "deceased": told.customer.deceased,
        },
        "as_of": told.now.isoformat(),
        "channels": {
            channel.value: {
                "refused": speaker.refused,
                "addresses": [
                    {
                        "state": each.state.value,
                        "reason": each.reason,
                        "linked_at": each.linked_at.isoformat(),
                        "changed_at": each.updated_at.isoformat(),
                    }
                    for each in told.reached
                    if each.channel is channel
                ],
            }
            for channel, speaker in told.channels.items()
        },
        "invitation": None
        if invitation is None
        else {
            "expires_at": invitation.expires_at.isoformat(),
            "used_at": _moment(invitation.used_at),
            "open": invitation.used_at is None and invitation.expires_at > told.now,
        },
        "consents": [
            {
                "class": each.message_class.value,
                "channel": each.channel.value,
                "allowed": each.allowed,
                "given": each.given,
                "at": _moment(each.at),
                "declared": each.declared,
            }
            for each in told.consents
        ],
        "rules": [_rule(each) for each in told.rules],
    }


def _rule(story: RuleStory) -> dict[str, object]:
    return {
        "rule": story.rule.name,
        "class": story.rule.message_class.value,
        "on": story.rule.on,
        "on_since": _moment(story.on_since),
        "older_left_out": story.unseen,
        "paused": [
            {"what": each.scope.reach.value, "since": each.since.isoformat(), "by": each.by}
            for each in story.pauses
        ],
        "about": [_subject(each) for each in story.subjects],
    }


def _subject(subject: Subject) -> dict[str, object]:
    record, asset = subject.record, subject.asset
    return {
        "record": None
        if record is None
        else {
            "type": record.type,
            "code": record.external_id,
            "status": record.status,
            "due_on": _day(record.due_on),
            "starts_at": _moment(record.starts_at),
            "asset": None if asset is None else asset.external_id,
        },
        "asset": None if asset is None else {"type": asset.type, "code": asset.external_id},
        "answer": _outlook(subject.outlook),
        "stands_against": [_outlook(each) for each in subject.stands_against],
        "would_go_if": [_way(each) for each in subject.ways],
        "steps": [
            {"rung": each.name, "anchor": each.anchor, "at": each.moment.isoformat()}
            for each in subject.rungs
        ],
        "notices": [_notice(each) for each in subject.notices],
    }


def _outlook(outlook: Outlook) -> dict[str, object]:
    match outlook:
        case Goes(message=message):
            return {
                "goes": True,
                "at": outlook.at.isoformat(),
                "due_at": outlook.due_at.isoformat(),
                "channel": outlook.channel.value,
                "rung": outlook.rung,
                "anchor": outlook.anchor,
                "later": outlook.later,
                "notice": outlook.notification_id,
                "others": outlook.others,
                "title": message.title,
                "text": message.text,
                "language": message.language,
                "buttons": [each.label for each in message.buttons],
            }
        case Stays():
            return {
                "goes": False,
                "reason": outlook.reason,
                "detail": outlook.detail,
                "held": outlook.held,
                "at": _moment(outlook.at),
                "rung": outlook.rung,
                "notice": outlook.notification_id,
            }


def _way(way: Way) -> dict[str, object]:
    return {
        "changes": [_remedy(each) for each in way.remedies],
        "at": way.goes.at.isoformat(),
        "channel": way.goes.channel.value,
        "rung": way.goes.rung,
    }


def _remedy(remedy: Remedy) -> dict[str, object]:
    return {
        "change": remedy.act.value,
        "channel": remedy.channel,
        "name": remedy.name,
        "value": remedy.value,
        "day": _day(remedy.day),
    }


def _notice(history: History) -> dict[str, object]:
    notice = history.notification
    return {
        "id": notice.id,
        "rung": notice.key.rung,
        "anchor": notice.key.anchor,
        "state": notice.state.value,
        "reason": notice.reason,
        "detail": history.detail,
        "made_at": history.created_at.isoformat(),
        "due_at": notice.due_at.isoformat(),
        "expires_at": notice.expires_at.isoformat(),
        "timeline": list(_timeline(history)),
    }


def _timeline(history: History) -> Iterable[dict[str, object]]:
    for entered in history.transitions:
        yield {
            "at": entered.at.isoformat(),
            "state": entered.state.value,
            "reason": entered.reason,
            "code": entered.code,
        }
    for tried in history.attempts:
        yield {
            "at": tried.begun_at.isoformat(),
            "ended_at": _moment(tried.ended_at),
            "attempt": tried.number,
            "channel": tried.channel.value,
            "outcome": tried.outcome,
            "reason": tried.reason,
            "code": tried.code,
            "repeat": tried.repeat,
            "listed": tried.listed,
        }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
