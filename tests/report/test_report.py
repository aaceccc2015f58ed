"""test_report.py - the page in a browser: it opens offline, answers hand and keys, and shows what the file says."""
import pytest
from conftest import records

from analysis import label, look

NAME = "<b>bold</b><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"


@pytest.fixture
def page(browser, tau):
    browser.open(tau)
    return browser


def keys():
    from selenium.webdriver.common.keys import Keys
    return Keys


def test_it_opens_without_complaint_or_request(page):
    page.draw_all()
    page.select("sweep-view", "map")
    page.find("#theme").click()
    assert page.problems() == []
    drawn = page.run("return [...document.querySelectorAll('.chart')].map(p => p.querySelectorAll('.main-svg').length)")
    assert len(drawn) == 5 and all(drawn)
    assert page.run("return performance.getEntriesByType('resource').length") == 0


def test_it_shows_the_question_the_claims_the_source_and_the_fingerprint(page):
    assert page.find("h1").text == "How rarely may workers take the mean?" == page.driver.title
    assert page.texts("#claims li") == ["✓ heldAdaComm needs at most half of the time",
                                       "✗ brokenits period falls to 1 (it ended at 2)"]
    assert "fingerprint 0123456789abcdef" in page.find("#origin").text
    assert page.find("#scenario").text.startswith("-- How rarely may workers take the mean?")
    assert page.texts("#configurations tbody td:first-child") == ["sgd", "localsgd, period 5", "localsgd, period 20",
                                                                  "adacomm"]


def test_the_choice_of_axes_changes_the_curve(page):
    page.draw("curves")
    title, first = ("return at('curve-plot')._fullLayout.{}axis.title.text", "return at('curve-plot').data[2].{}[5]")
    assert page.run(title.format("x")) == "simulated time (s)" and page.run(title.format("y")) == "loss"
    before = page.run(first.format("x")), page.run(first.format("y"))
    page.select("curve-x", "bytes")
    page.select("curve-y", "accuracy")
    assert page.run(title.format("x")).startswith("bytes received") and page.run(title.format("y")) == "accuracy (%)"
    assert page.run(first.format("x")) != before[0] and page.run(first.format("y")) != before[1]
    page.find("#curve-log-x").click()
    assert page.run("return at('curve-plot')._fullLayout.xaxis.type") == "log"


def test_the_age_of_updates_can_be_chosen_over_time_by_day_and_night(browser, tau):
    for dark in (False, True):
        browser.open(tau, dark=dark)
        browser.draw("curves")
        browser.select("curve-y", "mean_age")
        assert browser.run("return at('curve-plot')._fullLayout.yaxis.title.text") == "mean age of updates"
        assert browser.run("return at('curve-plot').data.filter(t => t.name).map(t => t.y.length)") == [3] * 4
        assert contrast(browser) > 1.9
        browser.picture(f"report-ages-{'dark' if dark else 'light'}.png")
        browser.select("curve-x", "bytes")
        assert browser.run("return at('curve-y').value") != "mean_age" and browser.problems() == []


def test_a_configuration_has_the_colour_of_the_figures_everywhere(page):
    page.draw_all()
    lines = page.run("return at('curve-plot').data.filter(t => t.name).map(t => t.line.color)")
    points = page.run("return at('sweep-plot').data.map(t => t.marker.color)")
    assert [colour.upper() for colour in lines] == look.COLOURS[:4] == [colour.upper() for colour in points]


def test_the_filter_takes_words_and_comparisons_and_the_curves_follow(page):
    page.draw("curves")
    box = page.find("#filter")
    box.send_keys("adacomm")
    page.until("document.getElementById('shown').textContent === '3 of 12 runs'")
    assert set(page.column(3)) == {"adacomm"}
    page.until("at('curve-plot').data.filter(t => t.name).map(t => t.name).join() === 'adacomm'")
    box.clear()
    box.send_keys("strategy.period>=5 seed=1")
    page.until("document.getElementById('shown').textContent === '2 of 12 runs'")
    assert page.column(1) == ["4", "7"]
    box.clear()
    box.send_keys("nothing-like-this")
    page.until("document.getElementById('shown').textContent === '0 of 12 runs'")
    page.until("at('curve-plot').data.length === 0")
    assert page.problems() == []


