#!/usr/bin/env python3
"""Run every notebook from top to bottom; with --save, keep the outputs. Exit code 1 when a cell fails."""

import pathlib
import sys

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = pathlib.Path(__file__).resolve().parent.parent / "notebooks"


def run(path: pathlib.Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    return notebook


def clean(notebook: nbformat.NotebookNode) -> None:
    """What differs from run to run without meaning anything: timings, and who ran it."""
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for cell in notebook.cells:
        cell.metadata = {}


def main() -> int:
    save = "--save" in sys.argv
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = run(path)
        if save:
            clean(notebook)
            nbformat.write(notebook, path)
        print(f"{path.name}: {len(notebook.cells)} cells ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
