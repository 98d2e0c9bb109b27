// Arrows between the life lines. A packet that went from end to end at once is an arrow in its row; any other one is a
// line from the row in which it entered the cable to that in which it arrived or was gone.
const middleOf = (at) => (at.life[0] + at.life[1]) / 2;
const startOf = (at, p) => (p.made ? middleOf(at) : at.life[p.to ? 0 : 1]);
const roomBetween = (at) => (at.life[1] - at.life[0] - 40) / at.char;

const tip = (x, y, dx, dy) => {
  const long = Math.hypot(dx, dy) || 1;
  const [u, v] = [dx / long, dy / long];
  const point = (a, b) => `${(x - u * a - v * b).toFixed(1)} ${(y - v * a + u * b).toFixed(1)}`;
  return svg('path', { class: 'tip', d: `M${point(1, 0)}L${point(11, 4.6)}L${point(11, -4.6)}Z` });
};

const packetGroup = (g, row) => {
  const p = D.packets[row.p];
  g.classList.add('packet', `c${1 - p.to}`);
  if (p.again) g.classList.add('again');
  g.setAttribute('data-p', row.p);
  return p;
};

const DRAW_PACKET = {
  cross: (g, at, y, row, info) => {
    const p = packetGroup(g, row);
    const lines = packetLines(p, roomBetween(at) * (p.made ? 0.5 : 1));
    const [x0, x1] = [startOf(at, p), at.life[p.to]];
    const tall = lines.length * LINE;
    const [y0, y1] = [y + tall + 5, y + tall + 12];
    g.append(svg('path', { class: 'shaft', d: `M${x0} ${y0}L${x1} ${y1}` }), tip(x1, y1, x1 - x0, y1 - y0));
    g.append(...texts((x0 + x1) / 2, y + 15, 'middle', lines));
    info.dot = y1;
    return tall + 18;
  },
  enter: (g, at, y, row, info) => {
    const p = packetGroup(g, row);
    const lines = packetLines(p, roomBetween(at) - 2);
    const x0 = startOf(at, p);
    const tall = lines.length * LINE;
    g.append(...(p.made ? texts(x0, y + 15, 'middle', lines) : texts(x0 + (p.to ? 12 : -12), y + 15, p.to ? 'start' : 'end', lines)));
    info.dot = y + tall + 4;
    return tall + 12;
  },
  stand: (g, at, y, row, info) => {
    const p = packetGroup(g, row);
    const lines = wrapped(row.tone, `${p.n} ${row.text}`, roomBetween(at) * 0.8);
    g.append(...texts(middleOf(at), y + 15, 'middle', lines));
    info.dot = y + 12;
    return lines.length * LINE + 6;
  },
  arrive: (g, at, y, row, info) => {
    const p = packetGroup(g, row);
    const x1 = at.life[p.to];
    info.dot = y + 8;
    const lines = wrapped(row.text ? 'wait' : 'dim', [p.n, row.text].join(' ').trim(), roomBetween(at) * 0.8);
    g.append(...texts(x1 + (p.to ? -14 : 14), y + 26, p.to ? 'end' : 'start', lines));
    return 14 + lines.length * LINE + 4;
  },
  break: (g, at, y, row, info) => {
    packetGroup(g, row);
    info.dot = y + 8;
    const p = D.packets[row.p];
    const lines = wrapped('bad', `${p.n} ${row.text}`, roomBetween(at));
    g.append(...texts(middleOf(at), y + 31, 'middle', lines));
    return 20 + lines.length * LINE + 4;
  },
  passed: (g, at, y, row) => {
    g.classList.add('packet', `c${1 - row.side}`);
    const [x0, x1] = [at.life[1 - row.side], at.life[row.side]];
    g.append(svg('path', { class: 'shaft', d: `M${x0} ${y + 24}H${x1}M${x0} ${y + 28}H${x1}` }), tip(x1, y + 26, x1 - x0, 0));
    g.append(...texts(middleOf(at), y + 15, 'middle', wrapped('dim', row.text, roomBetween(at))));
    return 36;
  },
};

