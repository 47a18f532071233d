"""The catalogue of issues: one meaning a code, each used, and the page made from it is fresh."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys

from libgrid import catalogue


def parts(root):
    for module in pkgutil.iter_modules(catalogue.__path__):
        if module.name != "entry":
            yield module.name, importlib.import_module(f"libgrid.catalogue.{module.name}").ENTRIES


def test_no_code_stands_in_two_files(root):
    at = {}
    for name, entries in parts(root):
        for code in entries:
            assert code not in at, f"{code} stands in {at.get(code)} and in {name}"
            at[code] = name
    assert set(at) == set(catalogue.CATALOGUE)
    assert {code[3] for code in at} <= set("PHNDGFL"), "give the new letter a heading in tools/make_issues_table.py"


def test_no_code_stands_twice_in_a_file(root):
    for path in (root / "bindings/libgrid/catalogue").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
                assert len(keys) == len(set(keys)), f"{path.name}: {sorted(k for k in keys if keys.count(k) > 1)}"


def test_every_code_can_be_found_and_every_found_code_has_a_text(root):
    package = root / "bindings/libgrid"
    sources = [p for p in package.rglob("*.py") if p.parent.name != "catalogue"]
    used = set(re.findall(r"LG-[A-Z]\d{3}", "\n".join(p.read_text(encoding="utf-8") for p in sources)))
    assert used <= set(catalogue.CATALOGUE) | {"LG-H032"}, sorted(used - set(catalogue.CATALOGUE))
    assert set(catalogue.CATALOGUE) <= used, sorted(set(catalogue.CATALOGUE) - used)


def test_the_page_of_issues_is_fresh(root):
    done = subprocess.run(
        [sys.executable, root / "tools/make_issues_table.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
