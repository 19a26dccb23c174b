"""Dialogs: each ends in a command of the core, or in nothing.

`from console.app import dialogs`, then `dialogs.respond.TaskDialog(…)`: a module is read when its first dialog is
opened, so that the room is painted sooner.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.app.dialogs import advice as advice
    from console.app.dialogs import after as after
    from console.app.dialogs import base as base
    from console.app.dialogs import components as components
    from console.app.dialogs import compose as compose
    from console.app.dialogs import declare as declare
    from console.app.dialogs import find as find
    from console.app.dialogs import grounds as grounds
    from console.app.dialogs import help as help
    from console.app.dialogs import link as link
    from console.app.dialogs import maintenance as maintenance
    from console.app.dialogs import pages as pages
    from console.app.dialogs import paste as paste
    from console.app.dialogs import playbook as playbook
    from console.app.dialogs import process as process
    from console.app.dialogs import registers as registers
    from console.app.dialogs import respond as respond
    from console.app.dialogs import settle as settle
    from console.app.dialogs import stage as stage
    from console.app.dialogs import write as write
else:
    from console.app.lazy import module_getter

    __getattr__ = module_getter(__name__)
