// Sweeps of a study: begun from its inputs, followed while they go on, what drives what, surfaces.

import { api, at } from "../api.js";
import { Fragment } from "../fragment.js";
import { html, useEffect, useState } from "../html.js";
import { over, watch } from "../jobs.js";
import { casesOf, nameOf, rangeOf } from "../numbers.js";
import { Empty, Failed, Waiting, when } from "../pieces.js";
import { say } from "../words.js";

const { url: addressOf } = api;
const MOST_SAMPLE = 100_000;

// What is looked at stands in the address: sweep, part, answer, the two inputs.
const read = (about) => {
  const [id = "", of = "", x = "", y = ""] = about.split("~");
  return { id, of, x, y };
};
const written = ({ id, of, x, y }) => [id, of, x, y].join("~").replace(/~+$/, "");

function Begin({ study, inputs, changes, scenario, onBegun }) {
  const [vary, setVary] = useState("");
  const [sample, setSample] = useState("0");
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const rows = (inputs?.groups ?? []).flatMap((g) => g.rows);
  const add = (path) => {
    const row = rows.find((r) => r.path === path);
    if (!row) return;
    setVary((text) => `${text.trim() ? `${text.trim()}\n` : ""}${path}=${rangeOf(row)}:5`);
  };
  const begin = (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    api.post(`${at("studies", study.id)}/sweeps`, {
      vary: vary.split("\n").map((line) => line.trim()).filter(Boolean), sample: Number(sample) || 0, set: changes, scenario,
    }).then(onBegun).catch(setError).finally(() => setBusy(false));
  };
  return html`<form class="sweep-form" onSubmit=${begin}>
    <h2>${say("begin_sweep")}</h2>
    <label>${say("add")} <select value="" onChange=${(e) => {
      add(e.currentTarget.value);
      e.currentTarget.value = "";
    }}><option value="">${say("pick_input")}</option>
      ${rows.map((r) => html`<option value=${r.path}>${[r.of, r.name].filter(Boolean).join(": ")}</option>`)}</select></label>
    <label for="vary">${say("vary")} <span class="small">${say("vary_hint")}</span></label>
    <textarea id="vary" value=${vary} spellcheck="false" required onInput=${(e) => setVary(e.currentTarget.value)}></textarea>
    <div class="ask">
      <label>${say("sample")} <input type="number" min="0" max=${MOST_SAMPLE} step="1" value=${sample} onInput=${(e) => setSample(e.currentTarget.value)} /></label>
      <button type="submit" class="strong" disabled=${busy || !vary.trim()}>${busy ? say("working") : say("begin_it")}</button>
      ${vary.trim() && casesOf(vary, Number(sample) || 0) !== null && html`<span class="quiet" id="n-cases" role="status">${say("n_cases", { n: casesOf(vary, Number(sample) || 0).toLocaleString("en-US") })}</span>`}
    </div>
    <p class="small">${say("sample_hint")}</p>
    ${error && html`<${Failed} error=${error} />`}
  </form>`;
}

const PAGE = 50; // sweeps seen at once

// One sweep as work: how far it is, what stopped it.
function Row({ first, opened, open, may }) {
  const [work, setWork] = useState(first);
  const [error, setError] = useState(null);
  useEffect(() => {
    setWork(first);
    if (over(first)) return undefined;
    const left = new AbortController();
    watch(first.id, setWork, left.signal).catch(setError);
    return () => left.abort();
  }, [first.id, first.state]);
  const state = { done: "done", queued: "queued", cancelled: "cancelled", failed: "failed", interrupted: "interrupted" }[work.state];
  return html`<li class=${`card job-${work.state} ${opened ? "opened" : ""}`}>
    <span><b>${state ? say(state) : work.said || say("working")}</b> ${work.why && html`<span>${work.why}</span>`}
      <span class="small">${when(work.asked_at)} · ${work.asked_by}</span></span>
    ${!over(work) && html`<progress max="1" value=${work.share ?? undefined} aria-label=${say("sweep")}></progress>`}
    ${error && html`<${Failed} error=${error} />`}
    <div class="card-end">
      ${!over(work) && may && html`<button type="button" onClick=${() => api.remove(at("works", work.id)).catch(setError)}>${say("cancel")}</button>`}
      ${work.result && html`<button type="button" class="strong" aria-expanded=${opened ? "true" : "false"} onClick=${() => open(opened ? "" : work.result)}>${say(opened ? "close" : "open")}</button>
        <a class="as-button" href=${addressOf(`${at("sweeps", work.result)}/rows.parquet`)} download>${say("rows")}</a>`}
    </div></li>`;
}

