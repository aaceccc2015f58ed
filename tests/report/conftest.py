"""conftest.py - a headless Chromium, and pages of records made by hand; everything is skipped where there is none."""
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from analysis import report  # noqa: E402


def load_records():
    """The makers of records, which the tests of analysis share."""
    place = importlib.util.spec_from_file_location("records", ROOT / "tests" / "analysis" / "conftest.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


records = load_records()


class Browser:
    """One Chromium that pages are opened in."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, path, dark: bool = False, size=(1366, 768)) -> None:
        """Open a page anew, and forget what earlier ones logged."""
        for log in ("browser", "performance"):
            self.driver.get_log(log)
        self.driver.set_window_size(*size)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.driver.get(Path(path).as_uri())

    def run(self, script: str, *values):
        return self.driver.execute_script(script, *values)

    def until(self, script: str, *values, seconds: float = 300.0):
        """Wait until an expression of the page is true; its value.  So many seconds mean that it never will be."""
        from selenium.webdriver.support.ui import WebDriverWait
        return WebDriverWait(self.driver, seconds, 0.05).until(lambda _: self.run(f"return {script}", *values), script)

    def find(self, selector: str):
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list:
        return self.run("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)

    def draw(self, section: str) -> None:
        """Bring a section into view and wait for its plot."""
        self.run("document.getElementById(arguments[0]).scrollIntoView({behavior: 'instant'})", section)
        self.until("sections.find(s => s.id === arguments[0]).drawn", section)

    def draw_all(self) -> None:
        for section in self.run("return sections.map(s => s.id)"):
            self.draw(section)

    def column(self, number: int) -> list:
        return self.texts(f"#run-table tbody td:nth-child({number})")

    def select(self, ident: str, value: str) -> None:
        from selenium.webdriver.support.ui import Select
        Select(self.find(f"#{ident}")).select_by_value(value)

    def range(self, plot: str) -> list:
        return self.run("return at(arguments[0])._fullLayout.xaxis.range.map(Number)", plot)

    def problems(self) -> list:
        """What the page complained of, and every request that left it."""
        logged = self.driver.get_log("browser")
        found = [entry["message"] for entry in logged if entry["level"] in ("SEVERE", "WARNING")]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            url = message["params"].get("request", {}).get("url", "")
            if message["method"] == "Network.requestWillBeSent" and not url.startswith(("file:", "data:", "blob:")):
                found.append(url)
        return found

    def picture(self, name: str) -> None:
        """A screenshot below results/, for people to look at."""
        (ROOT / "results").mkdir(exist_ok=True)
        self.driver.save_screenshot(str(ROOT / "results" / name))


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs the packages chromium and chromium-driver")
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs the package python3-selenium")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for word in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                 "--force-prefers-reduced-motion", f"--user-data-dir={profile}"):
        options.add_argument(word)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    from selenium.webdriver.chrome.service import Service
    from selenium.common.exceptions import WebDriverException
    try:
        started = webdriver.Chrome(service=Service(driver), options=options)
    except WebDriverException as reason:        # such as a machine where localhost has no address
        pytest.skip(f"Chromium does not start here: {reason.msg}")
    yield Browser(started)
    started.quit()


def page_of(path) -> Path:
    assert report.main([str(path)]) == 0
    return Path(path).with_suffix(".html")


@pytest.fixture(scope="session")
def tau(tmp_path_factory) -> Path:
    """The page of a sweep like the demo's: four configurations, three seeds, with traces, a claim held and one not."""
    path = tmp_path_factory.mktemp("tau") / "tau.h5"
    choices = [("sgd", 1.0), ("localsgd", 5.0), ("localsgd", 20.0), ("adacomm", 0.0)]
    runs = []
    for name, period in choices:
        for seed in range(3):
            tables = {**records.training(period, seed), **records.traced(8)}
            tables["workers"].update(host=[f"host-{rank}" for rank in range(8)])
            own = period if name == "localsgd" else float("nan")
            runs.append({"swept": {"strategy": name, "seed": seed, "strategy.period": own},
                         "config": {"strategy": {"name": name, "period": period}, "seed": seed}, **tables})
    claims = {"text": ["AdaComm needs at most half of the time", "its period falls to 1"], "held": [1, 0],
              "reason": ["", "it ended at 2"]}
    return page_of(records.write_record(path, runs, claims=claims))


@pytest.fixture(scope="session")
def make_page(tmp_path_factory):
    """A function from runs to their page."""
    return lambda runs, **attributes: page_of(
        records.write_record(tmp_path_factory.mktemp("page") / "page.h5", runs, **attributes))
