// The sockets of both ends, their states, and who waits, at the moment.
const socketCard = (s) => {
  const aside = !s.talks && !(s.listens && s.state === 'LISTEN');
  const rest = s.closed && s.state === 'CLOSED' ? 'closed' : s.listens ? 'listens' : '';
  const path = s.path.flatMap(([name, seen], i) => [i ? ' ▸ ' : '', el('span', { class: seen ? '' : 'unseen', title: seen ? null : 'crossed, but not seen' }, name)]);
  const queues = s.listens
    // Linux lets one more wait than `listen` was given.
    ? ['accept queue ', el('b', {}, count(s.recv_q ?? 0)), ' of ', el('b', {}, s.send_q === null ? '?' : count(s.send_q + 1)), ' (backlog + 1)']
    : ['Recv-Q ', el('b', {}, s.recv_q === null ? '?' : count(s.recv_q)), '\u2003Send-Q ', el('b', {}, s.send_q === null ? '?' : count(s.send_q))];
  const known = s.recv_q !== null || s.send_q !== null;
  return el('div', { class: `socket c${s.side}${aside ? ' aside' : ''}` },
    el('p', { class: 'name' }, s.name, ' ', el('small', {}, [s.local, s.peer && `⇄ ${s.peer}`, rest].filter(Boolean).join(' '))),
    el('p', { class: 'state' }, s.state),
    el('p', { class: 'meaning' }, D.meanings[s.state]),
    s.path.length > 1 && el('p', { class: 'path', 'aria-label': 'Its way' }, path),
    known && !aside && el('p', { class: 'queues' }, queues));
};

const drawStates = (snap) => {
  const host = $('states');
  const parts = [];
  [0, 1].forEach((side) => {
    const sockets = snap.sockets.filter((s) => s.side === side);
    const name = D.foreign[side] ? `${SIDES[side]} (not ours)` : SIDES[side];
    parts.push(el('h3', { class: `c${side}` }, name));
    snap.waits.filter(([at]) => at === side).forEach(([, who, call]) => {
      parts.push(el('p', { class: 'waits' }, '▶ ', D.several && who !== 'server' ? `${who} ` : '', el('code', {}, call), ' waits'));
    });
    const rank = (s) => (s.talks ? 0 : s.listens ? 1 : 2);
    sockets.sort((a, b) => rank(a) - rank(b));
    if (sockets.length) parts.push(...sockets.map(socketCard));
    else parts.push(el('p', { class: 'nothing' }, D.foreign[side] ? 'What goes on there cannot be known.' : onlyPackets ? 'Nothing of it was seen yet.' : 'There is no socket.'));
  });
  if (snap.more) parts.push(el('p', { class: 'nothing' }, `${some(snap.more, 'older socket')} not shown.`));
  if (D.sight === 'cable') {
    parts.push(el('h3', { class: 'cable' }, 'cable'));
    parts.push(el('p', { class: 'nothing' }, snap.cable.length
      ? `On it: ${snap.cable.map(([n, held]) => `packet ${n}${held ? ' (held)' : ''}`).join(', ')}.` : 'No packet is on it.'));
    if (snap.rules.length) parts.push(el('p', { class: 'nothing mono' }, `Its rules: ${snap.rules.join('; ')}`));
  }
  host.replaceChildren(...parts);
};
