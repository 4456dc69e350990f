"""methods: list the voting methods."""

import click

from api.cli.support import show_json
from voting.methods import METHODS


@click.command("methods")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def list_methods(as_json: bool) -> None:
    """List the methods: the ballots each reads, its options (default first), its properties."""
    if as_json:
        rows = [
            {
                "name": name,
                "ballots": m.ballot,
                "options": m.options,
                "properties": sorted(m.claims),
            }
            for name, m in METHODS.items()
        ]
        show_json({"methods": rows})
        return
    for name, method in METHODS.items():
        click.echo(f"{name} ({method.ballot})")
        for option, values in method.options.items():
            click.echo(f"    {option}={'|'.join(values)}")
        click.echo(f"    {', '.join(sorted(method.claims))}")
