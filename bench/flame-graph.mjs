/** Draws a V8 CPU profile as one SVG file that needs nothing else: widths are shares of time, a title is shown for each frame. */

const WIDTH = 1200;
const ROW = 17;
const SMALLEST = 0.002;

/**
 * @param profile a .cpuprofile
 * @param options title, and the part of the profile that counts, in milliseconds before its end
 * @returns the SVG, and the functions that took most time themselves
 */
export function flameGraph(profile, { title, beforeEndMs, untilEndMs }) {
  const root = treeOf(profile, beforeEndMs, untilEndMs);
  const frames = [];
  place(root, 0, 0, root.total, frames);
  const depth = Math.max(...frames.map((frame) => frame.depth)) + 1;
  const height = (depth + 3) * ROW;
  const rects = frames.map((frame) => drawn(frame, height, root.total)).join('\n');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="11">
<rect width="100%" height="100%" fill="#fffdf7"/>
<text x="8" y="16" font-size="13">${escaped(title)}</text>
${rects}
</svg>
`;
  return { svg, shares: selfShares(root).slice(0, 15) };
}

/** Samples as a tree of frames with the same callers; idle time is left out. */
function treeOf(profile, beforeEndMs, untilEndMs) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const root = frame('all');
  let time = profile.startTime;
  profile.samples.forEach((id, index) => {
    const micros = profile.timeDeltas[index];
    time += micros;
    const leftMs = (profile.endTime - time) / 1000;
    if (leftMs > beforeEndMs || leftMs < untilEndMs) return;
    const stack = [];
    for (let at = id; at !== undefined; at = parents.get(at)) stack.push(nameOf(nodes.get(at).callFrame));
    if (stack[0] === '(idle)') return;
    add(root, stack.reverse().slice(1), micros);
  });
  return root;
}

function add(root, stack, micros) {
  root.total += micros;
  let at = root;
  for (const name of stack) {
    if (!at.children.has(name)) at.children.set(name, frame(name));
    at = at.children.get(name);
    at.total += micros;
  }
  at.self += micros;
}

function frame(name) {
  return { name, total: 0, self: 0, children: new Map() };
}

function nameOf({ functionName, url, lineNumber }) {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const file = url.replace(/^.*\//, '');
  return url.startsWith('node:') ? `${name} ${url}` : `${name} ${file}:${lineNumber + 1}`;
}

function place(node, depth, start, all, frames) {
  frames.push({ node, depth, start });
  let at = start;
  for (const child of [...node.children.values()].sort((a, b) => b.total - a.total)) {
    if (child.total / all >= SMALLEST) place(child, depth + 1, at, all, frames);
    at += child.total;
  }
}

function drawn({ node, depth, start }, height, all) {
  const x = (start / all) * WIDTH;
  const width = (node.total / all) * WIDTH;
  const y = height - (depth + 1) * ROW;
  const letters = Math.floor((width - 4) / 6.7);
  const short = node.name.replace(/ node:.*$/, '').slice(0, Math.max(0, letters));
  const label = letters > 2 ? `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escaped(short)}</text>` : '';
  const share = ((node.total / all) * 100).toFixed(1);
  return `<g><title>${escaped(node.name)}: ${share} %</title><rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.4, width - 0.4).toFixed(1)}" height="${ROW - 1}" fill="${colour(node.name)}"/>${label}</g>`;
}

/** Node's own code blue, ours orange, native grey. */
function colour(name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.charCodeAt(0)) % 40;
  if (name.includes(' node:')) return `hsl(210 50% ${70 + hash / 4}%)`;
  return name.includes('.cjs:') ? `hsl(${20 + hash / 2} 85% ${66 + hash / 8}%)` : `hsl(0 0% ${75 + hash / 4}%)`;
}

function selfShares(root) {
  const own = new Map();
  const visit = (node) => {
    own.set(node.name, (own.get(node.name) ?? 0) + node.self);
    for (const child of node.children.values()) visit(child);
  };
  visit(root);
  return [...own].map(([name, micros]) => [name, micros / root.total]).sort((a, b) => b[1] - a[1]);
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
