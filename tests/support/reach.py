"""What of a package is reached from given modules: read from the source, by names alone.

An edge runs from a definition to every name that its text uses, through imports and re-exports. An
attribute that no import explains (`x.total`) reaches every method of that name whose class is
reached, and every function of that name in a module that is passed about as a value. Names can
coincide, so what is called reached may not be; what is called unreached is written nowhere.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["House"]

Imports = dict[str, tuple[str, str]]
"""Name in a file → (module, name there), or (module, "") for a module itself."""
Key = tuple[str, str]
"""Module and name in it: `Class.method` for a method, "" for what runs at import, "__main__"."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
QUIET = {"property", "cached_property", "functools.cached_property", "classmethod", "staticmethod"}
"""Decorators that do not themselves call the method (a validator's does)."""


@dataclass
class Definition:
    kind: str  # function, class, method, constant or import
    nodes: list[ast.AST] = field(default_factory=list)


@dataclass
class Module:
    name: str
    imports: Imports = field(default_factory=dict)
    things: dict[str, Definition] = field(default_factory=dict)


class House:
    """All modules of the package at `src`, and what `reach` has reached so far."""

    def __init__(self, src: Path) -> None:
        self.modules: dict[str, Module] = {}
        self._todo: list[Key] = []
        self._reached: set[Key] = set()
        self._attributes: set[str] = set()
        self._values: set[str] = set()  # modules that are passed about
        self._called: dict[str, list[Key]] = defaultdict(list)
        for path in sorted(src.rglob("*.py")):
            parts = path.relative_to(src.parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            module = self.modules[name] = Module(name, things={"": Definition("import")})
            _collect(module, ast.parse(path.read_text(encoding="utf-8")).body)
            for thing in module.things:
                self._called[thing.rpartition(".")[2]].append((name, thing))

    def reach(self, *roots: str) -> None:
        """Follow everything from `module` (all of it) or `module:name`."""
        for root in roots:
            module, _, name = root.partition(":")
            for thing in [name] if name else self.modules[module].things:
                self._mark((module, thing))
        while self._todo:
            self._follow(self._todo.pop())

    def unreached(self) -> list[str]:
        """`module:name` of what was not reached; a class that was not stands for its methods."""
        met = {id(self.modules[m].things[name]) for m, name in self._reached}
        return [
            f"{module.name}:{name}"
            for module in self.modules.values()
            for name, thing in module.things.items()
            if id(thing) not in met
            and thing.kind != "import"
            and (thing.kind != "method" or (module.name, name.partition(".")[0]) in self._reached)
        ]

    def _mark(self, key: Key) -> None:
        if key not in self._reached:
            self._reached.add(key)
            self._todo.append(key)

    def _follow(self, key: Key) -> None:
        module, thing = self.modules[key[0]], self.modules[key[0]].things[key[1]]
        parts = module.name.split(".")
        for n in range(1, len(parts) + 1):  # it is imported before it is used, and its packages
            if ".".join(parts[:n]) in self.modules:
                self._mark((".".join(parts[:n]), ""))
        for imports, first, rest in _chains(thing):
            found: Key | str | None = None
            if first in imports:
                found = self._resolve(*imports[first])
            elif first:
                found = self._resolve(module.name, first)
            while isinstance(found, str) and rest:
                found = self._resolve(found, rest.pop(0))
            self._use(found)
            for name in rest:
                self._attribute(name)
        if thing.kind == "class":
            whole = any(self._is_strange(module, n) for n in thing.nodes)
            for name, method in module.things.items():
                owner, _, plain = name.rpartition(".")
                if owner == key[1] and (
                    whole or plain in self._attributes or _called_by_python(method.nodes[0])
                ):
                    self._mark((module.name, name))

    def _use(self, found: Key | str | None) -> None:
        if isinstance(found, tuple):
            self._mark(found)
        elif found is not None and found not in self._values:
            self._values.add(found)
            for name in self._attributes & self.modules[found].things.keys():
                self._mark((found, name))

    def _attribute(self, name: str) -> None:
        if name in self._attributes:
            return
        self._attributes.add(name)
        for module, thing in self._called[name]:
            owner = thing.rpartition(".")[0]
            if (module, owner) in self._reached if owner else module in self._values:
                self._mark((module, thing))

    def _resolve(self, module: str, name: str) -> Key | str | None:
        """The definition (or, as text, the module) that `name` in `module` stands for."""
        if module not in self.modules or not name:
            return module if module in self.modules else None
        here = self.modules[module]
        if name in here.things:
            return (module, name)
        self._mark((module, ""))
        if name in here.imports:
            return self._resolve(*here.imports[name])
        return f"{module}.{name}" if f"{module}.{name}" in self.modules else None

    def _is_strange(self, module: Module, node: ast.AST) -> bool:
        """Whether a class has a base from elsewhere, which may call any of its methods."""
        if not isinstance(node, ast.ClassDef):
            return False
        plain = [b.value if isinstance(b, ast.Subscript) else b for b in node.bases]
        return any(not isinstance(self._resolve(module.name, _dotted(b)[0]), tuple) for b in plain)


def _collect(module: Module, body: Iterable[ast.stmt]) -> None:
    things = module.things
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module.imports |= _imported(node)
        elif isinstance(node, FUNCTIONS):
            if node.name.startswith("__"):  # `__getattr__` of a module
                things[""].nodes.append(node)
            else:
                things[node.name] = Definition("function", [node])
        elif isinstance(node, ast.ClassDef):
            methods = [b for b in node.body if isinstance(b, FUNCTIONS)]
            rest: list[ast.AST] = [b for b in node.body if b not in methods]
            outer = [*node.bases, *node.keywords, *node.decorator_list]
            things[node.name] = Definition("class", [node, *outer, *rest])
            for m in methods:
                things[f"{node.name}.{m.name}"] = Definition("method", [m])
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
            if names != ["__all__"]:
                one = Definition("constant", [node])  # of several at once, each is all of them
                for name in names:
                    things.setdefault(name, one).nodes.append(node)
        elif isinstance(node, ast.If):
            if "__main__" in ast.unparse(node.test):
                things["__main__"] = Definition("import", [*node.body])
            else:
                _collect(module, [*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            _collect(module, [*node.body, *(s for h in node.handlers for s in h.body)])
        else:
            things[""].nodes.append(node)


def _chains(thing: Definition) -> Iterator[tuple[Imports, str, list[str]]]:
    """Each dotted name that is read, its first part apart, and the imports made beside it.

    The first part is "" where it is no name, or one that the function itself binds.
    """
    imports: Imports = {}
    bound: set[str] = set()
    found: list[tuple[str, ...]] = []
    stack = [n for n in thing.nodes if not isinstance(n, ast.ClassDef)]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Attribute):
            chain = _dotted(node)
            found.append(chain)
            if not chain[0]:
                stack.append(_innermost(node))
            continue
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                found.append((node.id,))
            else:
                bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imports |= _imported(node)
        elif isinstance(node, ast.Call) and _dotted(node.func) in (("getattr",), ("hasattr",)):
            said = [n.value for n in ast.walk(node.args[1]) if isinstance(n, ast.Constant)]
            found += [("", str(text)) for text in said]
        stack.extend(ast.iter_child_nodes(node))
    if thing.kind not in ("function", "method"):
        bound = set()
    for first, *rest in found:
        yield imports, "" if first in bound and first not in imports else first, rest


def _dotted(node: ast.expr) -> tuple[str, ...]:
    """`a.b.c` as its parts; the first is "" where it is no name."""
    if isinstance(node, ast.Attribute):
        return (*_dotted(node.value), node.attr)
    return (node.id,) if isinstance(node, ast.Name) else ("",)


def _innermost(node: ast.expr) -> ast.expr:
    return _innermost(node.value) if isinstance(node, ast.Attribute) else node


def _imported(node: ast.Import | ast.ImportFrom) -> Imports:
    if isinstance(node, ast.ImportFrom):
        return {a.asname or a.name: (node.module or "", a.name) for a in node.names}
    whole = {a.asname: (a.name, "") for a in node.names if a.asname}
    return whole | {n: (n, "") for a in node.names if not a.asname for n in [a.name.split(".")[0]]}


def _called_by_python(node: ast.AST) -> bool:
    assert isinstance(node, FUNCTIONS)
    made = {ast.unparse(d) for d in node.decorator_list} - QUIET
    return node.name.startswith("__") or bool(made)
