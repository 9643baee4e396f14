// Every input whole: value, range, source, line and note, and what no slider moves.

import { html } from "../html.js";
import { Inputs } from "../rows.js";
import { say } from "../words.js";

function Component({ inputs, view, laidBase, lay, language }) {
  return html`<h2>${say("inputs")}</h2>
    <${Inputs} groups=${inputs.groups} fields=${inputs.fields} view=${view} laidBase=${laidBase} lay=${lay}
      language=${language} whole />`;
}

export const page = { id: "inputs", title: "inputs", Component, alone: true };
