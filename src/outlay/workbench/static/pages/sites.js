// Sites and megawatts: used of held, by site and period; what is added when.

import { Part } from "../fragment.js";
import { html } from "../html.js";

const Component = ({ run, language, view }) => html`<${Part} run=${run} part="sites" language=${language} currency=${view.currency} open />`;

export const page = { id: "sites", title: "sites", Component };
