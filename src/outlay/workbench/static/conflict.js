// Two people changed the same thing: what the other one saved, what differs, and a way on for both.

import { html } from "./html.js";
import { Diff, when } from "./pieces.js";
import { say } from "./words.js";

// error: a 412 with `current` (what is there now) and `diff`.
export function Conflict({ error, onTheirs, onMine }) {
  const { current, diff } = error.body;
  const lines = Array.isArray(diff) ? diff : diff?.text ?? diff?.lines ?? diff ?? "";
  return html`<section class="conflict" role="alert" aria-labelledby="conflict-title">
    <h3 id="conflict-title">${say("conflict", { who: current?.updated_by ?? "?", n: current?.version ?? "?" })}
      ${current?.updated_at && html` <small class="quiet">${when(current.updated_at)}</small>`}</h3>
    <p>${say("conflict_hint")}</p>
    ${lines && html`<${Diff} lines=${lines} />`}
    <button type="button" id="take-theirs" onClick=${() => onTheirs(current)}>${say("take_theirs")}</button>
    <button type="button" id="keep-mine" onClick=${() => onMine(current)}>${say("keep_mine")}</button>
  </section>`;
}
