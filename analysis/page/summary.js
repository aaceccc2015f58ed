/* summary.js - the question, the claims, a row a configuration; the source and the versions. */
"use strict";

function showSummary() {
  at("question").textContent = data.question;
  const fingerprint = data.fingerprint && "fingerprint " + data.fingerprint;
  at("origin").textContent = [data.file, "scenario " + data.scenario, fingerprint].filter(Boolean).join(" · ");
  at("claims").replaceChildren(...data.claims.map(claim => {
    const item = make("li", null, claim.held ? { class: "held" } : {}), [, pending, reason] = claim.reason.match(/^(not yet: )?(.*)$/s);
    item.append(make("span", claim.held ? "✓ held" : pending ? "not yet" : "✗ broken", { class: "badge" }),
      make("span", claim.text + (reason ? " (" + reason + ")" : "")));
    return item;
  }));
  at("counts").textContent = [data.counts, data.accounts.fastest].filter(Boolean).join(" ");
  showConfigurations();
  at("versions").replaceChildren(...data.versions.flatMap(pair => [make("dt", pair[0]), make("dd", pair[1])]));
  at("scenario").textContent = data.source || "(the file holds no source)";
  at("config").textContent = JSON.stringify(data.config, null, 2);
}

/* Each of the first configurations in words, with a bar of what a worker's time went into. */
function showAccounts() {
  const { rows, more } = data.accounts;
  at("accounts").replaceChildren(...rows.map(row => {
    const card = make("article"), title = data.configurations[row.configuration].title;
    card.append(make("h3", title + (row.seeds > 1 ? ", run " + row.run + " of " + row.seeds + " seeds" : "")), shareBar(row));
    card.append(...row.lines.map(line => make("p", line)));
    if (row.first) card.append(make("p", row.first, { class: "first" }));
    return card;
  }));
  at("accounts-note").textContent = more ? more + " more configurations stand in the table alone." : "";
}

function shareBar(row) {
  const bar = make("div", null, { class: "shares", role: "img", "aria-label": row.shares.map(([part, , share]) =>
    part + " " + digits(100 * share, 3) + " %").join(", ") });
  for (const [part, tone, share] of row.shares) {
    const piece = make("span", 46 * share > part.length + 2 ? part : "", {       /* where it fits on a phone */
      title: part + " " + digits(100 * share, 3) + " %" });
    const colour = mix(colourOf(row.configuration), shade("ground"), tone);
    piece.style.flexGrow = share;
    piece.style.background = colour;
    piece.style.color = luminance(colour) > 0.3 ? "#1d2127" : "#ffffff";
    bar.append(piece);
  }
  return bar;
}

function showConfigurations() {
  showAccounts();
  const head = make("tr"), body = make("tbody");
  head.append(make("th", "configuration", { class: "text", scope: "col" }), make("th", "runs", { scope: "col" }),
    ...data.results.map(column => make("th", heading(column), { scope: "col" })));
  data.configurations.forEach((configuration, index) => {
    const row = make("tr"), name = make("td", null, { class: "text" });
    const swatch = make("span", null, { class: "swatch" });
    swatch.style.borderTopColor = colourOf(index);
    swatch.style.borderTopStyle = { solid: "solid", dot: "dotted" }[configuration.dash] || "dashed";
    name.append(swatch, configuration.title);
    row.append(name, make("td", configuration.runs),
      ...data.results.map(column => make("td", cell(column, configuration.medians[column.name]))));
    body.append(row);
  });
  const top = make("thead");
  top.append(head);
  at("configurations").replaceChildren(make("caption", "Medians over the complete runs", { class: "note" }), top, body);
}
