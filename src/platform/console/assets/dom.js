/** Elements from data: text only ever becomes text, and a page that is drawn again keeps its elements, focus included. */

const SVG = 'http://www.w3.org/2000/svg';
const handlersOf = new WeakMap();
const listenedFor = new WeakMap();

/** `h('a', { href, class, on: { click } }, 'text', child)`; null and false children are left out. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, { on = {}, value, checked, ...attributes }, children) {
  for (const [name, content] of Object.entries(attributes)) setAttribute(element, name, content);
  setHandlers(element, on);
  element.append(...children.flat(Number.POSITIVE_INFINITY).filter(isShown).map(asNode));
  // After the children: a select has its options then.
  if (value !== undefined) element.value = value;
  if (checked !== undefined) element.checked = checked;
  return element;
}

function setAttribute(element, name, content) {
  if (content === undefined || content === null || content === false) return;
  // What comes from an application must not become a script when it is clicked.
  if (name === 'href' && !/^(#|https?:\/\/)/.test(String(content))) return;
  element.setAttribute(name, content === true ? '' : String(content));
}

function isShown(child) {
  return child !== undefined && child !== null && child !== false && child !== '';
}

function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

function setHandlers(element, handlers) {
  handlersOf.set(element, handlers);
  const known = listenedFor.get(element) ?? new Set();
  listenedFor.set(element, known);
  for (const type of Object.keys(handlers)) {
    if (known.has(type)) continue;
    known.add(type);
    element.addEventListener(type, (event) => handlersOf.get(element)?.[type]?.(event));
  }
}

/** Makes `parent` hold what `children` are, changing as little as it can. */
export function draw(parent, ...children) {
  const wanted = children.flat(Number.POSITIVE_INFINITY).filter(isShown).map(asNode);
  const keyed = new Map([...parent.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
  let place = parent.firstChild;
  for (const next of wanted) {
    const key = keyOf(next);
    const same = key === undefined ? place : keyed.get(key);
    if (same && isLike(same, next)) {
      if (same === place) place = place.nextSibling;
      else parent.insertBefore(same, place);
      update(same, next);
    } else {
      parent.insertBefore(next, place);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

function keyOf(node) {
  return node instanceof Element ? (node.getAttribute('data-key') ?? undefined) : undefined;
}

function isLike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);
}

function update(old, next) {
  if (!(old instanceof Element)) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    // What a person opened stays open.
    if (!next.hasAttribute(name) && !(name === 'open' && old.hasAttribute('data-keep'))) old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  setHandlers(old, handlersOf.get(next) ?? {});
  draw(old, ...next.childNodes);
  if ('value' in next && old !== document.activeElement && old.value !== next.value) old.value = next.value;
  if ('checked' in next && old.checked !== next.checked) old.checked = next.checked;
}
