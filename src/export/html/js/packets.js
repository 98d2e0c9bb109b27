// The packets: a list, and of one of them every field and every byte, each lighting the other.
const fateAt = (p, m) => {
  if (p.fate && p.fate[0] <= m) {
    const by = p.fate[2] ? ` (${p.fate[2]})` : '';
    return [p.fate[1] === 'delivered' ? 'ok' : 'bad', `${p.fate[1]}${by}`];
  }
  return D.sight === 'cable' ? ['wait', 'on the cable'] : ['dim', 'captured'];
};

const arrow = (p) => (p.to ? '→' : '←');

const listPackets = () => {
  const host = $('packets');
  if (!D.packets.length) {
    host.replaceChildren(el('p', { class: 'nothing' }, 'No packets were seen.', D.unseen ? ` ${D.unseen}` : ''));
    return;
  }
  const rows = D.packets.map((p, i) => el('tr', { class: `go-to c${1 - p.to}`, 'data-m': p.m, 'data-p': i, on: { click: () => go.packet(i) } },
    el('td', { class: 'num' }, String(p.n)),
    el('td', { class: 'num' }, el('span', { class: 'own', 'aria-label': `to the ${SIDES[p.to]}` }, arrow(p))),
    el('td', {}, el('button', { type: 'button', 'aria-label': `Packet ${p.n}: ${p.flags} ${p.seq} ${p.ack}` },
      el('span', { class: 'own' }, p.flags), ` ${p.seq} ${p.ack} `, p.text && el('span', { class: 'data' }, p.text),
      p.notes.length ? el('span', { class: 'note wait' }, p.notes.join(', ')) : null)),
    el('td', { class: 'fate' })));
  host.replaceChildren(el('table', { class: 'list' },
    el('thead', {}, el('tr', {}, ['no.', '', 'packet', 'fate'].map((t) => el('th', { scope: 'col' }, t)))),
    el('tbody', {}, rows)));
};

const lightPackets = (m) => {
  for (const tr of $('packets').querySelectorAll('tr[data-p]')) {
    const p = D.packets[Number(tr.dataset.p)];
    tr.classList.toggle('future', p.m > m);
    tr.classList.toggle('here', p.m === m);
    const [kind, text] = p.m > m ? ['dim', ''] : fateAt(p, m);
    const cell = tr.querySelector('.fate');
    cell.className = `fate ${kind}`;
    const short = text.replace(/ \(.*$/, '');
    cell.textContent = short;
    cell.title = text;
  }
};

const openPacket = (i) => {
  const p = D.packets[i];
  const bytes = bytesOf(p.hex);
  const spans = bytes.map(() => []);
  const part = (make, name) => {
    const lines = [];
    for (let at = 0; at < bytes.length; at += 8) {
      lines.push(bytes.slice(at, at + 8).map((b, k) => {
        const span = el('span', { 'data-i': at + k }, make(b));
        spans[at + k].push(span);
        return span;
      }), '\n');
    }
    return el('div', { class: `${name} pre` }, lines);
  };
  const offsets = [];
  for (let at = 0; at < bytes.length; at += 8) offsets.push(`${four(at)}\n`);
  const hexes = el('div', { class: 'hexes', role: 'group', 'aria-label': 'Bytes' },
    el('div', { class: 'off pre' }, offsets), part(two, 'h'), part(letter, 't'));
  const meaning = el('p', { class: 'says', role: 'status' });
  const buttons = [];
  let chosen = null;
  const choose = (k, scroll) => {
    if (chosen !== null) buttons[chosen].setAttribute('aria-pressed', 'false');
    chosen = k;
    const [, word, , from, to, bits] = p.fields[k];
    buttons[k].setAttribute('aria-pressed', 'true');
    spans.forEach((pair, at) => pair.forEach((s) => s.classList.toggle('lit', at >= from && at < to)));
    const [name, says, rfc] = D.words[word];
    const where = to > from ? `byte ${from}${to - from > 1 ? ` to ${to - 1}` : ''}${bits ? `, ${some(bits[1], 'bit')}` : ''}` : 'not here';
    meaning.replaceChildren(el('span', {}, [where, rfc].filter(Boolean).join(' · ')), el('b', {}, name), ` ${says}`);
    if (scroll === 'field') buttons[k].scrollIntoView({ block: 'center' });
    const first = spans[from] && spans[from][0];
    if (first && scroll !== 'field') {
      const box = hexes.getBoundingClientRect();
      const at = first.getBoundingClientRect();
      if (at.top < box.top || at.bottom > box.bottom) hexes.scrollTop += at.top - box.top - 20;
    }
  };
  const fields = el('div', { class: 'fields', role: 'group', 'aria-label': 'Fields' }, p.fields.map(([depth, word, value], k) => {
    const button = el('button', { type: 'button', class: `d${Math.min(depth, 4)}`, 'aria-pressed': 'false', on: { click: () => choose(k), focus: () => choose(k) } },
      el('span', { class: 'k' }, D.words[word][0]), el('span', { class: 'v' }, value));
    buttons.push(button);
    return button;
  }));
  hexes.addEventListener('click', (event) => {
    const at = Number(event.target.dataset && event.target.dataset.i);
    if (!Number.isInteger(at) || event.target.dataset.i === undefined) return;
    let best = null;
    p.fields.forEach(([depth, , , from, to], k) => {
      if (at >= from && at < to && (best === null || depth >= p.fields[best][0])) best = k;
    });
    if (best !== null) choose(best, 'field');
  });
  const [kind, fate] = fateAt(p, D.moments.length);
  const turn = (by, text, label) => {
    const next = D.packets[i + by];
    return el('button', { type: 'button', disabled: !next, 'aria-label': label, id: by < 0 ? 'packet-before' : 'packet-next', on: { click: () => next && go.packet(i + by) } }, text);
  };
  $('packets').replaceChildren(
    el('div', { class: 'bar-top' }, el('button', { type: 'button', id: 'all-packets', on: { click: () => go.packet(null) } }, '‹ all packets'),
      el('span', { class: 'grow' }), turn(-1, '←', 'The packet before'), turn(1, '→', 'The next packet')),
    el('div', { class: `c${1 - p.to}` },
      el('p', { class: 'headline' }, `${p.n} `, el('span', { class: 'own' }, p.flags), ` ${p.seq} ${p.ack}`),
      el('p', { class: 'between' }, `${p.from_addr} → ${p.to_addr}   `, el('span', { class: kind }, fate))),
    el('ul', { class: 'whys' }, p.why.slice(1).map((text) => el('li', {}, text))),
    el('div', { class: 'meaning-box' }, hexes, meaning,
      p.omitted ? el('p', { class: 'more' }, `${some(p.omitted, 'more byte')} not kept in this page.`) : null),
    fields);
  if (p.fields.length) choose(0);
};
