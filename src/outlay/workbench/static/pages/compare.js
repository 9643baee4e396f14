// Two kept plans side by side: the waterfall of cash whose steps sum, orders that changed.

import { api } from "../api.js";
import { Fragment } from "../fragment.js";
import { html, useEffect, useState } from "../html.js";
import { Empty, Failed, Waiting, when } from "../pieces.js";
import { say } from "../words.js";

const called = (run) => [run.name || run.title, run.scenario, ...run.changes, when(run.made_at)].filter(Boolean).join(" · ");

function Component({ about, go, language }) {
  const [found, setFound] = useState({ runs: null, error: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let left = false;
    api.get("/runs", { limit: 1000 }).then((runs) => left || setFound({ runs, error: null }))
      .catch((error) => left || setFound({ runs: null, error }));
    return () => {
      left = true;
    };
  }, [tries]);
  if (found.error) return html`<${Failed} error=${found.error} again=${() => setTries(tries + 1)} />`;
  if (!found.runs) return html`<${Waiting} />`;
  const runs = [...found.runs].sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
  if (runs.length < 2) return html`<${Empty} text=${say("two_needed", { n: runs.length })} />`;
  const [first, second] = about.split("..");
  const a = runs.find((r) => r.id === first) ?? runs[1];
  const b = runs.find((r) => r.id === second) ?? runs.find((r) => r !== a);
  const to = (one, other) => go({ about: `${one}..${other}` });
  const list = (label, now, change) => html`<label>${say(label)} <select value=${now.id} onChange=${(e) => change(e.currentTarget.value)}>
    ${runs.map((r) => html`<option value=${r.id}>${called(r)}</option>`)}</select></label>`;
  return html`<div class="ask pair">
      ${list("from", a, (id) => to(id, b.id))} ${list("to", b, (id) => to(a.id, id))}
      <button type="button" onClick=${() => to(b.id, a.id)}>${say("swap")}</button>
    </div>
    ${a === b ? html`<${Empty} text=${say("pick_other")} />`
      : html`<${Fragment} path="/runs/compare/part" query=${{ a: a.id, b: b.id, language }} language=${language} />`}`;
}

export const page = { id: "compare", title: "compare", Component };
