// Pieces of HTML that the server makes of a plan: put in, dressed, and what their marks and numbers
// say when they are pointed at or reached by the keyboard.

import { api, at } from "./api.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./html.js";
import { Failed, Waiting } from "./pieces.js";
import { say } from "./words.js";

const LOOK = "/static/look.css";

// The report's own style sheet, asked for when the first piece is shown.
function styled() {
  if (document.querySelector(`link[href="${LOOK}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = LOOK;
  document.head.prepend(link); // before the page's own, which may say otherwise
}

// What the report says in styles: a policy lets a script set them, not the markup.
function laid(root) {
  for (const side of ["width", "left"]) {
    for (const bar of root.querySelectorAll(`[data-${side}]`)) bar.style[side] = `${bar.dataset[side]}%`;
  }
  for (const table of root.querySelectorAll("table.wide")) {
    [...(table.tHead?.rows[0]?.cells ?? [])].forEach((cell, k) => {
      table.style.setProperty(`--h${k + 1}`, JSON.stringify(cell.textContent.trim()));
    });
  }
}

const MARKS = "svg title";

// A picture's marks say their own names; each picture and each table is one stop of the Tab key,
// within which arrows move.
function reachable(root) {
  for (const svg of root.querySelectorAll("svg")) {
    const marks = [...svg.querySelectorAll(MARKS)].map((title) => {
      const mark = title.parentNode;
      mark.setAttribute("aria-label", title.textContent);
      mark.setAttribute("role", "img");
      title.remove(); // the browser would show it a second time
      return mark;
    });
    if (marks.length) svg.setAttribute("role", "group");
    stops(marks);
  }
  for (const table of root.querySelectorAll("table")) {
    stops([...table.querySelectorAll("tbody td, tbody th")].filter((cell) => cell.textContent.trim()));
  }
  for (const one of root.querySelectorAll("[data-why]:not([data-mark]):not(button)")) one.tabIndex = 0;
}

function stops(all) {
  all.forEach((one, k) => {
    one.setAttribute("tabindex", k ? "-1" : "0");
    one.setAttribute("data-mark", "");
  });
}

// Where an arrow leads: the next mark of a picture; the next cell of a table, or the one below.
function next(mark, key) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
  const row = mark.closest("tr");
  if (row) {
    const cells = [...row.querySelectorAll("[data-mark]")];
    if (key === "ArrowRight" || key === "ArrowLeft") return cells[cells.indexOf(mark) + step];
    if (key === "Home" || key === "End") return key === "Home" ? cells[0] : cells.at(-1);
    const rows = [...row.parentNode.rows];
    return rows[rows.indexOf(row) + step]?.cells[mark.cellIndex];
  }
  const marks = [...mark.closest("svg").querySelectorAll("[data-mark]")];
  if (key === "Home" || key === "End") return key === "Home" ? marks[0] : marks.at(-1);
  return marks[marks.indexOf(mark) + step];
}

// What a mark or a number is: its label, its value with its unit, how it comes about.
export function told(mark) {
  const row = mark.closest("tr");
  if (!row) return { what: mark.getAttribute("aria-label") ?? mark.textContent.trim(), how: "" };
  const head = mark.closest("table").tHead?.rows[0]?.cells[mark.cellIndex];
  const name = row.cells[0] === mark ? "" : row.cells[0].textContent.trim();
  const column = head ? head.textContent.trim().replace(/\s+/g, " ") : "";
  const of = [name, column].filter(Boolean).join(" · ");
  return { what: of ? `${of}: ${mark.textContent.trim()}` : mark.textContent.trim(), how: mark.dataset.how ?? "" };
}

function beside(tip, mark) {
  const box = mark.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - size.width - 8));
  const below = box.bottom + 8 + size.height <= window.innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? box.bottom + 8 : Math.max(8, box.top - size.height - 8)}px`;
}

function Tip({ mark, whys }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    if (box.current && mark) beside(box.current, mark);
  });
  if (!mark) return null;
  const { what, how } = told(mark);
  return html`<div class="tip" role="tooltip" id="tip" ref=${box}>
    <b>${what}</b>${how && html`<span>${how}</span>`}
    ${whys && mark.dataset.why && html`<small>${say("why_hint")}</small>`}
  </div>`;
}

// Where a number comes from, in a panel that goes deeper from line to line and back.
function Why({ run, path, branch, language, close }) {
  const [trail, setTrail] = useState([path]);
  const [found, setFound] = useState({ text: "", error: null });
  const body = useRef(null);
  const here = trail.at(-1);
  useEffect(() => setTrail([path]), [path]);
  useEffect(() => {
    const left = new AbortController();
    api.text(at("runs", run, "parts", "why"), { path: here, branch, language }, left.signal)
      .then((text) => setFound({ text, error: null }))
      .catch((error) => error.name !== "AbortError" && setFound({ text: "", error }));
    return () => left.abort();
  }, [run, here, branch, language]);
  useEffect(() => body.current?.focus(), [here]);
  const pressed = (event) => {
    if (event.key === "Escape") close();
  };
  const chosen = (event) => {
    const deeper = event.target.closest("[data-why]");
    if (deeper) setTrail([...trail, deeper.dataset.why]);
  };
  return html`<aside class="why-panel" role="dialog" aria-label=${say("why_of", { what: here })} onKeyDown=${pressed}>
    <div class="why-head">
      <button type="button" disabled=${trail.length < 2} onClick=${() => setTrail(trail.slice(0, -1))}>${say("why_back")}</button>
      <code>${here}</code>
      <button type="button" onClick=${close}>${say("close")}</button>
    </div>
    <div ref=${body} tabindex="-1" class="fragment" onClick=${chosen}>
      ${found.error ? html`<${Failed} error=${found.error} />`
        : found.text ? html`<div dangerouslySetInnerHTML=${{ __html: found.text }}></div>` : html`<${Waiting} />`}
    </div>
  </aside>`;
}

