// Kept plans: named, opened, downloaded whole or file by file, brought in, removed, chosen in pairs.

import { api, at } from "../api.js";
import { Part } from "../fragment.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { Empty, Failed, Waiting, when } from "../pieces.js";
import { say } from "../words.js";

const { url: addressOf } = api;
const STEPS = [[1e6, "megabytes"], [1e3, "kilobytes"], [1, "bytes"]];
const sized = (bytes) => {
  const [step, word] = STEPS.find(([least]) => bytes >= least) ?? STEPS.at(-1);
  return say(word, { n: Math.round((10 * bytes) / step) / 10 });
};
const amount = (value, currency) => {
  const code = /^[A-Z]{3}$/.test(currency) ? { style: "currency", currency, currencyDisplay: "code" } : {};
  return value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 3, ...code });
};
const PAGE = 50; // plans seen at once
const addressed = (run, name) => addressOf(at("runs", run, "files", ...name.split("/")));

function Files({ run }) {
  const [found, setFound] = useState({ files: null, error: null });
  useEffect(() => {
    let left = false;
    api.get(at("runs", run.id, "files")).then((files) => left || setFound({ files, error: null }))
      .catch((error) => left || setFound({ files: null, error }));
    return () => {
      left = true;
    };
  }, [run.id]);
  if (found.error) return html`<${Failed} error=${found.error} />`;
  if (!found.files) return html`<${Waiting} />`;
  return html`<table class="list files-of"><thead><tr><th scope="col">${say("file")}</th><th scope="col" class="n">${say("size")}</th></tr></thead>
    <tbody>${Object.entries(found.files).sort(([a], [b]) => a.localeCompare(b)).map(([name, size]) => html`<tr key=${name}>
      <td><a href=${addressed(run.id, name)} download>${name}</a></td><td class="n">${sized(size)}</td></tr>`)}</tbody></table>`;
}

function Name({ run, may, onNamed, onError }) {
  const [text, setText] = useState(run.name);
  useEffect(() => setText(run.name), [run.name]);
  if (!may) return run.name && html`<span>${run.name}</span>`;
  const save = () => text !== run.name && api.patch(at("runs", run.id), { name: text }).then(onNamed).catch(onError);
  return html`<form class="name-form" onSubmit=${(e) => {
    e.preventDefault();
    save();
  }}><input aria-label=${say("name_it")} value=${text} placeholder=${say("rename")} maxlength="200"
      onInput=${(e) => setText(e.currentTarget.value)} onBlur=${save} data-clean=${text === run.name ? "yes" : "no"} /></form>`;
}

function Row({ run, may, chosen, onChoose, onChanged, onError, opened, open }) {
  const [files, setFiles] = useState(false);
  const [sure, setSure] = useState(false);
  const remove = () => api.remove(at("runs", run.id)).then(onChanged).catch(onError);
  const laid = [run.scenario, ...run.changes].filter(Boolean);
  return html`<li class="card run ${opened ? "opened" : ""}">
    <input type="checkbox" checked=${chosen} aria-label=${`${say("choose_run")}: ${run.name || run.title}`} onChange=${(e) => onChoose(e.currentTarget.checked)} />
    <div class="run-what"><b>${run.title}${run.study_version > 0 && html` <small class="quiet">${say("version", { n: run.study_version })}</small>`}</b>
      <span class="small">${laid.length ? laid.join(" · ") : say("as_kept")}</span>
      <${Name} run=${run} may=${may} onNamed=${onChanged} onError=${onError} /></div>
    <div class="run-figures"><b>${amount(run.objective, run.currency)}</b>
      <span class=${run.verdict === "valid" ? "small" : "bad"}>${say("checks")}: ${run.verdict === "valid" ? say("valid") : say("invalid")}</span>
      <span class="small">${when(run.made_at)} · ${run.made_by}</span></div>
    <div class="card-end">
      <button type="button" class="strong" aria-expanded=${opened ? "true" : "false"} onClick=${open}>${opened ? say("hide") : say("open")}</button>
      <button type="button" aria-expanded=${files ? "true" : "false"} onClick=${() => setFiles(!files)}>${say("files")}</button>
      <a class="as-button" href=${addressOf(at("runs", run.id, "export"))} download>${say("export")}</a>
      ${may && (sure
        ? html`<span role="alert">${say("remove_run")} <button type="button" onClick=${remove}>${say("yes_remove")}</button> <button type="button" onClick=${() => setSure(false)}>${say("no")}</button></span>`
        : html`<button type="button" class="quiet-button" onClick=${() => setSure(true)}>${say("remove")}</button>`)}
    </div>
    ${files && html`<div class="below"><${Files} run=${run} /></div>`}
  </li>`;
}

