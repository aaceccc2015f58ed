/* timeline.js - what everybody in a run did when; as one path a part, so that thousands of spans stay quick. */
"use strict";
const SHADES = { compute: 1, communication: 0.55, wait: 0.22, off: 0 };

function timelineTraces(run, spans, unit) {
  const colour = colourOf(run.configuration), lanes = spans.lanes;
  const high = Math.max(12, Math.min(30, 420 / lanes.length)), traces = [];
  for (const part of Object.keys(SHADES)) {
    const x = [], y = [], text = [];
    spans.part.forEach((name, i) => {
      if (name !== part) return;
      const [start, end] = [spans.start[i] / unit.factor, spans.end[i] / unit.factor];
      const words = part + " " + digits(end - start, 3) + " " + unit.unit;
      x.push(start, end, null);
      y.push(lanes[spans.lane[i]], lanes[spans.lane[i]], null);
      text.push(words, words, null);
    });
    if (x.length)
      traces.push({ type: "scatter", mode: "lines", name: part, x, y, text,
        hovertemplate: "%{text} at %{x}<extra></extra>",
        line: { width: high * 0.72, color: mix(colour, shade("ground"), SHADES[part]) } });
  }
  return { traces, high };
}

function showTimeline() {
  const run = data.runs.find(one => String(one.id) === at("timeline-run").value), spans = data.spans[run.id];
  const unit = { factor: spans.factor, unit: spans.unit };
  const { traces, high } = timelineTraces(run, spans, unit), lanes = spans.lanes;
  const top = narrow() ? 116 : 36;          /* on a phone Plotly's buttons stand above the legend, not over it */
  at("timeline-plot").style.height = Math.round(lanes.length * high + 74 + top) + "px";
  const end = Math.max(...spans.end) / unit.factor;
  plot("timeline-plot", traces, layout({ dragmode: "zoom", legend: { orientation: "h", y: 1, yanchor: "bottom" },
    margin: { l: 80, r: 20, t: top, b: 50 }, uirevision: run.id,
    xaxis: axis("simulated time (" + unit.unit + ")", { range: [0, Math.min(end, spans.first / unit.factor)] }),
    yaxis: axis("", { type: "category", categoryarray: lanes, fixedrange: true,
      range: [lanes.length - 0.4, -0.6] }) }),
    "timeline of run " + run.id);
  const note = [data.configurations[run.configuration].title + ", run " + run.id, spans.note, data.spansNote];
  at("timeline-note").textContent = note.filter(Boolean).join(". ");
}

function startTimeline() {
  const runs = data.runs.filter(run => data.spans[run.id]);
  if (!runs.length) return hide("timeline");
  options(at("timeline-run"), runs.map(runEntry), String(runs[0].id));
  at("timeline-run").addEventListener("change", showTimeline);
  at("timeline-in").addEventListener("click", () => move("timeline-plot", 0.25, -0.25));
  at("timeline-out").addEventListener("click", () => move("timeline-plot", -0.5, 0.5));
  at("timeline-all").addEventListener("click", () => showAll("timeline-plot"));
  listeners.push(id => selectRun("timeline", id));
  section("timeline", showTimeline);
}

const runEntry = run => ({ name: String(run.id), title: run.id + ": " + data.configurations[run.configuration].label +
  (run.seed !== undefined && run.seed !== null ? ", seed " + run.seed : "") });

/* Show a run in a section that holds it. */
function selectRun(id, run) {
  const select = at(id + "-run");
  if (![...select.options].some(option => option.value === String(run))) return;
  select.value = String(run);
  redraw(id);
}
