"""table.py - a table of tests/SPEED.md from files of make bench, each row from the newest file that has it.  Usage: table.py FILE..."""
import json
import sys

from bench import FORMAT, beside, quantity
from rows import ROWS


def newest(paths):
    """{ row: what the newest file says of it }, and the kinds of machine."""
    found, machines = {}, []
    for whole in sorted((json.load(open(path)) for path in paths), key=lambda w: w["date"]):
        if whole.get("format") != FORMAT:
            sys.exit(f"table.py: expected files with format = \"{FORMAT}\", got {whole.get('format')}")
        machines.append(f"{whole['processor']}, {whole['cores']} cores, {whole['openblas_core']}")
        found.update({row["row"]: {**row, "date": whole["date"][:10], "commit": whole["commit"]} for row in whole["rows"]})
    return found, list(dict.fromkeys(machines))


def measured(row):
    """The row's figures in words; those of an aim first."""
    if "headline" not in row:
        return row.get("missing") or f"failed: {row.get('failed', 'nothing was said')}"
    named = list(dict.fromkeys([row["headline"], *(aim["figure"] for aim in row["aims"])]))
    if "ratio" not in row and "peak" not in named:
        named.append("peak")
    words = ", ".join(quantity(row[figure], figure) + (" of the processor" if figure == "cpu" else "") for figure in named)
    if "products" in row:
        words += f"; own products {quantity(row['theirs'] / row['products'], 'ratio')}"
    return words + (": **missed**" if row.get("met") is False else "")


def lines(found):
    yield "| row of `make bench` | what is compared | measured | limit of the machine | aim |"
    yield "|---|---|---|---|---|"
    for name, (what, *_) in ROWS.items():
        row = found.get(name)
        if row is None:
            yield f"| `{name}` | {what} | - | - | - |"
        else:
            yield f"| `{name}` | {what} | {measured(row)} | {beside(row) or '-'} | {row['target'] or 'none'} |"


if __name__ == "__main__":
    rows_found, kinds = newest(sys.argv[1:])
    print("; ".join(kinds))
    print()
    print("\n".join(lines(rows_found)))