// Where no packets were seen: the bytes, from the `send` that took them to the `recv` that brought them.
const flows = (host) => {
  if (D.sight !== 'none') return;
  const { at } = ladder;
  D.flows.forEach(([from, to, n]) => {
    const [start, end] = [ladder.rows[from], ladder.rows[to]];
    // Inside, an arrow would cross the calls' texts: it runs from below the one to above the other.
    const [x0, y0] = [at.life[start.row.side], at.narrow ? start.y + start.tall + 1 : start.y + 11];
    const [x1, y1] = [at.life[end.row.side], at.narrow ? end.y - 2 : end.y + 11];
    if (x0 === x1) return;
    const line = (kind) => svg('line', { class: kind, x1: x0, y1: y0, x2: x1, y2: y1 });
    const lit = line('lit');
    const dot = svg('circle', { class: 'dot', r: 5, cx: x0, cy: y0 });
    const g = svg('g', { class: `trip flow c${start.row.side}` }, line('ghost'), lit, dot, tip(x1, y1, x1 - x0, y1 - y0));
    if (!at.narrow) {
      const [x, y] = [x0 + (x1 - x0) * 0.2, y0 + (y1 - y0) * 0.2];
      g.append(svg('text', { x, y: y - 5, 'text-anchor': 'middle' }, some(n, 'byte')));
    }
    host.append(g);
    ladder.trips.push({ g, lit, dot, x0, y0, x1, y1, m: start.row.m, over: end.row.m });
  });
};

// Bars beside the life lines: a call waits there.
const bars = (host) => {
  D.rows.forEach((row, i) => {
    if (row.k !== 'wait') return;
    const from = ladder.rows[i].y + 11;
    const until = row.until === null ? null : ladder.rows[row.until];
    const end = until ? until.y + 11 : ladder.height;
    const x = ladder.at.life[row.side] - 3;
    const rect = (kind, height) => svg('rect', { class: `waits-bar c${row.side}${kind}`, x, y: from, width: 6, height, rx: 3 });
    const lit = rect(' lit', 0);
    host.append(rect('', Math.max(0, end - from)), lit);
    ladder.bars.push({ from, end, m: row.m, over: until ? until.row.m : null, lit });
  });
};

// Lines from row to row.
const ways = (host) => {
  const { at } = ladder;
  const begun = new Map();
  D.rows.forEach((row, i) => {
    if (row.k === 'enter') begun.set(row.p, { from: ladder.rows[i], end: null, row });
    else if ((row.k === 'arrive' || row.k === 'break') && begun.has(row.p)) {
      begun.get(row.p).end = ladder.rows[i];
    }
  });
  begun.forEach(({ from, end, row }) => {
    const p = D.packets[row.p];
    const broken = !end || end.row.k === 'break';
    const [x0, y0] = [startOf(at, p), from.dot];
    const mid = p.made ? (middleOf(at) + at.life[p.to]) / 2 : middleOf(at);
    const [x1, y1] = [broken ? mid : at.life[p.to], end ? end.dot : ladder.height - 10];
    const line = (kind) => svg('line', { class: kind, x1: x0, y1: y0, x2: x1, y2: y1 });
    const lit = line('lit');
    const dot = svg('circle', { class: 'dot', r: 5, cx: x0, cy: y0 });
    const g = svg('g', { class: `trip c${1 - p.to}${p.again ? ' again' : ''}` }, line('ghost'), lit, dot);
    if (end && broken) g.append(svg('path', { class: 'cross', d: `M${x1 - 6} ${y1 - 6}l12 12M${x1 + 6} ${y1 - 6}l-12 12` }));
    else if (end) g.append(tip(x1, y1, x1 - x0, y1 - y0));
    host.append(g);
    ladder.trips.push({ g, lit, dot, x0, y0, x1, y1, m: from.row.m, over: end ? end.row.m : null });
  });
};

const lightTrips = (m, bottom) => {
  for (const t of ladder.trips) {
    const over = t.over !== null && t.over <= m;
    t.g.classList.toggle('future', t.m > m);
    t.g.classList.toggle('over', over);
    const part = over ? 1 : Math.min(0.96, Math.max(0.04, (bottom - t.y0) / (t.y1 - t.y0)));
    const [x, y] = [t.x0 + (t.x1 - t.x0) * part, t.y0 + (t.y1 - t.y0) * part];
    t.lit.setAttribute('x2', x);
    t.lit.setAttribute('y2', y);
    t.dot.setAttribute('cx', x);
    t.dot.setAttribute('cy', y);
  }
  for (const b of ladder.bars) {
    const end = b.over !== null && b.over <= m ? b.end : Math.min(b.end, bottom);
    b.lit.setAttribute('height', b.m > m ? 0 : Math.max(0, end - b.from));
  }
};
