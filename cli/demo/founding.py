"""The workshop comes to be, through the doors that a real one has: commands, and files."""

import base64
import json
import secrets
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cli import commands
from cli.demo import sample
from cli.demo.directory import write_secret
from cli.demo.stage import Stage
from cli.house import House
from messaging.actions.founding import business_of
from messaging.errors import AlreadyExists

SLUG = "il-ponte"
NAME = "Autofficina Il Ponte"
PROJECT = "autofficina-il-ponte"
_TOKEN = "7700000001:the-demo-bot-has-no-secrets-abcdefg"  # noqa: S105 - it opens a simulator only

RULES_AFTER = timedelta(seconds=12)
"""After the customers begin to link themselves, the hour of every rule comes: late enough for all of them."""
RULES = (
    "auto.appointment",
    "auto.birthday",
    "auto.inspection_due",
    "auto.inspection_due_estimated",
    "auto.maintenance_due",
    "auto.insurance_due",
    "auto.road_tax_due",
    "auto.lpg_tank_due",
    "auto.ready",
    "auto.appointment_confirmed",
)
"""What the workshop switches on of its pack, those first whose hour is today: each takes a moment."""

AT_LEAST = timedelta(seconds=8)
"""What switching the rules on may take."""


async def found(stage: Stage, house: House) -> None:
    """Let there be the business, its bot and its Firebase project; what there is already stays."""
    levers, diary = stage.levers, stage.diary
    if not diary.done("founded"):
        with suppress(AlreadyExists):  # we were stopped just then
            await commands.AddBusiness(
                slug=SLUG,
                name=NAME,
                pack="auto",
                contact="0425 000 000",
                opening="mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30",
                round_the_clock=True,
            ).run(house)
        await levers.add_bot(_TOKEN, NAME)
        await commands.GiveTelegram(slug=SLUG, token=_TOKEN).run(house)
        diary.note("founded")
    url = stage.simulators.url
    if diary.facts("firebase").get("url") != url:
        account = _service_account(stage.directory / "service-account.json", url)
        await levers.add_service_account(json.loads(account)["client_email"])
        await commands.GiveFirebase(slug=SLUG, service_account=account).run(house)
        diary.note("firebase", url=url)


def _service_account(path: Path, url: str) -> str:
    """Return the service account, its key made at the first start; its tokens are sold by the simulators."""
    if path.exists():
        account = json.loads(path.read_text("utf-8"))
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": secrets.token_hex(20),
            "private_key": key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ).decode(),
            "client_email": f"avvisa@{PROJECT}.example",
        }
    account["token_uri"] = f"{url}/token"
    text = json.dumps(account, indent=1)
    write_secret(path, text)
    return text


async def import_files(stage: Stage, house: House) -> None:
    """Import the sample files as of today, unless the rules are on: from then on time takes its course."""
    if stage.diary.done("rules on"):
        return
    zone = (await business_of(house.store, SLUG)).zone
    # Near midnight, today is the day on which the rules will have their hour.
    today = (house.clock.now() + RULES_AFTER).astimezone(zone).date()
    appointments = sample.write_appointments(stage.directory, today)
    for file in (*sample.write(stage.directory, today), appointments):
        await _import(house, file)
    stage.diary.note("imported", today=today.isoformat())


async def switch_rules_on(stage: Stage, house: House, *, began: datetime) -> time:
    """Switch the rules on and return the local hour at which they remind: some seconds from now."""
    zone = (await business_of(house.store, SLUG)).zone
    at = hour_of_rules(house, zone, began=began, today=_today(stage))
    for rule in RULES:
        await commands.SwitchOn(slug=SLUG, rule=rule, at=at).run(house)
    stage.diary.note("rules on", at=at.isoformat())
    return at


def hour_of_rules(house: House, zone: ZoneInfo, *, began: datetime, today: date) -> time:
    """Return the local hour at which rules remind that are switched on now: some seconds from now, and still
    today, the day for which the deadlines were put.
    """
    soon = max(began + RULES_AFTER, house.clock.now() + AT_LEAST)
    local = soon.astimezone(zone).replace(microsecond=0)
    return local.time() if local.date() == today else time(23, 59, 59)


async def tell_that_a_car_is_ready(stage: Stage, house: House) -> None:
    """Import the work orders as the workshop's program exports them a little later."""
    await _import(house, sample.write_newer_orders(stage.directory, _today(stage)))


def _today(stage: Stage) -> date:
    return date.fromisoformat(stage.diary.facts("imported")["today"])


async def _import(house: House, file: sample.Written) -> None:
    data = base64.b64encode(file.data).decode()
    await commands.ImportFile(slug=SLUG, name=file.path.name, data=data).run(house)