// A piece that is there. whys: {run, branch}, where its numbers can be explained. onPick(name, value)
// hears of lists to choose from, onEntry(text) of the first cell of a row.
export function Shown({ text, whys, language, onPick, onEntry, open }) {
  const root = useRef(null);
  const [mark, setMark] = useState(null);
  const [why, setWhy] = useState(null);
  const from = useRef(null);
  useLayoutEffect(() => {
    styled();
    const now = root.current;
    laid(now);
    reachable(now);
    if (open) for (const more of now.querySelectorAll("details.more")) more.open = true;
    if (onEntry) {
      for (const row of now.querySelectorAll("tbody tr")) {
        const cell = row.cells[0];
        const button = document.createElement("button");
        button.type = "button";
        button.className = "entry";
        button.textContent = cell.textContent.trim();
        cell.replaceChildren(button);
        cell.removeAttribute("tabindex");
      }
    }
    setMark(null);
    setWhy(null);
  }, [text]);
  const pointed = (event) => setMark(event.target.closest?.("[data-mark], [data-why]:not(button)") ?? null);
  const asked = (element) => {
    from.current = element;
    setMark(null);
    setWhy(element.dataset.why);
  };
  const clicked = (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) {
      event.preventDefault(); // the address is the page's
      const there = root.current.querySelector(`[id="${CSS.escape(link.getAttribute("href").slice(1))}"]`);
      if (there) {
        there.closest("details:not([open])")?.setAttribute("open", "");
        there.focus();
        there.scrollIntoView({ block: "center" });
      }
      return;
    }
    const entry = event.target.closest(".entry");
    if (entry && onEntry) onEntry(entry.textContent);
    const number = event.target.closest("[data-why]");
    if (number && whys) asked(number);
  };
  const pressed = (event) => {
    const here = event.target.closest?.("[data-mark], [data-why]");
    if (event.key === "Escape") setMark(null);
    if (!here) return;
    if ((event.key === "Enter" || event.key === " ") && whys && here.dataset.why) {
      event.preventDefault();
      asked(here);
    } else if (here.hasAttribute("data-mark") && /^(Arrow|Home|End)/.test(event.key)) {
      const to = next(here, event.key);
      if (!to) return;
      event.preventDefault();
      if (to.hasAttribute("data-mark")) {
        here.setAttribute("tabindex", "-1");
        to.setAttribute("tabindex", "0");
      }
      to.focus();
    }
  };
  const picked = (event) => {
    const list = event.target.closest("select[data-pick]");
    if (list && onPick) onPick(list.dataset.pick, list.value);
  };
  return html`<div class=${`fragment ${whys ? "explained" : ""}`} ref=${root} onPointerOver=${pointed} onPointerLeave=${() => setMark(null)}
      onFocusIn=${pointed} onFocusOut=${() => setMark(null)} onClick=${clicked} onKeyDown=${pressed} onChange=${picked}
      dangerouslySetInnerHTML=${{ __html: text }}></div>
    <${Tip} mark=${mark} whys=${whys} />
    ${why && html`<${Why} ...${whys} path=${why} language=${language} close=${() => {
      setWhy(null);
      from.current?.focus();
    }} />`}`;
}

// A piece by its address: asked for, waited for, asked for again where that failed.
export function Fragment({ path, query, ...shown }) {
  const [found, setFound] = useState({ text: "", of: "", error: null });
  const [tries, setTries] = useState(0);
  const of = JSON.stringify([path, query, tries]);
  useEffect(() => {
    const left = new AbortController();
    api.text(path, query, left.signal)
      .then((text) => setFound({ text, of, error: null }))
      .catch((error) => error.name !== "AbortError" && setFound((f) => ({ ...f, of, error })));
    return () => left.abort();
  }, [of]);
  if (found.error && found.of === of) return html`<${Failed} error=${found.error} again=${() => setTries(tries + 1)} />`;
  if (!found.text) return html`<${Waiting} />`;
  return html`<div class=${found.of === of ? "" : "stale"} aria-busy=${found.of === of ? "false" : "true"}>
    <${Shown} text=${found.text} ...${shown} />
  </div>`;
}

// A part of a kept run.
export function Part({ run, part, language, branch, currency, ...shown }) {
  return html`<${Fragment} path=${at("runs", run.id, "parts", part)} query=${{ language, branch, currency }}
    whys=${{ run: run.id, branch }} language=${language} ...${shown} />`;
}
