// The inputs of a study as sliders in groups: on the left of every page, and whole on their own.

import { Component, html, useMemo, useState } from "./html.js";
import { leversOf, nameOf, shownOf, spanOf, together, typedIn, valueOf } from "./numbers.js";
import { say } from "./words.js";

let pulls = 0;
const RUN_MS = 1000; // keys of one slider that follow each other sooner are one step back

// Where low, high and the study's own value stand on a slider, in per cent of its way.
const place = (span, value) => `${Math.max(0, Math.min(100, (100 * (span.at(value) - span.min)) / (span.max - span.min)))}%`;

function Marks({ row, span }) {
  const { low, high } = row;
  const ranged = Number.isFinite(low) && Number.isFinite(high) && high > low;
  const left = ranged && place(span, low);
  return html`<span class="marks" aria-hidden="true">
    ${ranged && html`<i class="band" style=${{ left, width: `calc(${place(span, high)} - ${left})` }}></i>`}
    <i class="tick" style=${{ left: place(span, row.value) }} title=${say("at_study")}></i>
  </span>`;
}

class Box extends Component {
  // The number box: what is typed is laid on Enter or when one leaves it; Escape takes it back.
  constructor(props) {
    super(props);
    this.state = { draft: null };
  }

  lay() {
    const { draft } = this.state;
    this.setState({ draft: null });
    if (draft !== null && draft.trim() && draft.trim() !== this.props.shown) this.props.onLay(draft);
  }

  render({ id, label, shown, hint, changed, invalid }, { draft }) {
    return html`<input class="box-value" id=${id} type="text" autocomplete="off" size=${Math.max(8, Math.min(18, (draft ?? shown).length + 1))}
      spellcheck=${false} aria-label=${label} title=${hint} data-clean=${draft === null ? "yes" : null}
      aria-invalid=${invalid ? "true" : null} data-changed=${changed ? "yes" : null}
      value=${draft ?? shown}
      onInput=${(e) => this.setState({ draft: e.currentTarget.value })}
      onBlur=${() => this.lay()}
      onKeyDown=${(e) => {
        if (e.key === "Enter") this.lay();
        else if (e.key === "Escape") this.setState({ draft: null });
      }} />`;
  }
}

class Row extends Component {
  shouldComponentUpdate(next) {
    return ["row", "rows", "text", "base", "whole", "language"].some((key) => next[key] !== this.props[key]);
  }

  slide(event, final) {
    const { row, rows, lay } = this.props;
    const runs = this.keyed && performance.now() - this.at < RUN_MS;
    if (!this.hold || (this.over && !runs)) this.hold = `${row.path} ${(pulls += 1)}`;
    Object.assign(this, { at: performance.now(), over: final });
    const value = this.span.from(Number(event.currentTarget.value));
    lay(together(rows, row, value), this.hold, final);
  }

  render({ row, rows, text, base, whole, lay }) {
    const laid = text ?? base;
    const parsed = laid === undefined || !row.slides ? row.value : valueOf(row, laid);
    const value = parsed ?? row.value;
    this.span = row.slides ? spanOf(row, value) : null;
    const shown = laid !== undefined && (parsed === null || !row.slides) ? laid : parsed === row.value ? row.shown : shownOf(row, parsed);
    const changed = text !== undefined;
    const letter = row.letter || "A";
    const name = nameOf(row);
    const id = `v-${row.path}`;
    return html`<div class=${`row ${changed ? "changed" : ""}`} data-path=${row.path}>
      <div class="row-head">
        <label for=${id} title=${row.path}>${row.of && html`<span class="quiet">${row.of}: </span>`}${row.name}</label>
        <span class=${`letter grade-${letter}`} title=${`${say("grade")}: ${say(letter)}`}>
          <span aria-hidden="true">${letter}</span><span class="hidden">${say(letter)}</span>
        </span>
        <${Box} id=${id} label=${say("value_of", { name })} shown=${shown} changed=${changed}
          hint=${say("typed_hint", { example: row.shown })}
          onLay=${(draft) => lay(typedIn(rows, row, draft), "", true)} />
        <button type="button" class="reset" disabled=${!changed} aria-label=${`${say("reset")}: ${name}`}
          title=${say("reset")} onClick=${() => lay(typedIn(rows, row, null), "", true)}>×</button>
      </div>
      ${this.span
        ? html`<div class="slider">
            <${Marks} row=${row} span=${this.span} />
            <input type="range" min=${this.span.min} max=${this.span.max} step=${this.span.step}
              value=${this.span.at(value)} aria-label=${say("slider_of", { name })}
              aria-valuetext=${shown} data-path=${row.path}
              onKeyDown=${() => {
                this.keyed = true;
              }} onPointerDown=${() => {
                this.keyed = false;
              }}
              onInput=${(e) => this.slide(e, false)} onChange=${(e) => this.slide(e, true)} />
          </div>`
        : whole && html`<p class="small">${say("no_slider")}</p>`}
      ${(changed || whole) && html`<p class="small said">
        ${changed && html`<span class="was">${say("was", { value: row.shown })}</span> `}
        ${whole && html`<${Said} row=${row} />`}
      </p>`}
    </div>`;
  }
}

