// The trail: every change with who made it, each line chained to the one before.

import { api } from "../api.js";
import { html, useEffect, useState } from "../html.js";
import { Empty, Failed, Waiting, when } from "../pieces.js";
import { say } from "../words.js";

const PAGE = 200; // lines seen at once
const MOST = 50_000; // lines asked for, a thousand at a time

async function everything() {
  const all = [];
  for (;;) {
    const lines = await api.get("/trail", { after: all.at(-1)?.number ?? 0 });
    all.push(...lines);
    if (!lines.length || all.length >= MOST) return all;
  }
}

const LONG = 16;
const short = (text) => (/^[0-9a-f]+$/.test(text) && text.length > LONG ? `${text.slice(0, 12)}…` : text);
const detail = (text) => {
  try {
    return Object.entries(JSON.parse(text || "{}")).filter(([k, v]) => k !== "by" && v !== "" && v !== 0)
      .map(([k, v]) => `${k}: ${typeof v === "string" ? short(v) : JSON.stringify(v)}`).join("; ");
  } catch {
    return text;
  }
};

function Component({ who, about, go }) {
  const [found, setFound] = useState({ lines: null, error: null });
  const [tries, setTries] = useState(0);
  const from = /^\d{1,9}$/.test(about) ? Number(about) : 0;
  const may = who?.role === "admin";
  useEffect(() => {
    if (!may) return undefined;
    let left = false;
    everything().then((lines) => left || setFound({ lines, error: null }))
      .catch((error) => left || setFound({ lines: null, error }));
    return () => {
      left = true;
    };
  }, [may, tries]);
  if (!may) return html`<h2>${say("trail_of")}</h2><${Empty} text=${say("trail_admin")} />`;
  if (found.error) return html`<${Failed} error=${found.error} again=${() => setTries(tries + 1)} />`;
  if (!found.lines) return html`<${Waiting} />`;
  const newest = [...found.lines].reverse();
  const shown = newest.slice(from, from + PAGE);
  return html`<h2>${say("trail_of")}</h2><p class="small">${say("trail_hint")}</p>
    ${!newest.length && html`<${Empty} text=${say("no_trail")} />`}
    ${newest.length > 0 && html`<div class="scroll" role="region" tabindex="0" aria-label=${say("trail_of")}><table class="list">
      <thead><tr><th scope="col">#</th>${["when", "who", "did", "about", "detail"].map((k) => html`<th scope="col">${say(k)}</th>`)}</tr></thead>
      <tbody>${shown.map((e) => html`<tr key=${e.number}>
        <td class="n" title=${e.hash}>${e.number}</td><td class="whole-line">${when(e.at)}</td><td>${e.who}</td><td class="whole-line"><code>${e.did}</code></td>
        <td><code title=${e.what}>${short(e.what)}</code></td><td>${detail(e.detail)}</td></tr>`)}</tbody>
    </table></div>`}
    <p class="form-end">
      ${from > 0 && html`<button type="button" onClick=${() => go({ about: String(Math.max(0, from - PAGE) || "") })}>${say("newer_lines")}</button>`}
      ${from + PAGE < newest.length && html`<button type="button" onClick=${() => go({ about: String(from + PAGE) })}>${say("more")}</button>`}
    </p>`;
}

export const page = { id: "trail", title: "trail", Component };
