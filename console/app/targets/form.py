"""The form of a target: which fields its provider needs, and what their values come to. No screen, no network."""

from collections.abc import Mapping
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from console.app.acts import with_keys
from console.app.dialogs.base import Field, Values
from console.app.targets.service import Given
from console.app.widgets.choice_list import Choice
from console.core.language.text import capital, clean, one_line
from console.core.refusal import Refused
from console.publish.provider import Provider
from console.publish.registry import built_in
from console.publish.sending.message import OCCASIONS, STATUSES
from console.publish.targets.connect import webhook_address
from console.publish.targets.folder import Targets
from console.publish.targets.keys import key_from
from console.publish.targets.model import Target, key_variable
from console.publish.targets.setup import missing_settings, parse_pair, with_absolute_paths
from console.publish.targets.validate import value_faults

OPTION = "option-"
"""Before the name of a provider's own option in the id of its field."""
KEY_LABELS = {"header": "API key", "url": "Webhook's address", "signature": "Key that signs", "login": "Password"}
AUDIENCES = (
    Choice("public", "Public updates"),
    Choice("internal", "Internal updates"),
    Choice("executive", "Updates for executives"),
)
MAILS = (Choice("no", "Nobody, unless the update says so"), Choice("yes", "Subscribers, unless the update says so"))
SENDING = (Choice("on", "Updates are sent to it"), Choice("off", "Switched off: nothing is sent"))


