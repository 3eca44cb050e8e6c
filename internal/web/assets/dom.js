// Building blocks of pages. Text only ever becomes text nodes: nothing that
// came over the network is read as HTML.

const fill = (node, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== "")); // as a browser reads HTML: no text, no node
  return node;
};

export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

// put changes a text only where it differs, so that nothing is painted or read
// aloud for nothing.
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// patch gives a node new children, and leaves alone those that are the same:
// they keep the focus, and nothing is painted for nothing.
export function patch(node, children) {
  const old = [...node.childNodes];
  children.forEach((child, i) => {
    const was = old[i];
    if (!was) node.append(child);
    else if (!was.isEqualNode(child)) {
      if (alike(was, child)) become(was, child);
      else was.replaceWith(child);
    }
  });
  for (const rest of old.slice(children.length)) rest.remove();
}

const alike = (a, b) => a.nodeType === 1 && a.nodeName === b.nodeName;

function become(node, other) {
  for (const { name } of [...node.attributes]) if (!other.hasAttribute(name)) node.removeAttribute(name);
  for (const { name, value } of other.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  patch(node, [...other.childNodes]);
}

// flash marks a node for a moment; style.css says how.
export function flash(node) {
  node.classList.remove("fresh");
  void node.offsetWidth; // begins the animation anew
  node.classList.add("fresh");
}
