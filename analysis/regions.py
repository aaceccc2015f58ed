"""regions.py - which region of the world, or other site, a host is in."""
import re

import numpy as np

from .course import columns, hosts_of
from .label import name_of
from .who import Who

LONG = re.compile(r"\b([A-Z][A-Za-z]*)-([A-Z][A-Za-z]*)_(UP|DOWN)\b")


def sites_of(run) -> dict:
    """Host -> the region it is in: its site; where the scenario names no sites and the platform is of regions, as the names
    of its long links say."""
    host, site = columns(run.workers, "host", "site")
    return {name: where for name, where in zip(host, site) if where} or by_long_links(run)


def by_long_links(run) -> dict:
    """Of the platform wan: Virginia-Ireland_UP leads from Virginia to Ireland, Virginia-Ireland_DOWN back."""
    if name_of(run.config.get("platform")) != "wan" or not len(run.routes):
        return {}
    host, found = hosts_of(run), {}
    long = run.routes["links"].str.extract(LONG)
    for row in np.flatnonzero(long[0].notna()):
        ends = [Who(run.routes[f"{end}_role"].iloc[row], int(run.routes[end].iloc[row])) for end in ("from", "to")]
        names = long.iloc[row, :2] if long.iloc[row, 2] == "UP" else long.iloc[row, 1::-1]
        found.update(zip((host[end] for end in ends), names))
    return found
