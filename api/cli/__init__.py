"""The command line, `beffroi`: noun then verb; data on standard output, the rest on standard error.

Exit codes: 0 done, 1 failure, 2 wrong usage, 3 invalid data, 4 not found, 5 conflict, 6 not
allowed, 130 interrupted. A command's module is imported only when it is called, so that counting a
file stays quick.
"""

import click

from api.cli.lazy import LazyGroup

SITE, TALLY = "api.cli.site", "api.cli.tally"

# Command -> (its module, its name there, what it does): one literal table.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "serve": (f"{SITE}.serve", "serve", "Serve the site."),
    "worker": (f"{SITE}.serve", "worker", "Run the background jobs."),
    "migrate": (f"{SITE}.serve", "migrate", "Bring the database to the newest schema."),
    "backup": (f"{SITE}.backup", "backup", "Write the whole database into a folder."),
    "restore": (f"{SITE}.backup", "restore", "Load a backup into an empty database and check it."),
    "secret": (f"{SITE}.serve", "secret", "Change the site's secret, between votes."),
    "settings": (f"{SITE}.serve", "settings", "Show every setting and its meaning."),
    "doctor": (f"{SITE}.doctor", "doctor", "Check the settings, the database and what is around."),
    "health": (f"{SITE}.jobs", "health", "Report the state of the installation."),
    "jobs": (f"{SITE}.jobs", "jobs", "List, retry and drop failed jobs."),
    "mail": (f"{SITE}.jobs", "mail", "List and send undelivered mails, test the server."),
    "demo": ("api.cli.demo", "demo", "Start a demonstration network on this machine."),
    "authority": (f"{SITE}.network", "authority", "Create, change and delete authorities."),
    "person": (f"{SITE}.network", "person", "Give people roles, look after accounts."),
    "consultation": (f"{SITE}.network", "consultation", "List and show consultations."),
    "ballots": (f"{SITE}.ballots", "ballots", "Publish a past vote from a file of ballots."),
    "tally": (f"{TALLY}.count", "tally_file", "Count a file of ballots by any method."),
    "recount": (f"{TALLY}.count", "recount_file", "Count a published result again and compare."),
    "convert": (f"{TALLY}.convert", "convert", "Write a file of ballots in another format."),
    "methods": (f"{TALLY}.methods", "list_methods", "List the voting methods and their options."),
    "sealed": ("api.cli.sealed", "sealed", "Keys, count and verification of sealed votes."),
}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    one_thread=frozenset({"tally", "recount", "convert", "methods"}),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="beffroi")
def main() -> None:
    """Participatory deliberation and consultation engine.

    Three commands count: `tally` counts any file of ballots; `recount` counts a published result
    again and compares; `sealed count` counts a sealed vote from its trustees' shares.

    Exit codes: 0 done, 1 failure, 2 wrong usage, 3 invalid data, 4 not found, 5 conflict, 6 not
    allowed, 130 interrupted.
    """
