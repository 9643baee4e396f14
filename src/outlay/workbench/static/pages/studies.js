// The studies: open one, bring one from files, or begin with one of the four that `outlay init` writes.

import { api, at } from "../api.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { Empty, Failed, Waiting, when } from "../pieces.js";
import { say } from "../words.js";

export const DOORS = ["founder", "lab", "operator", "analyst"];
const STUDY = /\.(ya?ml|json)$/i;

const base64 = async (file) => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let n = 0; n < bytes.length; n += 0x8000) text += String.fromCharCode(...bytes.subarray(n, n + 0x8000));
  return btoa(text);
};

// The study among files, and the rest as what it names: the one called study, else the first.
export function sorted(files) {
  const all = [...files];
  const study = all.find((f) => /^study\.ya?ml$/i.test(f.name)) ?? all.find((f) => STUDY.test(f.name));
  return { study, rest: all.filter((f) => f !== study) };
}

function Bring({ onDone, onError }) {
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [unnamed, setUnnamed] = useState(null); // {files, names}: refused for files that the study does not name
  const take = async (files) => {
    setUnnamed(null);
    onError(null);
    const { study, rest } = sorted(files);
    if (!study) {
      onError({ problems: [{ what: say("no_yaml"), value: [...files].map((f) => f.name).join(", ") }] });
      return;
    }
    setBusy(true);
    try {
      const held = {};
      for (const file of rest) held[file.name] = await base64(file);
      onDone(await api.post("/studies", { text: await study.text(), ...(rest.length ? { files: held } : {}) }));
    } catch (error) {
      onError(error);
      const names = (error.problems ?? []).map((p) => p.where).filter((where) => where?.startsWith("files.")).map((where) => where.slice(6));
      if (error.status === 422 && names.length && names.length === error.problems.length) setUnnamed({ files: [...files], names });
    }
    setBusy(false);
  };
  const stop = (event) => event.preventDefault();
  return html`<div class=${`drop ${over ? "over" : ""}`} aria-busy=${busy ? "true" : "false"}
    onDragOver=${(e) => {
      stop(e);
      setOver(true);
    }} onDragLeave=${() => setOver(false)}
    onDrop=${(e) => {
      stop(e);
      setOver(false);
      take(e.dataTransfer.files);
    }}>
    <p>${busy ? say("working") : over ? say("drop_now") : say("drop")}
      ${" "}<label class="choose">${say("choose")}<input type="file" id="bring" multiple class="hidden"
        onChange=${(e) => {
          const files = [...e.currentTarget.files];
          e.currentTarget.value = "";
          if (files.length) take(files);
        }} /></label></p>
    ${unnamed && html`<p><button type="button" class="strong" id="bring-named" onClick=${() => take(unnamed.files.filter((f) => !unnamed.names.includes(f.name)))}>${say("bring_named", { names: unnamed.names.join(", ") })}</button></p>`}
  </div>`;
}

function Component({ go, may }) {
  const [list, setList] = useState(null);
  const [error, setError] = useState(null);
  const [sure, setSure] = useState("");
  const [busy, setBusy] = useState("");
  const heading = useRef(null);
  const load = () => api.get("/studies").then((found) => {
    setList(found?.studies ?? found);
  }).catch(setError);
  useEffect(() => {
    load();
  }, []);
  const open = (held) => go({ study: held.id, page: "decision", changes: [], scenario: "", version: 0, run: "" });
  const begin = async (door) => {
    setBusy(door);
    setError(null);
    try {
      open(await api.post("/studies", { text: (await api.get(at("templates", door))).text }));
    } catch (found) {
      setError(found);
    }
    setBusy("");
  };
  const remove = async (held) => {
    setSure("");
    setError(null);
    try {
      await api.remove(at("studies", held.id), held.version);
    } catch (found) {
      setError(found);
    }
    await load();
    heading.current?.focus();
  };
  return html`
    ${error && html`<${Failed} error=${error} again=${() => {
      setError(null);
      load();
    }} />`}
    <h2 ref=${heading} tabindex="-1">${say("your_studies")}</h2>
    ${!list && !error && html`<${Waiting} />`}
    ${list?.length === 0 && html`<${Empty} text=${say("no_studies")} />`}
    ${list?.length > 0 && html`<ul class="cards">
      ${list.map((s) => html`<li key=${s.id} class="card">
        <a href=${`#/s/${encodeURIComponent(s.id)}/decision`}><b>${s.title}</b></a>
        <span class="quiet small">${say("version", { n: s.version })} · ${say("saved_by", { when: when(s.updated_at), who: s.updated_by })}</span>
        ${may && (sure === s.id
          ? html`<span role="alertdialog" aria-label=${say("remove")} class="sure-box">${say("remove_sure", { title: s.title })}
              <button type="button" onClick=${() => remove(s)}>${say("yes_remove")}</button>
              <button type="button" onClick=${() => setSure("")}>${say("no")}</button></span>`
          : html`<button type="button" class="quiet-button" aria-label=${`${say("remove")}: ${s.title}`} onClick=${() => setSure(s.id)}>${say("remove")}</button>`)}
      </li>`)}
    </ul>`}
    ${may && html`<h2>${say("begin")}</h2>
      <p class="quiet">${say("begin_hint")}</p>
      <div class="doors">${DOORS.map((door) => html`<button type="button" key=${door} id=${`begin-${door}`} disabled=${busy !== ""}
        onClick=${() => begin(door)}><b>${busy === door ? say("working") : say(door)}</b><span>${say(`${door}_hint`)}</span></button>`)}</div>
      <h2>${say("bring")}</h2>
      <${Bring} onDone=${open} onError=${setError} />`}`;
}

export const page = { id: "studies", title: "studies", Component };