def test_the_table_sorts_up_and_down_and_what_is_missing_comes_last(page):
    def sort(column):
        page.find(f"button[data-column='{column}']").send_keys(keys().ENTER)
        return page.find(f"th:has(button[data-column='{column}'])").get_attribute("aria-sort")

    place = page.run("return data.columns.findIndex(c => c.name === 'loss') + 1")
    assert sort("loss") == "ascending"
    values = [float(text) for text in page.column(place)]
    assert values == sorted(values) and len(values) == 12
    assert sort("loss") == "descending" and [float(text) for text in page.column(place)] == values[::-1]
    for direction in ("ascending", "descending"):
        assert sort("strategy.period") == direction and page.column(4)[-3:] == ["–"] * 3


def test_the_timeline_zooms_by_button_key_and_drag(page):
    from selenium.webdriver import ActionChains
    page.draw("timeline")

    def width():
        low, high = page.range("timeline-plot")
        return high - low

    whole = width()
    page.find("#timeline-in").click()
    page.until("Math.abs(at('timeline-plot')._fullLayout.xaxis.range[1] - arguments[0]) < 1e-6", 0.75 * whole)
    assert width() == pytest.approx(whole / 2)
    page.find("#timeline-plot").send_keys("+")
    assert width() == pytest.approx(whole / 4)
    page.find("#timeline-plot").send_keys(keys().ARROW_RIGHT)
    assert page.range("timeline-plot")[0] == pytest.approx(0.375 * whole + 0.05 * whole)
    page.find("#timeline-plot").send_keys("0")
    assert width() >= whole
    before = width()
    ground = page.find("#timeline-plot .nsewdrag")
    ActionChains(page.driver).move_to_element(ground).click_and_hold().move_by_offset(120, 0).release().perform()
    narrower = "(([low, high]) => high - low < arguments[0])(at('timeline-plot')._fullLayout.xaxis.range)"
    page.until(narrower, 0.5 * before)


def test_a_run_is_chosen_by_keys_and_shown_in_timeline_and_map(page):
    page.draw_all()
    row = page.find("#run-table tbody tr")
    row.send_keys(keys().ARROW_DOWN)
    second = page.driver.switch_to.active_element
    assert second.get_attribute("data-run") == "1"
    second.send_keys(keys().ENTER)
    assert second.get_attribute("aria-selected") == "true"
    assert [page.find(f"#{name}-run").get_attribute("value") for name in ("timeline", "platform")] == ["1", "1"]
    assert "run 1" in page.find("#timeline-note").text and "Run 1" in page.find("#platform-note").text


def test_everything_can_be_reached_by_tab(page):
    page.draw_all()
    page.run("document.querySelector('.skip').focus()")
    seen = set()
    for _ in range(150):
        page.driver.switch_to.active_element.send_keys(keys().TAB)
        active = page.driver.switch_to.active_element
        seen.add(active.get_attribute("id") or active.get_attribute("class") or active.tag_name)
        if "scenario" in seen:
            break
    wanted = {"theme", "curve-x", "curve-plot", "filter", "sweep-view", "sweep-plot", "timeline-in", "timeline-plot",
              "platform-run", "platform-plot", "scenario"}
    assert wanted <= seen
    assert page.run("return [...document.querySelectorAll('select, input')].every(e => e.closest('label'))")


def contrast(page) -> float:
    """The least contrast of a configuration's colour with the ground."""
    return page.run("""const g = luminance(shade('ground'));
        return Math.min(...data.configurations.map((_, i) => luminance(colourOf(i)))
            .map(l => (Math.max(l, g) + 0.05) / (Math.min(l, g) + 0.05)))""")


def test_dark_follows_the_system_and_the_button(browser, tau):
    browser.open(tau, dark=True)
    browser.draw_all()
    ground = "return [getComputedStyle(document.body).backgroundColor, at('curve-plot')._fullLayout.paper_bgcolor]"
    assert browser.run(ground) == ["rgb(20, 23, 27)", "#14171b"] and contrast(browser) > 1.9
    browser.run("window.scrollTo(0, 0)")
    browser.picture("report-dark.png")
    browser.find("#theme").click()
    assert browser.run(ground) == ["rgb(255, 255, 255)", "#ffffff"] and contrast(browser) > 1.9
    assert browser.find("#theme").get_attribute("aria-pressed") == "false"
    browser.picture("report-light.png")


