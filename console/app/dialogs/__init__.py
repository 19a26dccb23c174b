"""Dialogs: each ends in a command of the core, or in nothing."""

from console.app.dialogs.base import FormDialog
from console.app.dialogs.compose import UpdateDialog
from console.app.dialogs.declare import Declaration, DeclareDialog
from console.app.dialogs.find import ConfirmDialog, FilterDialog, JumpDialog
from console.app.dialogs.respond import (
    DoneDialog,
    RoleDialog,
    SeverityDialog,
    SnoozeDialog,
    TaskDialog,
)
from console.app.dialogs.stage import StageDialog
from console.app.dialogs.write import AcceptDialog, EntryDialog, HandoffDialog, Handover
from console.app.help import HelpScreen

__all__ = [
    "AcceptDialog",
    "ConfirmDialog",
    "Declaration",
    "DeclareDialog",
    "DoneDialog",
    "EntryDialog",
    "FilterDialog",
    "FormDialog",
    "HandoffDialog",
    "Handover",
    "HelpScreen",
    "JumpDialog",
    "RoleDialog",
    "SeverityDialog",
    "SnoozeDialog",
    "StageDialog",
    "TaskDialog",
    "UpdateDialog",
]
