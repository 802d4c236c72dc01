/* 审核 by keyboard: J K move, A approve, R return, X tick, Enter opens. Without this file every button still works. */
(function () {
  'use strict';
  var rows = Array.prototype.slice.call(document.querySelectorAll('tr.rv-r')), bulk = document.getElementById('bulk');
  if (!rows.length || !bulk) { return; }
  var PLACE = 'taoyan.review.at', KEYS = 'taoyan.review.keys', at = -1;
  var keys = document.querySelector('[data-keys]'), all = bulk.querySelector('[data-all]'), quiet = bulk.querySelector('[data-quiet]');

  function box(row) { return row.querySelector('input[name="ids"]'); }
  function detail(row) { return document.getElementById('x' + row.dataset.pk); }
  function toggle(row, open) {
    var below = detail(row), link = row.querySelector('[data-open]');
    below.hidden = open === undefined ? !below.hidden : !open;
    row.classList.toggle('rv-open', !below.hidden);
    link.setAttribute('aria-expanded', String(!below.hidden));
  }
  function go(index) {
    if (index < 0 || index >= rows.length) { return; }
    if (rows[at]) { rows[at].classList.remove('is-cur'); }
    at = index;
    rows[at].classList.add('is-cur');
    box(rows[at]).focus();
    rows[at].scrollIntoView({ block: 'nearest' });
  }
  function count() {
    var picked = rows.filter(function (row) { return box(row).checked; }).length;
    bulk.querySelector('[data-picked]').textContent = picked;
    var batch = bulk.querySelector('[data-batch]');
    batch.textContent = batch.dataset.batch.replace('{n}', picked);
    all.querySelector('input').checked = picked === rows.length;
    rows.forEach(function (row) { row.classList.toggle('is-ck', box(row).checked); });
  }
  function remember() { try { sessionStorage.setItem(PLACE, String(at)); } catch (e) { /* then the next page starts at its top */ } }

  all.hidden = quiet.hidden = keys.parentNode.hidden = false;
  try { keys.checked = localStorage.getItem(KEYS) !== 'off'; } catch (e) { /* on, as drawn */ }
  keys.addEventListener('change', function () { try { localStorage.setItem(KEYS, keys.checked ? 'on' : 'off'); } catch (e) { /* for this page alone */ } });
  all.addEventListener('change', function (ev) { rows.forEach(function (row) { box(row).checked = ev.target.checked; }); count(); });
  quiet.addEventListener('click', function () { rows.forEach(function (row) { box(row).checked = row.hasAttribute('data-quiet-row'); }); count(); });
  document.querySelectorAll('[data-reasons]').forEach(function (chips) {
    chips.hidden = false;
    chips.addEventListener('click', function (ev) {
      if (!ev.target.matches('button')) { return; }
      var text = chips.parentNode.querySelector('textarea'), said = ev.target.textContent;
      text.value = text.value ? text.value.replace(/\s*$/, '') + '；' + said : said;
      text.focus();
    });
  });
  rows.forEach(function (row, index) {
    row.addEventListener('focusin', function () { if (at !== index) { if (rows[at]) { rows[at].classList.remove('is-cur'); } at = index; row.classList.add('is-cur'); } });
    row.querySelector('[data-open]').addEventListener('click', function (ev) { ev.preventDefault(); toggle(row); });
    row.querySelector('[data-return]').addEventListener('click', function (ev) { ev.preventDefault(); toggle(row, true); detail(row).querySelector('textarea').focus(); });
    box(row).addEventListener('change', count);
  });
  document.addEventListener('submit', remember);
  document.addEventListener('keydown', function (ev) {
    var typing = ev.target.matches('textarea, select, input:not([type="checkbox"])');
    if (ev.key === 'Escape' && typing && rows[at]) { box(rows[at]).focus(); return; }
    if (typing || !keys.checked || ev.ctrlKey || ev.metaKey || ev.altKey) { return; }
    var key = ev.key.toLowerCase(), row = rows[at];
    if (key === 'j') { go(at + 1); } else if (key === 'k') { go(at - 1); } else if (!row) { return; }
    else if (key === 'a') { remember(); row.querySelector('[data-approve]').requestSubmit(); }
    else if (key === 'r') { toggle(row, true); detail(row).querySelector('textarea').focus(); ev.preventDefault(); }
    else if (key === 'x') { box(row).checked = !box(row).checked; count(); }
    else if (key === 'enter' && ev.target === box(row)) { toggle(row); ev.preventDefault(); }
  });
  count();
  var last = null;
  try { last = sessionStorage.getItem(PLACE); sessionStorage.removeItem(PLACE); } catch (e) { /* starts at the top */ }
  if (last !== null && !document.querySelector('tr.rv-open')) { go(Math.min(Math.max(Number(last), 0), rows.length - 1)); }
})();
