"""What the scheduler does beside the bot, in the house of the conversations."""

from datetime import timedelta

from bot.sender import TelegramSender
from messaging.customer import Channel
from scheduler.alarm import Alarm
from scheduler.dispatcher import Dispatcher
from scheduler.planner import Planner
from tests.bot.house import House


async def deliver(house: House) -> None:
    """Let planner and dispatcher send whatever is due."""
    alarm = Alarm(poll=timedelta(seconds=5))
    planner = Planner(store=house.store, clock=house.clock, alarm=alarm)
    dispatcher = Dispatcher(
        store=house.store,
        clock=house.clock,
        alarm=alarm,
        senders={Channel.TELEGRAM: TelegramSender(house.bots, house.clock)},
        owner="scheduler:1",
    )
    await planner.work()
    await dispatcher.work()