function Component({ view, may, language, go }) {
  const [found, setFound] = useState({ runs: null, next: "", error: null });
  const [problem, setProblem] = useState(null);
  const [tries, setTries] = useState(0);
  const [chosen, setChosen] = useState([]);
  const [busy, setBusy] = useState(false);
  const report = useRef(null);
  const again = () => {
    setProblem(null);
    setTries((n) => n + 1);
  };
  useEffect(() => {
    let left = false;
    api.list("/runs", { limit: Math.max(PAGE, Math.min(1000, found.runs?.length ?? 0)) })
      .then(({ rows, next }) => left || setFound({ runs: rows, next, error: null }))
      .catch((error) => left || setFound({ runs: null, next: "", error }));
    return () => {
      left = true;
    };
  }, [tries]);
  const more = () => api.list("/runs", { limit: PAGE, after: found.next })
    .then(({ rows, next }) => setFound((f) => ({ ...f, runs: [...f.runs, ...rows], next }))).catch(setProblem);
  const bring = (file) => {
    if (!file) return;
    setBusy(true);
    setProblem(null);
    api.send("/runs/import", file, "application/zip").then(again).catch(setProblem).finally(() => setBusy(false));
  };
  if (found.error) return html`<${Failed} error=${found.error} again=${again} />`;
  if (!found.runs) return html`<${Waiting} />`;
  const runs = [...found.runs].sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
  const there = chosen.filter((id) => runs.some((r) => r.id === id));
  const choose = (id, on) => setChosen((ids) => (on ? [...ids.filter((i) => i !== id), id].slice(-2) : ids.filter((i) => i !== id)));
  const opened = runs.find((r) => r.id === view.run);
  return html`${problem && html`<${Failed} error=${problem} />`}
    <div class="ask">
      <button type="button" class="strong" disabled=${there.length < 2} onClick=${() => go({ page: "compare", run: "", about: there.join("..") })}>${say("compare_two")}</button>
      <span class="small">${say("runs_hint")}</span>
      ${may && html`<label class="choose">${busy ? say("working") : say("bring_run")}
        <input type="file" class="hidden" accept=".zip,application/zip" disabled=${busy} onChange=${(e) => {
          bring(e.currentTarget.files[0]);
          e.currentTarget.value = "";
        }} /></label> <span class="small">${say("bring_hint")}</span>`}
    </div>
    ${!runs.length && html`<${Empty} text=${say("no_runs")} />`}
    <ul class="cards">${runs.map((run) => html`<${Row} key=${run.id} run=${run} may=${may} chosen=${there.includes(run.id)}
      onChoose=${(on) => choose(run.id, on)} onChanged=${again} onError=${setProblem} opened=${run === opened}
      open=${() => go({ run: run === opened ? "" : run.id })} />`)}</ul>
    ${found.next && html`<p class="form-end"><button type="button" id="more-runs" onClick=${more}>${say("more_rows")}</button></p>`}
    ${opened && html`<section ref=${report} aria-label=${opened.name || opened.title}><${Part} key=${opened.id} run=${opened} part="report" language=${language} currency=${view.currency} /></section>`}`;
}

export const page = { id: "runs", title: "runs", Component };
