"""`python -m bench.rooms [CHECKOUT]`: how the modules of `domain` and `graph` hang together, counted.

A room is a module or package right inside one of the two. Run it on two checkouts to compare them.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, set[str]]


def main(root: Path) -> None:
    """Print the figures of this checkout."""
    modules = {name: path for package in ("domain", "graph") for name, path in _modules(root, package)}
    imports: Graph = {name: set(_imported(path, modules)) for name, path in modules.items()}
    for package in ("domain", "graph"):
        rooms = _between_rooms(imports, package)
        at_the_top = [path for path in (root / package).glob("*.py") if path.stem != "__init__"]
        print(f"{package}: {len(at_the_top)} modules at the top")
        print(f"  {len(rooms)} rooms, {sum(map(len, rooms.values()))} arrows between them")
        print(f"  {_arrows_up(rooms)} arrows up, in the order of rooms that has the fewest")
        _print_circles(rooms, "  circle of rooms")
    _print_circles(imports, "circle of modules")
    print(f"functions that take all of Services: {sum(map(_takers_of_services, modules.values()))}")


def _print_circles(graph: Graph, what: str) -> None:
    circles = [circle for circle in _circles(graph) if len(circle) > 1]
    for circle in circles or [[]]:
        print(f"{what}: {', '.join(sorted(circle)) or 'none'}")


def _modules(root: Path, package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def _imported(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    """What it imports when it is run: not for types only."""
    tree = ast.parse(path.read_text())
    for_types = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield from (found for found in (full if full in modules else node.module,) if found in modules)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)


def _between_rooms(imports: Graph, package: str) -> Graph:
    rooms: defaultdict[str, set[str]] = defaultdict(set)
    for name, others in imports.items():
        if name.startswith(f"{package}."):
            room = name.split(".")[1]
            theirs = {other.split(".")[1] for other in others if other.startswith(f"{package}.")}
            rooms[room] |= theirs - {room}
    return rooms


def _circles(graph: Graph) -> list[list[str]]:
    """The strongly connected components (Tarjan)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        path.append(node)
        for other in graph.get(node, ()):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in path:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            at = path.index(node)
            found.append(path[at:])
            del path[at:]

    for node in graph:
        if node not in number:
            visit(node)
    return found


def _arrows_up(graph: Graph) -> int:
    """How many arrows must be turned round for there to be no circle: none if there is none, else found greedily."""
    left = {node: set(others) & set(graph) for node, others in graph.items()}
    up = 0
    while left:
        # The one that fewest of the others still lie above.
        node = min(left, key=lambda each: (len(left[each]), each))
        up += len(left.pop(node))
        for others in left.values():
            others.discard(node)
    return up


def _takers_of_services(path: Path) -> int:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return sum(any(map(_is_services, (*node.args.args, *node.args.kwonlyargs))) for node in functions)


def _is_services(argument: ast.arg) -> bool:
    return argument.annotation is not None and ast.unparse(argument.annotation).strip("'\"") == "Services"


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd())
