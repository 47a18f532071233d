"""From an assessment to the report's plain facts, and to the page."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._atomic import replace_file
from .assess import Assessment, assess, table_by
from .checks.teams import PANEL_PER_DOCTOR
from .plan import Plan, compare_plans
from .plot._layers import outlines_of
from .questions import Settings
from .releases import Guard, add_to_register, guard, read_register
from .report import ReportFacts, picture_svg, public_edition, render_report, response_curve, write_workbook
from .report.suppress import WITHHELD
from .study_area import StudyArea
from .travel import travel_modes


def report(
    area: StudyArea | Assessment,
    path,
    plan: Plan | None = None,
    *,
    lang: str = "zh",
    audience: str = "office",
    title: str | dict[str, str] | None = None,
    made_on: str | None = None,
    tables=None,
    register=None,
    progress=False,
) -> pathlib.Path:
    """Write the report of a study area: one HTML page with its pictures, no network needed.

    Parameters
    ----------
    area : StudyArea or Assessment
        An area is assessed first, with the default settings.
    path : path-like
        Where the page goes; written whole or not at all.
    plan : Plan, optional
        A second plan: the page then compares it with today's.
    lang : "zh" or "en"
    audience : "office" or "public"
        The office's page has full counts and ids only, stamped 内部; the public one suppresses counts under ten.
    title : str or {"zh": …, "en": …}, optional
        The heading; by default the file's name.
    made_on : str, optional
        The date as it should stand; by default today.
    tables : path-like, optional
        An Excel workbook (.xlsx) with the tables of the page, suppressed as the page is.
    register : path-like, optional
        Of public reports: a file that remembers which cells were published, block by block and without counts. Counts
        that a reader could subtract from earlier ones to single out fewer than ten people are then withheld, and this
        report is added. Give the same file for every public report on one place.
    progress : bool or callable

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InvalidInput
        For another language or audience, or a register with the office's report, or one of another place.
    IoError
        When the page cannot be written.
    """
    if lang not in ("zh", "en") or audience not in ("office", "public"):
        raise _core.InvalidInput('report: lang is "zh" or "en", audience is "office" or "public"')
    if isinstance(area, Assessment):
        result = area if plan is None else dataclasses.replace(area, change=compare_plans(area.plan, plan))
    else:
        result = assess(area, compare_with=plan, progress=progress)
    if register is not None and (audience != "public" or not result.area.has_blocks):
        raise _core.InvalidInput("report: a register is kept of public reports on areas with blocks")
    if tables is not None and pathlib.Path(tables).suffix.lower() != ".xlsx":
        raise _core.InvalidInput(
            f"report: tables= is an Excel workbook, so its name ends in .xlsx, not {str(tables)!r}"
        )
    path = pathlib.Path(path)
    checked, releases = None, []
    if audience == "public":
        releases = read_register(register) if register is not None else []
        checked = guard(result, plan, releases)
    facts = facts_of(result, title=title or path.stem, made_on=made_on, lang=lang, checked=checked)
    page = render_report(facts, lang=lang, audience=audience)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _core.IoError(
            f"{path}: the report could not be written ({error.strerror}); nothing was changed"
        ) from error
    if register is not None:
        # Before the page: a page that nobody registered could be subtracted from the next one.
        add_to_register(register, releases, result.area, checked, facts.made_on)
    replace_file(path, lambda temp: temp.write_text(page, encoding="utf-8"))
    if tables is not None:
        shown = public_edition(facts) if audience == "public" else facts
        replace_file(pathlib.Path(tables), lambda temp: write_workbook(shown, temp, lang=lang, audience=audience))
    return path


def picture(result: Assessment, path, *, title: str | dict[str, str] | None = None, lang: str = "en") -> pathlib.Path:
    """Write the response map of an assessment as one SVG file."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture_svg(facts_of(result, title=title or path.stem, lang=lang), lang=lang), encoding="utf-8")
    return path


