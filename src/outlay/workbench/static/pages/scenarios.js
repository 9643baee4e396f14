// Named scenarios: side by side with their answers, and each value with who stands behind it.

import { api, at } from "../api.js";
import { Conflict } from "../conflict.js";
import { costOf, ordersOf } from "../headline.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { Live } from "../live.js";
import { nameOf, shownOf, valueOf } from "../numbers.js";
import { Empty, Failed, when } from "../pieces.js";
import { say } from "../words.js";

const NONE = "";
const EMPTY = { path: "", value: "", source: "", date: "", approver: "" };
const valueOfSets = (changes) => changes.map((text) => {
  const cut = text.indexOf("=");
  return { ...EMPTY, path: text.slice(0, cut), value: text.slice(cut + 1) };
});

// One live answer a column, asked one after the other: the server has one solver for a study.
function useColumns(study, columns) {
  const [found, setFound] = useState({});
  const key = JSON.stringify([study.id, study.version, columns.map((c) => [c.id, c.question])]);
  useEffect(() => {
    let left = false;
    const lives = [];
    const one = (column) => new Promise((done) => {
      const live = new Live((now) => {
        if (left) return;
        setFound((all) => ({ ...all, [column.id]: now }));
        if (["exact", "problem", "refused"].includes(now.state)) done();
      });
      lives.push(live);
      live.ask(column.question);
    });
    (async () => {
      for (const column of columns) {
        if (left) return;
        await one(column);
      }
    })();
    return () => {
      left = true;
      lives.forEach((live) => live.stop());
    };
  }, [key]);
  return found;
}

