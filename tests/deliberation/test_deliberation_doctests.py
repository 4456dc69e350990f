"""The examples in the docstrings of deliberation are true."""

import doctest
import importlib

import pytest

from tests.architecture.sources import read

MODULES = [
    path.removesuffix(".py").replace("/", ".")
    for path, text in read("deliberation").items()
    if path.endswith(".py") and ">>> " in text
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert (result.failed, result.attempted > 0) == (0, True)
