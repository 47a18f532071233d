"""Which column of a file means which column of the data model: proposed, shown, and overridden by the user."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from .._core import InvalidInput
from ..issues import name_some
from ..schema import LAYERS
from .personal import holds_identities, is_personal
from .synonyms import GEOMETRY, TABLE, TABLE_WORDS, WORDS, X, Y, normal

ROW_NUMBER = "#"  # as a source: the row's number in the file, for layers without ids
_CUT = 0.8
_PART = 0.5
_CUT_BYTES = 9  # a .dbf keeps ten bytes of a name: a shorter one was not cut


def guess_table(names: list[str], layer_name: str, kind: str, said: Collection[str] = ()) -> str:
    """The table of the data model that a layer is, or "" where that cannot be told.

    The table whose id column the user named is the one; else a layer, sheet or file named after a table is that table;
    else the one whose id column and most others are found.
    """
    word = normal(layer_name)
    fitting = [t for t in LAYERS if _fits(t, kind)]
    with_id = [t for t in fitting if LAYERS[t].id in said and set(said) <= set(TABLE[t]) | set(names)]
    if len(with_id) == 1:
        return with_id[0]
    named = [t for t in fitting if word in map(normal, TABLE_WORDS[t])]
    if len(named) == 1:
        return named[0]
    scores = {}
    for table in fitting:
        best = _best(names, table)
        targets = {t: c for t, c in best.values()}
        if targets.get(LAYERS[table].id, 0) >= 0.9:
            scores[table] = sum(c for t, c in targets.items() if t not in (X, Y, GEOMETRY))
    inside = [t for t in fitting if any(normal(w) in word for w in TABLE_WORDS[t])]
    if not scores:
        return inside[0] if len(inside) == 1 else ""
    top = max(scores.values())
    best_tables = [t for t, s in scores.items() if s == top]
    if len(best_tables) > 1:
        best_tables = [t for t in best_tables if t in inside] or best_tables
    return best_tables[0] if len(best_tables) == 1 else ""


def _fits(table: str, kind: str) -> bool:
    wanted = LAYERS[table].geometry
    return kind == "none" or wanted is None or kind == wanted


def _best(names: list[str], table: str) -> dict[str, tuple[str, float]]:
    """For each name, its best target and how sure that is."""
    out = {}
    for name in names:
        found = _targets_of(name, table)
        if found:
            target = max(found, key=lambda t: found[t])
            out[name] = (target, found[target])
    return out


def _targets_of(name: str, table: str) -> dict[str, float]:
    word = normal(name)
    words = WORDS[table]
    if word in words:
        return words[word]
    found: dict[str, float] = {}
    # A name that the .dbf cut begins one that is known; one with more around it holds a strong word.
    if len(name.encode()) >= _CUT_BYTES or (len(word) > 2 and len(name.encode("gb18030", "ignore")) >= _CUT_BYTES):
        for known, targets in words.items():
            if known.startswith(word):
                found.update({t: _CUT for t, c in targets.items() if c >= 0.9})
    if not found:
        held = [k for k in words if len(k) >= 2 and k in word and not k.isascii()]
        longest = max(held, key=len, default="")
        found.update({t: _PART for t, c in words.get(longest, {}).items() if c >= 0.9})
    return found


def map_columns(
    frame: pd.DataFrame,
    table: str,
    columns: Mapping[str, str | None] | None,
    file: str,
    has_geometry: bool = False,
) -> pd.DataFrame:
    """The mapping as a frame: source, target, how, confidence; one row a column of the file.

    Parameters
    ----------
    columns : mapping of target to source, optional
        What the user says; None for a target that no column means. A personal column comes along when it is named as
        its own target.

    Raises
    ------
    InvalidInput
        A name that is not there, or two columns that mean the same equally well; the message names both.
    """
    names = [str(c) for c in frame.columns]
    given = dict(columns or {})
    targets = TABLE[table]
    for target, source in given.items():
        if source not in (None, ROW_NUMBER) and source not in names:
            raise InvalidInput(f'{file}: columns: there is no column "{source}"; there are {name_some(names, 40)}')
        if target not in targets and target not in (X, Y, GEOMETRY) and target != source:
            known = name_some(list(targets), 40)
            what = table or "a table that is not known (say table=)"
            raise InvalidInput(f'{file}: columns: "{target}" is no column of {what}; there are {known}')
    taken = [s for s in given.values() if s not in (None, ROW_NUMBER)]
    if len(set(taken)) < len(taken):
        twice = name_some(sorted({s for s in taken if taken.count(s) > 1}))
        raise InvalidInput(f"{file}: columns: {twice} is named for two targets")
    sure: dict[str, tuple[str, str, float]] = {
        s: (t, "given", 1.0) for t, s in given.items() if s not in (None, ROW_NUMBER)
    }
    claims: dict[str, dict[str, float]] = {}
    for name in names:
        if name in sure:
            continue
        for target, confidence in _targets_of(name, table).items():
            if target not in given and not (has_geometry and target in (X, Y, GEOMETRY)):
                claims.setdefault(target, {})[name] = confidence
    _settle(claims, sure, file)
    rows = [(ROW_NUMBER, target, "given", 1.0) for target, s in given.items() if s == ROW_NUMBER]
    for name in names:
        if name in sure:
            target, how, confidence = sure[name]
            if table == "households" and target == LAYERS[table].id and holds_identities(frame[name]):
                raise InvalidInput(
                    f'{file}: the column "{name}" would be {target}, and it holds identity or telephone numbers; give '
                    f"each household a code of its own"
                )
            rows.append((name, target, how, confidence))
        elif is_personal(name, table) or (table in ("households", "") and holds_identities(frame[name])):
            rows.append((name, "", "left out: personal", 1.0))
        else:
            rows.append((name, "", "kept", 1.0))
    return pd.DataFrame(rows, columns=["source", "target", "how", "confidence"]).astype({"confidence": float})


def _settle(claims: dict[str, dict[str, float]], sure: dict[str, tuple[str, str, float]], file: str) -> None:
    """Gives each target its column, the surest claims first; a tie that matters is the user's to settle."""
    words = {1.0: "same name", 0.9: "synonym", _CUT: "cut name", 0.7: "weak synonym", _PART: "part of the name"}
    taken: set[str] = set()
    for confidence, word in words.items():
        for target, claim in claims.items():
            if target in taken:
                continue
            # A column that means another target more surely is not claimed here.
            sources = [s for s, c in claim.items() if c == confidence and s not in sure]
            sources = [s for s in sources if confidence == max(c.get(s, 0.0) for c in claims.values())]
            if not sources:
                continue
            if len(sources) > 1:
                # The name as the model spells it beats other spellings of it.
                exact = [s for s in sources if s == target]
                if len(exact) != 1:
                    raise InvalidInput(
                        f"{file}: {name_some(sources)} could each be {target}; say which one: "
                        f'columns={{"{target}": "{sources[0]}"}} (command line: --map table:{target}={sources[0]})'
                    )
                sources = exact
            other = [t for t, c in claims.items() if t != target and t not in taken and c.get(sources[0]) == confidence]
            if other:
                raise InvalidInput(
                    f'{file}: the column "{sources[0]}" could be {name_some([target, *other])}; say which: '
                    f'columns={{"{target}": "{sources[0]}"}}'
                )
            sure[sources[0]] = (target, word, confidence)
            taken.add(target)
