// Small pieces that every page uses: problems in the user's words, waiting, empty, a dialog's text.

import { html } from "./html.js";
import { say } from "./words.js";

export function Problems({ problems, title }) {
  const rows = problems.length ? problems : [];
  return html`<div class="problems" role="group" aria-label=${title}>
    <h3>${title}</h3>
    <ul>
      ${rows.map((p) => html`<li>
        <b>${p.what}</b>
        <dl>
          ${["where", "found", "allowed", "hint"].map((key) => {
            const text = key === "found" ? p.value : key === "where" ? p.where?.replace(/^--set /, "") : p[key];
            return text ? html`<div><dt>${say(key)}</dt><dd>${text}</dd></div>` : null;
          })}
        </dl>
      </li>`)}
    </ul>
  </div>`;
}

// What a request that failed says: the server's problems, or that it does not answer.
export function Failed({ error, again }) {
  const gone = error.status === 0;
  const shut = error.status === 401 || error.status === 403;
  return html`<div class="failed" role="alert">
    ${gone || shut
      ? html`<p><b>${say(gone ? "gone" : "refused")}</b> ${say(gone ? "gone_hint" : "refused_hint")}</p>`
      : html`<${Problems} title=${say("error")} problems=${error.problems ?? [{ what: error.message }]} />`}
    ${again && html`<button type="button" onClick=${again}>${say("retry")}</button>`}
  </div>`;
}

export const Waiting = ({ text }) =>
  html`<p class="waiting" role="status">${text ?? say("loading")}</p>`;

export function Empty({ text, children }) {
  return html`<div class="empty"><p>${text}</p>${children}</div>`;
}

// A time as a reader says it: date and minute, in their own clock.
export function when(iso) {
  const time = new Date(iso);
  if (!iso || Number.isNaN(time.getTime())) return iso ?? "";
  const two = (n) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ` +
    `${two(time.getHours())}:${two(time.getMinutes())}`;
}

// Lines of a diff, each marked by what it is; the sign is kept for those who see no colours.
export function Diff({ lines }) {
  const rows = Array.isArray(lines) ? lines : String(lines ?? "").split("\n");
  const kind = (line) => (line.startsWith("+") ? "more" : line.startsWith("-") ? "less" : "");
  return html`<pre class="diff" tabindex="0">${rows.map((line) => html`<span class=${kind(String(line))}>${line}${"\n"}</span>`)}</pre>`;
}
