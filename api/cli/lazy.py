"""Command groups whose commands are imported when they are called."""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

# Command -> (its module, its name there, what it does).
Table = Mapping[str, tuple[str, str, str]]


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called.

    `one_thread`: commands that compute with whole numbers, not linear algebra; numpy's library need
    not start its threads for them.
    """

    def __init__(
        self, *args: Any, table: Table, one_thread: frozenset[str] = frozenset(), **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self.table = table
        self.one_thread = one_thread

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        module, name, _ = self.table[cmd_name]
        if cmd_name in self.one_thread:
            os.putenv("OPENBLAS_NUM_THREADS", "1")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in self.table.items()])
