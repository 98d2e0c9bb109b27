// Making elements. Everything that is not ours comes in as text, never as markup.
const D = JSON.parse(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);
const NS = 'http://www.w3.org/2000/svg';

const fill = (node, props, kids) => {
  for (const [key, value] of Object.entries(props || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (key === 'on') for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else node.setAttribute(key, value === true ? '' : value);
  }
  for (const kid of [kids].flat(3)) {
    if (kid === null || kid === undefined || kid === false || kid === '') continue;
    node.append(kid instanceof Node ? kid : document.createTextNode(String(kid)));
  }
  return node;
};
const el = (name, props, ...kids) => fill(document.createElement(name), props, kids);
const svg = (name, props, ...kids) => fill(document.createElementNS(NS, name), props, kids);

// Somebody's capture: nothing is known but packets.
const onlyPackets = D.network === 'capture';
const SIDES = ['server', 'client'];
const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const some = (n, what) => `${count(n)} ${what}${n === 1 ? '' : 's'}`;
const still = matchMedia('(prefers-reduced-motion: reduce)');

const bytesOf = (hex) => {
  const bytes = [];
  for (let i = 0; i + 1 < hex.length; i += 2) bytes.push(parseInt(hex.slice(i, i + 2), 16));
  return bytes;
};
const letter = (b) => (b > 0x20 && b < 0x7f ? String.fromCharCode(b) : b === 0x20 ? ' ' : '·');
const two = (b) => b.toString(16).padStart(2, '0');
const four = (n) => n.toString(16).padStart(4, '0');
// As in a string of the command language.
const quoted = (bytes) => {
  let out = '';
  for (const b of bytes) {
    out += b === 13 ? '\\r' : b === 10 ? '\\n' : b === 9 ? '\\t' : b === 0 ? '\\0' : b === 34 ? '\\"' : b === 92 ? '\\\\'
      : b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : `\\x${two(b)}`;
  }
  return out;
};

// Lines of at most so many characters, broken at spaces where there are some.
const wrap = (text, most, lines = 4) => {
  const out = [];
  let rest = text;
  while (rest.length > most && out.length < lines - 1) {
    let at = rest.lastIndexOf(' ', most);
    if (at < most * 0.4) at = most;
    out.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  out.push(rest.length > most ? `${rest.slice(0, most - 1)}…` : rest);
  return out;
};

// What all views share: the moment, the packet that is looked at, which view.
const state = { m: 0, packet: null, view: 'ladder' };
const go = {};
