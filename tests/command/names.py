"""How often would a neighbour's answers pass?  Of each lab, the right answers of N students are computed from their own runs and
compared: names.py DTSIM [N] [LAB...], where a lab is a number or a folder."""
import itertools
import os
import pathlib
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from analysis.exercise import Exercise  # noqa: E402

FIRST = ("Ada", "Alan", "Bao", "Chidi", "Dorothea", "Émile", "Fatima", "Grace", "Hiroshi", "Ingrid")
LAST = ("Lovelace", "Nguyễn", "Okafor", "Žižka", "de la Cruz")
LABS = {folder.name[:2]: folder for folder in sorted((ROOT / "scenarios/labs").glob("[0-9][0-9]-*"))}


def names(n):
    """So many different names; the first fifty are of people, others are numbered."""
    people = [f"{first} {last}" for last in LAST for first in FIRST]
    return people[:n] + [f"Student {i}" for i in range(len(people), n)]


def passes(answer, truth, tolerance):
    return abs(answer - truth) <= tolerance * abs(truth)


def neighbours(questions, truths):
    """Of each question, how many ordered pairs of students could copy; and of how many pairs everything could be copied."""
    pairs = list(itertools.permutations(truths, 2))
    could = {q.name: [passes(a[q.name], b[q.name], q.tolerance) for a, b in pairs] for q in questions}
    hits = [sum(flags) for flags in zip(*could.values())]
    return {name: sum(flags) for name, flags in could.items()}, len(pairs), [hits.count(k) for k in range(len(questions) + 1)]


def study(number, n):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = LABS.get(number) or pathlib.Path(number)
        labs = list(pool.map(lambda name: Exercise(folder, f"dtsim lab {number}", name), names(n)))
        truths = list(pool.map(lambda lab: lab.truths(), labs))
    could, pairs, hits = neighbours(labs[0].questions, truths)
    for q in labs[0].questions:
        values = sorted(truth[q.name] for truth in truths)
        print(f"lab {number} {q.name}: {could[q.name]} of {pairs} pairs ({100 * could[q.name] / pairs:.1f} %), "
              f"{len(set(values))} different right answers, {values[0]:.4g} to {values[-1]:.4g}", flush=True)
    print(f"lab {number}: pairs by how many of the neighbour's answers would pass (0, 1, ...): {hits}", flush=True)


if __name__ == "__main__":
    os.environ["DTSIM"] = str(pathlib.Path(sys.argv[1]).resolve())
    for lab in sys.argv[3:] or LABS:
        study(lab, int(sys.argv[2]) if len(sys.argv) > 2 else 50)
