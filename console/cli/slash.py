"""Commands for the slash words that have none of their own: `warroom assign K7Q2 2 rs` is `/assign 2 rs`."""

import click

from console.cli.context import Shell, pass_shell
from console.cli.params import WordsCommand, at_option, moment
from console.cli.respond import log_line
from console.core.log.registry import WORDS


def slash_command(word: str) -> click.Command:
    """The command that writes `/word TEXT` and prints the entry's id."""

    @click.command(word, cls=WordsCommand, help=f"As {WORDS[word].form} in the prompt; prints the entry's id.")
    @click.argument("ref")
    @click.argument("text", nargs=-1)
    @at_option
    @pass_shell
    def write(shell: Shell, ref: str, text: tuple[str, ...], at: str | None) -> None:
        when = moment(shell, at)
        with shell.ledger() as ledger:
            click.echo(log_line(shell, ledger, ledger.resolve(ref), " ".join((f"/{word}", *text)), when))

    return write
