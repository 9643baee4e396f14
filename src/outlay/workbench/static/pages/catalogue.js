// The catalogue: its tables with a search, and one entry with the source of each number.

import { at } from "../api.js";
import { Fragment } from "../fragment.js";
import { html, useEffect, useState } from "../html.js";
import { say } from "../words.js";

const TABLES = [
  "chips", "models", "prices", "fx", "regions", "events", "series", "peers", "costs", "traces", "shapes", "facts", "disputes",
];
const NAMED = ["chips", "models", "regions", "traces", "shapes"]; // rows that have a name of their own

// What is looked at stands in the address: table, entry, words.
const read = (about) => {
  const [table, name = "", search = ""] = about.split("/").map((part) => decodeURIComponent(part));
  return TABLES.includes(table) ? { table, name, search } : { table: "chips", name: "", search: "" };
};
const written = ({ table, name, search }) => [table, name, search].map(encodeURIComponent).join("/").replace(/\/+$/, "");

function Component({ language, about, go }) {
  const seen = read(about);
  const [words, setWords] = useState(seen.search);
  const to = (part) => go({ about: written({ ...seen, ...part }) });
  useEffect(() => setWords(seen.search), [about]);
  useEffect(() => {
    if (words === seen.search) return undefined;
    const soon = setTimeout(() => to({ search: words, name: "" }), 300);
    return () => clearTimeout(soon);
  }, [words]);
  return html`<form class="ask" role="search" onSubmit=${(e) => {
      e.preventDefault();
      to({ search: words, name: "" });
    }}>
      <label>${say("table")} <select value=${seen.table} onChange=${(e) => go({ about: written({ table: e.currentTarget.value, name: "", search: "" }) })}>
        ${TABLES.map((t) => html`<option value=${t}>${say(`t_${t}`)}</option>`)}
      </select></label>
      <label>${say("find_word")} <input type="search" value=${words} placeholder=${say("find_hint")} maxlength="200"
        onInput=${(e) => setWords(e.currentTarget.value)} /></label>
      ${seen.name && html`<button type="button" onClick=${() => to({ name: "" })}>${say("back_table", { table: say(`t_${seen.table}`) })}</button>`}
    </form>
    <${Fragment} path=${at("catalogue", seen.table, "part")} query=${{ name: seen.name, search: seen.name ? "" : seen.search, language }}
      onEntry=${!seen.name && NAMED.includes(seen.table) ? (name) => to({ name }) : null} />`;
}

export const page = { id: "catalogue", title: "catalogue", Component };
