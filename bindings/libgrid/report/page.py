"""The page: facts in, one self-contained HTML text out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from . import charts_svg, tables
from .change_map import draw_change
from .facts import ReportFacts
from .maps import draw_maps
from .public import public_edition
from .suppress import Hidden
from .terms import BALANCE, DEFINITIONS
from .words import Words

AUDIENCES = ("office", "public")
CARDS = {
    "people_beyond_response": "people",
    "people_beyond_access": "people",
    "teams_over": "teams",
    "grids_outside_norm": "grids",
    "records_set_aside": "records",
}


def render_report(facts: ReportFacts, *, lang: str = "zh", audience: str = "office") -> str:
    """The report as HTML text that needs no network, no script and no font file.

    Parameters
    ----------
    facts : ReportFacts
    lang : {"zh", "en"}
    audience : {"office", "public"}
        Office: full counts, ids of grids, teams and sites, stamped 内部. Public: :func:`public_edition`.

    Raises
    ------
    ValueError
        For another language or audience.
    """
    if audience not in AUDIENCES:
        raise ValueError(f"audience must be one of {', '.join(AUDIENCES)}, not {audience!r}")
    words, public = Words(lang), audience == "public"
    asked = facts
    facts = public_edition(facts) if public else facts
    thresholds = _thresholds(facts)
    return _template().render(
        w=words,
        facts=facts,
        public=public,
        lang={"zh": "zh-CN", "en": "en"}[lang],
        minutes=thresholds,
        cards=_cards(facts, words, thresholds),
        maps=draw_maps(facts, words, thresholds),
        load_chart=None if facts.teams is None else Markup(charts_svg.load_bars(facts.teams, words)),
        curve_chart=_curve(facts, words),
        curve_missing=words("empty.public_curve" if public and asked.curve is not None else "empty.curve"),
        groups_chart=_groups(facts, words),
        t=named_tables(facts, words, public=public),
        gaps_asked=facts.gaps is not None,
        balance=[
            (words(f"balance.{k}"), words.number(facts.balance[k], 3), words(f"balance.def.{k}"))
            for k in BALANCE
            if facts.balance and k in facts.balance
        ],
        change=None if facts.plan_change is None else _change(facts, words),
        change_missing=words("empty.change_public" if public and asked.plan_change is not None else "empty.change"),
        definitions=[
            [words(f"def.{name}"), words(f"def.{name}.text"), words(f"def.{name}.source")] for name in DEFINITIONS
        ],
    )


def named_tables(facts: ReportFacts, words: Words, *, public: bool) -> dict[str, tuple[str, tables.Table | None]]:
    """Every table of the page by name, with its heading, in the order of the page; None where there is none."""
    digits, minutes = 0 if public else 1, _thresholds(facts)
    site = (("name", "kind"), {"name": "site"}, {"kind": "site"})
    ledger = ("layer", "n_in", "accepted", "repaired", "set_aside")
    change = None if facts.plan_change is None else _change_teams(facts, words)
    return {
        "access": (words("sub.access", minutes=minutes["access"]), tables.coverage(facts.access_groups, words, digits)),
        "response": (
            words("sub.response", minutes=minutes["response"]),
            tables.coverage(facts.response_groups, words, digits),
        ),
        "by_team": (words("sub.by_team"), tables.by_team(facts, words, digits)),
        "by_site": (words("sub.by_site"), tables.coverage(facts.access_by_site, words, digits, *site)),
        "gaps": (words("sec.gaps"), tables.gaps(facts, words, digits)),
        "teams": (words("sec.teams"), tables.teams(facts, words, digits)),
        "grids": (words("sec.grids"), tables.grids(facts, words, digits)),
        "change": (words("sec.change"), change),
        "ledger": (words("sub.ledger"), None if facts.ledger is None else tables.build(facts.ledger, ledger, words)),
        "issues": (words("sub.issues"), tables.issues(facts, words, public=public)),
        "parameters": (words("sec.parameters"), _parameters(facts, words)),
    }


def _thresholds(facts: ReportFacts) -> dict[str, str]:
    return {"access": f"{facts.access_threshold_min:g}", "response": f"{facts.response_threshold_min:g}"}


def picture_svg(facts: ReportFacts, *, lang: str = "en", audience: str = "public") -> str:
    """Map 1 as an SVG file of its own."""
    words = Words(lang)
    facts = public_edition(facts) if audience == "public" else facts
    minutes = _thresholds(facts)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + str(draw_maps(facts, words, minutes)[0]["svg"]) + "\n"


@cache
def _template():
    # StrictUndefined: a name that the page forgot is an error here, not a blank on an office's wall.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(Path(__file__).with_name("template.html").read_text(encoding="utf-8"))


def _cards(facts: ReportFacts, words: Words, minutes) -> list[dict]:
    cards = []
    for name, unit in CARDS.items():
        figure = facts.headline.get(name)
        kind = "access" if name.endswith("access") else "response"
        card = {
            "label": words(f"head.{name}", minutes=minutes[kind]),
            "value": words("none"),
            "context": "",
            "level": "none",
        }
        if figure is not None and figure.get("value") is not None:
            value, total = figure["value"], figure.get("total")
            card["value"] = words.number(value)
            card["level"] = "good" if not isinstance(value, Hidden) and value == 0 else "look"
            if total is not None:
                parts = {"total": words.number(total), "unit": words(unit)}
                plain = not isinstance(value, Hidden) and not isinstance(total, Hidden) and total > 0
                share = f"{value / total:.1%}" if plain else ""
                card["context"] = words("share_of", share=share, **parts) if plain else words("of", **parts)
        cards.append(card)
    return cards


def _curve(facts: ReportFacts, words: Words):
    if facts.curve is None or not len(facts.curve):
        return None
    return Markup(charts_svg.response_curves(facts.curve, words, threshold_min=facts.response_threshold_min))


def _groups(facts: ReportFacts, words: Words):
    access, response = facts.access_groups, facts.response_groups
    if access is None and response is None:
        return None
    thresholds = {"access_min": facts.access_threshold_min, "response_min": facts.response_threshold_min}
    return Markup(charts_svg.coverage_bars(access, response, words, **thresholds))


def _change(facts: ReportFacts, words: Words) -> dict:
    change = facts.plan_change
    keys = (
        "moved_blocks",
        "moved_households",
        "moved_people",
        "changed_doctor_people",
        "changed_doctor_signed",
    )
    figures = [(words(f"change.{key}"), words.number(change[key])) for key in keys if change.get(key) is not None]
    title = words("map.change")
    drawn = draw_change(facts, words, title=title)
    return {"figures": figures, "map": None if drawn is None else Markup(drawn), "title": title}


def _change_teams(facts: ReportFacts, words: Words) -> tables.Table | None:
    frame = (facts.plan_change or {}).get("teams")
    if frame is None:
        return None
    frame = frame if "name" in frame else frame.assign(name=frame["team_id"])
    columns = ("name", "load_before", "load_after", "own_min_before", "own_min_after")
    if "load_after" not in frame:  # the public edition counts people and nothing else
        columns = ("name", "residents_after")
    return tables.build(frame, columns, words, heads={"name": "team"})


def _parameters(facts: ReportFacts, words: Words):
    if facts.parameters is None:
        return None
    frame = pd.DataFrame(
        {
            "name": [
                words.term("parameter", v) if isinstance(v, str) else words.text(v) for v in facts.parameters["name"]
            ],
            "value": [str(words.text(v)) if not isinstance(v, float) else f"{v:g}" for v in facts.parameters["value"]],
        }
    )
    for column in ("unit", "source"):
        if column in facts.parameters:
            given = facts.parameters[column]
            frame[column] = [words.term(column, v) if isinstance(v, str) else words.text(v) for v in given]
    return tables.build(frame, ("name", "value", "unit", "source"), words)