function Found({ seen, to, language, inputs }) {
  const [sweep, setSweep] = useState({ of: "", doc: null, error: null });
  useEffect(() => {
    let left = false;
    api.get(at("sweeps", seen.id)).then((doc) => left || setSweep({ of: seen.id, doc, error: null }))
      .catch((error) => left || setSweep({ of: seen.id, doc: null, error }));
    return () => {
      left = true;
    };
  }, [seen.id]);
  if (sweep.error) return html`<${Failed} error=${sweep.error} />`;
  if (!sweep.doc || sweep.of !== seen.id) return html`<${Waiting} />`;
  const { doc } = sweep;
  const answers = doc.spreads.map((s) => s.of);
  const paths = doc.varied.map((v) => v.path);
  const called = (id) => doc.things.find((t) => t.id === id)?.title || id;
  const known = new Map((inputs?.groups ?? []).flatMap((g) => g.rows).map((r) => [r.path, nameOf(r)]));
  const named = (text) => known.get(text) ?? text.split(".").map(called).join(" · ").replace(/_/g, " ");
  const list = (label, now, options, change) => html`<label>${say(label)} <select value=${now} onChange=${(e) => change(e.currentTarget.value)}>
    ${options.map((o) => html`<option value=${o}>${named(o)}</option>`)}</select></label>`;
  const of = answers.includes(seen.of) ? seen.of : answers[0] ?? "";
  const x = paths.includes(seen.x) ? seen.x : doc.surfaces[0]?.x ?? paths[0];
  const y = paths.includes(seen.y) && seen.y !== x ? seen.y : [doc.surfaces[0]?.y, ...paths].find((p) => p && p !== x);
  const drawn = `${at("sweeps", seen.id)}/parts`;
  return html`<section>
    ${answers.length > 0 && html`<div class="ask">${list("of", of, answers, (v) => to({ of: v }))}</div>`}
    <${Fragment} path=${`${drawn}/drivers`} query=${{ of, language }} language=${language} />
    ${answers.length > 0 && y && html`<div class="ask">${list("across", x, paths, (v) => to({ x: v }))} ${list("up", y, paths.filter((p) => p !== x), (v) => to({ y: v }))}</div>
      <${Fragment} path=${`${drawn}/surface`} query=${{ of, x, y, language }} language=${language} />`}
  </section>`;
}

function Component({ study, inputs, changes, scenario, about, go, language, may }) {
  const [found, setFound] = useState({ works: null, next: "", error: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let left = false;
    api.list("/works", { kind: "sweep", study: study.id, limit: PAGE })
      .then(({ rows, next }) => left || setFound({ works: rows, next, error: null }))
      .catch((error) => left || setFound({ works: null, next: "", error }));
    return () => {
      left = true;
    };
  }, [study.id, tries]);
  const again = () => setTries((n) => n + 1);
  const seen = read(about);
  const to = (part) => go({ about: written({ ...seen, ...part }) });
  const mine = found.works ?? [];
  const more = () => api.list("/works", { kind: "sweep", study: study.id, limit: PAGE, after: found.next })
    .then(({ rows, next }) => setFound((f) => ({ ...f, works: [...f.works, ...rows], next }))).catch((error) => setFound((f) => ({ ...f, error })));
  return html`${may && html`<${Begin} study=${study} inputs=${inputs} changes=${changes} scenario=${scenario} onBegun=${again} />`}
    ${found.error && html`<${Failed} error=${found.error} again=${again} />`}
    ${!found.works && !found.error && html`<${Waiting} />`}
    ${found.works && !mine.length && html`<${Empty} text=${say("no_sweeps")} />`}
    <ul class="cards">${mine.map((w) => html`<${Row} key=${w.id} first=${w} may=${may} opened=${seen.id !== "" && seen.id === w.result} open=${(id) => go({ about: id })} />`)}</ul>
    ${found.next && html`<p class="form-end"><button type="button" onClick=${more}>${say("more_rows")}</button></p>`}
    ${seen.id && html`<${Found} key=${seen.id} seen=${seen} to=${to} language=${language} inputs=${inputs} />`}`;
}

export const page = { id: "sweeps", title: "sweeps", Component };
