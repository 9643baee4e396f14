// Values of a study as people move and type them: slider places, shown texts, texts to be laid.

const NUMBER = /^([^\d.+-]*)([+-]?[\d,_]*\.?\d+(?:e[+-]?\d+)?)(.*)$/i;

const bare = (row) => row.unit === "" || row.unit === "1"; // a share, a factor: no unit behind it

function split(text) {
  const found = NUMBER.exec(String(text).trim());
  if (!found) return null;
  const number = Number(found[2].replace(/[,_]/g, ""));
  return Number.isFinite(number) ? { before: found[1], number, after: found[3].trim(), gap: /^\s/.test(found[3]) ? " " : "" } : null;
}

// How a row's value is written: "$31,000" is 31000 × 1 USD; "2.5 MW" is 2.5 × 1e6 W.
export function scaleOf(row) {
  const found = split(row.shown ?? "");
  if (!found || !found.number || !row.value) return { before: "", factor: 1, after: bare(row) ? "" : row.unit, gap: " " };
  return { before: found.before, factor: whole(row.value / found.number), after: found.after, gap: found.gap };
}

// A scale is a power of ten; what is shown was rounded.
function whole(factor) {
  const ten = 10 ** Math.round(Math.log10(factor));
  return Math.abs(factor / ten - 1) < 0.005 ? ten : factor;
}

export function rounded(value, digits = 6) {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}

const grouped = (value) => {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return String(rounded(value, 4));
  return value.toLocaleString("en-US", { maximumSignificantDigits: 5 });
};

// A value in the row's own scale: what stands beside its slider.
export function shownOf(row, value) {
  const { before, factor, after, gap } = scaleOf(row);
  return `${before}${grouped(value / factor)}${after && gap}${after}`;
}

// What is laid over the study for a value: number and base unit, as the study's reader takes it.
export const textOf = (row, value) => `${rounded(value)}${bare(row) ? "" : ` ${row.unit}`}`;

const MONEY = { k: 1e3, m: 1e6, mn: 1e6, bn: 1e9, b: 1e9, tn: 1e12, T: 1e12 };
const PREFIX = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };

// The value in base units that a text means, or null where only the study's reader can tell.
export function valueOf(row, text) {
  const found = split(text);
  if (!found) return null;
  const { before, number, after } = found;
  const scale = scaleOf(row);
  if (before.trim() === "" && after === row.unit) return number;
  if (before.trim() === "" && after === "" && bare(row)) return number;
  if (after === "%" && bare(row) && before.trim() === "") return number / 100;
  if (after === scale.after && before.trim() === scale.before.trim()) return number * scale.factor;
  const last = /^(k|m|mn|bn|b|tn|T)?\s*(.*)$/.exec(after);
  if (last && (last[2] === row.unit || (last[2] === "" && before.trim() === scale.before.trim() && before.trim()))) {
    if (last[1] && /^[A-Z]{3}$/.test(row.unit)) return number * MONEY[last[1]];
  }
  const metric = /^([kMGTPE]?)(W|FLOP|FLOP\/s)$/.exec(after);
  if (metric && metric[2] === row.unit && before.trim() === "") return number * PREFIX[metric[1]];
  return null;
}

const CHINESE = /[\u4e00-\u9fff]/;

// What somebody typed, as it is laid: a bare number is in the scale that stands beside the box.
export function typed(row, text) {
  if (row.slides === false) return text.trim();
  const found = split(text);
  const { before, factor, after } = scaleOf(row);
  const ours = CHINESE.test(after) && found?.after === after && found.before.trim() === before.trim(); // no unit of a study's reader
  if (found && ours) return textOf(row, found.number * factor);
  if (!found || found.after || found.before.trim()) return text.trim();
  return before.trim() || after ? textOf(row, found.number * factor) : text.trim();
}

// Sliders. A span of more than this is moved in equal ratios, not equal steps.
const WIDE = 60;
const STEPS = 240;

export function spanOf(row, value = row.value) {
  const known = [row.least, row.most, row.value, value].filter((x) => Number.isFinite(x));
  const least = Math.min(...known);
  const most = Math.max(...known);
  if (!(most > least)) return null;
  if (least > 0 && most / least > WIDE) {
    const per = Math.log(most / least) / STEPS;
    return {
      min: 0, max: STEPS, step: 1,
      at: (v) => Math.log(Math.max(v, least) / least) / per,
      from: (x) => (x <= 0 ? least : x >= STEPS ? most : rounded(least * Math.exp(per * x), 3)),
    };
  }
  const step = row.step > 0 && row.step <= most - least ? row.step : (most - least) / 200;
  const n = Math.max(1, Math.round((most - least) / step));
  return {
    min: 0, max: n, step: 1,
    at: (v) => ((v - least) / (most - least)) * n,
    from: (x) => (x >= n ? most : rounded(least + step * Math.round(x))),
  };
}

