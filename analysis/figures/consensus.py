"""consensus.py - the distance between workers' models against the spectral gap of the graph they mix by."""
import numpy as np
import pandas

from .. import axes as axis_of
from .. import look, prepare
from ..sheet import Sheet

BRIEF = "consensus distance against the spectral gap of the mixing graph"
NEEDS = "runs that mix by graphs of different spectral gaps (gossip)"
OPTIONS = ()
USUAL = True


def missing(scene, choice) -> str:
    found = data(scene, choice)
    if found["spectral_gap"].nunique() > 1:
        return ""
    if len(found):
        return "all its runs have one spectral gap; topology = dt.sweep { \"ring\", \"torus\", \"complete\" } varies it"
    return "its runs mix by no graph, so have no spectral gap; strategy = \"gossip\" has one"


def data(scene, choice):
    """A row a run: configuration, run, spectral_gap, distance: the mean over the second half of its marks."""
    rows = []
    for c in scene.shown:
        for run in c.shown:
            spread = run.marks["spread"].dropna() if "spread" in run.marks else []
            if np.isfinite(run.spectral_gap) and len(spread):
                rows.append((c.label, run.id, run.spectral_gap, float(spread.iloc[len(spread) // 2:].mean())))
    return pandas.DataFrame(rows, columns=["configuration", "run", "spectral_gap", "distance"])


def draw(scene, frame, choice):
    sheet = Sheet(scene, 1, 1, (5.2, 3.2), legend=scene.look.legend if scene.look.told else (),
                  words="a point a run; distance: mean over the second half of its marks")
    axes = sheet.cell(0, 0)
    for name, rows in frame.groupby("configuration", sort=False):
        style = scene.look.of(name)
        place = list(look.DASHES).index(style.dash)
        axes.plot(rows["spectral_gap"], rows["distance"], look.MARKERS[place], color=style.colour, linestyle="",
                  markersize=5 + 3 * place, markerfacecolor="none" if place else style.colour, markeredgewidth=1.4)
    for axis, column in ((axes.xaxis, "spectral_gap"), (axes.yaxis, "distance")):
        if prepare.wants_log(prepare.finite([frame[column]])):
            axis_of.logarithmic(axis, frame[column].to_numpy())
    axes.set(xlabel="spectral gap of the mixing matrix", ylabel="distance between workers' models")
    axes.set_title("Consensus distance against spectral gap")
    return sheet.figure
