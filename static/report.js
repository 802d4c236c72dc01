/* 我的填报: a sheet that is filled by keyboard or from Excel and saves itself.
   Every row saves alone as a draft. What cannot be saved (no connection, no session) is kept on this machine under the
   user's own key until it can. Nothing is overwritten that this page has not shown: the server says 409, the row asks. */
(function () {
  'use strict';
  var form = document.getElementById('sheet');
  if (!form || !window.fetch) { return; }
  var words = document.getElementById('words').dataset, STORE = 'taoyan.sheet.' + form.dataset.who;
  var rows = Array.prototype.slice.call(form.querySelectorAll('tr[data-row]'));
  var bar = document.getElementById('bar'), saved = bar.querySelector('[data-saved]'), lost = bar.querySelector('[data-lost]');
  var frame = document.querySelector('.rp-g'), panel = document.getElementById('row-panel'), looked = null;
  var waiting = new Map(), inFlight = new Map(), leaving = false;

  function cells(row) { return Array.prototype.slice.call(row.querySelectorAll('input[data-figure]')); }
  function figures(row) { return cells(row).filter(function (c) { return c.dataset.figure !== 'note'; }); }
  function note(row) { return row.querySelector('input[data-figure="note"]'); }
  function seen(row) { return row.querySelector('input[name^="seen|"]'); }
  function key(row) { return row.dataset.row; }
  function isFilled(row) { return figures(row).some(function (c) { return c.value.trim() !== ''; }); }

  /* --- what is typed, kept on this machine until the server has it ---------------------------------------------- */
  function kept() { try { return JSON.parse(localStorage.getItem(STORE)) || {}; } catch (e) { return {}; } }
  function keep(row) {
    var all = kept();
    all[key(row)] = { cells: cells(row).map(function (c) { return c.value; }), seen: seen(row).value };
    write(all);
  }
  function forget(row) { var all = kept(); delete all[key(row)]; write(all); }
  /* what was typed while a save was on its way stays kept until its own save */
  function delivered(row) { if (!waiting.has(row) && !inFlight.get(row)) { forget(row); } }
  function write(all) {
    try {
      if (Object.keys(all).length) { localStorage.setItem(STORE, JSON.stringify(all)); } else { localStorage.removeItem(STORE); }
    } catch (e) { /* a full or forbidden store: the page itself still holds the figures */ }
  }
  function restore() {
    var all = kept(), count = 0;
    rows.forEach(function (row) {
      var old = all[key(row)];
      if (!old) { return; }
      var now = cells(row);
      if (old.cells.length === now.length && old.cells.some(function (v, i) { return v !== now[i].value; })) {
        now.forEach(function (c, i) { c.value = old.cells[i]; });
        seen(row).value = old.seen;
        count += 1;
        later(row, 0);
      }
    });
    /* rows that are no longer on the sheet were handed in from elsewhere */
    Object.keys(all).forEach(function (k) { if (!rows.some(function (r) { return key(r) === k; })) { delete all[k]; } });
    write(all);
    if (count) { say(words.restored + ' (' + count + ')'); }
  }

  /* --- saving ---------------------------------------------------------------------------------------------------- */
  function later(row, delay) {
    clearTimeout(waiting.get(row));
    waiting.set(row, setTimeout(function () { waiting.delete(row); save(row); }, delay));
  }
  /* a login in another tab has changed the cookie's */
  function token() {
    var cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
  }
  function save(row) {
    if (inFlight.has(row)) { inFlight.set(row, true); return; }
    inFlight.set(row, false);
    var data = new URLSearchParams();
    data.set('csrfmiddlewaretoken', token());
    data.set('row', key(row)); data.set('seen', seen(row).value);
    cells(row).forEach(function (c) { data.set(c.dataset.figure, c.value); });
    say(words.saving);
    fetch(form.dataset.cell, { method: 'POST', body: data, credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'application/json' } })
      .then(function (answer) {
        if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) { throw new Error('login'); }
        if (answer.status >= 500) { throw new Error('offline'); }
        return answer.json().then(function (body) { settle(row, answer.status, body); });
      })
      .catch(function (error) { missed(error.message === 'login' ? 'login' : 'offline'); })
      .then(function () { var again = inFlight.get(row); inFlight.delete(row); if (again) { save(row); } });
  }
  function settle(row, status, body) {
    lost.hidden = true;
    if (status === 200) {
      seen(row).value = body.version;
      delivered(row);
      mark(row, body.warnings.length ? 'warn' : '', body.warnings.map(function (w) { return w.detail; }), body);
      outlook(row, body.outlook);
      attach(row, body.evidence);
      become(row, isFilled(row) ? 'draft' : 'todo');
      say(words.saved + ' ' + body.saved, true);
      if (row === looked && !panel.hidden) { look(row); }
    } else if (status === 409) {
      delivered(row);
      ask(row, body.stale);
    } else {
      delivered(row);
      var said = [], name;
      for (name in body.errors) { said = said.concat(body.errors[name]); }
      mark(row, 'err', said, body);
      become(row, 'err');
      say('');
    }
    tally();
  }
  function missed(why) {
    say('');
    lost.textContent = '';
    lost.appendChild(icon('alert-triangle'));
    lost.appendChild(document.createTextNode(words[why] + ' '));
    if (why === 'login') {
      var link = document.createElement('a');
      link.href = form.dataset.login + '?next=' + encodeURIComponent(location.pathname);
      link.textContent = words.again;
      lost.appendChild(link);
    }
    lost.hidden = false;
  }
  function retry() { rows.forEach(function (row) { if (kept()[key(row)]) { later(row, 0); } }); }

  /* --- saying it ------------------------------------------------------------------------------------------------- */
  function say(text, isDone) {
    saved.textContent = text;
    if (isDone) { saved.insertBefore(icon('check'), saved.firstChild); }
  }
  function become(row, state) {
    ['err', 'back', 'draft', 'todo'].forEach(function (each) { row.classList.toggle('rs-' + each, each === state); });
  }
  function icon(name) {
    var svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    var sprite = document.querySelector('use[href*="#"]').getAttribute('href').split('#')[0];
    svg.setAttribute('class', 'i'); svg.setAttribute('aria-hidden', 'true'); use.setAttribute('href', sprite + '#' + name);
    svg.appendChild(use);
    return svg;
  }
  function hint(row, kind, parts) {
    var place = row.querySelector('[data-hint]');
    place.textContent = '';
    place.className = 'hint' + (kind ? ' hint-' + kind : '');
    if (!parts.length) { return place; }
    place.appendChild(icon(kind === 'err' ? 'circle-x' : kind === 'warn' ? 'alert-triangle' : 'edit'));
    var span = document.createElement('span');
    span.textContent = parts.join(' ');
    place.appendChild(span);
    return place;
  }
  function mark(row, kind, said, body) {
    var needsReason = kind === 'warn' && !note(row).value.trim();
    var place = hint(row, kind, said.concat(needsReason ? [words.reason] : said.length || !isFilled(row) ? [] : [words.draft]));
    figures(row).forEach(function (c) {
      c.classList.toggle('in-err', kind === 'err');
      c.classList.toggle('in-warn', kind === 'warn');
      c.classList.toggle('in-todo', !c.value);
      c.setAttribute('aria-invalid', String(kind === 'err'));
    });
    note(row).classList.toggle('in-warn', needsReason);
    (body.warnings || []).forEach(function (w) {
      if (w.suggestion) { place.appendChild(choice(words.change + ' ' + w.suggestion, function () { figures(row)[0].value = w.suggestion; later(row, 0); })); }
    });
    /* what lacks its reason waits; the rest can go */
    row.querySelector('input[name="pick"]').checked = kind !== 'err' && !needsReason;
  }
  function choice(label, act) {
    var button = document.createElement('button');
    button.type = 'button'; button.className = 'fixb'; button.textContent = label;
    button.addEventListener('click', act);
    return button;
  }
  function ask(row, stale) {
    var place = hint(row, 'err', [stale.said]);
    become(row, 'err');
    place.appendChild(choice(words.mine, function () { seen(row).value = stale.version; later(row, 0); }));
    place.appendChild(choice(words.theirs, function () {
      cells(row).forEach(function (c) { c.value = c.dataset.figure === 'note' ? stale.note : stale.cells[c.dataset.figure] || ''; });
      seen(row).value = stale.version;
      later(row, 0);
    }));
    say('');
  }
  function outlook(row, found) {
    var place = row.querySelector('[data-outlook-of]');
    place.textContent = '';
    if (!found) { return; }
    var pill = document.getElementById('pill-' + found.status).content.cloneNode(true);
    pill.firstElementChild.appendChild(document.createTextNode(found.word));
    place.appendChild(pill);
  }
  /* a draft can have files */
  function attach(row, address) {
    var place = row.querySelector('[data-evidence]');
    if (!address) { place.textContent = ''; return; }
    if (place.querySelector('a')) { return; }
    var link = document.createElement('a');
    link.className = 'evb'; link.href = address;
    link.setAttribute('aria-label', words.evidence);
    link.appendChild(icon('paperclip'));
    link.appendChild(document.createTextNode('0'));
    place.textContent = '';
    place.appendChild(link);
  }
  function tally() {
    var filled = rows.filter(isFilled).length, meter = document.querySelector('.rp-p'), count = document.querySelector('[data-filled]');
    if (meter) { meter.value = filled; }
    if (count) { count.textContent = filled; }
    var kinds = { err: '.rs-err', warn: '.rs-draft .hint-warn', back: '.rs-back', todo: '' };
    Object.keys(kinds).forEach(function (kind) {
      var place = bar.querySelector('[data-n="' + kind + '"]');
      var n = kind === 'todo' ? rows.length - filled : form.querySelectorAll(kinds[kind]).length;
      if (!place) { return; }
      place.hidden = !n;
      place.querySelector('b').textContent = n;
    });
    var ready = rows.filter(function (row) { return isFilled(row) && row.querySelector('input[name="pick"]').checked; }).length;
    var button = bar.querySelector('[data-ready]');
    button.textContent = button.dataset.ready.replace('{n}', ready);
    counted('open', rows.filter(isOpen).length);
    counted('filled', filled);
  }
  function counted(what, n) { form.querySelector('[data-c="' + what + '"]').textContent = n; }
  function isOpen(row) { return !isFilled(row) || row.classList.contains('rs-err') || row.classList.contains('rs-back') || row.querySelector('.rp-note').classList.contains('in-warn'); }

  /* --- the chosen row's panel: beside the sheet where there is room, else over it when asked ----------------------- */
  var wide = window.matchMedia('(min-width:1200px)'), soon = 0;
  function link(row) { return row.querySelector('[data-more]'); }
  function look(row) {
    clearTimeout(soon);
    looked = row;
    if (!window.htmx) { return; }
    soon = setTimeout(function () { if (!panel.contains(document.activeElement)) { window.htmx.trigger(link(row), 'look'); } }, 150);
  }
  function show(isShown) {
    panel.hidden = !isShown;
    frame.classList.toggle('has-panel', isShown);
    document.body.classList.toggle('rp-over', isShown && !wide.matches);
  }
  function shut() { show(false); if (looked) { link(looked).focus(); } }
  function choose(row) {
    if (row === looked || !wide.matches || frame.classList.contains('is-shut')) { return; }
    show(true);
    look(row);
  }
  panel.addEventListener('htmx:afterSwap', function () {
    var why = panel.querySelector('[data-why]');
    if (why && looked) { why.value = note(looked).value; }
    if (!wide.matches) { panel.focus({ preventScroll: true }); }
  });
  panel.addEventListener('input', function (ev) {
    if (!ev.target.matches('[data-why]') || !looked) { return; }
    note(looked).value = ev.target.value.replace(/\s*\n\s*/g, ' ');
    tick(looked);
    touched(looked, 1200);
  });
  panel.addEventListener('change', function (ev) { if (ev.target.matches('[data-why]') && looked) { touched(looked, 0); } });
  panel.addEventListener('click', function (ev) { if (ev.target.closest('[data-close]')) { frame.classList.add('is-shut'); shut(); } });
  document.addEventListener('keydown', function (ev) { if (ev.key === 'Escape' && !panel.hidden && !wide.matches) { shut(); } });
  form.addEventListener('click', function (ev) {
    var more = ev.target.closest('[data-more]');
    if (!more || !window.htmx || ev.ctrlKey || ev.metaKey || ev.shiftKey) { return; }
    ev.preventDefault();
    var row = more.closest('tr');
    frame.classList.remove('is-shut');
    mark_chosen(row);
    show(true);
    look(row);
  });
  function mark_chosen(row) { rows.forEach(function (each) { each.classList.toggle('is-sel', each === row); }); }

  /* --- keyboard and paste ---------------------------------------------------------------------------------------- */
  function shown() { return rows.filter(function (row) { return !row.hidden; }); }
  function move(cell, step) {
    var all = shown(), row = cell.closest('tr'), at = cells(row).indexOf(cell), next = all[all.indexOf(row) + step];
    if (!next) { return; }
    var there = cells(next), isNote = cell.dataset.figure === 'note';
    var target = isNote ? note(next) : there[Math.min(at, figures(next).length - 1)];
    target.focus(); target.select();
  }
  form.addEventListener('keydown', function (ev) {
    var cell = ev.target;
    if (!cell.matches('input[data-figure]')) { return; }
    if (ev.key === 'Enter' && (ev.ctrlKey || ev.metaKey)) {
      ev.preventDefault(); bar.querySelector('button[name="submit"]').click();
    } else if (ev.key === 'Enter' && !ev.isComposing) {
      ev.preventDefault();
      var own = figures(cell.closest('tr')), at = own.indexOf(cell);
      if (at >= 0 && at < own.length - 1) { own[at + 1].focus(); own[at + 1].select(); } else if (at > 0) { step(cell, own[0]); } else { move(cell, 1); }
    } else if (ev.key === 'ArrowDown' || ev.key === 'ArrowUp') {
      ev.preventDefault(); move(cell, ev.key === 'ArrowDown' ? 1 : -1);
    } else if (ev.key === 'ArrowRight' || ev.key === 'ArrowLeft') {
      var edge = ev.key === 'ArrowRight' ? cell.value.length : 0, line = cells(cell.closest('tr'));
      var beside = line[line.indexOf(cell) + (ev.key === 'ArrowRight' ? 1 : -1)];
      if (beside && cell.selectionStart === edge && cell.selectionEnd === edge) { ev.preventDefault(); beside.focus(); beside.select(); }
    }
  });
  /* the next row of a share starts at its numerator */
  function step(cell, first) { move(first, 1); }
  form.addEventListener('paste', function (ev) {
    var cell = ev.target, text = ev.clipboardData && ev.clipboardData.getData('text/plain');
    if (!cell.matches || !cell.matches('input[data-figure]') || !text || !/[\t\n]/.test(text.replace(/\r?\n$/, ''))) { return; }
    ev.preventDefault();
    var all = shown(), first = all.indexOf(cell.closest('tr')), at = cells(all[first]).indexOf(cell);
    text.replace(/\r/g, '').replace(/\n$/, '').split('\n').forEach(function (line, down) {
      var row = all[first + down];
      if (!row) { return; }
      line.split('\t').forEach(function (value, across) {
        var target = cells(row)[at + across];
        if (target) { target.value = value.trim(); }
      });
      tick(row);
      touched(row, 0);
    });
  });
  function tick(row) { row.querySelector('input[name="pick"]').checked = true; }
  function touched(row, delay) { keep(row); later(row, delay); tally(); }
  form.addEventListener('input', function (ev) { if (ev.target.matches('input[data-figure]')) { tick(ev.target.closest('tr')); touched(ev.target.closest('tr'), 1200); } });
  form.addEventListener('change', function (ev) { if (ev.target.matches('input[data-figure]')) { touched(ev.target.closest('tr'), 0); } });
  form.addEventListener('focusin', function (ev) {
    var row = ev.target.closest('tr[data-row]');
    if (!row) { return; }
    mark_chosen(row);
    choose(row);
  });
  form.addEventListener('change', function (ev) { if (ev.target.matches('input[name="pick"]')) { tally(); } });
  form.addEventListener('click', function (ev) {
    var same = ev.target.closest('.rp-same');
    if (!same) { return; }
    ev.preventDefault();
    var row = same.closest('tr');
    figures(row).forEach(function (c) { c.value = c.dataset.previous; });
    if (!note(row).value.trim()) { note(row).value = same.dataset.note; }
    touched(row, 0);
    move(figures(row)[figures(row).length - 1], 1);
  });
  var filter = form.querySelector('[data-filter]');
  filter.hidden = false;
  filter.addEventListener('click', function (ev) {
    var button = ev.target.closest('[data-show]'), kind = button && button.dataset.show;
    if (!kind) { return; }
    filter.querySelectorAll('button').forEach(function (b) { b.setAttribute('aria-pressed', String(b === button)); });
    rows.forEach(function (row) {
      row.hidden = kind === 'open' ? !isOpen(row) : kind === 'filled' ? !isFilled(row) : false;
    });
  });
  /* what is on its way to the server arrives before the form does, or it would find its row handed in already */
  form.addEventListener('submit', function (ev) {
    waiting.forEach(function (timer) { clearTimeout(timer); });
    waiting.clear();
    leaving = true;
    if (!inFlight.size) { rows.forEach(forget); return; }
    ev.preventDefault();
    var button = ev.submitter;
    inFlight.forEach(function (again, row) { inFlight.set(row, false); });
    (function whenQuiet() { if (inFlight.size) { setTimeout(whenQuiet, 50); } else { form.requestSubmit(button); } })();
  });
  window.addEventListener('online', retry);
  setInterval(function () { if (!lost.hidden && navigator.onLine && !leaving) { retry(); } }, 15000);
  document.addEventListener('visibilitychange', function () { if (!document.hidden && !lost.hidden) { retry(); } });

  bar.querySelector('[data-draft]').hidden = true; /* every row saves itself */
  restore();
  tally();
  if (rows.some(function (row) { return row.classList.contains('rs-draft'); })) {
    fetch(form.dataset.outlook, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (answer) { return answer.ok ? answer.json() : { outlook: {} }; })
      .then(function (body) { rows.forEach(function (row) { if (body.outlook[key(row)]) { outlook(row, body.outlook[key(row)]); } }); })
      .catch(function () { /* the outlook is a help, not a need */ });
  }
  var asked = rows.filter(function (row) { return key(row) === frame.dataset.open; })[0];
  var first = asked || rows.filter(function (row) { return !isFilled(row); })[0];
  if (asked) { asked.scrollIntoView({ block: 'center' }); }
  if (wide.matches && rows.length && window.htmx) { show(true); mark_chosen(first || rows[0]); look(first || rows[0]); }
  if (first && !document.querySelector('[role="alert"]:not([hidden])')) { figures(first)[0].focus({ preventScroll: true }); }
})();
