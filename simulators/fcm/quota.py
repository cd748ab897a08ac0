"""FCM's quotas: so many requests a minute for a project, so many messages for one Android phone
(https://firebase.google.com/docs/cloud-messaging/throttling-and-quotas, November 2026).

A minute begins with the first request in it and not with the clock's. What is refused for its
content counts; what is refused for the quota does not.
"""

import math
from dataclasses import dataclass, field

from simulators.fcm.phones import Phone
from simulators.fcm.refusal import FcmRefusedError

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas in force."""

    per_project_per_minute: int = 600_000
    per_device_per_minute: int = 240
    per_device_per_hour: int = 5_000
    enabled: bool = True


@dataclass(slots=True)
class _Window:
    begun_at: float = 0.0
    used: int = 0


@dataclass(slots=True)
class Quota:
    """What was used of them, by whom."""

    limits: Limits = field(default_factory=Limits)
    _windows: dict[tuple[str, str, float], _Window] = field(default_factory=dict)

    def take_for_project(self, project: str, now: float) -> None:
        """Count a request; FcmRefusedError if the project's minute is full."""
        self._take("project", project, MINUTE, self.limits.per_project_per_minute, now)

    def take_for_phone(self, phone: Phone, now: float) -> None:
        """Count a message; FcmRefusedError if the phone's minute or hour is full."""
        if phone.platform == "android":
            self._take("device", phone.address, HOUR, self.limits.per_device_per_hour, now)
            self._take("device", phone.address, MINUTE, self.limits.per_device_per_minute, now)

    def forget(self) -> None:
        """As at the start."""
        self.limits = Limits()
        self._windows.clear()

    def _take(self, whose: str, name: str, seconds: float, most: int, now: float) -> None:
        if not self.limits.enabled:
            return
        window = self._windows.setdefault((whose, name, seconds), _Window(now))
        if now - window.begun_at >= seconds:
            window.begun_at, window.used = now, 0
        if window.used >= most:
            wait = max(1, math.ceil(window.begun_at + seconds - now))
            raise FcmRefusedError("QUOTA_EXCEEDED", retry_after=wait, quota=f"{whose}:{name}")
        window.used += 1