function Side({ study, list, own, changes, scenario, inputs, language, currency }) {
  const [hidden, setHidden] = useState([]);
  const of = { study: study.id, version: study.version, language, ...(currency ? { currency } : {}) };
  const columns = [
    { id: "base", title: say("as_it_stands"), question: { ...of, scenario: "", sets: [] }, values: [] },
    ...(changes.length ? [{ id: "now", title: say("present"), question: { ...of, scenario, sets: changes }, values: valueOfSets(changes) }] : []),
    ...list.map((s) => ({ id: `s:${s.name}`, title: s.name, question: { ...of, scenario: s.name, sets: [], edition: s.version }, values: s.values })),
    ...own.map((name) => ({ id: `s:${name}`, title: name, question: { ...of, scenario: name, sets: [] }, values: null })),
  ].filter((c) => !hidden.includes(c.id));
  const answers = useColumns(study, columns);
  const heads = columns.map((c) => answers[c.id]?.headline);
  const rows = new Map();
  heads.forEach((h, n) => ordersOf(h).forEach((o) => {
    if (!rows.has(o.id)) rows.set(o.id, { id: o.id, name: o.name, cells: [], changed: [] });
    rows.get(o.id).cells[n] = o.now;
    rows.get(o.id).changed[n] = o.changed;
  }));
  const called = new Map(inputs.groups.flatMap((g) => g.rows.map((r) => [r.path, r])));
  const paths = [...new Set(columns.flatMap((c) => (c.values ?? []).map((v) => v.path)))];
  return html`<h2>${say("side")}</h2>
    ${list.length + own.length > 0 && html`<p class="show-in">${say("show_in")}: ${[...list.map((s) => s.name), ...own].map((name) => html`<label key=${name}><input type="checkbox" checked=${!hidden.includes(`s:${name}`)}
      onChange=${(e) => setHidden(e.currentTarget.checked ? hidden.filter((x) => x !== `s:${name}`) : [...hidden, `s:${name}`])} /> ${name}</label>`)}</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label=${say("side")}><table class="side">
      <thead><tr><th></th>${columns.map((c) => html`<th scope="col" key=${c.id}>${c.title}<br /><${How} live=${answers[c.id]} /></th>`)}</tr></thead>
      <tbody>
        <tr class="cost-row"><th scope="row">${say("cost")}</th>${columns.map((c, n) => html`<td key=${c.id} class="n"><b>${heads[n] ? costOf(heads[n]) : "–"}</b></td>`)}</tr>
        <tr><th scope="row">${say("difference")}</th>${columns.map((c, n) => html`<td key=${c.id} class="n">${heads[n]?.difference_shown ?? ""}</td>`)}</tr>
        <tr class="part"><th scope="rowgroup" colspan=${columns.length + 1}>${say("orders")}</th></tr>
        ${[...rows.values()].map((r) => html`<tr key=${r.id}><th scope="row">${r.name}</th>${columns.map((c, n) => html`<td key=${c.id} class=${`n ${r.changed[n] ? "changed" : ""}`}>${r.cells[n] ?? (heads[n] ? "0" : "")}</td>`)}</tr>`)}
        ${paths.length > 0 && html`<tr class="part"><th scope="rowgroup" colspan=${columns.length + 1}>${say("differs")}</th></tr>`}
        ${paths.map((path) => html`<tr key=${path}><th scope="row" title=${path}>${(called.has(path) ? nameOf(called.get(path)) : path)}</th>${columns.map((c) => {
          if (!c.values) return html`<td key=${c.id} class="quiet n" title=${say("in_text")}>–</td>`; // what it lays stands in the text
          const value = c.values.find((v) => v.path === path);
          return html`<td key=${c.id} class=${value ? "changed" : "quiet"}>${value ? written(called.get(path), value.value) : called.get(path)?.shown ?? ""}
            ${value && (value.source || value.date || value.approver) && html`<br /><small class="quiet">${[value.source, value.date, value.approver].filter(Boolean).join(" · ")}</small>`}</td>`;
        })}</tr>`)}
      </tbody>
    </table></div>`;
}

// A value as the study's own are written, where it is a number of ours.
function written(row, text) {
  const value = row ? valueOf(row, text) : null;
  return value === null ? text : shownOf(row, value);
}

function How({ live }) {
  if (!live) return html`<small class="quiet">${say("not_asked")}</small>`;
  const why = live.state === "problem" ? `: ${live.problems[0]?.what ?? ""}` : "";
  return html`<small class=${`how how-${live.state}`}>${say(live.state)}${why}</small>`;
}

const shape = (s) => ({ name: s.name, note: s.note, version: s.version, values: s.values.map((v) => ({ ...EMPTY, ...v })) });

function Form({ study, first, changes, inputs, onDone, onCancel }) {
  const [form, setForm] = useState(first);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const start = useRef(null);
  useEffect(() => {
    start.current?.focus();
  }, []);
  const cell = (n, key, value) => setForm({ ...form, values: form.values.map((v, m) => (m === n ? { ...v, [key]: value } : v)) });
  const save = async (version) => {
    if (!form.name.trim()) {
      setError({ problems: [{ what: say("no_name") }] });
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const values = form.values.filter((v) => v.path.trim());
      const held = await api.put(at("studies", study.id, "scenarios", form.name.trim()), version, { note: form.note, values });
      onDone(held);
    } catch (found) {
      setError(found);
      setBusy(false);
    }
  };
  const known = inputs.groups.flatMap((g) => g.rows);
  const heads = [["path", "path"], ["value", "value"], ["source", "said_by"], ["date", "date"], ["approver", "approver"]];
  return html`<form class="scenario-form" onSubmit=${(e) => {
    e.preventDefault();
    save(form.version);
  }}>
    <h3>${first.version ? `${say("edit")}: ${first.name}` : say("new_scenario")}</h3>
    ${error?.status === 412
      ? html`<${Conflict} error=${error} onTheirs=${(current) => {
          setForm(shape(current));
          setError(null);
        }} onMine=${(current) => save(current?.version ?? 0)} />`
      : error && html`<${Failed} error=${error} />`}
    <p><label>${say("name")} <input id="scenario-name" ref=${start} required maxlength="80" value=${form.name} readOnly=${first.version > 0} onInput=${(e) => setForm({ ...form, name: e.currentTarget.value })} /></label>
    <label>${say("note")} <input id="scenario-note" maxlength="400" value=${form.note} onInput=${(e) => setForm({ ...form, note: e.currentTarget.value })} /></label></p>
    <datalist id="paths">${known.map((r) => html`<option key=${r.path} value=${r.path}>${nameOf(r)}</option>`)}</datalist>
    <div class="scroll"><table class="assumed"><caption>${say("assumed_by")}</caption>
      <thead><tr>${heads.map(([key, word]) => html`<th scope="col" key=${key}>${say(word)}</th>`)}<th></th></tr></thead>
      <tbody>${form.values.map((v, n) => html`<tr key=${n}>
        ${heads.map(([key, word]) => html`<td key=${key}><input aria-label=${say("row_of", { what: say(word), n: n + 1 })} list=${key === "path" ? "paths" : null}
          type=${key === "date" ? "date" : "text"} maxlength="400" value=${v[key]} placeholder=${key === "value" ? known.find((r) => r.path === v.path)?.shown ?? "" : ""}
          onInput=${(e) => cell(n, key, e.currentTarget.value)} /></td>`)}
        <td><button type="button" aria-label=${say("row_of", { what: say("remove"), n: n + 1 })} onClick=${() => setForm({ ...form, values: form.values.filter((_, m) => m !== n) })}>×</button></td>
      </tr>`)}</tbody></table></div>
    <p class="form-end">
      <button type="button" onClick=${() => setForm({ ...form, values: [...form.values, { ...EMPTY }] })}>${say("add_value")}</button>
      ${first.version > 0 && changes.length > 0 && html`<button type="button" onClick=${() => {
        const mine = valueOfSets(changes);
        const paths = mine.map((v) => v.path);
        setForm({ ...form, values: [...form.values.filter((v) => !paths.includes(v.path)), ...mine] });
      }}>${say("take_changes")}</button>`}
      <button type="submit" class="strong" id="save-scenario" disabled=${busy}>${say("save_it")}</button>
      <button type="button" onClick=${onCancel}>${say("cancel")}</button>
    </p>
  </form>`;
}

function Component({ study, scenarios, changes, scenario, inputs, dispatch, may, onSaved, language, own, view }) {
  const [form, setForm] = useState(null);
  const [error, setError] = useState(null);
  const remove = async (s) => {
    setError(null);
    try {
      await api.remove(at("studies", study.id, "scenarios", s.name), s.version);
    } catch (found) {
      setError(found);
    }
    if (scenario === s.name) dispatch({ type: "scenario", name: NONE, keep: true });
    onSaved();
  };
  const used = (name) => (scenario === name
    ? html`<b>${say("in_use")}</b> <button type="button" onClick=${() => dispatch({ type: "scenario", name: NONE, keep: true })}>${say("stop_use")}</button>`
    : html`<button type="button" aria-label=${`${say("use")}: ${name}`} onClick=${() => dispatch({ type: "scenario", name })}>${say("use")}</button>`);
  return html`
    ${error && html`<${Failed} error=${error} />`}
    <h2>${say("scenarios")}</h2>
    ${!scenarios.length && !own.length && !form && html`<${Empty} text=${say("no_scenarios")} />`}
    <ul class="cards">${scenarios.map((s) => html`<li class="card" key=${s.name}>
      <b>${s.name}</b> <span>${s.note}</span>
      <span class="quiet small">${say("version", { n: s.version })} · ${say("saved_by", { when: when(s.updated_at), who: s.updated_by })}</span>
      <span class="card-end">
        ${used(s.name)}
        ${may && html`<button type="button" aria-label=${`${say("edit")}: ${s.name}`} onClick=${() => setForm(shape(s))}>${say("edit")}</button>
          <button type="button" aria-label=${`${say("remove_scenario")}: ${s.name}`} onClick=${() => remove(s)}>${say("remove")}</button>`}
      </span></li>`)}
      ${own.map((name) => html`<li class="card" key=${name}><b>${name}</b> <span class="quiet small">${say("in_text")}</span>
        <span class="card-end">${used(name)}</span></li>`)}</ul>
    ${may && !form && html`<p><button type="button" id="new-scenario" onClick=${() => setForm({ name: "", note: "", version: 0, values: changes.length ? valueOfSets(changes) : [{ ...EMPTY }] })}>${changes.length ? say("save_scenario") : say("new_scenario")}</button></p>`}
    ${form && html`<${Form} key=${`${form.name} ${form.version}`} study=${study} first=${form} changes=${changes} inputs=${inputs} onCancel=${() => setForm(null)} onDone=${() => {
      setForm(null);
      onSaved();
    }} />`}
    <${Side} study=${study} list=${scenarios} own=${own} changes=${changes} scenario=${scenario} inputs=${inputs} language=${language} currency=${view.currency} />`;
}

export const page = { id: "scenarios", title: "scenarios", Component };
