// Puts it together: going to a moment, views, keys, the address, light and dark, paper.
const VIEWS = [['ladder', 'Ladder'], ['states', 'States'], ['bytes', 'Bytes'], ['packets', 'Packets'], ['calls', 'Calls']];
const KEYS = [
  ['← →', 'one step back, one step on'], ['Home End', 'to the beginning, to the end'], ['Space', 'play, pause'],
  ['+ −', 'faster, slower'], ['1 2 3 4', 'to the moment in which this line is reached'],
  ['l s b p c', 'ladder, states, bytes, packets, calls'], ['w', 'why?'], ['t', 'light or dark'], ['?', 'these keys'],
];
const wideScreen = matchMedia('(min-width: 900px)');

const writeHash = () => {
  const packet = state.packet === null ? '' : `&packet=${D.packets[state.packet].n}`;
  const view = state.view === 'ladder' ? '' : `&view=${state.view}`;
  try { history.replaceState(null, '', `#moment=${state.m + 1}${view}${packet}`); } catch { /* Some places have no addresses. */ }
};

const show = (options = {}) => {
  const snap = D.snaps[D.moments[state.m].snap];
  drawNow(state.m);
  drawLines(snap, state.m);
  light(state.m);
  drawStates(snap);
  drawBytes(snap, state.m);
  if (state.packet === null) lightPackets(state.m);
  lightCalls(state.m);
  if (!options.stay) follow(options.smooth !== false);
};

go.to = (m, options) => {
  const to = Math.min(D.moments.length - 1, Math.max(0, Math.round(m) || 0));
  state.m = to;
  show(options);
  writeHash();
};

go.view = (view) => {
  state.view = view;
  document.body.dataset.view = view;
  for (const button of document.querySelectorAll('.tabs button')) {
    const here = button.dataset.view === view || (button.dataset.view === 'states' && view === 'ladder' && wideScreen.matches);
    button.setAttribute('aria-current', here ? 'true' : 'false');
  }
  if (view === 'ladder') { layout(); follow(false); }
  if (view === 'packets' && state.packet === null) {
    $('packets').querySelector('tr.here')?.scrollIntoView({ block: 'nearest' });
  }
  writeHash();
};

go.packet = (i) => {
  const had = $('packets').contains(document.activeElement) ? document.activeElement.id || 'all-packets' : null;
  const left = state.packet;
  document.querySelectorAll('.packet.open').forEach((g) => g.classList.remove('open'));
  state.packet = i;
  if (i === null) { listPackets(); lightPackets(state.m); } else {
    if (D.packets[i].m > state.m) go.to(D.packets[i].m);
    openPacket(i);
    document.querySelectorAll(`.packet[data-p="${i}"]`).forEach((g) => g.classList.add('open'));
    $('view-packets').scrollTop = 0;
  }
  // Whoever goes by the keyboard goes on from there.
  if (had) (i === null ? $('packets').querySelector(`tr[data-p="${left}"] button`) : $(had) || $('all-packets'))?.focus({ preventScroll: i !== null });
  if (i !== null) go.view('packets');
  else writeHash();
};

const buildTabs = () => {
  const make = (skip) => VIEWS.filter(([id]) => id !== skip).map(([id, name]) => el('button', {
    type: 'button', 'data-view': id, 'aria-controls': `view-${id}`, on: { click: () => go.view(id) },
  }, name));
  $('tabs').replaceChildren(...make(''));
  document.querySelector('.side').prepend(el('nav', { class: 'tabs', 'aria-label': 'Views' }, make('ladder')));
};

const layout = (forced) => {
  const width = forced || $('pane').clientWidth;
  if (!width || (ladder.at && Math.abs(ladder.at.width - width) < 2)) return;
  draw(Math.max(300, width));
  light(state.m);
  if (state.packet !== null) document.querySelectorAll(`.packet[data-p="${state.packet}"]`).forEach((g) => g.classList.add('open'));
};

const about = () => {
  const parts = [onlyPackets ? 'a capture' : D.network === 'lab' ? 'in the lab' : 'on the host network'];
  if (!onlyPackets) parts.push(some(D.calls.length, 'call'));
  if (D.packets.length) parts.push(some(D.packets.length, 'packet'));
  parts.push(`${D.moments[D.moments.length - 1].at} s`);
  $('about').textContent = parts.join(' · ') + (D.left_out ? ` · ${leftOut()}` : '');
};

const theme = (next) => {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const to = next || (dark ? 'light' : 'dark');
  document.documentElement.dataset.theme = to;
  try { localStorage.setItem('fourline-theme', to); } catch { /* Some places keep nothing. */ }
};

