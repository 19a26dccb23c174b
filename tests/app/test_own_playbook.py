"""A team's own playbook in the console: used where it can be read, told where it cannot."""

from pathlib import Path

from tests.app.driver import console


def own(folder: Path, text: str) -> Path:
    config = folder / "config"
    (config / "playbooks").mkdir(parents=True)
    (config / "playbooks/standard.toml").write_text(text)
    return config


async def test_an_incident_is_declared_by_the_team_s_own_playbook(tmp_path: Path) -> None:
    config = own(
        tmp_path, 'extends = "standard"\ntitle = "Ours"\n[[severities]]\nname = "SEV1"\nmeaning = "Ours burns."\n'
    )
    async with console(tmp_path, config=config) as room:
        await room.presses("alt+shift+d", *"queue", "enter")
        await room.until(lambda: room.screen.state.title.value == "queue")
        playbook = room.screen.state.playbook
        assert playbook is not None
        assert (playbook.name, playbook.title) == ("standard", "Ours")


async def test_a_broken_one_is_told_and_the_built_in_one_used(tmp_path: Path) -> None:
    config = own(tmp_path, "titles = 1\n")
    async with console(tmp_path, config=config) as room:
        await room.presses("alt+shift+d")
        room.shows("standard.toml, line 1, key titles", "the built-in standard is")
