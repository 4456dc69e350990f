"""The command line, `beffroi`: noun then verb; data on standard output, the rest on standard error.

Exit codes: 0 done, 1 failure, 2 wrong usage, 3 invalid data, 4 not found, 5 conflict, 6 not
allowed, 130 interrupted. A group's file is read only when its command is called, so that counting a
file stays quick.
"""

import os
from importlib import import_module

import click

# Command -> (its file, its name there, what it does): one literal table.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "serve": ("running", "serve", "Serve the site."),
    "worker": ("running", "worker", "Run the background jobs."),
    "migrate": ("running", "migrate", "Bring the database to the newest schema."),
    "backup": ("backing", "backup", "Write the whole database into a folder."),
    "restore": ("backing", "restore", "Put a backup into an empty database, and check it."),
    "secret": ("running", "secret", "Change the secret of a site, between votes."),
    "settings": ("running", "settings", "Show every setting and its meaning."),
    "health": ("jobs", "health", "Say how the installation is doing."),
    "jobs": ("jobs", "jobs", "List, retry and drop jobs that failed."),
    "mail": ("jobs", "mail", "Try the mail server."),
    "demo": ("demo", "demo", "Start a living demonstration network on this machine."),
    "authority": ("network", "authority", "Create and list authorities."),
    "person": ("network", "person", "Give people roles."),
    "ballots": ("ballots", "ballots", "Publish the count of ballots from a file."),
    "tally": ("counting", "tally_file", "Count a file of ballots."),
    "convert": ("converting", "convert", "Write a file of ballots in another format."),
    "recount": ("counting", "recount_file", "Count a published result again and compare."),
    "trustee": ("trustees", "trustee", "Make a trustee's key, open ballots, sign (offline)."),
    "bundle": ("sealed", "archive", "Write a closed urn's sealed ballots for its trustees."),
    "count": ("minutes", "count", "Count a sealed vote with its trustees' shares (offline)."),
    "minutes": ("sealed", "minutes", "Publish the signed count of a sealed vote."),
    "slot-key": ("sealed", "pseudonym_key", "Replace the lost key of an open sealed vote's slots."),
    "verify": ("verifying", "verify", "Check a sealed vote from what is published."),
    "board": ("mirroring", "board", "Keep copies of a sealed vote's public board."),
    "methods": ("counting", "list_methods", "List the voting methods and their options."),
}
# Counting uses whole numbers, not linear algebra: numpy's library need not start its threads.
COUNTING = ("counting", "converting", "trustees", "minutes", "verifying")


class _Lazy(click.Group):
    """A group that imports a command's file when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        file, name, _ = COMMANDS[cmd_name]
        if file in COUNTING:
            os.putenv("OPENBLAS_NUM_THREADS", "1")
        command: click.Command = getattr(import_module(f"api.cli.{file}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="beffroi")
def main() -> None:
    """Participatory deliberation and consultation engine.

    Exit codes: 0 done, 1 failure, 2 wrong usage, 3 invalid data, 4 not found, 5 conflict, 6 not
    allowed, 130 interrupted.
    """