class TargetForm:
    """One target of one provider: a new one, or with `before` one that is changed, whose name stays."""

    def __init__(self, provider: str, cls: type[Provider], before: Target | None = None, key_at: str = "") -> None:
        """`key_at` says in words where the key comes from; empty where there is none."""
        self.provider, self.caps, self.base, self.before = provider, cls.capabilities, cls.base, before
        self.key_at = key_at
        self._mapped = mapping_lines(before.components) if before else ""

    # The fields

    def fields(self, kept: Mapping[str, str]) -> tuple[Field, ...]:
        """The fields that are asked for; `kept` are values from a form before this one."""
        caps, old = self.caps, self.before or Target("", self.provider)
        values = {**self.first_values, **kept}
        fields = [] if self.before else [Field("name", "Name", hint="status")]
        if self._url_needed:
            fields.append(Field("url", "Address", hint=caps.url_example))
        fields += [
            Field(
                f"{OPTION}{option.name}",
                option.says,
                hint=option.example if option.needed else f"optional: {option.example}",
            )
            for option in caps.options
        ]
        if caps.key:
            hint = "optional" if self.key_at or caps.key_for else ""
            fields.append(Field("key", caps.key_called or KEY_LABELS[caps.key_in], hint=hint, secret=True))
        if caps.page:
            fields.append(
                Field("page", caps.page_called, hint=with_keys("{check_form} lists them once there is a key"))
            )
        if not self._url_needed and (caps.link or (caps.network and caps.key_in != "url") or old.url):
            usual = "for links" if caps.link else "instead of the usual one"
            fields.append(Field("url", "Address", hint=f"optional: {usual}"))
        if caps.has_components:
            label = with_keys("Components, one a line: ours=theirs; {choose_components} picks them")
            fields.append(Field("components", label, lines=3))
        fields.append(Field("audience", "Updates it gets", choices=AUDIENCES))
        if caps.mails:
            fields.append(Field("notify", "Who is mailed", choices=MAILS))
        stages = tuple(Choice(status, status.capitalize()) for status in STATUSES)
        fields.append(Field("statuses", "Stages that are published; Space or the digit changes one", choices=stages))
        if caps.follows:
            label = "Told of beside updates; Space or the digit changes one"
            fields.append(Field("events", label, choices=tuple(Choice(kind, kind.capitalize()) for kind in OCCASIONS)))
        if self.provider not in built_in() or set(old.options) - {option.name for option in caps.options}:
            fields.append(Field("options", "Other options, one a line: name=value", lines=2))
        fields.append(Field("enabled", "Sending", choices=SENDING))
        return tuple(replace(field, value=values.get(field.id, "")) for field in fields)

    @property
    def first_values(self) -> Values:
        """The values in the form before anybody has typed."""
        old = self.before or Target("", self.provider)
        known = {option.name for option in self.caps.options}
        return {
            "name": old.name,
            "page": old.page,
            "url": old.url,
            "key": "",
            "components": self._mapped,
            "audience": self.caps.audience if self.before is None else old.audience,
            "notify": "yes" if old.notify else "no",
            "statuses": "\n".join(old.statuses),
            "events": "\n".join(old.events),
            "enabled": "on" if old.enabled else "off",
            "options": mapping_lines({name: value for name, value in old.options.items() if name not in known}),
            **{f"{OPTION}{name}": old.options.get(name, "") for name in known},
        }

    @property
    def _url_needed(self) -> bool:
        return self.caps.network and self.caps.key_in != "url" and not self.base

    def key_note(self, name: str) -> str:
        """Below the field of the key: where else it comes from."""
        if self.key_at:
            return f"Empty keeps the one from {self.key_at}."
        known = self.before.name if self.before else name.strip()
        variable = key_variable(known) if known else "WARROOM_TARGET_NAME_KEY"
        return f"Left empty, {variable} is read."

    # What they come to

    def given(self, values: Values) -> Given:
        """The target and the key that was typed, as far as they can be read; `faults` says what cannot."""
        old = self.before or Target("", self.provider)
        own = {id.removeprefix(OPTION): value.strip() for id, value in values.items() if id.startswith(OPTION)}
        others = mapping(values["options"]) if "options" in values else old.options
        options = {name: value for name, value in others.items() if name not in own}
        options |= {name: value for name, value in own.items() if value}
        # Left as they were, names that only the file can hold stay what they are.
        mapped = values.get("components", self._mapped)
        components = old.components if mapped == self._mapped else mapping(mapped)
        wanted = {
            "name": values.get("name", old.name).strip(),
            "provider": self.provider,
            "url": values.get("url", old.url).strip(),
            "page": values.get("page", old.page).strip(),
            "audience": values["audience"],
            "notify": values["notify"] == "yes" if "notify" in values else old.notify,
            "components": components,
            "statuses": [status for status in STATUSES if status in values["statuses"].split("\n")],
            "events": [kind for kind in OCCASIONS if kind in values.get("events", "").split("\n")],
            "options": options,
            "enabled": values["enabled"] == "on",
        }
        target = msgspec.convert(wanted, Target)
        whole = with_absolute_paths(target, self.caps).options
        # A path that somebody wrote into the file is theirs as long as it stands.
        kept = {name: value for name, value in old.options.items() if options.get(name) == value}
        target = replace(target, options={**whole, **kept})
        if target.statuses == STATUSES:
            # A value that is the default is left out of the file.
            target = replace(target, statuses=STATUSES)
        typed = None
        with suppress(Refused):
            typed = key_from(values.get("key", ""))
        return Given(target, typed)

    def faults(self, values: Values, targets: Targets) -> dict[str, str]:
        """The sentences that say what is wrong, by field, in the order of the fields; empty where nothing is."""
        target = self.given(values).target
        faults: dict[str, str] = {}

        def wrong(id: str, sentence: str) -> None:
            faults.setdefault(id if id in values else next(iter(values)), clean(sentence, multiline=False))

        if self.before is None and not target.name:
            wrong("name", "Give it a name, such as status.")
        elif self.before is None:
            try:
                targets.check_name(target.name)
            except Refused as refused:
                wrong("name", refused.reason)
        for id, form in (("components", "checkout=8kbf7d35c070"), ("options", "name=value")):
            if id in values and not (id == "components" and values[id] == self._mapped):
                for sentence in _pairs(values[id])[1]:
                    wrong(id, sentence.format(form=form))
        if not target.statuses:
            wrong("statuses", "Choose at least one stage, or switch the target off below.")
        for field, sentence in missing_settings(target, self.caps, self.base):
            wrong("url" if field == "url" else f"{OPTION}{field}", sentence)
        if typed := values.get("key", "").strip():
            try:
                typed_key = key_from(typed)
                if self.caps.key_in == "url":
                    webhook_address(target, typed_key)
            except Refused as refused:
                wrong("key", refused.reason)
        for key, why in value_faults(target):
            wrong(key or "components", f"{capital(why)}.")
        return {field.id: faults[field.id] for field in self.fields({}) if field.id in faults}


def mapping(lines: str) -> dict[str, str]:
    """Our components with their ids, out of the form's lines; what is no pair is left out."""
    return dict(_pairs(lines)[0])


def mapping_lines(pairs: Mapping[str, str]) -> str:
    """The form's lines for our components with their ids."""
    return "\n".join(f"{ours}={theirs}" for ours, theirs in pairs.items())


def _pairs(lines: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Pairs out of lines, and a sentence for each line that is none; `{form}` stands for an example."""
    pairs: list[tuple[str, str]] = []
    wrong: list[str] = []
    for number, line in enumerate(lines.split("\n"), 1):
        read = parse_pair(line)
        shown = one_line(line, 30).replace("{", "{{").replace("}", "}}")
        if read is None and line.strip():
            wrong.append(f"Line {number}, “{shown}”, is not a pair; write it as {{form}}.")
        elif read is not None and read[0] in dict(pairs):
            wrong.append(f"Line {number} names {shown.partition('=')[0]} a second time; take one of them out.")
        elif read is not None:
            pairs.append(read)
    return pairs, wrong
