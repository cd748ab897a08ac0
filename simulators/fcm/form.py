"""The form of a request: every field that HTTP v1 has, and of what kind. Anything else is refused
before FCM looks at it, as Google's front does.

The fields are those of https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages as
firebase-admin 7.7 writes them. Names may be written in either way that JSON for protocol buffers
allows: ``collapse_key`` or ``collapseKey``.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from simulators.fcm.refusal import malformed

TEXT, FLAG, COUNT, TEXTS, MAP, FREE, DURATION, ANY = (
    "TYPE_STRING",
    "TYPE_BOOL",
    "TYPE_INT32",
    "texts",
    "map",
    "struct",
    "type.googleapis.com/google.protobuf.Duration",
    "any",
)
CHOICES = {
    "priority": ("NORMAL", "HIGH"),
    "visibility": ("VISIBILITY_UNSPECIFIED", "PRIVATE", "PUBLIC", "SECRET"),
    "notification_priority": (
        "PRIORITY_UNSPECIFIED",
        "PRIORITY_MIN",
        "PRIORITY_LOW",
        "PRIORITY_DEFAULT",
        "PRIORITY_HIGH",
        "PRIORITY_MAX",
    ),
    "proxy": ("PROXY_UNSPECIFIED", "ALLOW", "DENY", "IF_PRIORITY_LOWERED"),
}

Form = Mapping[str, Any]

_LABEL: Form = {"analytics_label": TEXT}
_ANDROID_NOTIFICATION: Form = {
    **dict.fromkeys(
        (
            *("title", "body", "icon", "color", "sound", "tag", "click_action", "body_loc_key"),
            *("title_loc_key", "channel_id", "ticker", "event_time", "image"),
        ),
        TEXT,
    ),
    **dict.fromkeys(
        (
            *("sticky", "local_only", "default_sound", "default_vibrate_timings"),
            *("default_light_settings", "bypass_proxy_notification"),
        ),
        FLAG,
    ),
    **dict.fromkeys(("body_loc_args", "title_loc_args"), TEXTS),
    **dict.fromkeys(("notification_priority", "visibility", "proxy"), TEXT),
    "notification_count": COUNT,
    "vibrate_timings": ANY,
    "light_settings": ANY,
}
MESSAGE: Form = {
    **dict.fromkeys(("name", "token", "fid", "topic", "condition"), TEXT),
    "data": MAP,
    "notification": dict.fromkeys(("title", "body", "image"), TEXT),
    "fcm_options": _LABEL,
    "android": {
        **dict.fromkeys(("collapse_key", "restricted_package_name", "priority"), TEXT),
        **dict.fromkeys(
            ("direct_boot_ok", "bandwidth_constrained_ok", "restricted_satellite_ok"), FLAG
        ),
        "ttl": DURATION,
        "data": MAP,
        "notification": _ANDROID_NOTIFICATION,
        "fcm_options": _LABEL,
    },
    "webpush": {
        "headers": MAP,
        "data": MAP,
        "notification": FREE,
        "fcm_options": {**_LABEL, "link": TEXT},
    },
    "apns": {
        "headers": MAP,
        "payload": FREE,
        "fcm_options": {**_LABEL, "image": TEXT},
        "live_activity_token": TEXT,
    },
}
REQUEST: Form = {"message": MESSAGE, "validate_only": FLAG}
TARGETS = ("token", "fid", "topic", "condition")

_IS: Mapping[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str),
    FLAG: lambda value: isinstance(value, bool),
    COUNT: lambda value: isinstance(value, int) and not isinstance(value, bool),
    TEXTS: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    FREE: lambda value: isinstance(value, dict),
    DURATION: lambda value: (
        isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d{1,9})?s", value) is not None
    ),
    ANY: lambda _: True,
}


def read_request(content: Any) -> dict[str, Any]:
    """The request with its fields in their first spelling; else a 400."""
    if not isinstance(content, dict):
        raise malformed(
            'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        )
    request = _read(content, REQUEST, "")
    given = [kind for kind in TARGETS if request.get("message", {}).get(kind)]
    if len(given) > 1:
        raise malformed(
            "Invalid value at 'message' (oneof), oneof field 'target' is already set. "
            f"Cannot set '{given[1]}'",
            "message",
        )
    return request


def _read(content: dict[str, Any], form: Form, path: str) -> dict[str, Any]:
    told = {}
    for name, value in content.items():
        key = re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name)
        if key not in form:
            place = f" at '{path}'" if path else ""
            raise malformed(
                f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.',
                path,
            )
        # null stands for a field that was not given.
        if value is not None:
            told[key] = _value(value, form[key], key, f"{path}.{name}" if path else name)
    return told


def _value(value: Any, kind: Any, key: str, path: str) -> Any:
    if not isinstance(kind, str):
        if not isinstance(value, dict):
            raise _wrong(value, "message", path)
        return _read(value, kind, path)
    if kind == MAP:
        return _map(value, path)
    if not _IS[kind](value):
        raise _wrong(value, kind, path)
    if key in CHOICES and value.upper() not in CHOICES[key]:
        raise _wrong(value, "TYPE_ENUM", path)
    return value


def _map(value: Any, path: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _wrong(value, "map", path)
    for place, each in enumerate(value.values()):
        if not isinstance(each, str):
            raise _wrong(each, TEXT, f"{path}[{place}].value")
    return value


def _wrong(value: Any, kind: str, path: str) -> Exception:
    return malformed(f"Invalid value at '{path}' ({kind}), {json.dumps(value)}", path)
