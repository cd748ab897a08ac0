"""Keys are rotated: all that lies encrypted is encrypted anew with the first of them, and the others can go."""

from messaging.actions.doors import Store
from messaging.errors import Misconfigured, Refused
from messaging.finding import Finding, needs_you, warning
from messaging.store import sealed


async def rotate(store: Store, *, first: str) -> int:
    """Encrypt every stored secret anew with the first key, and return how many there are.

    `first`: the fingerprint of that key as the caller knows it. Raises Refused if this process was started with
    another, and Misconfigured, with nothing changed, if a secret opens with no key at all.
    """
    if store.vault.fingerprint != first:
        raise Refused(
            "`avvisa serve` was started before the new key was put in front",
            hint="start it again, wherever it runs, and then once more: avvisa secrets rotate",
        )
    async with store.begin() as conn:
        return await sealed.seal_anew(conn, store.vault.seal_anew)


async def key_findings(store: Store) -> list[Finding]:
    """Return what is wrong with the keys, as the store shows it: too few of them, or old ones that are still needed."""
    if not store.vault.has_keys:
        return []  # told where the settings are looked at
    async with store.read() as conn:
        found = await sealed.every(conn)
    shut, old = 0, 0
    for each in found:
        try:
            store.vault.open(each)
        except Misconfigured:
            shut += 1
        else:
            old += not store.vault.is_newest(each)
    if shut:
        return [
            needs_you(
                "secrets_shut",
                f"{shut} of {len(found)} stored secrets do not open with any key of AVVISA_SECRET_KEYS: their bots are "
                "silent, and nothing is imported or erased where somebody was erased",
                "put the key that was taken away back into the list, after the new one, then: avvisa secrets rotate",
            )
        ]
    if old:
        return [
            warning(
                "secrets_old",
                f"{old} of {len(found)} stored secrets open with an older key of AVVISA_SECRET_KEYS only",
                "before that key is taken away: avvisa secrets rotate",
            )
        ]
    return []
