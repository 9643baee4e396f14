// The answer in short: how it stands (coarse, exact, none), what it costs, what is ordered first.

import { html, useState } from "./html.js";
import { Problems } from "./pieces.js";
import { say } from "./words.js";

export function State({ live }) {
  const { state } = live;
  if (state === "idle") return null;
  const hint = { exact: "exact_hint", coarse: "coarse_hint", gone: "gone_hint" }[state];
  return html`<p class=${`state state-${state}`} data-state=${state}>
    <span class="dot" aria-hidden="true"></span>
    <b>${say(state)}</b>
    ${hint && html`<small> ${say(hint)}</small>`}
    ${live.said && html`<small> ${live.said}</small>`}
    ${live.share !== null && html`<progress max="1" value=${live.share} aria-label=${say(state)}></progress>`}
  </p>`;
}

// What a screen reader is told: only when an answer is there, not at every step of a slider.
export function announced(live) {
  if (live.state === "exact" || live.state === "coarse") return say(`announce_${live.state}`, { cost: live.headline ? costOf(live.headline) : "" });
  if (live.state === "problem") return say("announce_problem", { what: live.problems[0]?.what ?? "" });
  return live.state === "gone" ? say("announce_gone") : "";
}

// Orders beside those of the study as it stands, as the server wrote them.
export const ordersOf = (h) => (h?.orders ?? []).map((o) => ({
  id: o.offer, name: o.called, now: o.shown, before: o.shown_before, changed: o.changed,
}));

// What a change costs: nothing laid, nothing moved, or so much.
export function againstOf(h, scenario) {
  if (!h.changes.length && !scenario) return say("unchanged");
  return h.difference === 0 ? say("same") : say("against", { difference: h.difference_shown });
}

export function Headline({ live, wide }) {
  const h = live.headline;
  const stale = h && !["exact", "coarse"].includes(live.state);
  const none = live.state === "problem";
  return html`<section class=${`headline ${stale ? "stale" : ""} ${wide ? "wide-headline" : ""}`} aria-label=${say("cost")} data-answers=${live.asked} data-stage=${none ? "problem" : h?.stage ?? ""}>
    <div class="headline-left"><${State} live=${live} />
    ${none && html`<${None} problems=${live.problems} />`}
    ${live.state === "refused" && html`<p>${say("refused_hint")}</p><${Problems} problems=${live.problems} title=${say("refused")} />`}
    ${h && !none && html`<div class="figure">
      <span class="quiet">${say("cost")}</span>
      <output class="cost">${costOf(h)}</output>
      <span class=${`difference ${h.difference === 0 ? "" : "changed"}`}>${h.kept ? againstOf(h, live.scenario) : ""}</span>
      ${wide && h.rate_shown && html`<small class="quiet rate">${h.rate_shown}</small>`}
    </div>`}
    ${h && !none && wide && (h.changes.length > 0 || live.scenario) && html`<ul class="sentences">${h.sentences.map((line) => html`<li>${line}</li>`)}</ul>`}</div>
    ${h && !none && wide && html`<${Orders} h=${h} />`}
  </section>`;
}

// What stands against each other where nothing keeps every limit; else what is wrong with the input.
const NO_PLAN = /^no plan .*meets every limit/;

function None({ problems }) {
  if (!NO_PLAN.test(problems[0]?.what ?? "")) return html`<${Problems} problems=${problems} title=${say("wrong_input")} />`;
  const limits = problems.slice(1);
  return html`<${Problems} problems=${limits.length ? limits : problems} title=${say("infeasible")} />
    <p>${say("infeasible_hint")}</p>`;
}

// The cost as it is read; of a first answer that keeps not every limit only its least is known.
export function costOf(h) {
  if (h.kept) return h.cost_shown;
  return say(h.least_shown ? "at_least" : "near", { cost: h.least_shown || h.cost_shown });
}

const FEW = 5;

// What a change moved comes first; beyond a few rows the rest is unfolded where it is wanted.
function Orders({ h }) {
  const [all, setAll] = useState(false);
  const rows = ordersOf(h);
  if (!rows.length) return html`<p class="quiet">${say("no_orders")}</p>`;
  const sorted = rows.length > FEW ? [...rows.filter((r) => r.changed), ...rows.filter((r) => !r.changed)] : rows;
  const seen = all ? sorted : sorted.slice(0, FEW);
  const left = rows.length - FEW;
  return html`<div><table class="orders">
    <caption>${say("orders")}</caption>
    <thead><tr><th scope="col">${say("thing")}</th><th scope="col" class="n">${say("now")}</th><th scope="col" class="n">${say("before")}</th></tr></thead>
    <tbody>${seen.map((r) => html`<tr class=${r.changed ? "changed" : ""} key=${r.id}>
      <th scope="row">${r.name}${r.changed && html`<span class="hidden"> (${say("changed")})</span>`}</th>
      <td class="n now">${r.now}</td><td class="n">${r.before}</td></tr>`)}</tbody>
  </table>
  ${left > 0 && html`<button type="button" class="quiet-button" aria-expanded=${all ? "true" : "false"} onClick=${() => setAll(!all)}>${all ? say("fewer") : say("n_more", { n: left })}</button>`}
  </div>`;
}
