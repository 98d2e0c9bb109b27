// The ladder: a row for each thing that happened, at its end or between both. Wide, calls stand outside the two life
// lines; on a phone there is no room for that, and they stand inside.
//
//   time   bind(3, 10.0.0.1:10008) = 0 ┤                        │
//                                      │◀── 1 SYN seq 0 ────────┤
const NARROW = 700;
const LINE = 17;
const ladder = { rows: [], trips: [], bars: [], firstRow: [] };

const measure = () => {
  const text = svg('text', { class: 'probe' }, '0'.repeat(50));
  const probe = svg('svg', { width: 10, height: 10 }, svg('g', { class: 'row' }, text));
  $('ladder').append(probe);
  const wide = text.getComputedTextLength() / 50 || 7.5;
  probe.remove();
  return wide;
};

const columns = (width) => {
  const narrow = width < NARROW;
  const left = narrow ? 0 : 62;
  const room = width - left;
  return narrow
    ? { width, narrow, life: [16, width - 16] }
    : { width, narrow, life: [left + room * 0.31, width - room * 0.27] };
};

// Text in pieces, [class, text], as lines that fit.
const texts = (x, y, anchor, lines) => lines.map((pieces, i) => svg('text',
  { x, y: y + i * LINE, 'text-anchor': anchor, class: 'halo' },
  pieces.map(([kind, text], at) => [at ? svg('tspan', {}, '\u00a0') : null, svg('tspan', { class: kind }, text)])));

const wrapped = (kind, text, most) => wrap(text, Math.max(10, Math.floor(most))).map((line) => [[kind, line]]);

const lengthOf = (pieces) => pieces.reduce((n, [, text]) => n + text.length + 1, -1);

// A call's result stands out; the call itself is cut first.
const callLines = (call, most) => {
  const name = call.who ? [['own', call.who]] : [];
  const tone = call.bad ? 'bad strong' : 'ok strong';
  const result = [[call.bad ? 'bad' : 'dim', '='], [tone, call.bad ? call.result : call.result.split(' ')[0]]];
  const sign = call.bad ? [['bad', '✘']] : [];
  const one = [...name, ...sign, [call.bad ? 'bad' : 'plain', call.text], ...result];
  const took = [['at', call.took]];
  if (lengthOf([...one, ...took]) <= most) return [[...one, ...took]];
  if (lengthOf(one) <= most) return [one];
  const first = wrap(call.text, Math.max(10, Math.floor(most - lengthOf([...name, ...sign, ['', '']]))), 3);
  const lines = first.map((text, i) => [...(i ? [] : [...name, ...sign]), [call.bad ? 'bad' : 'plain', text]]);
  const last = lines[lines.length - 1];
  if (lengthOf([...last, ...result]) <= most) last.push(...result);
  else lines.push(result);
  return lines;
};

// What stands on a packet's arrow, the longest that fits first; notes go into a line of their own.
const packetLines = (p, most) => {
  const head = [['dim', String(p.n)], ['own', p.flags]];
  const shut = p.shut ? [['bad strong', 'win 0']] : [];
  const len = p.seq ? [] : [['plain', `${count(p.len)} bytes`]];
  const whose = p.whose ? [['dim', `(${p.whose})`]] : [];
  const data = p.text ? [['bytes', p.text]] : [];
  const notes = p.notes.length ? [['wait', p.notes.join(', ')]] : [];
  const seq = p.seq ? [['plain', p.seq]] : [];
  const ack = p.ack ? [['plain', p.ack]] : [];
  const full = [...head, ...seq, ...ack, ...len, ...shut];
  const fits = (line) => lengthOf(line) <= most;
  const room = most - lengthOf(full) - 1;
  const piece = p.text && room >= 9 ? [['bytes', `${p.text.slice(0, room - 2)}…"`]] : [];
  // What a message says is read whole.
  if (p.flags.startsWith('ICMP') && p.seq && !fits(full)) return wrapped('plain', `${p.n} ${p.flags} ${p.seq}`, most);
  const ways = [
    [...full, ...whose, ...data, ...notes], [...full, ...data, ...notes], [...full, ...whose, ...data],
    [...full, ...data], [...full, ...whose, ...piece], [...full, ...piece], full,
    [...head, ...(p.len ? seq : ack.length ? ack : seq), ...shut], [...head, ...shut], head,
  ];
  const line = ways.find(fits) || head;
  const missing = notes.length && !line.some(([kind]) => kind === 'wait');
  return missing ? [line, ...wrapped('wait', p.notes.join(', '), most)] : [line];
};

const tick = (x, side, y) => svg('path', { class: 'tick', d: `M${x} ${y}h${side ? 7 : -7}` });