// Chances of the states of one factor stay a whole: the others share what is left as they did.
const CHANCE = /^(uncertainty\..+\.states)\.[^.]+$/;

export function together(rows, row, value) {
  const of = CHANCE.exec(row.path)?.[1];
  const others = of ? rows.filter((r) => r.path !== row.path && CHANCE.exec(r.path)?.[1] === of) : [];
  const values = { [row.path]: textOf(row, value) };
  const sum = others.reduce((total, r) => total + r.value, 0);
  const whole = (x) => Number(x.toFixed(9)); // their sum is looked at: no dust of floats
  let left = whole(1 - rounded(value));
  others.forEach((r, n) => {
    const share = n === others.length - 1 ? left : Math.min(left, whole((1 - value) * (sum > 0 ? r.value / sum : 1 / others.length)));
    left = whole(left - share);
    values[r.path] = String(share);
  });
  return values;
}

// What is laid where somebody types into a row's box, or takes its change back (null).
export function typedIn(rows, row, text) {
  const of = CHANCE.exec(row.path)?.[1];
  if (text === null) {
    const kin = of ? rows.filter((r) => CHANCE.exec(r.path)?.[1] === of) : [row];
    return Object.fromEntries(kin.map((r) => [r.path, null]));
  }
  const laid = typed(row, text);
  const value = of ? valueOf(row, laid) : null;
  return value !== null && value >= 0 && value <= 1 ? together(rows, row, value) : { [row.path]: laid };
}

export const nameOf = (row) => (row.of ? `${row.of}: ${row.name}` : row.name);

// Sweeps.

// How many cases a grid has, times the draws at each point; null where a line is no list of points.
export function casesOf(vary, sample) {
  let points = 1;
  for (const line of vary.split("\n").map((text) => text.trim()).filter(Boolean)) {
    const values = line.slice(line.indexOf("=") + 1);
    const grid = /\.\..*:(\d+)$/.exec(values);
    if (!line.includes("=") || !(grid || values.includes("|"))) return null;
    points *= grid ? Number(grid[1]) : values.split("|").length;
  }
  return points * Math.max(1, sample);
}

const MOST_SHARE = 10; // above it a number without a unit is none that people write in per cent

// The range of a row as a sweep reads it: what is a share or a factor in per cent, for a bare 0.1
// would be 0.1 % where the study writes per cent.
export function rangeOf(row) {
  const ends = [row.low ?? row.least, row.high ?? row.most];
  if (row.unit) return `${ends.join("..")} ${row.unit}`;
  if (ends.some((end) => Math.abs(end) > MOST_SHARE)) return ends.join("..");
  return ends.map((end) => `${rounded(100 * end, 12)} %`).join("..");
}

// The levers of a study.

const LEVERS = 14; // how many of them stand first
const thingOf = (row) => row.path.split(".").slice(0, 2).join(".");
const positive = (row) => row.value > 0;

// The first number above nought of each thing, in the order of the rows.
function firsts(rows, path) {
  const found = new Map();
  for (const row of rows) if (path.test(row.path) && positive(row) && !found.has(thingOf(row))) found.set(thingOf(row), row);
  return found;
}

function byFactor(rows) {
  const found = new Map();
  for (const row of rows) {
    const factor = row.path.slice(0, row.path.lastIndexOf("."));
    found.set(factor, [...(found.get(factor) ?? []), row]);
  }
  return found;
}

// What a plan hangs on most, of each kind in turn: an offer's price and cap, a factor's chances, a
// budget, a demand, a site's power. The server has the largest of each kind first.
export function leversOf(groups) {
  const of = (id) => groups.find((g) => g.id === id)?.rows ?? [];
  const caps = firsts(of("caps"), /^supply\.[^.]+\.cap\b/);
  const offers = [...firsts(of("prices"), /^supply\.[^.]+\.(price|rent)\b/)].map(([thing, row]) => [row, caps.get(thing)].filter(Boolean));
  const factors = [...byFactor(of("chances")).values()];
  const one = (rows) => rows.map((row) => [row]);
  const kinds = [
    offers, factors, one(of("budget").filter((row) => positive(row) && row.stated)),
    one([...firsts([...of("demand"), ...of("training")], /^(services\.[^.]+\.tokens_per_day|work\.[^.]+\.(need|units\.items)|training\.[^.]+\.flop)\b/).values()]),
    one([...firsts(of("power"), /^sites\.[^.]+\.power\b/).values()]),
  ];
  const found = [];
  for (let n = 0; found.length < LEVERS && kinds.some((kind) => kind.length > n); n += 1) found.push(...kinds.flatMap((kind) => kind[n] ?? []));
  return found;
}
