"""Databases of their own, on the server of the run, for tests that stop or spoil one."""

import os

import asyncpg

from deliberation.devserver import server
from tests.conftest import GivenServer


async def empty_database(cluster: server.Cluster | GivenServer, name: str) -> str:
    """An empty database that is called so by this worker of pytest, and its address."""
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    connection = await asyncpg.connect(cluster.url("postgres").replace("+asyncpg", "", 1))
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return cluster.url(name)
