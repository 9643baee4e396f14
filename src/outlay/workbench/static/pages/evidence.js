// Evidence: the documents with their claims underlined, contradictions first; each number's source.

import { api, at } from "../api.js";
import { Fragment } from "../fragment.js";
import { html, useEffect, useState } from "../html.js";
import { over, watch } from "../jobs.js";
import { rounded, shownOf } from "../numbers.js";
import { Failed, when } from "../pieces.js";
import { say } from "../words.js";

// A row's amount in the currency that is asked for; empty where it is no amount, or no rate is known.
function exchanged(row, rates, wanted) {
  const own = /\b[A-Z]{3}\b/.exec(row.unit ?? "")?.[0];
  const rateOf = (code) => rates.find((r) => r.code === code)?.rate;
  if (!wanted || own === wanted || !Number.isFinite(row.value) || !rateOf(own)) return "";
  if (!rateOf(wanted)) return say("no_rate", { code: wanted });
  return `≈ ${rounded((row.value * rateOf(wanted)) / rateOf(own), 3).toLocaleString("en-US")} ${row.unit.replace(own, wanted)}`;
}

const LETTERS = ["M", "R", "D", "E", "A"];

function Numbers({ rows, rates, currency }) {
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
        <td class="n" data-h=${say("value")}>${r.shown}${exchanged(r, rates, currency) && html`<br /><small class="quiet">${exchanged(r, rates, currency)}</small>`}</td><td data-h=${say("range_of")}>${range(r)}</td>
        <td data-h=${say("grade")}><b class=${`letter grade-${r.letter}`} title=${r.grade}>${r.letter}</b></td>
        <td data-h=${say("source")}>${r.source_text || r.source || html`<span class="quiet">${say("assumed")}</span>`}</td>
        <td data-h=${say("note_of")}>${r.note}</td><td class="n" data-h=${say("line_of")}>${r.line ?? ""}</td></tr>`)}</tbody>
    </table></div>`;
}

// One document that was handed in: how far it is read, what stopped that, what it claims.
function Handed({ reading, first, may, opened, open, onChanged }) {
  const [work, setWork] = useState(first);
  const [error, setError] = useState(null);
  useEffect(() => {
    setWork(first);
    if (!first || over(first)) return undefined;
    const left = new AbortController();
    watch(first.id, (now) => {
      setWork(now);
      if (over(now)) onChanged();
    }, left.signal).catch(setError);
    return () => left.abort();
  }, [first?.id]);
  const going = work && !over(work);
  const stopped = work && over(work) && work.state !== "done" && !reading.read;
  return html`<li class=${`card ${opened ? "opened" : ""}`}>
    <span><b>${reading.name}</b> ${going && html`<span role="status">${work.state === "queued" ? say("queued") : work.said || say("working")}</span>`}
      ${stopped && html`<span class="bad" role="alert">${say(work.state)} ${work.why}</span>`}
      <span class="small">${when(reading.made_at)} · ${reading.made_by}</span></span>
    ${going && html`<progress max="1" aria-label=${reading.name}></progress>`}
    ${error && html`<${Failed} error=${error} />`}
    <div class="card-end">
      ${going && may && html`<button type="button" onClick=${() => api.remove(at("works", work.id)).catch(setError)}>${say("cancel")}</button>`}
      ${reading.read && html`<button type="button" class="strong" aria-expanded=${opened ? "true" : "false"} onClick=${open}>${say(opened ? "close" : "open")}</button>`}
      ${!going && may && html`<button type="button" class="quiet-button" onClick=${() => api.remove(at("readings", reading.id)).then(onChanged).catch(setError)}>${say("remove")}</button>`}
    </div></li>`;
}

function Readings({ may, about, go, language }) {
  const [found, setFound] = useState({ readings: [], works: [], error: null });
  const [error, setError] = useState(null);
  const [tries, setTries] = useState(0);
  const again = () => setTries((n) => n + 1);
  useEffect(() => {
    let left = false;
    Promise.all([api.get("/readings"), api.get("/works", { kind: "read", limit: 1000 })])
      .then(([readings, works]) => left || setFound({ readings, works, error: null }))
      .catch((problem) => left || setFound({ readings: [], works: [], error: problem }));
    return () => {
      left = true;
    };
  }, [tries]);
  const bring = async (files) => {
    setError(null);
    try {
      for (const file of files) await api.send("/documents", file, "application/octet-stream", { name: file.name });
    } catch (problem) {
      setError(problem);
    }
    again();
  };
  const workOf = (reading) => found.works.find((w) => w.id === reading.work) ?? null;
  return html`<h2>${say("read_other")}</h2><p class="small">${say("read_hint")}</p>
    ${may && html`<label class="choose">${say("read_choose")}
      <input id="hand-in" type="file" multiple class="hidden" onChange=${(e) => {
        bring([...e.currentTarget.files]);
        e.currentTarget.value = "";
      }} /></label>`}
    ${(error ?? found.error) && html`<${Failed} error=${error ?? found.error} again=${again} />`}
    <ul class="cards" id="readings">${found.readings.map((r) => html`<${Handed} key=${r.id} reading=${r} first=${workOf(r)} may=${may}
      opened=${about === r.id} open=${() => go({ about: about === r.id ? "" : r.id })} onChanged=${again} />`)}</ul>
    ${found.readings.some((r) => r.id === about && r.read) && html`<${Fragment} key=${about} path=${`${at("readings", about)}/part`} query=${{}} language=${language} />`}`;
}

function Component({ study, inputs, language, may, about, go, view, rates }) {
  const rows = (inputs?.groups ?? []).flatMap((g) => g.rows);
  return html`<h2>${say("documents")}</h2>
    <${Fragment} path=${`${at("studies", study.id)}/evidence/part`} query=${{ language, of: undefined }} key=${study.version} />
    <${Readings} may=${may} about=${about} go=${go} language=${language} />
    ${rows.length > 0 && html`<${Numbers} rows=${rows} rates=${rates} currency=${view.currency} />`}`;
}

export const page = { id: "evidence", title: "evidence", Component };
