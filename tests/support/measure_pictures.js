// What is wrong with the pictures of a page as it is laid out: an array of sentences.
(() => {
  const found = [], GREYS = new Set(["none", "transparent", "rgba(0, 0, 0, 0)"]);
  const say = (svg, text) => found.push(`${svg.closest("figure")?.id || svg.getAttribute("aria-label")?.slice(0, 30)}: ${text}`);
  const rgb = (c) => { const m = c.match(/[\d.]+/g); return m && m.length >= 3 ? m.slice(0, 3).map(Number) : null; };
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const grey = (c) => Math.max(...c) - Math.min(...c) <= 16;
  for (const svg of document.querySelectorAll("figure svg")) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) { say(svg, "is not shown"); continue; }
    const ground = svg.querySelector("rect");
    const paper = rgb(getComputedStyle(ground).fill) || [255, 255, 255];
    const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim() && getComputedStyle(t).display !== "none");
    const boxes = texts.map((t) => t.getBoundingClientRect());
    texts.forEach((t, i) => {
      const a = boxes[i], style = getComputedStyle(t);
      if (a.left < frame.left - 0.5 || a.right > frame.right + 0.5 || a.top < frame.top - 0.5 || a.bottom > frame.bottom + 0.5)
        say(svg, `"${t.textContent}" leaves the frame`);
      const scale = frame.width / svg.viewBox.baseVal.width, size = parseFloat(style.fontSize) * scale;
      if (size < 9 - 0.05) say(svg, `"${t.textContent}" is ${size.toFixed(1)} px high`);
      const c = rgb(style.fill);
      if (c && contrast(c, paper) < 4.5) say(svg, `"${t.textContent}" has a contrast of ${contrast(c, paper).toFixed(1)}`);
      for (let j = 0; j < i; j++) {
        const b = boxes[j];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // The box of a line holds room above and below its letters: a sixth of it is no overlap.
        if (across > 0.5 && down > Math.min(a.height, b.height) / 6)
          say(svg, `"${t.textContent}" lies on "${texts[j].textContent}"`);
      }
    });
    const colours = new Set();
    for (const mark of svg.querySelectorAll("path, rect, circle, line")) {
      const style = getComputedStyle(mark), box = mark.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        say(svg, `a mark leaves the frame`);
      for (const c of [style.fill, style.stroke]) {
        const v = GREYS.has(c) ? null : rgb(c);
        if (v && !grey(v)) colours.add(v.join());
      }
    }
    if (colours.size > 8) say(svg, `${colours.size} colours`);
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
    found.push(`the page is ${document.documentElement.scrollWidth} px wide in ${document.documentElement.clientWidth}`);
  return found;
})()
