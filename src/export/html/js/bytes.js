// Where each byte is, how far it is acknowledged, and what was said: the pieces as `send` took them and as `recv`
// brought them, and the bytes themselves.
const PLACES = [
  ['send_queue', 'send queue', 'p0'], ['in_flight', 'in flight', 'p1'], ['receive_queue', 'receive queue', 'p2'], ['read', 'read', 'p3'],
];
const MOST_SHOWN = 1024;
const MOST_PIECES = 60;

const ackLines = (way) => {
  const peer = SIDES[way.to];
  const says = [
    [`${SIDES[1 - way.to]}’s kernel took them (send returned)`, 0],
    [`${peer}’s TCP has acknowledged them`, 1],
    [`${peer}’s program has answered`, 2],
  ];
  return el('ul', { class: 'acks' }, says.map(([text, level]) => {
    const n = Math.min(way.acks[level], way.written);
    const all = way.written > 0 && n >= way.written;
    const part = n > 0 && !all ? `: ${count(n)} of ${count(way.written)}` : '';
    return el('li', { class: n > 0 ? 'yes' : '' }, el('i', { 'aria-label': all ? 'yes' : 'not yet' }, all ? '✔' : n > 0 ? '◐' : '○'), text, part);
  }));
};

const pieces = (calls, side, amount, word) => {
  if (!calls.length) return null;
  const shown = calls.slice(-MOST_PIECES);
  return el('div', { class: `pieces c${side}` }, shown.map((call) => {
    const bytes = bytesOf(call.hex);
    const button = el('button', { type: 'button', title: `to this ${word}`, on: { click: () => go.to(call.m) } },
      el('b', {}, `${word} ${count(call[amount])}`), bytes.length ? `"${quoted(bytes.slice(0, 40))}"` : '\u00a0');
    button.style.flexGrow = String(Math.max(1, call[amount]));
    return button;
  }));
};

const dump = (calls, read) => {
  const bytes = calls.flatMap((c) => bytesOf(c.hex)).slice(0, MOST_SHOWN);
  if (!bytes.length) return null;
  const lines = [];
  for (let i = 0; i < bytes.length; i += 8) {
    const row = bytes.slice(i, i + 8);
    const known = Math.max(0, Math.min(row.length, read - i));
    const part = (from, to) => row.slice(from, to).map(two).join(' ');
    const gap = known && known < row.length ? ' ' : '';
    const pad = ' '.repeat((8 - row.length) * 3);
    const text = row.map(letter);
    lines.push(el('span', { class: 'off' }, `${four(i)}  `), part(0, known), gap,
      el('span', { class: 'unread' }, part(known)), `${pad}  `, text.slice(0, known).join(''),
      el('span', { class: 'unread' }, text.slice(known).join('')), '\n');
  }
  return el('div', { class: 'dump', role: 'img', 'aria-label': 'The bytes in hexadecimal and as text' }, lines);
};

const drawBytes = (snap, m) => {
  const parts = snap.ways.map((way) => {
    const end = (side) => snap.sockets.find((s) => s.side === side && s.talks);
    const [from, to] = [end(1 - way.to), end(way.to)];
    const upTo = (socket) => D.calls.filter((c) => socket && c.m <= m && c.begun === snap.begun && c.socket === socket.name);
    const sends = upTo(from).filter((c) => c.wrote > 0);
    const recvs = upTo(to).filter((c) => c.read > 0);
    const title = el('h3', { class: `c${1 - way.to}` }, `${SIDES[1 - way.to]} ▸ ${SIDES[way.to]}`);
    if (onlyPackets && way.sent) {
      return el('div', { class: `way c${1 - way.to}` }, title,
        el('ul', { class: 'places' }, [[way.sent, 'sent'], [way.acks[1], 'acknowledged']].map(([n, name]) => el('li', { class: 'some' }, el('b', {}, count(n)), name))),
        el('p', { class: 'nothing' }, 'As the sequence numbers tell. What the programs have written and read is not known.'));
    }
    if (!way.written) {
      return el('div', { class: `way c${1 - way.to}` }, title, el('p', { class: 'nothing' }, 'Nothing said yet.'));
    }
    const places = [...PLACES.map(([key, name, kind]) => [way[key], name, kind])];
    if (way.thrown_away) places.push([way.thrown_away, 'thrown away', 'p4']);
    const bar = el('div', { class: 'stack', 'aria-hidden': 'true' }, places.filter(([n]) => n > 0).map(([n, , kind]) => {
      const part = el('i', { class: kind });
      part.style.flex = `${n} 0 0`;
      return part;
    }));
    return el('div', { class: `way c${1 - way.to}` }, title,
      bar,
      el('ul', { class: 'places' }, places.map(([n, name, kind]) => el('li', { class: n > 0 ? 'some' : '' },
        el('b', {}, n === null ? '?' : count(n)), el('i', { class: `sw ${kind}` }), name))),
      ackLines(way),
      pieces(sends, 1 - way.to, 'wrote', 'send'),
      pieces(recvs, way.to, 'read', 'recv'),
      dump(sends, way.read ?? 0));
  });
  $('bytes').replaceChildren(...parts);
};
