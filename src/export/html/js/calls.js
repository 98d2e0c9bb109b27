// Every call that returned, as strace lists them, and why one failed.
const listCalls = () => {
  const rows = D.calls.map((call) => el('tr', { class: `go-to c${call.side}`, 'data-m': call.m, on: { click: () => go.to(call.m) } },
    el('td', { class: 'num' }, call.at),
    el('td', {}, el('button', { type: 'button', 'aria-label': `${SIDES[call.side]}: ${call.text} = ${call.result}` },
      el('span', { class: 'own' }, `${D.several && call.side ? call.who || 'client' : SIDES[call.side]} `),
      `${call.text} = `, el('b', { class: call.bad ? 'bad' : 'ok' }, call.result)),
    call.explain && el('span', { class: 'explain' }, call.explain)),
    el('td', { class: 'num' }, call.took)));
  $('calls').replaceChildren(rows.length
    ? el('table', { class: 'list' },
      el('thead', {}, el('tr', {}, ['time', 'call', 'took'].map((t) => el('th', { scope: 'col' }, t)))),
      el('tbody', {}, rows))
    : el('p', { class: 'nothing' }, onlyPackets ? 'Not known: a capture holds no calls.' : 'No call has returned.'));
};

const lightCalls = (m) => {
  for (const tr of $('calls').querySelectorAll('tr[data-m]')) {
    const at = Number(tr.dataset.m);
    tr.classList.toggle('future', at > m);
    tr.classList.toggle('here', at === m);
  }
};
