// The moment: the sentence, the scrubber with its marks, playing, and the four lines at the top.
const PACES = [0.5, 1, 2, 4];
const STEP_MS = 1600;
const player = { timer: null, pace: 1, why: false };

const drawNow = (m) => {
  const moment = D.moments[m];
  const why = D.texts[moment.why];
  const because = el('p', { class: 'because', hidden: !player.why }, why);
  const ask = el('button', { type: 'button', 'aria-expanded': String(player.why), title: 'How it works inside (w)', on: { click: () => go.why() } }, 'Why?');
  const told = moment.what.map((text, i) => el('p', {}, text, why && i === moment.what.length - 1 ? [' ', ask] : null));
  $('now').replaceChildren(...told, because);
  $('now').classList.toggle('open', player.why);
  $('now').scrollTop = 0;
  $('clock').textContent = `${moment.at} s`;
  $('step').textContent = ` ${m + 1} of ${D.moments.length}`;
  const scrub = $('scrub');
  scrub.value = String(m);
  scrub.setAttribute('aria-valuetext', `moment ${m + 1} of ${D.moments.length}, ${moment.at} seconds: ${moment.what[0] || ''}`);
  scrub.style.setProperty('--gone', `${(100 * m) / Math.max(1, D.moments.length - 1)}%`);
};

const drawLines = (snap, m) => {
  D.lines.forEach((line, i) => {
    const card = $(`line-${i + 1}`);
    const steps = D.steps.map(([n], k) => [n, k]).filter(([n]) => n === i + 1);
    const done = steps.filter(([, k]) => snap.steps[k] === 3).length;
    // The disconnect is the last step of the fourth box, but the line is reached before it.
    card.classList.toggle('done', line.m !== null && line.m <= m);
    card.classList.toggle('here', line.m === m);
    card.querySelector('.bar').style.width = `${(100 * done) / steps.length}%`;
    card.querySelector('.n').textContent = line.m !== null && line.m <= m ? '✔' : onlyPackets ? '?' : String(i + 1);
    steps.forEach(([, k], at) => {
      const step = card.querySelectorAll('.steps span')[at];
      const how = snap.steps[k];
      step.className = `s${how}`;
      step.textContent = `${onlyPackets ? '?' : ['·', '▶', '✘', '✔'][how]} ${D.steps[k][1]}`;
    });
    const mark = $('marks').querySelector(`[data-line="${i + 1}"]`);
    if (mark) mark.classList.toggle('done', line.m <= m);
  });
};

const buildLines = () => {
  $('lines').replaceChildren(...D.lines.map((line, i) => el('li', {},
    el('button', { type: 'button', class: 'line', id: `line-${i + 1}`, title: onlyPackets ? 'Whether a line is reached is seen from calls, and a capture holds none.' : line.says, disabled: line.m === null, on: { click: () => go.line(i) } },
      el('span', { class: 't' }, el('span', { class: 'n' }, String(i + 1)), el('span', {}, line.title)),
      el('span', { class: 'steps' }, D.steps.filter(([n]) => n === i + 1).map(([, name]) => el('span', {}, name))),
      el('span', { class: 'bar', 'aria-hidden': 'true' })))));
};

const buildScrubber = () => {
  const last = Math.max(1, D.moments.length - 1);
  $('scrub').max = String(D.moments.length - 1);
  $('scrub').addEventListener('input', () => { go.stop(); go.to(Number($('scrub').value)); });
  let before = -1;
  D.lines.forEach((line, i) => {
    if (line.m === null) return;
    const mark = el('button', { type: 'button', 'data-line': i + 1, title: `Line ${i + 1}: ${line.title}`, 'aria-label': `Line ${i + 1}: ${line.title}`, on: { click: () => go.line(i) } }, String(i + 1));
    // Marks that would lie on each other stand beside each other.
    const at = Math.max(line.m / last, before < 0 ? 0 : before + 0.055);
    before = at;
    mark.style.left = `${Math.min(at, 1) * 100}%`;
    $('marks').append(mark);
  });
  const kinds = new Map();
  D.rows.forEach((row) => {
    const kind = row.k === 'call' || row.k === 'wait' ? (row.k === 'call' && D.calls[row.call].bad ? 'bad' : `c${row.side}`)
      : row.k === 'break' ? 'bad' : ['enter', 'cross', 'arrive', 'passed'].includes(row.k) ? 'cable' : null;
    if (kind && !kinds.has(row.m)) kinds.set(row.m, kind);
  });
  const paths = {};
  kinds.forEach((kind, m) => { paths[kind] = `${paths[kind] || ''}M${m} 0V1`; });
  const inks = { c0: 'var(--server)', c1: 'var(--client)', bad: 'var(--bad)', cable: 'var(--faint)' };
  const ticks = $('ticks');
  if (last > 600) return;
  ticks.setAttribute('viewBox', `0 0 ${last} 1`);
  Object.entries(paths).forEach(([kind, d]) => {
    const path = svg('path', { d });
    path.style.stroke = inks[kind];
    ticks.append(path);
  });
};

const drawPlayer = () => {
  document.body.classList.toggle('playing', player.timer !== null);
  $('play').setAttribute('aria-label', player.timer === null ? 'Play' : 'Pause');
  $('pace').textContent = `×${player.pace}`;
  $('pace').setAttribute('aria-label', `Pace: ${player.pace} times`);
};

const tickOn = () => {
  if (state.m >= D.moments.length - 1) { go.stop(); return; }
  go.to(state.m + 1);
  if (state.m >= D.moments.length - 1) go.stop();
};

go.stop = () => { clearInterval(player.timer); player.timer = null; drawPlayer(); };
go.play = () => {
  if (player.timer !== null) { go.stop(); return; }
  if (state.m >= D.moments.length - 1) go.to(0);
  player.timer = setInterval(tickOn, STEP_MS / player.pace);
  drawPlayer();
};
go.pace = (by) => {
  const at = PACES.indexOf(player.pace) + by;
  player.pace = PACES[by === 0 ? (PACES.indexOf(player.pace) + 1) % PACES.length : Math.min(PACES.length - 1, Math.max(0, at))];
  if (player.timer !== null) { clearInterval(player.timer); player.timer = setInterval(tickOn, STEP_MS / player.pace); }
  drawPlayer();
};
go.why = () => { player.why = !player.why; drawNow(state.m); if (player.why) $('now').querySelector('.because').scrollIntoView({ block: 'nearest' }); };
go.line = (i) => {
  if (D.lines[i] && D.lines[i].m !== null) { go.stop(); go.to(D.lines[i].m); }
};
