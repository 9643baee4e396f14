// Money: by year against what is authorised, statements, whether it pays, what a million tokens costs.

import { Part } from "../fragment.js";
import { html } from "../html.js";

const Component = ({ run, language, view }) => html`<${Part} run=${run} part="money" language=${language} currency=${view.currency} open />`;

export const page = { id: "money", title: "money", Component };
