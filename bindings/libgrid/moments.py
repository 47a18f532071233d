"""Moments and hours of the week: ``"2 10:00"``, ``"06:00-22:00"``, ``"Mo-Fr 06:00-22:00; Sa off"``."""

import re

from ._core import InvalidInput

WEEK_MIN = 7 * 1440
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$")

Intervals = tuple[tuple[int, int], ...]


def minute_of_week(moment: str) -> int:
    """``"2 10:00"``, Tuesday ten o'clock, as minutes from Monday 00:00.

    >>> minute_of_week("2 10:00")
    2040
    """
    try:
        day, clock = moment.split()
        hours, minutes = clock.split(":")
        if not (1 <= int(day) <= 7 and 0 <= int(hours) < 24 and 0 <= int(minutes) < 60):
            raise ValueError
        return (int(day) - 1) * 1440 + int(hours) * 60 + int(minutes)
    except (ValueError, AttributeError):
        raise InvalidInput(f'moment must read like "2 10:00" (weekday 1-7, HH:MM), not {moment!r}') from None


def week_intervals(text: str) -> Intervals | None:
    """Open minutes of the week as (start, end) pairs, end exclusive; None when the text is not understood.

    A subset of OpenStreetMap's opening hours: ``24/7``, ``06:00-22:00``, ``Mo-Fr 06:00-22:00; Sa,Su 08:00-12:00``,
    ``off``; a later rule replaces an earlier one on its days. Holidays (``PH``) are left aside. Hours over midnight run
    into the next day.

    >>> week_intervals("Mo 22:00-06:00")
    ((1320, 1800),)
    """
    if text.strip().lower() == "24/7":
        return ((0, WEEK_MIN),)
    by_day: dict[int, list[tuple[int, int]]] = {}
    for rule in filter(None, (part.strip().lower() for part in text.split(";"))):
        head, _, rest = rule.partition(" ")
        if head == "ph":
            continue
        days = _days(head)
        hours = (rest if days is not None else rule).strip()
        spans = [] if hours in ("off", "closed") else [_span(span.strip()) for span in hours.split(",")]
        if None in spans:
            return None
        for day in range(7) if days is None else days:
            by_day[day] = [(day * 1440 + start, day * 1440 + end) for start, end in spans]
    return tuple(sorted(span for spans in by_day.values() for span in spans)) if by_day else None


def is_open(intervals: Intervals, minute: int) -> bool:
    """Whether a minute of the week lies in one of them; hours of Sunday night reach into Monday."""
    return any(start <= minute < end or start <= minute + WEEK_MIN < end for start, end in intervals)


def _days(text: str) -> list[int] | None:
    days: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            return None
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return days


def _span(text: str) -> tuple[int, int] | None:
    found = _SPAN.match(text)
    if not found:
        return None
    hour, minute, to_hour, to_minute = map(int, found.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    if hour > 24 or to_hour > 48 or minute > 59 or to_minute > 59:
        return None
    return start, end if end > start else end + 1440
