"""Sizes of files and functions (STYLE.md, rule 2), and the sentence at the head of each module (rule 3)."""

from __future__ import annotations

import ast

from tests.house.tree import functions, length, modules, public


def test_no_file_passes_400_lines_and_95_percent_are_under_300() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert not [f"{path}: {size}" for path, size in sizes.items() if size > 400]
    assert sum(size > 300 for size in sizes.values()) <= len(sizes) * 0.05


def test_no_function_passes_50_lines_and_95_percent_are_under_30() -> None:
    lengths = {name: length(node) for path in modules() for name, node in functions(path)}
    assert not [f"{name}: {size}" for name, size in lengths.items() if size > 50]
    assert sum(size > 30 for size in lengths.values()) <= len(lengths) * 0.05


def test_every_module_says_first_what_it_is_for() -> None:
    silent = [str(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent


def test_what_others_call_says_what_it_does() -> None:
    silent = [name for path in modules() for name, node in public(path) if ast.get_docstring(node) is None]
    assert not silent


def test_no_room_is_called_by_a_word_that_says_nothing() -> None:
    empty = {"utils", "helpers", "manager", "common", "base", "misc"}
    assert not [path for path in modules() if path.stem in empty]
