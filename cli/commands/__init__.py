"""Every command as a value that can run here or be handed to the process that owns the database.

Each is imported when it is asked for (`cli.late`).
"""

from typing import TYPE_CHECKING, Final

from cli.late import finder

if TYPE_CHECKING:
    from cli.commands.audiences import ShowAudience
    from cli.commands.businesses import (
        AddBusiness,
        CapBusiness,
        CloseBusiness,
        CompletePack,
        DescribeBusiness,
        GiveFirebase,
        GiveTelegram,
        ListBusinesses,
        TakeFirebase,
        TakeTelegram,
    )
    from cli.commands.campaigns import (
        ActOnCampaign,
        CheckCampaign,
        ListCampaigns,
        ScheduleCampaign,
        ShowCampaign,
        WriteCampaign,
    )
    from cli.commands.checks import Check
    from cli.commands.comparisons import ComparePlan
    from cli.commands.explanations import Explain
    from cli.commands.held import DropHeld, ListHeld, ReleaseHeld
    from cli.commands.imports import ImportFile
    from cli.commands.ledger import ProveConsents, VerifyLedger
    from cli.commands.links import ApproveLink, ConfirmLink, Invite, ListLinks, Poster, RefuseLink
    from cli.commands.packs import TakePack
    from cli.commands.pauses import PauseSending, ResumeSending
    from cli.commands.plans import Plan, Status
    from cli.commands.previews import ExplainCampaign, PreviewCampaign, TryCampaign
    from cli.commands.replies import AnswerReply, CloseReply, ListReplies, WriteLetter
    from cli.commands.rights import EraseCustomer, ExportCustomer
    from cli.commands.rule_files import CheckRule, SaveRule, ShowRule
    from cli.commands.rules import ListRules, PreviewRule, SwitchOff, SwitchOn
    from cli.commands.secrets import RotateSecrets
    from cli.commands.staff import AnswerWithin, InviteStaff, ListStaff, RemoveStaff
    from cli.commands.templates import (
        CheckTemplate,
        ListTemplates,
        PreviewTemplate,
        SaveTemplate,
        ShowTemplate,
    )

_MODULES: Final = {
    "ActOnCampaign": "campaigns",
    "AddBusiness": "businesses",
    "AnswerReply": "replies",
    "AnswerWithin": "staff",
    "ApproveLink": "links",
    "CapBusiness": "businesses",
    "Check": "checks",
    "CheckCampaign": "campaigns",
    "CheckRule": "rule_files",
    "CheckTemplate": "templates",
    "CloseBusiness": "businesses",
    "CloseReply": "replies",
    "ComparePlan": "comparisons",
    "CompletePack": "businesses",
    "ConfirmLink": "links",
    "DescribeBusiness": "businesses",
    "DropHeld": "held",
    "EraseCustomer": "rights",
    "Explain": "explanations",
    "ExplainCampaign": "previews",
    "ExportCustomer": "rights",
    "GiveFirebase": "businesses",
    "GiveTelegram": "businesses",
    "ImportFile": "imports",
    "Invite": "links",
    "InviteStaff": "staff",
    "ListBusinesses": "businesses",
    "ListCampaigns": "campaigns",
    "ListHeld": "held",
    "ListLinks": "links",
    "ListReplies": "replies",
    "ListRules": "rules",
    "ListStaff": "staff",
    "ListTemplates": "templates",
    "PauseSending": "pauses",
    "Plan": "plans",
    "Poster": "links",
    "PreviewCampaign": "previews",
    "PreviewRule": "rules",
    "PreviewTemplate": "templates",
    "ProveConsents": "ledger",
    "RefuseLink": "links",
    "ReleaseHeld": "held",
    "RemoveStaff": "staff",
    "ResumeSending": "pauses",
    "RotateSecrets": "secrets",
    "SaveRule": "rule_files",
    "SaveTemplate": "templates",
    "ScheduleCampaign": "campaigns",
    "ShowAudience": "audiences",
    "ShowCampaign": "campaigns",
    "ShowRule": "rule_files",
    "ShowTemplate": "templates",
    "Status": "plans",
    "SwitchOff": "rules",
    "SwitchOn": "rules",
    "TakeFirebase": "businesses",
    "TakePack": "packs",
    "TakeTelegram": "businesses",
    "TryCampaign": "previews",
    "VerifyLedger": "ledger",
    "WriteCampaign": "campaigns",
    "WriteLetter": "replies",
}

HOMES: Final = {name: f"{__name__}.{module}" for name, module in _MODULES.items()}
"""The module that each command lives in."""

if not TYPE_CHECKING:  # where it looks, a name that is not above is an error
    __getattr__ = finder(__name__, HOMES)

__all__ = [
    "HOMES",
    "ActOnCampaign",
    "AddBusiness",
    "AnswerReply",
    "AnswerWithin",
    "ApproveLink",
    "CapBusiness",
    "Check",
    "CheckCampaign",
    "CheckRule",
    "CheckTemplate",
    "CloseBusiness",
    "CloseReply",
    "ComparePlan",
    "CompletePack",
    "ConfirmLink",
    "DescribeBusiness",
    "DropHeld",
    "EraseCustomer",
    "Explain",
    "ExplainCampaign",
    "ExportCustomer",
    "GiveFirebase",
    "GiveTelegram",
    "ImportFile",
    "Invite",
    "InviteStaff",
    "ListBusinesses",
    "ListCampaigns",
    "ListHeld",
    "ListLinks",
    "ListReplies",
    "ListRules",
    "ListStaff",
    "ListTemplates",
    "PauseSending",
    "Plan",
    "Poster",
    "PreviewCampaign",
    "PreviewRule",
    "PreviewTemplate",
    "ProveConsents",
    "RefuseLink",
    "ReleaseHeld",
    "RemoveStaff",
    "ResumeSending",
    "RotateSecrets",
    "SaveRule",
    "SaveTemplate",
    "ScheduleCampaign",
    "ShowAudience",
    "ShowCampaign",
    "ShowRule",
    "ShowTemplate",
    "Status",
    "SwitchOff",
    "SwitchOn",
    "TakeFirebase",
    "TakePack",
    "TakeTelegram",
    "TryCampaign",
    "VerifyLedger",
    "WriteCampaign",
    "WriteLetter",
]
