"""Which providers there are. Each is imported when a target of its kind is first used."""

from importlib import import_module
from importlib.metadata import entry_points

from console.core.refusal import Refusal
from console.publish.providers.base import Provider

BUILT_IN: dict[str, str] = {
    "statuspage": "console.publish.providers.statuspage:Statuspage",
    "incident-io": "console.publish.providers.incident_io:IncidentIo",
    "cachet": "console.publish.providers.cachet:Cachet",
    "cachet-v2": "console.publish.providers.cachet_v2:CachetV2",
    "instatus": "console.publish.providers.instatus:Instatus",
    "betterstack": "console.publish.providers.betterstack:BetterStack",
    "openstatus": "console.publish.providers.openstatus:OpenStatus",
    "cstate": "console.publish.providers.cstate:CState",
    "slack": "console.publish.providers.slack:Slack",
    "teams": "console.publish.providers.teams:Teams",
    "discord": "console.publish.providers.discord:Discord",
    "webhook": "console.publish.providers.webhook:Webhook",
    "file": "console.publish.providers.file:ToFile",
}
"""Names as in a target's `provider`, with module and class."""

TITLES: dict[str, str] = {
    "statuspage": "Statuspage, by Atlassian",
    "incident-io": "incident.io status page",
    "cachet": "Cachet 3",
    "cachet-v2": "Cachet 2",
    "instatus": "Instatus",
    "betterstack": "Better Stack status page",
    "openstatus": "OpenStatus",
    "cstate": "cState, a page in a git repository",
    "slack": "Slack channel",
    "teams": "Microsoft Teams channel",
    "discord": "Discord channel",
    "webhook": "Webhook of your own",
    "file": "File, for rehearsals",
}
"""As people call them; a provider of somebody else's goes by its name."""

GROUP = "warroom.providers"
"""The entry point group in which a package of somebody else's offers a provider."""


def names() -> list[str]:
    """All providers: the built-in ones, then those of installed packages."""
    return [*BUILT_IN, *sorted(one.name for one in entry_points(group=GROUP) if one.name not in BUILT_IN)]


def provider_class(name: str) -> type[Provider] | Refusal:
    """The class behind a name. A package that cannot be imported is told of, not raised."""
    where = BUILT_IN.get(name)
    if where is not None:
        module, _, cls = where.partition(":")
        return getattr(import_module(module), cls)  # type: ignore[no-any-return]  # named in BUILT_IN, held by a test
    found = next((one for one in entry_points(group=GROUP) if one.name == name), None)
    if found is None:
        return Refusal(f"There is no provider “{name}”: use {', '.join(names())}.", "provider")
    try:
        return found.load()  # type: ignore[no-any-return]  # a stranger's class, checked by the suite that they run
    except (ImportError, AttributeError) as error:
        return Refusal(f"The provider {name} cannot be loaded ({error}); reinstall its package.", "provider")
