"""What was claimed evenly leaves evenly: a claim that took long does not make its calls and the next ones one crowd."""

from collections import deque

from messaging.business import SenderId

_SECOND = 1.0


class Departures:
    """Remembers when this process's calls of each sender leave, and gives the next one its moment.

    The sender's row counts tokens by the moments of the claims, over all processes. Between a claim and its calls lies
    a commit, and after a rest the first one takes longer than those that follow (100 to 150 ms, measured): they catch
    up with it, and Telegram saw 32 in a second and asked all to wait, after which it went the same way.
    """

    def __init__(self) -> None:
        self._left: dict[SenderId, deque[float]] = {}

    def wait(self, sender_id: SenderId, rate: float, now: float) -> float:
        """Return after how many seconds a call of the sender may leave, and count it as leaving then: no more than
        `rate` of them in any second. `now`: seconds of the monotonic clock; asked in the order in which they leave.
        """
        most = max(int(rate), 1)
        left = self._left.get(sender_id)
        if left is None or left.maxlen != most:
            left = self._left[sender_id] = deque(left or (), maxlen=most)
        at = max(now, left[0] + _SECOND) if len(left) == most else now
        left.append(at)
        return at - now