function Said({ row }) {
  const ranged = Number.isFinite(row.low) && Number.isFinite(row.high);
  return html`<span>
    ${row.source_text || row.source || say("no_source")}
    ${ranged && ` · ${say("range", { low: shownOf(row, row.low), high: shownOf(row, row.high) })}`}
    ${row.line && ` · ${say("line", { line: row.line })}`}
    ${row.note && ` · ${row.note}`} <code>${row.path}</code>
  </span>`;
}

export const Legend = () => html`<p class="small legend">
  ${say("legend")}: ${["M", "R", "D", "E", "A"].map((x) => html`<span><b class=${`letter grade-${x}`}>${x}</b> ${say(x)} </span>`)}
</p>`;

const OPEN = 1; // groups that begin open: the levers

const holds = (row, words) => {
  const text = [row.of, row.name, row.path, row.group, row.note, row.source_text, row.source].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
};

// groups: [{id, title, rows}]; laidBase: {path: text} of the scenario; lay(values, hold, final).
export function Inputs({ groups, fields, view, laidBase, lay, whole, language }) {
  const [search, setSearch] = useState("");
  const [only, setOnly] = useState(false);
  const [open, setOpen] = useState({});
  const laid = useMemo(() => new Map(view.changes), [view.changes]);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = useMemo(() => groups.flatMap((g) => g.rows), [groups]);
  const seeking = words.length > 0 || only;
  const seen = groups
    .map((g) => ({ ...g, shown: g.rows.filter((r) => holds(r, words) && (!only || laid.has(r.path))) }))
    .filter((g) => g.shown.length);
  return html`<div class=${`inputs ${whole ? "whole" : ""}`}>
    <div class="find">
      <label class="hidden" for="find">${say("search")}</label>
      <input id="find" type="search" placeholder=${`${say("search")}: ${say("search_hint")}`} value=${search}
        data-clean=${search ? null : "yes"} onInput=${(e) => setSearch(e.currentTarget.value)} />
      <label class="only"><input type="checkbox" checked=${only} onChange=${(e) => setOnly(e.currentTarget.checked)} /> ${say("only_changed")}</label>
    </div>
    <${Legend} />
    ${!seen.length && html`<p class="empty">${say("none_found")}</p>`}
    ${seen.map((g, n) => {
      const wide = seeking || (open[g.id] ?? (whole || n < OPEN));
      const moved = g.rows.filter((r) => laid.has(r.path)).length;
      return html`<section class="group" key=${g.id}>
        <h3><button type="button" class="fold" aria-expanded=${wide ? "true" : "false"}
          onClick=${() => setOpen({ ...open, [g.id]: !wide })}>
          <span>${g.title}</span>
          <small>${say("n_inputs", { n: g.rows.length })}${moved ? ` · ${say("n_changed", { n: moved })}` : ""}</small>
        </button></h3>
        ${wide && g.id === "levers" && html`<p class="small">${say("levers_hint")}</p>`}
        ${wide && g.shown.map((row) => html`<${Row} key=${row.path} row=${row} rows=${rows} text=${laid.get(row.path)}
          base=${laidBase?.[row.path]} whole=${whole} lay=${lay} language=${language} />`)}
      </section>`;
    })}
    ${whole && !seeking && fields?.length > 0 && html`<section class="group fields">
      <h3>${say("fields")}</h3>
      ${fields.map((row) => html`<${Row} key=${row.path} row=${row} rows=${fields} text=${laid.get(row.path)} base=${laidBase?.[row.path]} lay=${lay} language=${language} />`)}
    </section>`}
  </div>`;
}

// The server's inputs as groups of what slides, and the fields that do not.
export function grouped(found) {
  const groups = (found?.groups ?? []).map((g) => ({ id: g.id, rows: g.inputs.filter((r) => r.slides) }));
  const fields = (found?.groups ?? []).flatMap((g) => g.inputs.filter((r) => !r.slides));
  const levers = new Set(leversOf(groups));
  const rest = groups.map((g) => ({ ...g, rows: g.rows.filter((row) => !levers.has(row)) }));
  return { groups: [{ id: "levers", rows: [...levers] }, ...rest].filter((g) => g.rows.length), fields };
}
