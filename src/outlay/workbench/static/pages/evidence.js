// Evidence: the documents with their claims underlined, contradictions first; each number's source.

import { at } from "../api.js";
import { Fragment } from "../fragment.js";
import { html, useState } from "../html.js";
import { shownOf } from "../numbers.js";
import { say } from "../words.js";

const LETTERS = ["M", "R", "D", "E", "A"];

function Numbers({ rows }) {
  const [words, setWords] = useState("");
  const [guesses, setGuesses] = useState(false);
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.filter((r) => (!guesses || r.letter === "A") && wanted.every((w) =>
    [r.name, r.of, r.path, r.source_text, r.source, r.note].join(" ").toLowerCase().includes(w)));
  const range = (r) => (r.low === null && r.high === null ? "" : [r.low, r.high].map((end) => (end === null ? "…" : shownOf(r, end))).join(" – "));
  return html`<h2>${say("numbers")}</h2>
    <form class="ask" role="search" onSubmit=${(e) => e.preventDefault()}>
      <label>${say("find")} <input type="search" value=${words} onInput=${(e) => setWords(e.currentTarget.value)} /></label>
      <label><input type="checkbox" checked=${guesses} onChange=${(e) => setGuesses(e.currentTarget.checked)} /> ${say("only_assumed")}</label>
      <span class="small" role="status">${shown.length < rows.length ? say("n_shown", { n: shown.length, all: rows.length }) : say("n_numbers", { n: rows.length })}</span>
    </form>
    <p class="small legend">${LETTERS.map((l) => html`<span><b class=${`letter grade-${l}`}>${l}</b> ${say(l)}</span> `)}</p>
    <div class="scroll" role="region" tabindex="0" aria-label=${say("numbers")}><table class="list cards-when-narrow">
      <thead><tr>${["number", "value", "range_of", "grade", "source", "note_of", "line_of"].map((k) => html`<th scope="col" class=${k === "value" ? "n" : ""}>${say(k)}</th>`)}</tr></thead>
      <tbody>${shown.map((r) => html`<tr key=${r.path}>
        <th scope="row">${r.of && html`<span class="quiet">${r.of}: </span>`}${r.name}<br /><code class="small">${r.path}</code></th>
        <td class="n" data-h=${say("value")}>${r.shown}</td><td data-h=${say("range_of")}>${range(r)}</td>
        <td data-h=${say("grade")}><b class=${`letter grade-${r.letter}`} title=${r.grade}>${r.letter}</b></td>
        <td data-h=${say("source")}>${r.source_text || r.source || html`<span class="quiet">${say("assumed")}</span>`}</td>
        <td data-h=${say("note_of")}>${r.note}</td><td class="n" data-h=${say("line_of")}>${r.line ?? ""}</td></tr>`)}</tbody>
    </table></div>`;
}

function Component({ study, inputs, language }) {
  const rows = (inputs?.groups ?? []).flatMap((g) => g.rows);
  return html`<h2>${say("documents")}</h2>
    <${Fragment} path=${`${at("studies", study.id)}/evidence/part`} query=${{ language, of: undefined }} key=${study.version} />
    ${rows.length > 0 && html`<${Numbers} rows=${rows} />`}`;
}

export const page = { id: "evidence", title: "evidence", Component };
