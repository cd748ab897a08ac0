"""An app links itself by an invitation and registers its devices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from messaging.actions.doors import Store
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.consent import Method, ShownText
from messaging.customer import AddressKind, Channel, CustomerId
from messaging.errors import InvitationRefused, Refused
from messaging.invitation import hashed, new_token
from messaging.store import addresses, audit, businesses, consents, customers, invitations


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """An app user's own token, shown this once, and whose messages the app will show."""

    token: str
    business_name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppChoice:
    """What the person chose in the app, for one class, and the words that the app showed."""

    message_class: MessageClass
    given: bool
    shown: ShownText


async def join(
    store: Store, *, invitation_token: str, choices: list[AppChoice], now: datetime
) -> Joined:
    """Link an app to the customer of an invitation, which is used up by it. Raises
    InvitationRefused.
    """
    async with store.begin() as conn:
        row = await invitations.lock_by_hash(conn, hashed(invitation_token))
        if row is None:
            raise InvitationRefused("unknown")
        if row.used_at is not None:
            raise InvitationRefused("used")
        if row.expires_at <= now:
            raise InvitationRefused("expired")
        business = (await businesses.of_ids(conn, [row.business_id]))[row.business_id]
        person = (await customers.of_ids(conn, [row.customer_id], lock=True))[row.customer_id]
        token = new_token()
        await invitations.used(conn, row.id, now)
        await invitations.add_app_user(
            conn,
            {
                "business_id": row.business_id,
                "customer_id": row.customer_id,
                "token_hash": hashed(token),
                "created_at": now,
            },
        )
        await consents.append(
            conn,
            [
                {
                    "business_id": row.business_id,
                    "customer_id": row.customer_id,
                    "message_class": each.message_class,
                    "channel": Channel.PUSH,
                    "given": each.given,
                    "method": Method.APP,
                    "at": now,
                    **consents.words(each.shown),
                }
                for each in choices
            ],
        )
        await audit.note(
            conn,
            row.business_id,
            actor="app",
            act="link",
            subject=f"customer:{row.customer_id}",
            now=now,
        )
        return Joined(
            token=token,
            business_name=business.name,
            language=person.language or business.language,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppUser:
    """Whom an app's token speaks for."""

    business_id: BusinessId
    customer_id: CustomerId


async def app_user(store: Store, *, token: str) -> AppUser | None:
    """Return whom the token speaks for, or None if it is nobody's."""
    async with store.read() as conn:
        found = await invitations.app_user_by_hash(conn, hashed(token))
        return None if found is None else AppUser(business_id=found[0], customer_id=found[1])


async def register_device(
    store: Store,
    *,
    user: AppUser,
    install_key: str,
    kind: Literal["token", "fid"],
    value: str,
    platform: str,
    language: str | None,
    now: datetime,
) -> None:
    """Register where an installation of the app can be reached, in place of where it was. Twice is
    once.

    Whoever signed in on the device last is whom it reaches. Raises Refused if the business has no
    Firebase project.
    """
    async with store.begin() as conn:
        sender_id = await businesses.sender_of(conn, user.business_id, Channel.PUSH)
        if sender_id is None:
            raise Refused(
                "this business has no Firebase project yet",
                hint="avvisa business firebase SLUG --service-account FILE",
            )
        address_id = await addresses.register(
            conn,
            sender_id=sender_id,
            channel=Channel.PUSH,
            kind=AddressKind(kind),
            value=value,
            language=language,
            install_key=install_key,
            platform=platform,
            now=now,
        )
        await addresses.retire_installation(
            conn, sender_id=sender_id, install_key=install_key, but=address_id, now=now
        )
        await addresses.unlink_others(conn, address_id, user.customer_id, user.business_id)
        await addresses.link(conn, address_id, user.customer_id, now)
