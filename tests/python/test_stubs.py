"""The hand-kept stubs name exactly what the extensions export, arguments too: neither side may drift."""

import ast
import importlib
import inspect
import pathlib

import pytest

import libgrid

PACKAGE = pathlib.Path(libgrid.__file__).parent
EXTENSIONS = ["_core", "_gdalio", "_osmio"]
# What every object has, or pybind11 adds on its own, says nothing about the surface.
COUNTED = {"__init__", "__len__", "__eq__", "__iter__", "__getitem__", "__call__", "__contains__"}


def is_public(name):
    return not name.startswith("_") or name in COUNTED


def stub_of(extension):
    """By name: None for a constant, argument names for a function, a dict of members for a class."""
    surface = {}
    for node in ast.parse((PACKAGE / f"{extension}.pyi").read_text()).body:
        if isinstance(node, ast.ClassDef):
            assert node.name not in surface, f"{node.name} stands twice in {extension}.pyi"
            surface[node.name] = {
                member.name: arguments_of(member) for member in node.body if isinstance(member, ast.FunctionDef)
            }
        elif isinstance(node, ast.FunctionDef):
            surface.setdefault(node.name, []).append(arguments_of(node))
        elif isinstance(node, ast.AnnAssign):
            surface[node.target.id] = None
    return {name: value for name, value in surface.items() if is_public(name)}


def arguments_of(node):
    if any(isinstance(d, ast.Name) and d.id == "property" for d in node.decorator_list):
        return None
    given = node.args
    return [a.arg for a in given.posonlyargs + given.args if a.arg != "self"], [a.arg for a in given.kwonlyargs]


def built(extension):
    module = importlib.import_module(f"libgrid.{extension}")
    return {
        name: value
        for name, value in vars(module).items()
        if is_public(name) and not inspect.ismodule(value) and name != "annotations"
    }


def members_of(cls):
    own = {name for name in vars(cls) if is_public(name)}
    if issubclass(cls, Exception):
        return set()
    if not signatures(cls.__init__):  # made by functions only
        own.discard("__init__")
    return own


def signatures(function):
    """Argument names of each overload, read from the line that pybind11 writes into the docstring."""
    lines = [line.split(". ", 1)[-1] for line in (function.__doc__ or "").splitlines() if " -> " in line]
    found = []
    for line in lines:
        call = line.rsplit(" -> ", 1)[0]
        depth, names, word, only_keywords = 0, ([], []), "", False
        for letter in call[call.index("(") + 1 : -1] + ",":
            depth += (letter in "[(<{") - (letter in "])>}")
            if letter != "," or depth:
                word += letter
                continue
            name = word.split(":")[0].split("=")[0].strip()
            word = ""
            if name == "*":
                only_keywords = True
            elif name and name not in ("self", "/"):
                names[only_keywords].append(name)
        found.append(names)
    return found


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_stub_names_what_the_extension_exports(extension):
    written, real = set(stub_of(extension)), set(built(extension))
    assert written - real == set(), "only in the stub"
    assert real - written == set(), "missing in the stub"


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_class_has_the_members_that_the_stub_names(extension):
    stub = stub_of(extension)
    for name, value in built(extension).items():
        if inspect.isclass(value):
            assert set(stub[name]) == members_of(value), name


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_function_takes_the_arguments_that_the_stub_names(extension):
    stub, compared = stub_of(extension), 0
    for name, value in built(extension).items():
        if inspect.isclass(value):
            if issubclass(value, Exception):
                continue
            for member, arguments in stub[name].items():
                real = getattr(value, member)
                if arguments is None or (member.startswith("__") and member != "__init__"):
                    continue
                assert arguments in signatures(real), f"{name}.{member}: {signatures(real)}"
                compared += 1
        elif callable(value) and "*args" not in (value.__doc__ or ""):
            for arguments in stub[name]:
                assert arguments in signatures(value), f"{name}: {signatures(value)}"
                compared += 1
    assert compared >= {"_osmio": 2}.get(extension, 6)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_error_has_the_parents_that_the_stub_names(extension):
    for node in ast.parse((PACKAGE / f"{extension}.pyi").read_text()).body:
        if isinstance(node, ast.ClassDef) and node.bases:
            real = getattr(importlib.import_module(f"libgrid.{extension}"), node.name)
            assert [base.id for base in node.bases] == [base.__name__ for base in real.__bases__]
