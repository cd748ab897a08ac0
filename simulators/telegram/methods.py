"""The methods that are simulated, each with the parameters that Telegram knows for it
(https://core.telegram.org/bots/api). An unknown method or parameter is refused and noted as a
violation. Telegram would only ignore the parameter, but it is nearly always a mistake.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.telegram import messages, profile, webhooks
from simulators.telegram.bots import Bot
from simulators.telegram.parameters import Parameters
from simulators.telegram.world import Telegram


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its name as documented, what it does, and its parameters."""

    name: str
    run: Callable[[Telegram, Bot, Parameters], Any]
    parameters: frozenset[str]


def _method(name: str, run: Callable[[Telegram, Bot, Parameters], Any], known: str) -> Method:
    return Method(name, run, frozenset(known.split()))


GET_UPDATES = "getUpdates"
GET_UPDATES_PARAMETERS = frozenset({"offset", "limit", "timeout", "allowed_updates"})

_ALL = (
    _method("getMe", profile.get_me, ""),
    _method(
        "setWebhook",
        webhooks.set_webhook,
        "url certificate ip_address max_connections allowed_updates drop_pending_updates "
        "secret_token",
    ),
    _method("deleteWebhook", webhooks.delete_webhook, "drop_pending_updates"),
    _method("getWebhookInfo", webhooks.get_webhook_info, ""),
    _method(
        "sendMessage",
        messages.send_message,
        "chat_id text business_connection_id message_thread_id direct_messages_topic_id "
        "parse_mode entities link_preview_options disable_notification protect_content "
        "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters "
        "reply_markup",
    ),
    *(
        _method(
            "send" + "".join(part.capitalize() for part in kind.split("_")),
            messages.sends_file(kind),
            f"chat_id {kind} caption parse_mode caption_entities disable_notification "
            "protect_content reply_parameters reply_markup",
        )
        for kind in ("photo", "document", "voice", "audio", "video", "video_note")
    ),
    _method(
        "sendVenue",
        messages.send_venue,
        "chat_id latitude longitude title address foursquare_id foursquare_type google_place_id "
        "google_place_type disable_notification protect_content reply_parameters reply_markup",
    ),
    _method(
        "editMessageText",
        messages.edit_message_text,
        "business_connection_id chat_id message_id inline_message_id text parse_mode entities "
        "link_preview_options reply_markup",
    ),
    _method(
        "editMessageReplyMarkup",
        messages.edit_message_reply_markup,
        "business_connection_id chat_id message_id inline_message_id reply_markup",
    ),
    _method(
        "answerCallbackQuery",
        messages.answer_callback_query,
        "callback_query_id text show_alert url cache_time",
    ),
    _method(
        "sendChatAction",
        messages.send_chat_action,
        "business_connection_id chat_id message_thread_id action",
    ),
    _method("setMyCommands", profile.set_my_commands, "commands scope language_code"),
    _method("deleteMyCommands", profile.delete_my_commands, "scope language_code"),
    _method("getMyCommands", profile.get_my_commands, "scope language_code"),
    _method("setMyName", profile.keeps("name", 64), "name language_code"),
    _method("setMyDescription", profile.keeps("description", 512), "description language_code"),
    _method(
        "setMyShortDescription",
        profile.keeps("short_description", 120),
        "short_description language_code",
    ),
    _method("setChatMenuButton", profile.set_chat_menu_button, "chat_id menu_button"),
)

# Telegram does not mind the case of a method's name.
METHODS = {method.name.lower(): method for method in _ALL}