def test_black_is_seen_in_the_dark(browser, make_page):
    runs = [{"swept": {"p": float(p)}, **records.training(float(p), 0, end=40.0)} for p in (1, 2, 3, 4, 5, 6, 7, 8)]
    browser.open(make_page(runs), dark=True)
    assert "#000000" in browser.run("return data.configurations.map(c => c.colour)") and contrast(browser) >= 1.9


@pytest.mark.parametrize("size, name", [((1366, 768), "laptop"), ((1920, 1080), "projector"), ((800, 600), "small")])
def test_nothing_is_wider_than_the_screen(browser, tau, size, name):
    browser.open(tau, size=size)
    browser.draw_all()
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    browser.draw("timeline")
    browser.picture(f"report-{name}.png")


PHONE = (390, 844)
INSIDE = """const box = at('platform-plot').getBoundingClientRect();
    return [...at('platform-plot').querySelectorAll('.annotation .bg')].map(e => e.getBoundingClientRect())
        .every(e => e.left >= box.left && e.right <= box.right && e.top >= box.top && e.bottom <= box.bottom)"""


def on_a_phone(browser, page, dark: bool = False) -> None:
    """As wide as a phone: a window of Chromium has no less than 500 pixels."""
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": PHONE[0], "height": PHONE[1], "deviceScaleFactor": 1,
                                                                          "mobile": True})
    browser.open(page, dark=dark)
    browser.draw_all()


@pytest.fixture
def phone(browser):
    yield lambda page, dark=False: on_a_phone(browser, page, dark)
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_a_phone_nothing_is_wider_than_the_screen_by_day_and_night(browser, phone, make_page):
    pages = {"regions": make_page([records.five_regions(4)]), "fleet": make_page([records.fleet(400)])}
    for name, page in pages.items():
        for dark in (False, True):
            phone(page, dark)
            assert browser.run("return [innerWidth, document.documentElement.scrollWidth]") == [390, 390]
            assert browser.problems() == [] and browser.run(INSIDE)
            browser.draw("platform")
            browser.picture(f"report-{name}-phone-{'night' if dark else 'day'}.png")


def test_five_data_centres_are_told_in_words_named_on_the_map_and_paired_in_a_table(browser, make_page):
    browser.open(make_page([records.five_regions(4)]))
    browser.draw_all()
    words = browser.texts("#accounts article p")
    assert words[0] == "20 steps in 20 rounds: 100 s; 5 s a step, 0.2 steps/s; 8 samples/s of all workers."
    assert browser.run("return document.querySelector('#accounts .shares').getAttribute('aria-label')") == \
        "computing 25 %, communicating 25 %, waiting 25 %, done or off 25 %"
    names = ["Virginia", "Ireland", "Tokyo", "Oregon", "Frankfurt"]
    assert browser.run("return at('platform-plot').layout.annotations.filter(a => a.name === 'region').map(a => a.text)") == \
        [f"<b>{name}</b>" for name in names]
    assert browser.texts("#platform-pairs tbody th") == names
    assert browser.texts("#platform-pairs tbody tr:first-child td") == ["3", "1", "–", "–", "–"]
    assert browser.texts("#platform-scale span") == ["use of the busier direction: 0", "", "2 %"]
    assert browser.run(INSIDE) and browser.problems() == []


def test_of_a_fleet_as_many_workers_are_drawn_as_the_notes_say(browser, make_page):
    browser.open(make_page([records.fleet(400)]))
    browser.draw_all()
    assert "60 of 400 workers that took part (of 800) are shown: the 20 busiest, the 20 least busy" in browser.find("#timeline-note").text
    assert browser.run("return new Set(at('timeline-plot').data.flatMap(t => t.y).filter(Boolean)).size") == 60
    assert "100 of 400 workers that took part" in browser.find("#platform-note").text
    hosts = "return at('platform-plot').data.find(t => t.marker && t.marker.symbol === 'square').x.length"
    assert browser.run(hosts) == 101 and browser.run("return at('platform-pairs').hidden")
    assert browser.problems() == []


