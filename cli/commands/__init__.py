"""Every command as a value that can run here or be handed to the process that owns the database."""

from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter

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

Command: TypeAlias = Annotated[
    AddBusiness
    | RotateSecrets
    | CapBusiness
    | CloseBusiness
    | DescribeBusiness
    | CompletePack
    | TakeFirebase
    | TakeTelegram
    | GiveFirebase
    | GiveTelegram
    | ApproveLink
    | ConfirmLink
    | Invite
    | ListLinks
    | Poster
    | RefuseLink
    | ListBusinesses
    | ActOnCampaign
    | CheckCampaign
    | ListCampaigns
    | ScheduleCampaign
    | ShowCampaign
    | WriteCampaign
    | ExplainCampaign
    | PreviewCampaign
    | TryCampaign
    | Check
    | ComparePlan
    | DropHeld
    | EraseCustomer
    | ExportCustomer
    | Explain
    | ListHeld
    | ReleaseHeld
    | ImportFile
    | PauseSending
    | ResumeSending
    | Plan
    | ProveConsents
    | VerifyLedger
    | Status
    | CloseReply
    | AnswerReply
    | AnswerWithin
    | InviteStaff
    | ListStaff
    | RemoveStaff
    | WriteLetter
    | ListReplies
    | ListRules
    | ShowAudience
    | CheckRule
    | PreviewRule
    | SaveRule
    | ShowRule
    | SwitchOff
    | SwitchOn
    | CheckTemplate
    | ListTemplates
    | PreviewTemplate
    | SaveTemplate
    | ShowTemplate,
    Field(discriminator="kind"),
]

command_adapter: TypeAdapter[Command] = TypeAdapter(Command)

__all__ = [
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
    "Command",
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
    "TakeTelegram",
    "TryCampaign",
    "VerifyLedger",
    "WriteCampaign",
    "WriteLetter",
    "command_adapter",
]
