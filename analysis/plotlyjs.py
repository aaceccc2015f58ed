"""plotlyjs.py - the program that draws in the page, and its small form: python3 -m analysis.plotlyjs OUT makes that.

Debian's plotly.js is not minified: a page would hold 8.7 MB of it.  "make" has Debian's minify make 3.7 MB of it once, with
all of its notices of copyright and licence in a comment at its head.  Where there is no such file the page holds the long form."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAME = "plotly.min.js"
COMMENT = re.compile(r"^[ \t]*/\*.*?\*/|(?:^[ \t]*//[^\n]*\n)+", re.DOTALL | re.MULTILINE)
NOTICE = re.compile(r"licen[sc]e|copyright|\(c\) ", re.IGNORECASE)


def notices(source: str) -> str:
    """Every comment of a program that speaks of a copyright or licence, each once, as one comment that minify keeps."""
    found = (comment[0] for comment in COMMENT.finditer(source) if NOTICE.search(comment[0]))
    inside = (re.sub(r"^[ \t]*(?:/\*[*!]?|//|\*/?)?[ \t]?|\*/", "", text, flags=re.MULTILINE).strip() for text in found)
    return "/*!\n" + "\n\n".join(dict.fromkeys(inside)) + "\n*/\n"


def places() -> list:
    """Where the small form is looked for: beside the program dtsim, where make leaves it, where make install does."""
    program = os.environ.get("DTSIM")
    return [folder / NAME for folder in ([Path(program).parent] if program else []) + [ROOT / "build", ROOT]]


def small() -> str:
    """The small form; "" if there is none, or a part of one."""
    for place in places():
        if place.is_file():
            text = place.read_text(encoding="utf-8")
            return text if text.startswith("/*!") else ""
    return ""


def script() -> tuple:
    """(the program, what to say of it: "" where it is the small form)."""
    found = small()
    if found:
        return found, ""
    from plotly.offline import get_plotlyjs     # only here: it takes half a second
    return get_plotlyjs(), (f"the page holds plotly.js in its long form and is 5 MB larger for that: {NAME} was not found; "
                            "\"make\" makes it with Debian's package minify")


def version(program: str) -> str:
    """Of the program, as its first notice says it; "" if it does not."""
    said = re.search(r"plotly\.js v([\w.]+)", program[:400])
    return said[1] if said else ""


def minify(out: Path) -> None:
    """Leave the small form, whole or not at all."""
    from plotly.offline import get_plotlyjs
    source = get_plotlyjs()
    with tempfile.TemporaryDirectory(prefix="dtsim-") as folder:
        long, short = Path(folder, "plotly.js"), Path(folder, NAME)
        long.write_text(source, encoding="utf-8")
        subprocess.run(["minify", "--type=js", "-o", str(short), str(long)], check=True, stdout=subprocess.DEVNULL)
        part = out.with_name(out.name + ".part")
        part.write_text(notices(source) + short.read_text(encoding="utf-8"), encoding="utf-8")
        os.replace(part, out)


def main() -> int:
    """Without minify or plotly there is no small form, and that is no error: the report works, and says so."""
    try:
        minify(Path(sys.argv[1]))
    except (ImportError, OSError, subprocess.CalledProcessError) as reason:
        print(f"{sys.argv[1]} was not made, pages of \"dtsim report\" will be 5 MB larger: {reason}; \"make deps\" installs "
              "what is missing", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
