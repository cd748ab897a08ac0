"""What a bot says about itself: getMe, commands, name and descriptions, menu button."""

import re
from collections.abc import Callable
from typing import Any

from simulators.telegram.bots import Bot
from simulators.telegram.parameters import Parameters
from simulators.telegram.refusal import bad_request
from simulators.telegram.world import Telegram

MOST_COMMANDS = 100
COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")
LONGEST_COMMAND_DESCRIPTION = 256
LANGUAGE = re.compile(r"([a-z]{2})?")


def get_me(_: Telegram, bot: Bot, __: Parameters) -> dict[str, Any]:
    """A User object with what only getMe tells."""
    return {
        **bot.as_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(world: Telegram, bot: Bot, params: Parameters) -> bool:
    """Keep the commands of a scope and language."""
    commands = params.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict):
            raise bad_request("can't parse commands: BotCommand expected")
        if not COMMAND_NAME.fullmatch(str(command.get("command", "")).lstrip("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= LONGEST_COMMAND_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.bots.settle(bot, _commands_key(params), commands)
    return True


def delete_my_commands(world: Telegram, bot: Bot, params: Parameters) -> bool:
    """Forget the commands of a scope and language."""
    world.bots.settle(bot, _commands_key(params), [])
    return True


def get_my_commands(_: Telegram, bot: Bot, params: Parameters) -> Any:
    """The commands of exactly this scope and language."""
    return bot.profile.get(_commands_key(params), [])


def keeps(parameter: str, longest: int) -> Callable[[Telegram, Bot, Parameters], bool]:
    """A method that keeps one text per language; empty takes it away."""

    def keep(world: Telegram, bot: Bot, params: Parameters) -> bool:
        text = params.text(parameter)
        _check_language(params)
        if len(text) > longest:
            raise bad_request(f"{parameter} is too long")
        world.bots.settle(bot, f"{parameter}:{params.text('language_code')}", text)
        return True

    return keep


def set_chat_menu_button(world: Telegram, bot: Bot, params: Parameters) -> bool:
    """Keep the menu button, of one chat or of all."""
    button = params.structure("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"commands", "web_app", "default"}:
        raise bad_request("MenuButton type is invalid")
    world.bots.settle(bot, f"menu_button:{params.text('chat_id')}", button)
    return True


def _check_language(params: Parameters) -> None:
    if not LANGUAGE.fullmatch(params.text("language_code")):
        raise bad_request("invalid language code specified")


def _commands_key(params: Parameters) -> str:
    _check_language(params)
    scope = params.structure("scope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request("BotCommandScope must be an Object")
    where = f"{scope.get('type')}/{scope.get('chat_id', '')}"
    return f"commands:{where}:{params.text('language_code')}"
