/* 大屏: asks for news and swaps them in at once, turns the panel of what lags, keeps the time, and says when the
   connection is lost. The page itself is never loaded again. The clock goes by the server's, so a screen's own may be
   wrong. */
(function () {
  'use strict';
  var body = document.body, wall = document.getElementById('wall'), lost = document.getElementById('lost');
  var said = lost.querySelector('span'), refresh = 1000 * Number(body.dataset.refresh), pause = 1000 * Number(body.dataset.turn);
  var turn = '', server = 0, seen = 0, since = '', read = '', failed = 0;

  function two(n) { return (n < 10 ? '0' : '') + n; }
  /* the server's time now: what it said last, and what has passed since by a clock that nobody sets */
  function now() { return new Date(server + performance.now() - seen); }
  /* in the server's zone, whatever the screen's: the offset stands in what it said */
  function local(d) {
    var head = wall.querySelector('[data-now]').dataset.now, m = /([+-])(\d\d):(\d\d)$/.exec(head);
    var offset = m ? (m[1] === '-' ? -1 : 1) * (60 * Number(m[2]) + Number(m[3])) : 0;
    return new Date(d.getTime() + 60000 * offset);
  }
  function clock(d) { var l = local(d); return two(l.getUTCHours()) + ':' + two(l.getUTCMinutes()); }
  function tick() {
    var at = wall.querySelector('[data-clock]'), l;
    if (!at) { return; }
    l = local(now());
    at.textContent = two(l.getUTCMonth() + 1) + '-' + two(l.getUTCDate()) + ' ' + clock(now());
  }
  function take() {
    server = Date.parse(wall.querySelector('[data-now]').dataset.now); seen = performance.now();
    read = clock(new Date(server));
    show(false); tick();
  }
  /* the turn that was on stays on over a refresh */
  function show(fresh) {
    var all = wall.querySelectorAll('[data-turn]'), found = false;
    all.forEach(function (e) { found = found || e.dataset.turn === turn; });
    if (!found) { turn = all.length ? all[0].dataset.turn : ''; }
    all.forEach(function (e) { var on = e.dataset.turn === turn; e.hidden = !on; e.classList.toggle('is-new', on && fresh); });
    wall.querySelectorAll('[data-dot]').forEach(function (e) { e.classList.toggle('is-on', e.dataset.dot === turn); });
    wall.querySelectorAll('[data-section]').forEach(function (e) { e.classList.toggle('is-on', e.dataset.section === turn); });
  }
  function next() {
    var codes = Array.prototype.map.call(wall.querySelectorAll('[data-turn]'), function (e) { return e.dataset.turn; });
    if (!codes.length || body.classList.contains('is-closed')) { return; }
    turn = codes[(codes.indexOf(turn) + 1) % codes.length]; show(true);
  }
  function fail() {
    if (body.classList.contains('is-closed')) { return; }
    failed += 1;
    since = since || clock(now());
    said.textContent = said.dataset.said.replace('{since}', since).replace('{read}', read);
    lost.hidden = false;
  }
  /* the link is expired or revoked, or the login has ended: what was shown is not to be shown any longer */
  function close() {
    body.classList.add('is-closed'); wall.textContent = '';
    said.textContent = said.dataset.closed; lost.hidden = false;
  }
  function ask() {
    if (body.classList.contains('is-closed')) { return; }
    var stop = new AbortController(), limit = setTimeout(function () { stop.abort(); }, 15000);
    fetch(body.dataset.address, { headers: { 'HX-Request': 'true' }, cache: 'no-store', redirect: 'error', signal: stop.signal }).then(function (answer) {
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) { close(); return null; }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      if (text === null) { return; }
      var fresh = new DOMParser().parseFromString(text, 'text/html').body;
      if (!fresh.querySelector('[data-now]')) { throw new Error('not the wall'); }
      wall.replaceChildren.apply(wall, Array.prototype.slice.call(fresh.childNodes));
      since = ''; failed = 0; lost.hidden = true; take();
    }).catch(fail).then(function () { clearTimeout(limit); setTimeout(ask, failed ? Math.min(refresh, 10000) : refresh); });
  }
  take();
  setInterval(tick, 1000); setInterval(next, pause); setTimeout(ask, refresh);
  addEventListener('offline', fail);
})();