def facts_of(
    result: Assessment,
    *,
    title: str | dict[str, str],
    made_on: str | None = None,
    lang: str = "en",
    checked: Guard | None = None,
) -> ReportFacts:
    """The plain facts of an assessment: frames and dicts, ids only, no household's id."""
    from .versions import versions

    area = result.area
    access, response = result.access, result.response
    by_team = by_site = curve = None
    if response is not None:
        by_team = table_by(response, result.plan.household_team(), area.ids("teams"), "team_id")
        curve = response_curve(
            response.own_team_time_s / 60, response.nearest_time_s / 60, result.people["all"].to_numpy()
        )
        curve = curve if np.isfinite(curve.to_numpy()).all() else None
    if access is not None:
        by_site = table_by(access, access.nearest, area.ids("sites"), "site_id")
        by_site = by_site[by_site["site_id"].notna()]
        by_site = by_site.assign(name=area.column("sites", "name")[area.ids("sites").get_indexer(by_site["site_id"])])
    return ReportFacts(
        title=title,
        place=title,
        made_on=made_on or datetime.date.today().isoformat(),
        crs=f"{area.crs.name} ({area.crs.to_string()})" if len(area.crs.to_string()) < 40 else area.crs.name,
        assumed=result.assumed,
        access_threshold_min=result.settings.access_threshold_s / 60,
        response_threshold_min=result.settings.response_threshold_s / 60,
        headline=_headline(result),
        grids=_grids(result),
        roads=area.roads if len(area.ids("roads")) else None,
        sites=area.sites if len(area.ids("sites")) else None,
        gaps=_gaps(result),
        households=_dots(result),
        access_groups=None if access is None else access.groups,
        response_groups=None if response is None else response.groups,
        response_by_team=by_team,
        access_by_site=by_site,
        curve=curve,
        teams=_teams(result),
        balance=None if result.workload is None else dict(result.workload.balance),
        plan_change=_change(result, checked),
        change_map=_change_map(result),
        withheld={} if checked is None else checked.withheld,
        issues=pd.DataFrame(result.issues.to_frame(lang).drop(columns="geometry")).pipe(_without_households),
        ledger=area.ledger.rename(columns={"read": "n_in"}),
        parameters=_parameters(result.settings),
        versions=versions(),
    )


def _headline(result: Assessment) -> dict:
    area = result.area
    people = float(result.people["all"].sum()) if len(result.people) else 0.0
    totals = {
        "people_beyond_response": people,
        "people_beyond_access": people,
        "teams_over": len(area.ids("teams")),
        "grids_outside_norm": int((area.column("grids", "level") == "micro").sum()) if len(area.ids("grids")) else 0,
        "records_set_aside": int(area.ledger["read"].sum()),
    }
    return {k: None if v is None else {"value": v, "total": totals[k]} for k, v in result.headline.items()}


def _grids(result: Assessment) -> gpd.GeoDataFrame:
    area = result.area
    shapes = gpd.GeoSeries(result.plan.outlines(), crs=area.crs) if area.has_blocks else area.layer("grids").geometry
    grids = area.layer("grids").drop(columns="geometry").set_geometry(shapes) if len(area.ids("grids")) else area.grids
    if not len(grids):
        return grids
    table = result.by_grid()
    grids = grids[["grid_id", "name", "level", "team_id", grids.geometry.name]].merge(table, on="grid_id")
    renamed = {
        "access_covered_share": "covered_share",
        "access_uncovered": "uncovered",
        "access_people": "people",
        "response_uncovered": "response_uncovered",
    }
    grids = grids.rename(columns=renamed)
    if "people" not in grids and "response_people" in grids:
        grids["people"] = grids["response_people"]
    for seconds, minutes in (("response_mean_s", "own_team_min"), ("boundary_cost_s", "boundary_cost_min")):
        if seconds in grids:
            grids[minutes] = grids[seconds] / 60
    if result.workload is not None:
        grids = grids.merge(result.workload.grids[["grid_id", "load"]], on="grid_id", how="left")
    return grids


def _gaps(result: Assessment) -> gpd.GeoDataFrame | None:
    kinds = [
        (kind, gaps) for kind, gaps in (("access", result.gaps), ("response", result.response_gaps)) if gaps is not None
    ]
    if not kinds:
        return None
    gaps = pd.concat([gaps.assign(kind=kind) for kind, gaps in kinds], ignore_index=True)
    return gaps.assign(worst_min=gaps["worst_s"] / 60)


def _dots(result: Assessment) -> gpd.GeoDataFrame | None:
    area = result.area
    inside = area.column("households", "inside").astype(bool) if len(area.ids("households")) else np.zeros(0, bool)
    if not inside.any():
        return None
    minutes = {
        name: np.asarray(times)[inside] / 60
        for name, times in (
            ("access_min", None if result.access is None else result.access.time_s),
            ("response_min", None if result.response is None else result.response.own_team_time_s),
        )
        if times is not None
    }
    return gpd.GeoDataFrame(minutes, geometry=shapely.points(area.points("households")[inside]), crs=area.crs)


def _teams(result: Assessment) -> pd.DataFrame | None:
    if result.workload is None:
        return None
    area = result.area
    teams = result.workload.teams.merge(area.teams[["team_id", "name", "n_doctors"]], on="team_id", how="left")
    signed = np.zeros(len(area.ids("teams")))
    team = area.ids("teams").get_indexer(area.column("households", "signed_team_id"))
    use = (team >= 0) & area.column("households", "inside").astype(bool)
    np.add.at(signed, team[use], area.column("households", "n_signed")[use].astype(float))
    at = area.ids("teams").get_indexer(teams["team_id"])
    return teams.assign(panel_signed=signed[at], panel_limit=teams["n_doctors"] * PANEL_PER_DOCTOR)