// An end's row: text beside its life line, outside when there is room.
const atEnd = (g, at, y, side, lines, own) => {
  const x = at.life[side];
  const outside = !at.narrow;
  const toLeft = outside ? side === 0 : side === 1;
  g.append(svg('path', { class: 'tick', d: `M${x} ${y + 11}h${toLeft ? -8 : 8}` }));
  g.append(...texts(x + (toLeft ? -13 : 13), y + 15, toLeft ? 'end' : 'start', lines));
  if (own) g.classList.add(`c${side}`);
  return lines.length * LINE + 6;
};

const roomAtEnd = (at, side) => {
  const px = at.narrow ? at.width - 32 - 22 : side ? at.width - at.life[1] - 20 : at.life[0] - 62 - 20;
  return px / at.char;
};

const DRAW = {
  call: (g, at, y, row) => {
    g.classList.add(`c${row.side}`);
    return atEnd(g, at, y, row.side, callLines(D.calls[row.call], roomAtEnd(at, row.side)), true);
  },
  wait: (g, at, y, row) => {
    const line = [...(row.who ? [['own', row.who]] : []), ['wait', `▶ ${row.text}`], ['wait strong', 'waits']];
    const most = roomAtEnd(at, row.side);
    const lines = lengthOf(line) <= most ? [line] : wrapped('wait', `▶ ${row.who} ${row.text} waits`.replace('  ', ' '), most);
    return atEnd(g, at, y, row.side, lines, true);
  },
  state: (g, at, y, row) => {
    const most = roomAtEnd(at, row.side);
    const tail = row.unseen ? (row.way.length ? `(${row.way.join(', ')} and this not seen)` : '(not seen)')
      : row.way.length ? `(by way of ${row.way.join(', ')}, not seen)` : '';
    const line = [['dim', `${row.socket} ${row.unseen ? '╌' : '▸'}`], ['plain strong', row.to]];
    const lines = [line];
    if (tail && lengthOf([...line, ['', tail]]) <= most) line.push(['dim', tail]);
    else if (tail) lines.push(...wrapped('dim', tail, most));
    return atEnd(g, at, y, row.side, lines, true);
  },
  note: (g, at, y, row) => atEnd(g, at, y, row.side, wrapped(row.tone, row.text, roomAtEnd(at, row.side)), true),
  across: (g, at, y, row) => {
    const most = roomBetween(at);
    const lines = wrapped(`${row.tone}${row.line ? ' strong' : ''}`, row.text, most);
    const middle = at.narrow ? at.width / 2 : (at.life[0] + at.life[1]) / 2;
    g.classList.add('across', row.tone);
    if (row.line) {
      g.classList.add('ruled');
      const half = (row.text.length * at.char) / 2;
      g.append(svg('path', { class: 'rule', d: `M8 ${y + 14}H${at.width - 8}` }));
      g.append(svg('rect', { class: 'under', x: middle - half - 34, y: y + 3, width: half * 2 + 50, height: 22, rx: 11 }));
      g.append(svg('circle', { class: 'badge', cx: middle - half - 18, cy: y + 14, r: 9 }));
      g.append(svg('text', { class: 'badge-n', x: middle - half - 18, y: y + 18, 'text-anchor': 'middle' }, String(row.line)));
      g.append(...texts(middle, y + 18, 'middle', lines));
      return 30;
    }
    g.append(...texts(middle, y + 16, 'middle', lines));
    return lines.length * LINE + 8;
  },
};

const begin = (rows) => {
  ladder.firstRow = D.moments.map(() => rows.length);
  rows.forEach((row, i) => { ladder.firstRow[row.m] = Math.min(ladder.firstRow[row.m], i); });
  // A moment without rows of its own stands where the next one begins.
  for (let m = D.moments.length - 2; m >= 0; m -= 1) {
    ladder.firstRow[m] = Math.min(ladder.firstRow[m], ladder.firstRow[m + 1]);
  }
};

