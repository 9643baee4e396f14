// The one door to the vendored libraries: pages write html`<b>${x}</b>` and use these hooks.
import { Component, Fragment, h, render } from "./vendor/preact-11.2.0.js";
import htm from "./vendor/htm-3.1.1.js";

export {
  useCallback, useEffect, useErrorBoundary, useLayoutEffect, useMemo, useReducer, useRef, useState,
} from "./vendor/preact-hooks-11.2.0.js";
export { Component, Fragment, h, render };
export const html = htm.bind(h);
