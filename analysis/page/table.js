/* table.js - the runs: sorted by a column, filtered by words and comparisons; one of them is chosen. */
"use strict";
const state = { sort: "id", down: false, words: "", chosen: null };
const listeners = [];       /* called with the id of the run that was chosen */

/* One word of the filter: "loss<0.6" compares a column, anything else is looked for in the cells. */
function test(word) {
  const found = /^([^<>=]+)(<=|>=|<|>|=)(.+)$/.exec(word);
  const column = found && data.columns.find(one => one.name === found[1] || one.title === found[1]);
  if (!column) return run => run.words.includes(word);
  const [, , sign, text] = found, wanted = Number(text) * (column.factor || 1);
  const same = value => typeof value === "number" && Math.abs(value - wanted) <= 1e-9 * Math.abs(wanted)
    || cell(column, value).toLowerCase() === text;
  return run => {
    const value = run[column.name];
    if (value === null || value === undefined) return false;
    return sign === "=" ? same(value) : sign === "<" ? value < wanted : sign === ">" ? value > wanted
      : sign === "<=" ? value <= wanted || same(value) : value >= wanted || same(value);
  };
}

function shownRuns() {
  const tests = state.words.toLowerCase().split(/\s+/).filter(Boolean).map(test);
  return data.runs.filter(run => tests.every(one => one(run)));
}

function compare(a, b) {
  const [x, y] = [a[state.sort], b[state.sort]], missing = (x ?? null) === null, other = (y ?? null) === null;
  if (missing || other) return missing - other || a.id - b.id;      /* what is missing comes last, either way */
  const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
  return (state.down ? -order : order) || a.id - b.id;
}

function showHead() {
  const head = make("tr");
  for (const column of data.columns) {
    const sorted = state.sort === column.name ? (state.down ? "descending" : "ascending") : "none";
    const cellOf = make("th", null, { scope: "col", "aria-sort": sorted, class: column.text ? "text" : "" });
    const button = make("button", column.said?.length ? column.title : heading(column), { type: "button", "data-column": column.name });
    button.addEventListener("click", () => {
      state.down = state.sort === column.name && !state.down;
      state.sort = column.name;
      showTable();
      at("run-table").querySelector("button[data-column=" + CSS.escape(column.name) + "]").focus();
    });
    cellOf.append(button);
    head.append(cellOf);
  }
  const top = make("thead");
  top.append(head);
  return top;
}

function showTable() {
  const runs = shownRuns().sort(compare), body = make("tbody");
  for (const run of runs) {
    const row = make("tr", null, { tabindex: "0", "data-run": run.id, "aria-selected": run.id === state.chosen });
    if (!run.complete) row.className = "failed";
    if (run.reason) row.title = run.reason;
    row.append(...data.columns.map(column =>
      make("td", cell(column, run[column.name]), { class: column.text ? "text" : "" })));
    body.append(row);
  }
  at("run-table").replaceChildren(showHead(), body);
  at("shown").textContent = runs.length + " of " + data.runs.length + (data.runs.length === 1 ? " run" : " runs");
}

function choose(row) {
  const before = at("run-table").querySelector("[aria-selected=true]");
  if (before) before.setAttribute("aria-selected", "false");
  row.setAttribute("aria-selected", "true");
  state.chosen = Number(row.dataset.run);
  for (const listener of listeners) listener(state.chosen);
}

function rowKeys(event) {
  const row = event.target.closest("tbody tr");
  if (!row) return;
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
  if (event.key === "Enter" || event.key === " ") choose(row);
  else if (next) next.focus();
  else return;
  event.preventDefault();
}

function startTable() {
  for (const run of data.runs)
    run.words = data.columns.map(column => saidOf(column, run[column.name]) ?? String(run[column.name] ?? "")).join(" ").toLowerCase();
  at("run-table").addEventListener("click", event => {
    const row = event.target.closest("tbody tr");
    if (row) choose(row);
  });
  at("run-table").addEventListener("keydown", rowKeys);
  let waiting = 0;
  at("filter").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      state.words = at("filter").value;
      showTable();
      redraw("curves");
      redraw("sweep");
    }, 120);
  });
  showTable();
}