def test_what_looks_like_html_is_text(browser, make_page):
    runs = [{"swept": {"strategy": NAME + str(i), "seed": s}, **records.training(5.0, s, end=40.0), "status": status,
             "reason": NAME, "config": {"seed": s}}
            for i in (0, 1) for s, status in ((1, "ok"), (2, "ok"), (3, "crashed"))]
    claims = {"text": [NAME], "held": [0], "reason": [NAME]}
    page = make_page(runs, source=f"-- {NAME}</script>\nreturn {{}}", scenario=NAME, claims=claims)
    browser.open(page)
    browser.draw_all()
    browser.find("#filter").send_keys("<script>")
    browser.until("document.getElementById('shown').textContent === '6 of 6 runs'")
    assert browser.find("h1").text == NAME + "</script>" and browser.texts("#claims li")[0].count("<script>") == 2
    made = "document.querySelectorAll('main img, main b, main script').length"
    assert browser.run(f"return [window.hacked, {made}]") == [None, 0]
    assert browser.run("return at('curve-plot').querySelector('.legendtext').textContent") == \
        label.shortened({NAME + "0", NAME + "1"})[NAME + "0"] + " (1 failed)"
    assert browser.problems() == []


def test_quantities_stand_as_they_were_written_and_sort_as_numbers(browser, make_page):
    rates = {"100kbps": 12500.0, "2 Mbps": 250000.0, "10Mbps": 1.25e6, "": 2.5e6}
    runs = [{"swept": {"platform.bandwidth": rate}, **records.training(5.0, i, end=40.0)}
            for i, rate in enumerate(reversed(rates.values()))]
    browser.open(make_page(runs, units={"platform.bandwidth": "B/s"}, written={"platform.bandwidth": list(rates)[::-1]}))
    browser.draw_all()
    browser.find("button[data-column='platform.bandwidth']").send_keys(keys().ENTER)
    column = browser.run("return data.columns.findIndex(one => one.name === 'platform.bandwidth')") + 1
    cells = f"#run-table tbody td:nth-child({column})"
    assert browser.texts(cells) == ["100kbps", "2 Mbps", "10Mbps", "2.5 MB/s"]
    for words, shown in (("10mbps", "10Mbps"), ("platform.bandwidth=100kbps", "100kbps")):
        browser.find("#filter").clear()
        browser.find("#filter").send_keys(words)
        browser.until(f"[...document.querySelectorAll('{cells}')].map(c => c.textContent).join() === '{shown}'")
    assert browser.problems() == []


def test_a_diverged_configuration_does_not_squeeze_the_others(browser, make_page):
    wild = records.full_evaluations(time_s=[0.0, 1.0, 2.0], step=[0, 1, 2], loss=[2.0, 1e30, 1e60])
    diverged = {"swept": {"p": 2.0}, "evaluations": wild, "status": "diverged", "reason": "not a number"}
    browser.open(make_page([{"swept": {"p": 1.0}, **records.training(1.0, 0, end=40.0)}, diverged]))
    browser.draw("curves")
    assert browser.run("return at('curve-plot')._fullLayout.yaxis.range.map(Number)")[1] < 10


@pytest.mark.parametrize("runs", [
    [{"swept": {"seed": 1}, "status": "crashed", "reason": "signal 11"}],
    [{"swept": {"seed": 1}, **records.training(5.0, 1, end=40.0)}],
    [{"swept": {"seed": 1}, "evaluations": records.full_evaluations(time_s=[0.0], step=[0], loss=[1.0])}]],
    ids=["all failed", "one run", "one evaluation"])
def test_small_files_have_a_page_too(browser, make_page, runs):
    browser.open(make_page(runs))
    browser.draw_all()
    assert browser.problems() == [] and len(browser.column(1)) == 1
    hidden = browser.texts("section[hidden] h2")
    assert ("Curves" in hidden) == ("evaluations" not in runs[0]) and "Timeline" in hidden
    assert browser.texts("nav a") == [title for title in browser.texts("section h2") if title not in hidden]
    if "reason" in runs[0]:
        assert "signal 11" in browser.texts("#run-table tbody td")


