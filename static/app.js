/* 陶堰街道年度工作督查平台 · app.js
   What every page needs: charts are fetched when they come into sight, the search box, links to hand on, the side bar. */
(function () {
  'use strict';
  /* Charts: ECharts and charts.js come when half of a chart is in sight, when somebody stirs, or is about to print */
  var asked = document.currentScript.dataset, coming = null;
  function fetched(src) {
    return new Promise(function (done, failed) { var s = document.createElement('script'); s.src = src; s.onload = done; s.onerror = failed; document.head.appendChild(s); });
  }
  /* each in a task of its own */
  function pause() { return new Promise(function (go) { setTimeout(go); }); }
  function ready() {
    coming = coming || (window.echarts ? Promise.resolve() : fetched(asked.echarts)).then(function () { return fetched(asked.charts); }).then(pause);
    return coming;
  }
  function off(e) {
    var src = document.getElementById(e.dataset.src);
    e.classList.add('chart-off'); e.textContent = src ? JSON.parse(src.textContent).words.off : '';
  }
  function draw(e, atOnce) {
    ready().then(function () {
      window.portalCharts.draw(e, atOnce);
      var card = e.closest('.chc'), png = card && card.querySelector('[data-png]'); if (png) { png.hidden = false; }
    }, function () { off(e); });
  }
  var sight = new IntersectionObserver(function (seen) {
    seen.forEach(function (one) { if (one.isIntersecting) { sight.unobserve(one.target); draw(one.target); } });
  }, { rootMargin: '0px 0px -64px', threshold: 0.5 }); /* a phone's bar lies over the foot */
  /* somebody is there: the rest is drawn too, so that it is there when they scroll or print */
  var signs = ['pointermove', 'keydown', 'touchstart', 'scroll'];
  function arrived() {
    signs.forEach(function (sign) { removeEventListener(sign, arrived); });
    document.querySelectorAll('[data-chart]:not([data-drawn])').forEach(draw);
  }
  signs.forEach(function (sign) { addEventListener(sign, arrived, { passive: true }); });
  function watch() { document.querySelectorAll('[data-chart]:not([data-drawn])').forEach(function (e) { sight.observe(e); }); }
  addEventListener('beforeprint', function () { document.querySelectorAll('[data-chart]:not([data-drawn])').forEach(function (e) { draw(e, true); }); });
  document.addEventListener('click', function (ev) {
    var menu = ev.target.closest('.top-menu');
    if (menu) { menu.setAttribute('aria-expanded', String(document.body.classList.toggle('nav-open'))); }
  });
  /* 搜索: "/" leads to the box; HTMX, which suggests while somebody types, comes when the box is first used */
  var q = document.getElementById('q'), found = document.getElementById('q-found');
  document.addEventListener('keydown', function (ev) {
    var at = document.activeElement;
    if (ev.key === '/' && !ev.ctrlKey && !ev.metaKey && !ev.altKey && q && q.offsetParent && !/INPUT|TEXTAREA|SELECT/.test(at.tagName) && !at.isContentEditable) { ev.preventDefault(); q.focus(); }
  });
  function leaf(by) {
    var links = Array.prototype.slice.call(found.querySelectorAll('a')), i = links.indexOf(document.activeElement) + by;
    (i < 0 ? q : links[Math.min(i, links.length - 1)] || q).focus();
  }
  if (q) {
    q.addEventListener('focus', function () {
      if (window.htmx || q.dataset.asked) { return; }
      q.dataset.asked = '1';
      var script = document.createElement('script'); script.src = q.form.dataset.htmx; document.head.appendChild(script);
    });
    q.form.addEventListener('keydown', function (ev) {
      if (ev.key === 'Escape') { found.textContent = ''; q.focus(); }
      if (ev.key === 'ArrowDown' || ev.key === 'ArrowUp') { ev.preventDefault(); leaf(ev.key === 'ArrowDown' ? 1 : -1); }
    });
    q.form.addEventListener('focusout', function (ev) { if (!q.form.contains(ev.relatedTarget)) { found.textContent = ''; } });
  }
  /* what is handed on about a page is about the address that it has now, filters included */
  function here() { return location.pathname + location.search; }
  document.addEventListener('submit', function (ev) {
    var page = ev.target.matches('[data-here]') && ev.target.querySelector('[name=page]'); if (page) { page.value = here(); }
  }, true);
  document.querySelectorAll('[data-copy]').forEach(function (b) { b.hidden = false; });
  function copied(b) { var said = b.parentNode.querySelector('[data-done]'); if (said) { said.textContent = said.dataset.done; } }
  function copy(b, text) {
    var field = document.createElement('textarea');
    field.value = text; field.className = 'sr-only'; document.body.appendChild(field); field.select();
    /* the clipboard's own interface needs https, which an intranet may lack */
    if (document.execCommand('copy')) { copied(b); }
    field.remove(); b.focus();
  }
  document.addEventListener('click', function (ev) {
    var b = ev.target.closest('[data-copy]'), f = ev.target.closest('.pf-f');
    if (b) {
      var link = new URL(b.dataset.copy), now = new URLSearchParams(location.search);
      now.forEach(function (value, name) { if (name !== 'page') { link.searchParams.set(name, value); } });
      copy(b, link.href);
    }
    if (f) { f.href = f.pathname + '?page=' + encodeURIComponent(here()); }
  });
  document.body.addEventListener('htmx:afterSwap', watch);
  document.body.addEventListener('htmx:beforeCleanupElement', function (ev) {
    var c = window.echarts && ev.target.matches('[data-drawn]') && echarts.getInstanceByDom(ev.target); if (c) { c.dispose(); }
  });
  watch();
})();