const buildKeys = () => {
  const dialog = $('keys');
  dialog.append(el('h3', {}, 'Keys'),
    el('dl', {}, KEYS.map(([keys, says]) => [el('dt', {}, keys.split(' ').flatMap((k) => [el('kbd', {}, k), ' '])), el('dd', {}, says)])),
    el('button', { type: 'button', on: { click: () => dialog.close() } }, 'Close'));
};

const PRESSED = {
  ArrowLeft: () => { go.stop(); go.to(state.m - 1); },
  ArrowRight: () => { go.stop(); go.to(state.m + 1); },
  Home: () => { go.stop(); go.to(0); },
  End: () => { go.stop(); go.to(D.moments.length - 1); },
  ' ': () => go.play(),
  '+': () => go.pace(1), '=': () => go.pace(1), '-': () => go.pace(-1),
  '?': () => { if ($('keys').open) $('keys').close(); else $('keys').showModal(); },
  t: () => theme(), w: () => go.why(),
  Escape: () => { if (state.packet !== null) go.packet(null); },
};
[1, 2, 3, 4].forEach((n) => { PRESSED[n] = () => go.line(n - 1); });
VIEWS.forEach(([id]) => { PRESSED[id[0]] = () => go.view(id); });

const press = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = PRESSED[event.key];
  if (!act || ($('keys').open && event.key !== '?')) return;
  // Space presses the button that has the focus, as everywhere.
  if (event.key === ' ' && event.target.closest && event.target.closest('button, summary, a')) return;
  event.preventDefault();
  act();
};

// On paper the ladder stands in pieces that fit a page, and everything has happened.
const paper = () => {
  const { m, packet } = state;
  go.stop();
  if (packet !== null) go.packet(null);
  layout(740);
  state.m = D.moments.length - 1;
  show({ smooth: false });
  const sheets = el('div', { class: 'sheets' });
  let top = 0;
  const cut = (end) => {
    const { width, life } = ladder.at;
    const tall = end - top;
    sheets.append(svg('svg', { viewBox: `0 0 ${width} ${tall + 22}` },
      SIDES.map((name, side) => svg('text', { class: `sheet-head c${side}`, x: life[side], y: 14, 'text-anchor': 'middle' }, D.several && side ? 'CLIENTS' : name.toUpperCase())),
      svg('svg', { y: 22, width, height: tall, viewBox: `0 ${top} ${width} ${tall}` }, svg('use', { href: '#ladder-all' }))));
    top = end;
  };
  ladder.rows.forEach((row) => { if (row.y + row.tall - top > (top ? 960 : 720)) cut(row.y); });
  cut(ladder.height);
  $('ladder').append(sheets);
  after = () => { sheets.remove(); state.m = m; ladder.at = null; layout(); show({ smooth: false }); if (packet !== null) go.packet(packet); };
};
let after = null;

const readHash = () => {
  const params = new URLSearchParams(location.hash.slice(1));
  const asked = Number(params.get('moment'));
  if (Number.isInteger(asked) && asked > 0) go.to(asked - 1, { smooth: false });
  const packet = D.packets.findIndex((p) => String(p.n) === params.get('packet'));
  if (packet >= 0) go.packet(packet);
  const view = params.get('view');
  if (VIEWS.some(([id]) => id === view)) go.view(view);
};

const start = () => {
  try {
    const kept = localStorage.getItem('fourline-theme');
    if (kept === 'dark' || kept === 'light') document.documentElement.dataset.theme = kept;
  } catch { /* Some places keep nothing. */ }
  buildTabs(); buildLines(); buildScrubber(); buildKeys();
  listPackets(); listCalls(); about(); drawPlayer();
  layout();
  const hash = location.hash;
  go.view('ladder');
  // The whole of it stands there at first, lit to its end, to be read from the top.
  go.to(D.moments.length - 1, { smooth: false, stay: true });
  if (hash) { history.replaceState(null, '', hash); readHash(); }
  $('back').addEventListener('click', () => PRESSED.ArrowLeft());
  $('on').addEventListener('click', () => PRESSED.ArrowRight());
  $('play').addEventListener('click', () => go.play());
  $('pace').addEventListener('click', () => go.pace(0));
  $('theme').addEventListener('click', () => theme());
  $('help').addEventListener('click', () => $('keys').showModal());
  $('ladder').addEventListener('click', (event) => {
    const g = event.target.closest('.row');
    if (!g) return;
    go.stop();
    go.to(D.rows[Number(g.dataset.i)].m);
    if (g.dataset.p !== undefined) go.packet(Number(g.dataset.p));
  });
  addEventListener('keydown', press);
  addEventListener('hashchange', readHash);
  addEventListener('beforeprint', () => { if (!after) paper(); });
  addEventListener('afterprint', () => { if (after) { after(); after = null; } });
  new ResizeObserver(() => { const { at } = ladder; if (!after) layout(); if (ladder.at !== at) follow(false); }).observe($('pane'));
};
start();