// Lays everything out anew for this width.
const draw = (width) => {
  const at = columns(width);
  const host = $('ladder');
  host.replaceChildren();
  at.char = measure();
  ladder.at = at;
  ladder.rows = [];
  ladder.trips = [];
  ladder.bars = [];
  const behind = svg('g');
  const trips = svg('g');
  const front = svg('g', { id: 'ladder-rows' });
  const root = svg('g', { id: 'ladder-all' }, behind, trips, front);
  begin(D.rows);
  const apart = at.narrow && D.sight === 'none' ? 9 : 0;
  const sent = new Set(D.flows.map(([from]) => from));
  const brought = new Set(D.flows.map(([, to]) => to));
  let y = 6;
  let last = -1;
  D.rows.forEach((row, i) => {
    if (brought.has(i)) y += apart;
    const g = svg('g', { class: 'row', 'data-i': i });
    const hit = svg('rect', { class: 'hit', x: 0, width: at.width, y });
    g.append(hit);
    // Where the arrow's end stands in this row, for what is drawn from row to row.
    const info = { g, y, row, dot: y + 14 };
    const tall = (DRAW[row.k] || DRAW_PACKET[row.k])(g, at, y, row, info);
    if (row.m !== last) {
      const when = D.moments[row.m].at;
      const free = !at.narrow || (row.side !== undefined && ['call', 'wait', 'note', 'state'].includes(row.k));
      const opposite = at.narrow && row.side === 1;
      if (free) {
        const x = at.narrow ? (opposite ? at.life[0] + 10 : at.life[1] - 10) : 54;
        const chars = [...g.querySelectorAll('text')].reduce((n, t) => Math.max(n, t.textContent.length), 0);
        if (!at.narrow || (chars + when.length + 6) * at.char < at.width - 32) {
          g.append(svg('text', { class: 'at halo', x, y: y + 15, 'text-anchor': opposite ? 'start' : 'end' }, when));
        }
      }
      last = row.m;
    }
    hit.setAttribute('height', tall);
    info.tall = tall;
    ladder.rows.push(info);
    front.append(g);
    y += tall + (sent.has(i) ? apart : 0);
  });
  const height = y + 14;
  ladder.height = height;
  const band = svg('rect', { class: 'band', x: 0, width: at.width, rx: 0 });
  ladder.band = band;
  behind.append(band);
  [0, 1].forEach((side) => {
    const x = at.life[side];
    behind.append(svg('path', { class: `life c${side}`, d: `M${x} 0V${height}` }));
  });
  ladder.lit = [0, 1].map((side) => svg('path', { class: `life lit c${side}`, d: '' }));
  behind.append(...ladder.lit);
  bars(behind);
  ways(trips);
  flows(trips);
  host.append(svg('svg', { viewBox: `0 0 ${at.width} ${height}`, width: at.width, height, role: 'group', 'aria-label': 'Ladder' }, root));
  if (D.left_out) host.append(el('p', { class: 'left-out' }, leftOut()));
  heads(at);
  ladder.shown = null;
};

const leftOut = () => `The page holds the first ${count(D.moments.length)} moments. ${count(D.left_out)} more events are left out; the recording has them.`;

const heads = (at) => {
  const ends = $('ends');
  ends.replaceChildren();
  const name = (side) => (D.foreign[side] ? `${D.foreign[side]} (not ours)` : side ? (D.several ? 'CLIENTS' : 'CLIENT') : 'SERVER');
  [0, 1].forEach((side) => {
    const span = el('span', { class: `c${side}` }, name(side));
    if (at.narrow) span.style[side ? 'right' : 'left'] = '10px';
    else if (side === 0) { span.style.left = `${at.life[0] + 4}px`; span.classList.add('left'); } else span.style.left = `${at.life[1] - 4}px`;
    ends.append(span);
  });
  const words = { cable: 'packets on the cable', capture: 'packets, as they were captured', none: D.flows.length ? 'bytes, from send to recv' : 'no packets were seen' };
  const middle = el('span', { class: 'mid' }, el('small', {}, words[D.sight]));
  middle.style.left = `${at.narrow ? at.width / 2 : (at.life[0] + at.life[1]) / 2}px`;
  ends.append(middle);
};

// Lights what has happened at this moment.
const light = (m) => {
  const { rows, at } = ladder;
  if (!at) return;
  const before = ladder.shown;
  const first = (moment) => ladder.firstRow[moment] ?? rows.length;
  const [from, to] = before === null ? [0, rows.length]
    : [Math.min(first(before), first(m)), Math.max(first(before + 1), first(m + 1))];
  for (let i = from; i < to; i += 1) {
    const { g, row } = rows[i];
    g.classList.toggle('future', row.m > m);
    g.classList.toggle('now', row.m === m);
  }
  ladder.shown = m;
  const here = rows.slice(first(m), first(m + 1));
  const lastBefore = rows[first(m + 1) - 1];
  const top = here.length ? here[0].y : lastBefore ? lastBefore.y + lastBefore.tall : 0;
  const end = lastBefore ? lastBefore.y + lastBefore.tall : 0;
  ladder.band.setAttribute('y', top);
  ladder.band.setAttribute('height', Math.max(0, end - top));
  ladder.lit.forEach((line, side) => line.setAttribute('d', `M${at.life[side]} 0V${end}`));
  lightTrips(m, end);
  ladder.now = [top, end];
};

// Brings the moment into sight, somewhat below the middle, so that what led to it stands above it.
const follow = (smooth) => {
  const pane = $('pane');
  if (!ladder.now || !pane.clientHeight) return;
  const [top, end] = ladder.now;
  const head = $('ends').offsetHeight;
  const low = pane.scrollTop + head + 24;
  const high = pane.scrollTop + pane.clientHeight - 24;
  if (top + head >= low && end + head <= high) return;
  const target = Math.max(0, (top + end) / 2 + head - pane.clientHeight * 0.6);
  pane.scrollTo({ top: target, behavior: smooth && !still.matches ? 'smooth' : 'auto' });
};
