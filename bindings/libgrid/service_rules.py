"""Service rules: the contacts that each group of people gets every year, as one table that the office can edit."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from . import _core
from ._core import InvalidInput

__all__ = ["service_rules", "staff_shares"]

TEXT = {
    "group": "人群",
    "mode": "方式",
    "staff": "人员",
    "merge_set": "合并组",
    "source": "来源",
    "confidence": "可信度",
}
NUMBERS = {
    "per_year": "每年次数",
    "per_year_low": "每年次数下限",
    "per_year_high": "每年次数上限",
    "minutes": "每次分钟",
    "minutes_low": "每次分钟下限",
    "minutes_high": "每次分钟上限",
    "first_within_days": "首次期限（天）",
    "min_interval_days": "最短间隔（天）",
    "prevalence": "患病率",
    "prevalence_low": "患病率下限",
    "prevalence_high": "患病率上限",
    "prevalence_0_6": "0–6岁患病率",
    "prevalence_7_64": "7–64岁患病率",
    "prevalence_65": "65岁及以上患病率",
}
COLUMNS = [
    "group", "mode", "per_year", "per_year_low", "per_year_high", "minutes", "minutes_low", "minutes_high", "staff",
    "first_within_days", "min_interval_days", "merge_set", "prevalence", "prevalence_low", "prevalence_high",
    "prevalence_0_6", "prevalence_7_64", "prevalence_65", "source", "confidence",
]  # fmt: skip
REQUIRED = ("group", "mode", "per_year", "minutes")
_ROLE = re.compile(r"\s*(?P<role>[^+\d\s][^+\d]*?)\s*(?P<share>\d*\.?\d+)?\s*")


def service_rules() -> pd.DataFrame:
    """The contacts that each group of people gets every year: a table to edit for `measure_workload`.

    Returns
    -------
    DataFrame
        One row a kind of contact; a group may have several.

        group : households' column ``n_<group>``.
        mode : home, station, phone or centre; only home costs travel.
        per_year, per_year_low, per_year_high : contacts a person (or case) and year, and what they may be.
        minutes, minutes_low, minutes_high : of a contact, without travel.
        staff : roles joined by `` + ``, each with its share of the minutes where they are not equal
        (``doctor 0.25 + nurse 0.75``).
        first_within_days, min_interval_days : empty where there is no such rule.
        merge_set : contacts of one set are made in one visit to a person who has several of its groups.
        prevalence, prevalence_low, prevalence_high : share of usual residents, used where a count is unknown.
        prevalence_0_6, prevalence_7_64, prevalence_65 : by age, used where a household's ages are known; empty: the
        overall share.
        source, confidence : of frequency, minutes and prevalence.

    Notes
    -----
    Counts are people at hand, but for newborn, pregnant and tuberculosis cases a year. The home visit after birth is
    one visit to mother and child: it is in newborn, and the row in pregnant has ``per_year`` 0. Minutes are
    assumptions, for no official Chinese norm was found; so are the ranges, where their source names none, and that
    hypertension and diabetes are three times as common from 65 on as between 7 and 64. The shares by age give the
    overall prevalence in the ages of Chengdu's census of 2020.

    Examples
    --------
    >>> import libgrid as lg
    >>> rules = lg.service_rules()
    >>> rules.loc[rules.group == "age65", ["mode", "per_year", "minutes"]].values.tolist()
    [['centre', 1.0, 30.0]]
    """
    rules = _core.default_service_rules()
    return pd.DataFrame({name: [getattr(rule, name) for rule in rules] for name in COLUMNS})


def core_rules(rules: pd.DataFrame | None, where: str = "service rules") -> list[_core.ServiceRule]:
    """The rules that the core takes, from a table whose index names the rows."""
    if rules is None:
        return _core.default_service_rules()
    missing = set(REQUIRED) - set(rules.columns)
    if missing:
        raise InvalidInput(f"{where}: columns {sorted(missing)} are missing; see service_rules()")
    table = typed(rules, where)
    made, faults = [], []
    for label, row in zip(table.index, table.to_dict("records"), strict=True):
        try:
            rule = _core.ServiceRule(**row)
            _core.check_service_rules([rule])
            staff_shares(rule.staff)
        except InvalidInput as error:
            text = str(error).removeprefix("service rules, row 0").removeprefix("service rules")
            faults.append(f"row {label}{text if text.startswith((' (', ',')) else ', ' + text}")
        else:
            made.append(rule)
    if not faults:
        try:
            _core.check_service_rules(made)
        except InvalidInput as error:
            faults.append(at_label(str(error), table.index))
    _refuse(faults, where)
    return made


def at_label(message: str, index: pd.Index) -> str:
    return re.sub(r"^service rules, row (\d+)", lambda m: f"row {index[int(m[1])]}", message)


def _refuse(faults: list[str], where: str) -> None:
    if faults:
        more = f"; … ({len(faults)} in all)" if len(faults) > 5 else ""
        raise InvalidInput(f"{where}, " + "; ".join(faults[:5]) + more)


def typed(rules: pd.DataFrame, where: str) -> pd.DataFrame:
    """Text as text, numbers as float64 with NaN where a cell is empty; cells that are neither are refused."""
    table = pd.DataFrame(index=rules.index)
    faults = []
    for name in COLUMNS:
        if name not in rules.columns:
            continue
        column = rules[name]
        empty = column.isna() | (column.astype(object).map(lambda v: isinstance(v, str) and not v.strip()))
        if name in TEXT:
            table[name] = column.astype(object).where(~empty, "").astype(str).str.strip()
            continue
        numbers = pd.to_numeric(column.astype(object).where(~empty, np.nan), errors="coerce").astype(float)
        wrong = numbers.isna() & ~empty
        faults += [f"row {at}, column {name}: {str(column[at])[:40]!r} is no number" for at in rules.index[wrong]]
        if name in REQUIRED:
            faults += [f"row {at}, column {name}: is empty" for at in rules.index[empty]]
        table[name] = numbers.fillna(0.0) if name == "prevalence" else numbers
    _refuse(faults, where)
    return table


def staff_shares(staff: str) -> dict[str, float]:
    """Which role does which share of a contact's minutes.

    Parameters
    ----------
    staff : str
        Roles joined by ``+``, all with a share or none; without shares they have equal ones.

    Raises
    ------
    InvalidInput
        Shares of only some roles, shares that do not add up to 1, a role given twice, an empty role.

    Examples
    --------
    >>> staff_shares("doctor + nurse")
    {'doctor': 0.5, 'nurse': 0.5}
    >>> staff_shares("doctor 0.25 + nurse 0.75")
    {'doctor': 0.25, 'nurse': 0.75}
    """
    if not staff.strip():
        return {"anybody": 1.0}
    parts = [_ROLE.fullmatch(part) for part in staff.split("+")]
    if not all(parts):
        raise InvalidInput(f"column staff: {staff[:60]!r} is not roles joined by +, such as doctor 0.25 + nurse 0.75")
    roles = [part["role"] for part in parts]
    shares = [part["share"] for part in parts]
    if len(set(roles)) < len(roles):
        raise InvalidInput(f"column staff: {staff[:60]!r} names a role twice")
    if all(share is None for share in shares):
        return {role: 1.0 / len(roles) for role in roles}
    if any(share is None for share in shares):
        raise InvalidInput(f"column staff: {staff[:60]!r} gives only some roles a share; give each one, or none")
    values = [float(share) for share in shares]
    if abs(sum(values) - 1) > 1e-9:
        raise InvalidInput(f"column staff: the shares of {staff[:60]!r} add up to {sum(values):g}, not to 1")
    return dict(zip(roles, values, strict=True))
