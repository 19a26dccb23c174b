"""Dialogs: each ends in a command of the core, or in nothing."""

from console.app.screens.dialogs.base import FormDialog
from console.app.screens.dialogs.compose import UpdateDialog
from console.app.screens.dialogs.declare import Declaration, DeclareDialog
from console.app.screens.dialogs.find import ConfirmDialog, FilterDialog, JumpDialog
from console.app.screens.dialogs.respond import (
    DoneDialog,
    RoleDialog,
    SeverityDialog,
    SnoozeDialog,
    TaskDialog,
)
from console.app.screens.dialogs.stage import StageDialog
from console.app.screens.dialogs.write import AcceptDialog, EntryDialog, HandoffDialog, Handover
from console.app.screens.help import HelpScreen

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