def test_a_sweep_of_200_runs_opens_with_a_curve_a_configuration_and_draws_nothing_out_of_sight(browser, make_page):
    """What the page does when it opens is counted, not timed: it would be slow with a line a run, or with all of its plots."""
    runs = [{"swept": {"period": float(p), "rate": r, "seed": s}, **records.training(float(p), s)}
            for p in range(1, 11) for r in (0.1, 0.2, 0.5, 1.0) for s in range(5)]
    browser.open(make_page(runs))
    browser.until("document.body.dataset.ready")
    browser.draw("curves")
    browser.until("at('curve-plot').querySelectorAll('.scatterlayer .trace').length === 40")
    assert browser.run("return sections.filter(s => s.drawn).map(s => s.id)") == ["curves"]
    assert browser.run("return document.querySelectorAll('*').length") < 5000
    assert len(browser.column(1)) == 200


def test_two_hosts_and_a_single_evaluation_are_seen(browser, make_page):
    run = {**records.training(5.0, 1, end=40.0), **records.traced(2), "swept": {"seed": 1}}
    run["workers"].update({name: column[:2] for name, column in run["workers"].items()}, host=["host-0", "host-1"])
    run["evaluations"] = records.full_evaluations(time_s=[0.0], step=[0], loss=[1.0])
    for dark in (False, True):
        browser.open(make_page([run]), dark=dark)
        browser.draw_all()
        assert browser.run("return at('curve-plot').querySelectorAll('.scatterlayer .point').length") == 1
        hosts = """const box = at('platform-plot').getBoundingClientRect();
            return [...at('platform-plot').querySelectorAll('.textpoint text')].map(e => e.getBoundingClientRect())
                .map(e => e.left > box.left && e.right < box.right && e.top > box.top && e.bottom < box.bottom)"""
        assert browser.run(hosts) == [True, True]
        words = browser.find("#platform-note").text
        assert ("(dim)" in words and "(bright)" in words) if dark else ("(pale)" in words and "(dark)" in words)
        assert browser.problems() == []


BOXES = """const boxes = selector => [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect()).filter(b => b.width > 0);
const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
const apart = all => all.every((a, i) => all.slice(i + 1).every(b => !meet(a, b)));
"""


def test_on_a_phone_legends_and_buttons_leave_the_curves_their_room(browser, phone, tau):
    phone(tau)
    plot, legend = browser.run(BOXES + "return [boxes('#curve-plot .gridlayer')[0], boxes('#curve-plot .legend')[0]]")
    assert plot["width"] > 250 and legend["top"] > plot["bottom"] and legend["right"] <= 390
    for logarithmic in (False, True):
        if logarithmic:
            browser.run("at('curve-log-x').click()")
        ticks = browser.run(BOXES + "return boxes('#curve-plot .xtick text').length")
        assert ticks >= 2 and browser.run(BOXES + "return apart(boxes('#curve-plot .xtick text'))")
    for name in ("curve", "timeline", "platform"):
        assert browser.run(BOXES + "const one = boxes(`#${arguments[0]}-plot .modebar-btn`), all = boxes(`#${arguments[0]}-plot .legend, "
                           "#${arguments[0]}-plot .gridlayer path`);"
                           "return one.length > 2 && one.every(a => all.every(b => !meet(a, b)))", name), name
    assert browser.problems() == []


def test_names_on_the_map_cover_no_other_and_tell_the_server(browser, phone, make_page):
    run = records.five_regions(4)
    for name, size in (("Ireland-Tokyo_UP", 5e3), ("Oregon-Frankfurt_UP", 6e3)):
        run["links"]["bytes"] = [size if link == name else old for link, old in zip(run["links"]["name"], run["links"]["bytes"])]
    phone(make_page([run]))
    assert browser.run(BOXES + "return apart(boxes('#platform-plot .annotation-text-g'))")
    assert "Oregon-Frankfurt" in "".join(browser.texts("#platform-plot .annotation-text-g"))
    phone(make_page([records.fleet(400)]))
    assert browser.texts("#platform-plot .textpoint text") == ["server"]
