"""facet.py - which configurations stand in one panel: by the values of keys, so that no swept key is pooled unseen and no panel
has more lines than there are colours."""
import itertools
from dataclasses import dataclass

from . import RecordError, label, look
from .prepare import is_number

PANELS = 12         # of a page, at most
LINES = len(look.COLOURS)


@dataclass(frozen=True)
class Panel:
    title: str              # "" where there is one panel
    at: tuple               # the values of the keys
    configurations: list


def values_of(configurations: list, key: str) -> list:
    """The values that a key takes, numbers ascending; that a configuration has no such key does not count."""
    values = list(dict.fromkeys(value for c in configurations if (value := c.value(key)) is not None))
    return sorted(values) if all(is_number(value) for value in values) else values


def varied(record, configurations: list) -> list:
    """The keys in which configurations differ, the swept ones first."""
    return [key for key in record.axes if len({c.value(key) for c in configurations}) > 1]


def known(record, option: str, key: str) -> str:
    """A sentence that refuses what is no axis, or "". """
    return "" if key in record.axes else f"--{option}: " + label.unknown(key, record.axes, "the swept keys")


def keys_of(record, text) -> list:
    """The keys of --facet, "jitter,data".  Errors: RecordError."""
    keys = [key.strip() for key in text.split(",") if key.strip()] if text else []
    for key in keys:
        if key not in record.axes:
            raise RecordError(known(record, "facet", key))
    return keys


def pooled(record, configurations: list, keys: list) -> list:
    """The keys in which configurations differ that agree in keys."""
    groups = {}
    for c in configurations:
        groups.setdefault(tuple(c.value(key) for key in keys), []).append(c)
    left = dict.fromkeys(key for group in groups.values() if len(group) > 1 for key in varied(record, group))
    return [key for key in record.axes if key in left]


def needed(record, configurations: list, keys: list) -> list:
    """As few more keys as leave no two configurations that agree in all of them: swept keys before what is inside them."""
    more = []
    while left := pooled(record, configurations, [*keys, *more]):
        swept = [key for key in left if key in record.keys] or left
        more.append(min(swept, key=lambda key: len(values_of(configurations, key))))
    return more


def split(record, configurations: list, keys: list) -> list:
    """A Panel for each combination of values of keys, in the order of their values; a configuration that lacks a key comes last."""
    order = {key: {value: place for place, value in enumerate(values_of(configurations, key))} for key in keys}
    groups = {}
    for c in configurations:
        groups.setdefault(tuple(c.value(key) for key in keys), []).append(c)
    ordered = sorted(groups, key=lambda at: [order[key].get(value, len(order[key])) for key, value in zip(keys, at)])
    return [Panel(title(record, keys, at), at, groups[at]) for at in ordered]


def title(record, keys: list, values) -> str:
    short = label.short_keys(list(dict.fromkeys([*record.keys, *keys])))
    return ", ".join(f"no {short[key]}" if value is None else record.words.pair(short[key], key, value) for key, value in zip(keys, values))


def condition(record, configurations: list, key: str) -> str:
    """The condition that holds a key at its first value."""
    values = values_of(configurations, key)
    held = record.words.value(key, values[0]) if values else ""
    return f"{key} = " + (f"\"{held}\"" if set(held) & set(" ()<>=,") else held)


def hold(record, configurations: list, keys: list) -> str:
    """What to add so that no two configurations agree in keys: conditions on as few of those that they differ in as serve, of
    names before numbers and what has to be quoted."""
    conditions = []
    while left := pooled(record, configurations, keys):
        def held(key, among=configurations):
            return [c for c in among if c.value(key) == values_of(among, key)[0]]
        texts = {key: condition(record, configurations, key) for key in left}
        numeric = {key: is_number(values_of(configurations, key)[0]) for key in left}
        best = min(left, key=lambda key: (len(pooled(record, held(key), keys)), "\"" in texts[key], numeric[key], left.index(key)))
        conditions.append(texts[best])
        configurations = held(best)
    return f"--where '{' and '.join(conditions)}' shows one value" + (" of each" if len(conditions) > 1 else "")


