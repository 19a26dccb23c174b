"""Texts to post from the shell, and the templates behind them."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from console.cli.context import Shell
from console.cli.main import Commands, warroom
from console.cli.template import TEMPLATE_FORMS, options, written
from console.core.log.state import Incident
from console.export.updates.update import UNDESCRIBED
from tests.core.story import START, Story


class Team:
    """A person with a configuration folder."""

    def __init__(self, folder: Path) -> None:
        self.templates = folder / "templates"
        self.templates.mkdir()
        self.shell = Shell(None, "mo", "UTC", False, str(folder))

    def runs(self, *args: str) -> Result:
        return CliRunner().invoke(warroom, ["--config", str(self.templates.parent), "--tz", "UTC", "template", *args])

    def exports(self, state: Incident, *args: str) -> Result:
        @click.command()
        @click.argument("form")
        @options
        def export(form: str, audience: str, style: str | None, stage: str) -> None:
            text = written(self.shell, state, START, form, audience=audience, style=style, stage=stage)
            click.echo(text, nl=False)

        return CliRunner().invoke(Commands(commands={"export": export}), ["export", *args])


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("update",), "INC-K7Q2 update #1 · Declared"),
        (("update", "--audience", "public"), "Checkout errors. We are investigating."),
        (("update", "--audience", "executive"), "INC-K7Q2 executive update #1"),
        (("update", "--form", "can"), "INC-K7Q2 CAN report #1"),
        (("brief",), "# INC-K7Q2: Checkout errors"),
        (("channel",), "#incident-2026-11-21-checkout-errors\n"),
        (("first-status",), "SEV1: Checkout errors."),
        (("announcement",), "SEV1 declared at 14:00 UTC"),
        (("announcement", "--stage", "monit"), "Monitoring since 14:00 UTC"),
    ],
)
def test_each_form_is_written(team: Team, args: tuple[str, ...], said: str) -> None:
    done = team.exports(Story().state, *args)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(said)
    assert done.stdout.endswith("\n")
    assert done.stderr == (f"{UNDESCRIBED}\n" if "public" in args else "")
    assert args[0] in TEMPLATE_FORMS


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("customer",), "INC-K7Q2 is not closed yet"),
        (("update", "--audience", "public", "--form", "can"), "An update for public is written as public; choose"),
        (("announcement", "--stage", "nowhere"), "There is no stage “nowhere”"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(team: Team, args: tuple[str, ...], said: str) -> None:
    done = team.exports(Story().state, *args)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_a_broken_template_is_told_beside_the_usual_text(team: Team) -> None:
    (team.templates / "internal.md.j2").write_text("{{ nope }}")
    done = team.exports(Story().state, "update")
    assert done.exit_code == 0
    assert done.stdout.startswith("INC-K7Q2 update #1")
    assert "internal.md.j2, line 1: there is no “nope” here" in done.stderr


def test_templates_are_listed_with_whose_they_are(team: Team) -> None:
    (team.templates / "acme.md.j2").write_text("x")
    rows = dict(line.split(maxsplit=1) for line in team.runs("list").stdout.splitlines())
    assert rows["internal"] == "built in"
    assert rows["acme"] == str(team.templates / "acme.md.j2")


def test_a_template_is_shown_to_start_from(team: Team) -> None:
    source = team.runs("show", "internal").stdout
    (team.templates / "internal.md.j2").write_text(source)
    assert team.runs("check").exit_code == 0
    assert team.runs("show", "nope").stderr.startswith("There is no template “nope”; choose one of ")


def test_all_templates_are_checked_or_one_which_is_printed(team: Team) -> None:
    assert team.runs("check").stdout.endswith("templates can be filled in.\n")
    assert team.runs("check", "internal").stdout.startswith("INC-K7Q2 update #2")
    assert team.runs("check", "--playbook", "nope").exit_code == 1
    assert team.runs("check", "nope").stderr.startswith("There is no template")
    (team.templates / "public.md.j2").write_text("{{ ic }}")
    (team.templates / "can.md.j2").write_text("{% if %}")
    done = team.runs("check")
    assert done.exit_code == 1
    assert [line.split(":")[0].rsplit("/", 1)[1] for line in done.stderr.splitlines()] == [
        "can.md.j2, line 1",
        "public.md.j2, line 1",
    ]
