"""What carries out a verb. Each is imported when it is asked for (`cli.late`)."""

from typing import TYPE_CHECKING, Final

from cli.late import finder

if TYPE_CHECKING:
    from bot.poster import code_png, poster_svg
    from cli.carrying import carry_out, read_settings
    from cli.checking import checked
    from cli.demo.play import run_demo
    from cli.execute import show
    from cli.logs import configure
    from cli.rule_file import fields_of, read_rule
    from cli.serving import run_serve
    from cli.template_file import parse_template
    from cli.watching import previewed, watch
    from messaging.actions.doors import fingerprint_of, new_key

HOMES: Final = {
    "carry_out": "cli.carrying",
    "checked": "cli.checking",
    "code_png": "bot.poster",
    "configure": "cli.logs",
    "fields_of": "cli.rule_file",
    "fingerprint_of": "messaging.actions.doors",
    "new_key": "messaging.actions.doors",
    "parse_template": "cli.template_file",
    "poster_svg": "bot.poster",
    "previewed": "cli.watching",
    "read_rule": "cli.rule_file",
    "read_settings": "cli.carrying",
    "run_demo": "cli.demo.play",
    "run_serve": "cli.serving",
    "show": "cli.execute",
    "watch": "cli.watching",
}
"""The module that each of them lives in."""

if not TYPE_CHECKING:  # where it looks, a name that is not above is an error
    __getattr__ = finder(__name__, HOMES)

__all__ = [
    "HOMES",
    "carry_out",
    "checked",
    "code_png",
    "configure",
    "fields_of",
    "fingerprint_of",
    "new_key",
    "parse_template",
    "poster_svg",
    "previewed",
    "read_rule",
    "read_settings",
    "run_demo",
    "run_serve",
    "show",
    "watch",
]
