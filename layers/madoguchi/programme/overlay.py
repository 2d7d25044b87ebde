"""Laying values over a definition by their keys: a language's words, and what staff changed.

A key names the way from the top: `office.areas.booth.longest_minutes`. The elements of a list are named by
their `id` or `value` and, where they have none, by their number from 0.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Tree = dict[str, Any]


class UnknownKeyError(KeyError):
    """No such place in the definition."""


def lay(tree: Tree, values: Mapping[str, Any], *, missing_is_fine: bool = False, may_add: bool = False) -> None:
    """Put each value in its place; UnknownKeyError when there is none, unless that is fine.

    With `may_add`, a key may be added to a map that is there: a definition need not write its defaults.
    """
    for key, value in values.items():
        try:
            parent, last = _place(tree, key, may_add=may_add)
        except UnknownKeyError:
            if missing_is_fine:
                continue
            raise
        parent[last] = value


def value_at(tree: Tree, key: str) -> Any:  # noqa: ANN401 whatever the definition has there
    """What the definition says there; UnknownKeyError when there is no such place."""
    parent, last = _place(tree, key)
    return parent[last]


def leaves(node: object, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every (key, value) of a tree that is neither a map nor a list."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield from leaves(child, f"{key}.{name}" if key else str(name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from leaves(child, f"{key}.{name_of(child, index)}")
    else:
        yield key, node


def name_of(element: object, index: int) -> str:
    """How a key names an element of a list."""
    if isinstance(element, dict):
        for naming in ("id", "value"):
            if naming in element:
                return str(element[naming])
    return str(index)


def _place(tree: Tree, key: str, *, may_add: bool = False) -> tuple[Any, Any]:
    *way, last = key.split(".")
    node: Any = tree
    for part in way:
        node = node[_step(node, part, key)]
    if may_add and isinstance(node, dict):
        return node, last
    return node, _step(node, last, key)


def _step(node: object, part: str, key: str) -> str | int:
    if isinstance(node, dict) and part in node:
        return part
    if isinstance(node, list):
        for index, element in enumerate(node):
            if name_of(element, index) == part:
                return index
    raise UnknownKeyError(key)