def columns_for(record, configurations: list, keys: list, panels: list, wide: int) -> int:
    """How many panels stand side by side: of two keys or more the values of the last one, where they fit."""
    if len(keys) > 1 and (across := len({panel.at[-1] for panel in panels})) <= wide and len(panels) % across == 0:
        return across
    count = len(panels)
    return next((c for c in range(min(wide, count), 1, -1) if count % c == 0 and c * c >= count), min(wide, count, 3 if count > 4 else 2))


@dataclass(frozen=True)
class Arrangement:
    """Configurations in panels, and how they look there."""
    keys: list
    panels: list
    look: look.Look

    @property
    def note(self) -> str:
        return self.look.note


def arrange(record, configurations: list, plain: look.Look, keys=()) -> Arrangement:
    """Panels by keys, or by as few as leave at most LINES configurations in each; one panel, in the plain look, where neither is
    asked nor serves."""
    keys = list(keys) or (few_lines(record, configurations) if len(configurations) > LINES else [])
    if not keys:
        return Arrangement([], [Panel("", (), configurations)], plain)
    panels = split(record, configurations, keys)
    rest = {c.label: rest_of(record, configurations, c, keys) for c in configurations}
    return Arrangement(keys, panels, look_of(record, configurations, rest, keys))


def few_lines(record, configurations: list) -> list:
    """One key or two that leave at most LINES configurations in each of at most PANELS panels; [] if none do."""
    keys = [key for key in varied(record, configurations) if key in record.keys]
    for count in (1, 2):
        found = []
        for some in itertools.combinations(keys, count):
            panels = split(record, configurations, list(some))
            if max(len(panel.configurations) for panel in panels) <= LINES and len(panels) <= PANELS:
                found.append((len(panels), list(some)))
        if found:
            return min(found)[1]
    return []


def beside(record, configurations: list, keys: list) -> list:
    """The swept keys that change and are not decided by keys, as those of a zipped sweep are."""
    def values(*some):
        return len({tuple(c.value(key) for key in some) for c in configurations})
    return [key for key in record.keys if values(key) > 1 and values(*keys, key) > values(*keys)]


def rest_of(record, configurations: list, c, keys: list) -> str:
    """What a configuration is called beside those of its panel."""
    short = label.short_keys(record.keys)
    others = label.telling(beside(record, configurations, keys), [c.swept for c in configurations])
    words = [record.words.pair(short[key], key, c.swept[key]) for key in others if c.swept[key] is not None]
    return ", ".join(words)


def look_of(record, configurations: list, rest: dict, keys: list) -> look.Look:
    """A colour for each of the things that panels have in common, and a dash where they outnumber the colours."""
    names = list(dict.fromkeys(rest.values()))
    number = {rest[c.label]: ordered_by(record, configurations, c, keys) for c in configurations}
    if len(names) > LINES * len(look.DASHES):
        return look.Look({}, note=f"{len(names)} configurations a panel, not told apart")
    ramp = len(names) > 2 and all(is_number(number[name]) for name in names) and len(set(number.values())) == len(names)
    if ramp and len(names) <= LINES:
        names.sort(key=number.get)
        pairs = [(colour, "solid") for colour in look.colours_for([number[name] for name in names])]
    else:
        pairs = [(colour, dash) for dash in look.DASHES for colour in look.COLOURS]
    many = len(names) > LINES
    style = {name: look.Style(*pair, 1.2 if many else 1.5, not many) for name, pair in zip(names, pairs)}
    legend = [(look.handle(style[name].colour, style[name].dash), name) for name in names] if len(names) > 1 or names[0] else []
    broken = any(c.diverged for c in configurations)
    return look.Look({c.label: style[rest[c.label]] for c in configurations}, legend,
                     "a configuration with diverged seeds has the colour of its others" if broken and not legend else "")


def ordered_by(record, configurations: list, c, keys: list):
    """The number that alone tells a configuration from those beside it; None if there is no such."""
    others = beside(record, configurations, keys)
    return c.swept[others[0]] if len(others) == 1 else None
