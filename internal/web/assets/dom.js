// Building blocks of pages. Text only ever becomes text nodes: nothing that
// came over the network is read as HTML.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

// put changes a text only where it differs, so that nothing is painted or read
// aloud for nothing.
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// flash marks a node for a moment; style.css says how.
export function flash(node) {
  node.classList.remove("fresh");
  void node.offsetWidth; // begins the animation anew
  node.classList.add("fresh");
}
