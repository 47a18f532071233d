"""An independent look at a day's rounds: stop by stop, without the search that made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .plan import RoundPlan

__all__ = ["find_round_faults"]


def find_round_faults(plan: RoundPlan) -> list[str]:
    """What is wrong with a day's rounds: one sentence a fault, none when all is well.

    Every stop is visited once or is among the dropped; each arrival is the leaving before plus the way of the network,
    and no more than lunch between; visits begin in their windows and last as long as they must; lunch is whole and in
    its hours; carers have the skills, and are back by the end of their shift; totals are the sums of their parts.
    """
    faults, times = [], plan._times_s
    stops = plan._stops
    seen = [*plan.stops["stop_id"], *plan.dropped["stop_id"]]
    if sorted(map(str, seen)) != sorted(map(str, stops["stop_id"])):
        faults.append("the stops visited and dropped are not the stops asked for, each once")
    row = {name: i for i, name in enumerate(stops["stop_id"])}
    for carer in plan.carers.itertuples():
        mine = plan.stops[plan.stops["carer_id"] == carer.carer_id].sort_values("order")
        asked = plan._carers.loc[plan._carers["carer_id"] == carer.carer_id].iloc[0]
        if mine.empty:
            continue
        here, now = asked["place"], carer.leave_base_min
        way = wait = 0.0
        lunch = carer.lunch_min if carer.lunch_min == carer.lunch_min else None
        if now < asked["start_min"] - 1e-6:
            faults.append(f"{carer.carer_id} leaves before the shift begins")
        for stop in mine.itertuples():
            want = stops.iloc[row[stop.stop_id]]
            leg = times[here, want["place"]] / 60
            eaten = lunch is not None and now - 1e-6 <= lunch < stop.begin_min
            pause = asked["lunch_len_min"] if eaten else 0.0
            first = eaten and stop.arrival_min > now + leg + 1e-6  # eaten before setting out
            if abs(stop.arrival_min - (lunch + pause + leg if first else now + leg)) > 1e-6:
                faults.append(f"{stop.stop_id}: the arrival is not the way from the stop before")
            there = eaten and not first
            if stop.begin_min < (lunch + pause if there else stop.arrival_min) - 1e-6:
                faults.append(f"{stop.stop_id}: the visit begins before the carer is there and has eaten")
            if there and lunch < stop.arrival_min - 1e-6:
                faults.append(f"{stop.stop_id}: lunch is eaten on the way")
            if abs(stop.waiting_min - (stop.begin_min - now - leg - pause)) > 1e-6:
                faults.append(f"{stop.stop_id}: the waiting is not what is left of the time")
            if not want["opens_min"] - 1e-6 <= stop.begin_min <= want["closes_min"] + 1e-6:
                faults.append(f"{stop.stop_id}: the visit begins outside its window")
            if abs(stop.leave_min - stop.begin_min - want["service_min"]) > 1e-6:
                faults.append(f"{stop.stop_id}: the visit is not as long as it must be")
            if want["skill"] and want["skill"] not in asked["skills"]:
                faults.append(f"{stop.stop_id}: {carer.carer_id} lacks {want['skill']}")
            way, wait = way + leg, wait + stop.waiting_min
            here, now = want["place"], stop.leave_min
        home = times[here, asked["place"]] / 60
        way += home
        last = lunch is not None and lunch >= now - 1e-6
        idle = carer.back_min - now - home - (asked["lunch_len_min"] if last else 0.0)
        if idle < -1e-6:
            faults.append(f"{carer.carer_id} is back sooner than the way from the last stop allows")
        wait += idle
        if carer.back_min > asked["end_min"] + 1e-6:
            faults.append(f"{carer.carer_id} is back after the shift's end")
        faults += _lunch_faults(carer, asked, lunch)
        if abs(way - carer.travel_min) > 1e-6 or abs(wait - carer.waiting_min) > 1e-6:
            faults.append(f"{carer.carer_id}: the totals are not the sums of the stops")
    if abs(plan.carers["travel_min"].sum() - plan.travel_min) > 1e-6:
        faults.append("travel_min is not the sum over the carers")
    return faults


def _lunch_faults(carer, asked, lunch: float | None) -> list[str]:
    length = asked["lunch_len_min"]
    if not length:
        return []
    low, high = asked["lunch_from_min"], asked["lunch_until_min"] - length
    if lunch is not None:
        return [] if low - 1e-6 <= lunch <= high + 1e-6 else [f"{carer.carer_id} eats outside the hours of lunch"]
    before = carer.leave_base_min >= max(low, asked["start_min"]) + length - 1e-6
    after = carer.back_min <= high + 1e-6
    return [] if before or after else [f"{carer.carer_id} has no lunch"]