def _change(result: Assessment, checked: Guard | None) -> dict | None:
    change = result.change
    if change is None:
        return None
    return {
        "moved_blocks": change.moved_blocks,
        "moved_households": change.moved_households,
        "moved_people": change.moved_residents,
        "changed_doctor_people": change.doctor_changed_residents,
        "changed_doctor_signed": change.doctor_changed_signed,
        "teams": change.teams,
        "public": None if checked is None else _public_change(change, checked),
    }


def _change_map(result: Assessment) -> gpd.GeoDataFrame | None:
    """The outlines of both plans and the moved blocks; geometry alone, so it says no more than the plans do."""
    change = result.change
    if change is None or not change.plans:
        return None
    moved = change.blocks
    other = (moved["old_team_id"].astype("str") != moved["new_team_id"].astype("str")).to_numpy()
    parts = [("before", outlines_of(change.plans[0])), ("after", outlines_of(change.plans[1])), ("moved", moved)]
    frames = [
        gpd.GeoDataFrame(
            {
                "kind": np.full(len(frame), kind, dtype=object),
                "doctor": other if kind == "moved" else np.zeros(len(frame), dtype=bool),
            },
            geometry=frame.geometry.array,
        )
        for kind, frame in parts
    ]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=result.area.crs)


def _public_change(change, checked: Guard) -> dict | None:
    """Of a comparison, what no reader can subtract from the rest; None when that is nothing."""
    if not (checked.changed or checked.moved or checked.teams_after):
        return None
    teams = change.teams[["team_id", "name"]].assign(residents_after=change.teams["residents_after"].astype(object))
    teams.loc[~teams["team_id"].isin(checked.teams_after), "residents_after"] = WITHHELD
    return {
        "moved_blocks": change.moved_blocks,
        "moved_people": change.moved_residents if checked.moved else WITHHELD,
        "changed_doctor_people": change.doctor_changed_residents if checked.changed else WITHHELD,
        "teams": teams,
    }


def _without_households(issues: pd.DataFrame) -> pd.DataFrame:
    """A page says how many households have an issue, never which."""
    return issues.assign(id=issues["id"].mask(issues["layer"] == "households", ""))


def _parameters(settings: Settings) -> pd.DataFrame:
    modes = travel_modes().set_index("mode")
    walk = modes.loc[settings.access_mode]
    minutes = {"zh": "分钟", "en": "min"}
    rows = [
        (
            {"zh": "可及阈值", "en": "access threshold"},
            settings.access_threshold_s / 60,
            minutes,
            {"zh": "15 分钟健康服务圈", "en": "the 15-minute health-service circle of Chinese planning"},
        ),
        (
            {"zh": "响应阈值", "en": "response threshold"},
            settings.response_threshold_s / 60,
            minutes,
            {"zh": "源报道中的一次实例，非标准", "en": "one observed case on the source page, not a norm"},
        ),
        ({"zh": "就诊出行方式", "en": "patients' mode"}, settings.access_mode, "", ""),
        (
            {"zh": "就诊出行速度", "en": "patients' speed"},
            round(float(walk["speed_kmh"]), 2),
            "km/h",
            str(walk["source"]),
        ),
        ({"zh": "入户时间", "en": "door time"}, settings.door_s / 60, minutes, {"zh": "假定", "en": "assumption"}),
        (
            {"zh": "出发准备时间", "en": "turnout"},
            {"zh": "各团队 turnout_s", "en": "each team's turnout_s"},
            "",
            {"zh": "默认 3 分钟，2025 年院前急救目标", "en": "default 3 min, the 2025 pre-hospital target"},
        ),
        (
            {"zh": "坐诊时刻", "en": "moment of the week"},
            settings.moment or {"zh": "每周任一场次", "en": "any session of the week"},
            "",
            "",
        ),
        (
            {"zh": "微网格规模标准", "en": "size norm of a micro-grid"},
            f"{settings.size_norm[0]}–{settings.size_norm[1]}",
            {"zh": "户与商家", "en": "households and shops"},
            {"zh": "四川日报 2022 年 8 月，锦江区", "en": "Sichuan Daily, August 2022, Jinjiang district"},
        ),
        (
            {"zh": "缺口连接距离", "en": "gap joining distance"},
            settings.gap_join_m,
            "m",
            {"zh": "假定", "en": "assumption"},
        ),
        (
            {"zh": "离路网最远距离", "en": "longest way to a road"},
            settings.max_off_network_m,
            "m",
            {"zh": "假定", "en": "assumption"},
        ),
    ]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "source"])
