"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import voting

MODULES = [module.name for module in pkgutil.walk_packages(voting.__path__, "voting.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_kernel_function_has_an_example() -> None:
    for name in MODULES:
        if name.startswith("voting.kernels."):
            assert doctest.testmod(importlib.import_module(name)).attempted > 0, name
