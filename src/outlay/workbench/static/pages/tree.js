// The tree: what is known when, what is ordered on every node, or on the way to one branch.

import { Part } from "../fragment.js";
import { html } from "../html.js";

const Component = ({ run, language, view, about, go }) => html`<${Part} run=${run} part="tree" language=${language} currency=${view.currency}
  branch=${about} onPick=${(_, branch) => go({ about: branch })} open />`;

export const page = { id: "tree", title: "tree", Component };
