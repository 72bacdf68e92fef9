"""Correlation rules decided by trying everything, written apart from the evaluator; times are minutes."""

from itertools import product


def makes_alert(form, outputs):
    """Whether the matches of a case make an alert, by a `Sequence` or a `Group`."""
    key = "Sequence" if "Sequence" in form else "Group"
    decide = _follow if key == "Sequence" else _gather
    values = {value for fields in outputs.values() for each in fields.values() for value in each}
    return any(decide(form, form[key], outputs, value) for value in (*values, "nowhere"))


def _times(form, entry, outputs, value):
    fields = set()
    for transition in form.get("Transitions", ()):
        for match in transition.get("Match", ()):
            if transition["From"] == entry["ID"]:
                fields.add(match.get("On") or match["From"])
            if transition["To"] == entry["ID"]:
                fields.add(match.get("On") or match["To"])
    for item in form.get("MatchCriteria", {}).get("name", ()):
        if item["GroupID"] == entry["ID"]:
            fields.add(item["Match"])
    matches = outputs.get(entry["ID"], {})
    each = [matches.get(field, {}).get(value, []) for field in fields] or [
        [time for times in field.values() for time in times] for field in matches.values()
    ]
    union = not fields
    found = []
    for time in sorted({time for times in each for time in times}):
        counts = [times.count(time) for times in each]
        found += [time] * (max(counts) if union else min(counts))
    return found


def _few(entry, times, lookback):
    """The times that are in no window with too many of them."""
    most = entry.get("MaxMatchCount")
    if most is None or entry.get("Absence"):
        return times
    windows = [[time for time in times if begin <= time <= begin + lookback] for begin in times]
    crowded = [window for window in windows if len(window) > most]
    return [time for time in times if not any(time in window for window in crowded)]


def _runs(entry, times):
    """The (first, last) match of each way to have enough of them, one after the other."""
    for end, last in enumerate(times):
        begin = end - entry.get("MinMatchCount", 1) + 1
        if begin >= 0:
            yield times[begin], last


def _follow(form, entries, outputs, value):
    lookback = form["LookbackWindowMinutes"]
    times = [_few(entry, _times(form, entry, outputs, value), lookback) for entry in entries]
    present = [place for place, entry in enumerate(entries) if not entry.get("Absence")]
    ways = [list(_runs(entries[place], times[place])) for place in present]
    chosen = (dict(zip(present, way, strict=True)) for way in product(*ways)) if present else ()
    return any(_is_allowed(form, entries, times, way) for way in chosen)


def _is_allowed(form, entries, times, way):
    lookback = form["LookbackWindowMinutes"]
    frames = _frames(form, entries)
    first, last = min(way), max(way)
    if way[last][1] - way[first][0] > lookback:
        return False
    for (one, other), frame in frames.items():
        if one == other in way and way[one][1] - way[one][0] > frame:
            return False
        if one < other and one in way and other in way and way[other][1] - way[one][1] > frame:
            return False
    for one, other in zip(sorted(way), sorted(way)[1:], strict=False):
        together = sum(frames.get((place, place + 1), lookback) for place in range(one, other))
        if way[other][0] < way[one][1] or way[other][1] - way[one][1] > together:
            return False
    return all(
        _is_absent(way, place, times[place], frames, lookback)
        for place in range(len(entries))
        if place not in way
    )


def _is_absent(way, place, times, frames, lookback):
    before = [each for each in way if each < place]
    after = [each for each in way if each > place]
    if before and after:
        return not any(way[max(before)][1] <= time <= way[min(after)][0] for time in times)
    if before:
        span = range(max(before), place)
        begin = way[max(before)][1]
        end = begin + sum(frames.get((each, each + 1), lookback) for each in span)
    else:
        span = range(place, min(after))
        begin = way[min(after)][1] - sum(frames.get((each, each + 1), lookback) for each in span)
        end = way[min(after)][0]
    return not any(begin <= time <= end for time in times)


def _frames(form, entries):
    ids = [entry["ID"] for entry in entries]
    frames = {}
    for transition in form.get("Transitions", ()):
        pair = ids.index(transition["From"]), ids.index(transition["To"])
        frames.setdefault(pair, transition.get("WithinTimeFrameMinutes", form["LookbackWindowMinutes"]))
    return frames


def _gather(form, entries, outputs, value):
    lookback = form["LookbackWindowMinutes"]
    times = [_few(entry, _times(form, entry, outputs, value), lookback) for entry in entries]
    absent = [time for entry, own in zip(entries, times, strict=True) if entry.get("Absence") for time in own]
    counting = []
    for entry, own in zip(entries, times, strict=True):
        if not entry.get("Absence"):
            clear = [time for time in own if all(abs(time - other) > lookback for other in absent)]
            counting.append((entry.get("MinMatchCount", 1), clear))
    needed = form.get("MinMatchCount", len(counting))
    begins = {time for _, own in counting for time in own}
    return any(
        sum(sum(begin <= time <= begin + lookback for time in own) >= least for least, own in counting)
        >= needed
        for begin in begins
    )
