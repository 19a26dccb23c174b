"""Commands for the slash words that have none of their own: `warroom assign K7Q2 2 rs` is `/assign 2 rs`."""

from datetime import datetime

import click

from console.cli.context import Shell
from console.cli.params import at_option, command
from console.cli.respond import log_line
from console.core.log.registry import WORDS


def slash_command(word: str) -> click.Command:
    """The command that writes `/word TEXT` and prints the entry's id."""

    @command("ref [text...]", name=word, help=f"As {WORDS[word].form} in the prompt; prints the entry's id.")
    @at_option()
    def write(shell: Shell, ref: str, text: str, at: datetime | None) -> None:
        with shell.ledger() as ledger:
            click.echo(log_line(shell, ledger, ledger.resolve(ref), f"/{word} {text}".strip(), at))

    return write
