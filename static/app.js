/* 陶堰街道年度工作督查平台 · app.js
   Draws every ECharts chart on the page. Markup: <div data-chart="kind" data-src="id">,
   data: <script type="application/json" id="id">. No inline script, no eval.
   Tooltips use renderMode 'richText' so that nothing is written as a style attribute. */
(function () {
  'use strict';
  var css = getComputedStyle(document.body);
  function v(n) { return css.getPropertyValue(n).trim(); }
  var C = { act: v('--ch-act'), exp: v('--ch-exp'), prev: v('--ch-prev'), fc: v('--ch-fc'), band: v('--ch-band'), grid: v('--ch-grid'), text: v('--ch-text'),
    done: v('--st-done'), ok: v('--st-ok'), risk: v('--st-risk'), late: v('--st-late'), none: v('--st-none'), ink: v('--ink-900'), bg: v('--surface') };
  var FONT = v('--font-ui') || 'sans-serif';
  function month(d, m) { return d.words.month.replace('{n}', m); }
  function tick(d, m, i, n) { return i === 0 || i === n - 1 ? month(d, m) : String(m); }
  function T(o) { return Object.assign({ fontFamily: FONT, fontSize: 12, color: C.text }, o); }
  function tip(fmt) {
    return { trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: '#fff', borderColor: C.grid, borderWidth: 1, padding: [8, 12],
      textStyle: T({ color: C.ink, lineHeight: 20 }), axisPointer: { lineStyle: { color: C.exp, type: 'dashed' } }, formatter: fmt };
  }
  function xMonths(d) {
    return { type: 'category', data: d.months.map(function (m, i) { return tick(d, m, i, d.months.length); }), boundaryGap: true, axisTick: { show: false }, axisLine: { lineStyle: { color: C.grid } }, axisLabel: T({ interval: 0, hideOverlap: true }) };
  }
  function y(o) {
    return Object.assign({ type: 'value', splitNumber: 4, axisLabel: T(), splitLine: { lineStyle: { color: C.grid } }, axisLine: { show: false }, axisTick: { show: false } }, o);
  }
  function pad(a, n) { a = a.slice(); while (a.length < n) { a.push(null); } return a; }
  /* rich-text tooltips take no custom styles, so labels are squared up with ideographic spaces */
  function row(l, s) { return '\n' + l + (/\d/.test(l) ? '' : '\u3000'.repeat(Math.max(0, 4 - l.length))) + '  ' + s; }
  function f(x, u) { return x == null ? '—' : Number(x).toLocaleString('zh-CN').replace('-', '−') + (u || ''); }

  /* actual against the pace, with a forecast where there is one; words come translated with the data */
  function path(d) {
    var n = d.months.length, k = d.actual.length, u = d.unit || '%', w = d.words;
    var fc = [], series, i, hasForecast = (d.forecast || []).some(function (x) { return x != null; });
    for (i = 0; i < n; i++) { fc[i] = i < k - 1 ? null : (i === k - 1 ? d.actual[k - 1] : d.forecast && d.forecast[i - k]); }
    series = [
      { name: w.pace, type: 'line', data: d.pace, symbol: 'none', connectNulls: true, lineStyle: { color: C.exp, width: 1.5, type: [5, 4] }, itemStyle: { color: C.exp } },
      { name: w.actual, type: 'line', data: pad(d.actual, n), symbol: 'circle', symbolSize: function (val, p) { return p.dataIndex === k - 1 ? 9 : 0; },
        lineStyle: { color: C.act, width: 2.5 }, itemStyle: { color: C.act, borderColor: C.bg, borderWidth: 1.5 }, z: 5,
        label: { show: true, formatter: function (p) { return p.dataIndex === k - 1 ? f(p.value, u) : ''; }, position: 'bottom', distance: 8, color: C.ink, fontFamily: FONT, fontWeight: 600, fontSize: 14 } }
    ];
    if (hasForecast) {
      series.push({ name: w.forecast, type: 'line', data: fc, symbol: 'none', connectNulls: true, lineStyle: { color: C.fc, width: 2, type: [2, 3] }, itemStyle: { color: C.fc } });
    }
    if (d.target != null) {
      series[1].markLine = { symbol: 'none', silent: true, lineStyle: { color: C.done, type: 'solid', width: 1.5 }, label: { formatter: w.goal + ' ' + f(d.target, u), position: 'insideStartTop', color: C.done, fontFamily: FONT, fontWeight: 600, fontSize: 12 }, data: [{ yAxis: d.target }] };
    }
    return { grid: { left: 8, right: 16, top: 18, bottom: 4, containLabel: true }, xAxis: xMonths(d), series: series,
      yAxis: y(Object.assign({ max: d.max, interval: d.max ? d.max / 4 : undefined, axisLabel: T({ formatter: function (x) { return f(x) + (u === '%' ? '%' : ''); } }) }, d.target != null ? { max: function (v) { return v.max < d.target ? d.target : null; } } : {})),
      tooltip: tip(function (ps) {
        var i = ps[0].dataIndex, a = d.actual[i], out = month(d, d.months[i]), p = d.pace[i];
        if (p != null) { out += row(w.pace, f(p, u)); }
        if (a != null) { out += row(w.actual, f(a, u)); if (p != null) { out += row(w.gap, f(Math.round((a - p) * 100) / 100, u === '%' ? w.points : u)); } }
        if (a == null && fc[i] != null) { out += row(w.forecast, f(fc[i], u)); }
        return out;
      }) };
  }
  function gauge(d) {
    var geo = { type: 'gauge', startAngle: 180, endAngle: 0, min: 0, max: d.max, radius: '172%', center: ['50%', '92%'], axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false }, anchor: { show: false }, title: { show: false }, detail: { show: false } };
    return { series: [
      Object.assign({}, geo, { progress: { show: true, width: 18, roundCap: true, itemStyle: { color: C[d.status] } }, axisLine: { roundCap: true, lineStyle: { width: 18, color: [[1, C.grid]] } }, pointer: { show: false }, data: [{ value: d.value }] }),
      Object.assign({}, geo, { axisLine: { show: false, lineStyle: { width: 0 } }, pointer: { icon: 'rect', width: 3, length: 26, offsetCenter: [0, '-83%'], itemStyle: { color: C.ink } }, data: [{ value: d.expected }] })] };
  }
  /* this year against last year, cumulative or monthly */
  function yoy(d) {
    return { grid: { left: 4, right: 8, top: 16, bottom: 0, containLabel: true }, xAxis: xMonths(d), yAxis: y({ minInterval: 1, splitNumber: 3 }),
      series: [{ name: d.words.pace, type: 'line', step: false, data: d.prev, symbol: 'none', lineStyle: { color: C.prev, width: 2 }, itemStyle: { color: C.prev }, areaStyle: { color: C.prev, opacity: 0.12 } },
        { name: d.words.actual, type: 'line', data: pad(d.cur, d.months.length), symbol: 'circle', symbolSize: 6, lineStyle: { color: C.act, width: 2.5 }, itemStyle: { color: C.act },
          label: { show: true, position: 'bottom', fontFamily: FONT, fontWeight: 600, fontSize: 13, color: C.ink, formatter: function (p) { return p.dataIndex === d.cur.length - 1 ? p.value : ''; } } }],
      tooltip: tip(function (ps) { var i = ps[0].dataIndex; return month(d, d.months[i]) + row(d.words.actual, f(d.cur[i], d.unit)) + row(d.words.pace, f(d.prev[i], d.unit)); }) };
  }
  var KIND = { trend: path, path: path, gauge: gauge, yoy: yoy };
  function draw() {
    if (!window.echarts) {
      document.querySelectorAll('[data-chart]').forEach(function (e) { var src = document.getElementById(e.dataset.src); e.classList.add('chart-off'); e.textContent = src ? JSON.parse(src.textContent).words.off : ''; });
      return;
    }
    document.querySelectorAll('[data-chart]:not([data-drawn])').forEach(function (e) {
      var src = document.getElementById(e.dataset.src), k = KIND[e.dataset.chart];
      if (!src || !k) { return; }
      e.dataset.drawn = '1';
      var c = echarts.init(e, null, { renderer: 'svg' === e.dataset.renderer ? 'svg' : 'canvas' });
      var o = k(JSON.parse(src.textContent)); o.animation = !matchMedia('(prefers-reduced-motion: reduce)').matches; o.animationDuration = 400;
      c.setOption(o);
      new ResizeObserver(function () { c.resize(); }).observe(e);
    });
  }
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
  document.body.addEventListener('htmx:afterSwap', draw);
  document.body.addEventListener('htmx:beforeCleanupElement', function (ev) {
    var c = window.echarts && ev.target.matches('[data-drawn]') && echarts.getInstanceByDom(ev.target); if (c) { c.dispose(); }
  });
  draw();
})();
