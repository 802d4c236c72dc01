/* 陶堰街道年度工作督查平台 · charts.js
   Draws the ECharts charts of a page; app.js fetches it with ECharts when one comes into sight.
   Markup: <div data-chart="kind" data-src="id">, data: <script type="application/json" id="id">. No inline script, no eval.
   Tooltips use renderMode 'richText' so that nothing is written as a style attribute. */
(function () {
  'use strict';
  var css = getComputedStyle(document.body);
  function v(n) { return css.getPropertyValue(n).trim(); }
  var dark = document.body.classList.contains('wall');
  var C = { act: v('--ch-act'), exp: v('--ch-exp'), prev: v('--ch-prev'), fc: v('--ch-fc'), band: v('--ch-band'), grid: v('--ch-grid'), text: v('--ch-text'),
    done: v('--st-done'), ok: v('--st-ok'), risk: v('--st-risk'), late: v('--st-late'), miss: v('--st-miss'), none: v('--st-none'), ink: v('--ink-900'), bg: v('--surface') };
  var FONT = v('--font-ui') || 'sans-serif';
  /* one pattern for each status, so that a stack is read without colour */
  var DECAL = { done: null, ok: { symbol: 'circle', symbolSize: 0.5, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0] }, risk: { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
    late: { dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: -Math.PI / 4 }, miss: { dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: 0 }, none: { dashArrayX: [[2, 6]], dashArrayY: [2, 6] } };
  function decal(key, color) { return DECAL[key] ? Object.assign({ color: color || 'rgba(255,255,255,.38)' }, DECAL[key]) : { symbol: 'none' }; }
  function month(d, m) { return d.words.month.replace('{n}', m); }
  function tick(d, m, i, n) { return i === 0 || i === n - 1 ? month(d, m) : String(m); }
  function T(o) { return Object.assign({ fontFamily: FONT, fontSize: dark ? 15 : 12, color: C.text }, o); }
  /* names may hold what ECharts takes for its own markup: {style|text} */
  function text(s) { return String(s).replace(/\{/g, '{\u2060'); }
  function tip(fmt) {
    return { trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: dark ? '#0B2733' : '#fff', borderColor: C.grid, borderWidth: 1, padding: [8, 12],
      textStyle: T({ color: C.ink, lineHeight: 20 }), axisPointer: { lineStyle: { color: C.exp, type: 'dashed' } }, formatter: fmt };
  }
  function xMonths(d, o) {
    return Object.assign({ type: 'category', data: d.months.map(function (m, i) { return tick(d, m, i, d.months.length); }), boundaryGap: true, axisTick: { show: false }, axisLine: { lineStyle: { color: C.grid } }, axisLabel: T({ interval: 0, hideOverlap: true }) }, o);
  }
  function y(o) {
    return Object.assign({ type: 'value', splitNumber: 4, axisLabel: T(), splitLine: { lineStyle: { color: C.grid } }, axisLine: { show: false }, axisTick: { show: false } }, o);
  }
  function pad(a, n) { a = a.slice(); while (a.length < n) { a.push(null); } return a; }
  /* rich-text tooltips take no custom styles, so labels are squared up with ideographic spaces */
  function row(l, s) { return '\n' + l + (/\d/.test(l) ? '' : '\u3000'.repeat(Math.max(0, 4 - l.length))) + '  ' + s; }
  function f(x, u) { return x == null ? '—' : Number(x).toLocaleString('zh-CN', { maximumFractionDigits: 2 }).replace('-', '−') + (u || ''); }
  function lastOf(a) { for (var i = a.length - 1; i >= 0; i--) { if (a[i] != null) { return i; } } return -1; }
  function some(a) { return (a || []).some(function (x) { return x != null; }); }
  var silent = { silent: true, emphasis: { disabled: true }, tooltip: { show: false } };

  /* months whose figures are late stand hatched, a provisional one dotted: drawn, not left out */
  function marked(d, series) {
    function bar(at, item, name) {
      return Object.assign({ name: name, type: 'bar', yAxisIndex: 1, barWidth: '100%', barGap: '-100%', z: 0, data: d.months.map(function (m) { return at(m) ? 1 : null; }), itemStyle: item }, silent);
    }
    if (d.stale && d.stale.length) {
      series.push(bar(function (m) { return d.stale.indexOf(m) >= 0; }, { color: 'rgba(86,103,113,.07)', decal: { color: 'rgba(86,103,113,.35)', dashArrayX: [1, 0], dashArrayY: [1, 6], rotation: Math.PI / 4 } }, d.words.stale));
    }
    if (d.partial) {
      series.push(bar(function (m) { return m === d.partial.month; }, { color: 'rgba(199,122,18,.06)', borderColor: v('--amber-500'), borderType: 'dotted', borderWidth: 1 }, d.words.partial));
    }
  }
  function marks(d, i) {
    var m = d.months[i], out = '';
    if (d.stale && d.stale.indexOf(m) >= 0) { out += '\n' + d.words.stale; }
    if (d.partial && d.partial.month === m) { out += row(d.words.partial, d.partial.reported + ' / ' + d.partial.expected); }
    return out;
  }
  function nothing(d) {
    return some(d.actual) ? [] : [{ type: 'text', left: 'center', top: 'middle', silent: true, style: { text: d.words.nothing, fill: C.text, font: '14px ' + FONT } }];
  }

  /* actual against the pace, last year, and a forecast with its range where there is one; words come translated */
  function path(d, index, width) {
    var n = d.months.length, k = d.actual.length, u = d.unit || '%', w = d.words, at = lastOf(d.actual);
    var fc = [], lo = [], hi = [], series, i, ahead = some(d.forecast), range = some(d.lo) && some(d.hi);
    for (i = 0; i < n; i++) {
      var now = i === k - 1 ? d.actual[k - 1] : null;
      fc[i] = i < k - 1 ? null : (i === k - 1 ? now : d.forecast && d.forecast[i - k]);
      if (range) { lo[i] = i < k ? now : d.lo[i - k]; hi[i] = i < k ? (now == null ? null : 0) : d.hi[i - k] == null ? null : d.hi[i - k] - d.lo[i - k]; }
    }
    series = range ? [
      Object.assign({ type: 'line', stack: 'r', data: lo, symbol: 'none', connectNulls: true, lineStyle: { opacity: 0 } }, silent),
      Object.assign({ type: 'line', stack: 'r', data: hi, symbol: 'none', connectNulls: true, lineStyle: { opacity: 0 }, areaStyle: { color: C.band, opacity: 1 } }, silent)] : [];
    if (some(d.last)) {
      series.push({ name: w.last, type: 'line', data: pad(d.last, n), symbol: 'emptyCircle', symbolSize: 4, lineStyle: { color: C.prev, width: 1.5 }, itemStyle: { color: C.prev } });
    }
    series.push({ name: w.pace, type: 'line', data: d.pace, symbol: 'none', connectNulls: true, lineStyle: { color: C.exp, width: dark ? 2.5 : 1.5, type: [5, 4] }, itemStyle: { color: C.exp } });
    if (ahead) {
      series.push({ name: w.forecast, type: 'line', data: fc, symbol: 'none', connectNulls: true, lineStyle: { color: C.fc, width: dark ? 3 : 2, type: [2, 3] }, itemStyle: { color: C.fc },
        endLabel: { show: width >= 520, formatter: function (p) { return w.forecast + ' ' + f(p.value, u); }, color: C.text, fontFamily: FONT, fontSize: dark ? 15 : 12, align: 'right', verticalAlign: 'top', offset: [-6, 10] } });
    }
    var actual = { name: w.actual, type: 'line', data: pad(d.actual, n), symbol: 'circle', symbolSize: function (val, p) { return p.dataIndex === at ? (dark ? 13 : 9) : 0; },
      lineStyle: { color: C.act, width: dark ? 4 : 2.5 }, itemStyle: { color: C.act, borderColor: C.bg, borderWidth: 1.5 }, z: 5,
      label: { show: true, formatter: function (p) { return p.dataIndex === at ? f(p.value, u) : ''; }, position: 'bottom', distance: 8, color: C.ink, textBorderColor: C.bg, textBorderWidth: 3, fontFamily: FONT, fontWeight: 600, fontSize: dark ? 20 : 14 } };
    if (d.target != null) {
      actual.markLine = { symbol: 'none', silent: true, lineStyle: { color: C.done, type: 'solid', width: 1.5 }, label: { formatter: w.goal + ' ' + f(d.target, u), position: 'insideStartTop', color: C.done, fontFamily: FONT, fontWeight: 600, fontSize: 12 }, data: [{ yAxis: d.target }] };
    }
    series.push(actual);
    marked(d, series);
    var scale = y(Object.assign({ max: d.max, interval: d.max ? d.max / 4 : undefined, axisLabel: T({ formatter: function (x) { return f(x) + (u === '%' ? '%' : ''); } }) }, d.target != null ? { max: function (v) { return v.max < d.target ? d.target : null; }, min: function (v) { return v.min > d.target ? Math.min(0, d.target) : null; } } : {}));
    return { grid: { left: 8, right: 16, top: 18, bottom: 4, containLabel: true }, graphic: nothing(d), xAxis: xMonths(d), series: series,
      yAxis: [scale, { type: 'value', min: 0, max: 1, show: false }],
      tooltip: tip(function (ps) {
        var i = ps[0].dataIndex, a = d.actual[i], out = month(d, d.months[i]), p = d.pace[i];
        if (p != null) { out += row(w.pace, f(p, u)); }
        if (a != null) { out += row(w.actual, f(a, u)); if (p != null) { out += row(w.gap, f(Math.round((a - p) * 100) / 100, u === '%' ? w.points : u)); } }
        if (d.last && d.last[i] != null) { out += row(w.last, f(d.last[i], u)); }
        if (a == null && fc[i] != null) { out += row(w.forecast, f(fc[i], u)); }
        if (range && i >= k && d.lo[i - k] != null) { out += row(w.range, f(d.lo[i - k]) + '–' + f(d.hi[i - k], u)); }
        return out + marks(d, i);
      }) };
  }
  /* this year against last year, cumulative or monthly */
  function yoy(d) {
    var at = lastOf(d.cur);
    return { grid: { left: 4, right: 16, top: 16, bottom: 0, containLabel: true }, xAxis: xMonths(d), yAxis: y({ minInterval: 1, splitNumber: 3 }),
      series: [{ name: d.words.pace, type: 'line', data: pad(d.prev, d.months.length), symbol: 'emptyCircle', symbolSize: 4, lineStyle: { color: C.prev, width: 2 }, itemStyle: { color: C.prev }, areaStyle: { color: C.prev, opacity: 0.12 } },
        { name: d.words.actual, type: 'line', data: pad(d.cur, d.months.length), symbol: 'circle', symbolSize: dark ? 9 : 6, lineStyle: { color: C.act, width: dark ? 3.5 : 2.5 }, itemStyle: { color: C.act },
          label: { show: true, position: 'bottom', fontFamily: FONT, fontWeight: 600, fontSize: dark ? 17 : 13, color: C.ink, formatter: function (p) { return p.dataIndex === at ? f(p.value) : ''; } } }],
      tooltip: tip(function (ps) { var i = ps[0].dataIndex; return month(d, d.months[i]) + row(d.words.actual, f(d.cur[i], d.unit)) + row(d.words.pace, f(d.prev[i], d.unit)); }) };
  }
  /* how many stood in each status at each month's end: colour, pattern and, where the piece is high enough, count */
  function status(d, index, width, height) {
    var totals = d.months.map(function (m, i) { return d.series.reduce(function (sum, s) { return sum + (s.values[i] || 0); }, 0); });
    var most = Math.max.apply(null, totals.concat(1));
    return { grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true }, xAxis: xMonths(d), yAxis: y({ minInterval: 1 }),
      series: d.series.map(function (s) {
        return { name: s.name, type: 'bar', stack: 's', barMaxWidth: 30, data: s.values, itemStyle: { color: C[s.shape], borderColor: C.bg, borderWidth: 1, decal: decal(s.shape) }, emphasis: { disabled: true },
          label: { show: true, color: '#fff', fontFamily: FONT, fontWeight: 600, fontSize: 12, textBorderColor: C[s.shape], textBorderWidth: 3, formatter: function (p) { return p.value * height >= most * 16 ? String(p.value) : ''; } } };
      }),
      tooltip: Object.assign(tip(function (ps) {
        var i = ps[0].dataIndex;
        return d.series.reduce(function (out, s) { return s.values[i] == null ? out : out + row(s.name, String(s.values[i])); }, month(d, d.months[i]) + (totals[i] ? '  ' + totals[i] : ''));
      }), { axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.06 } } }) };
  }
  /* a section's targets, small and alike: no axis but the months */
  function mini(d, index) {
    var s = d.items[index], at = lastOf(s.actual);
    return { animation: false, grid: { left: 2, right: 8, top: 8, bottom: 2, containLabel: true },
      xAxis: xMonths(d, { data: d.months.map(String), axisLabel: T({ fontSize: 11, interval: function (i) { return i === 0 || i === 5 || i === 11; } }) }), yAxis: y({ splitNumber: 2, axisLabel: { show: false }, scale: some(s.actual) && Math.min.apply(null, s.actual.filter(function (x) { return x != null; })) > 0 && s.unit === '%' }),
      graphic: nothing(Object.assign({ actual: s.actual }, { words: d.words })),
      series: [{ name: d.words.pace, type: 'line', data: s.pace, symbol: 'none', connectNulls: true, lineStyle: { color: C.exp, width: 1.2, type: [4, 3] }, itemStyle: { color: C.exp } },
        { name: d.words.actual, type: 'line', data: s.actual, symbol: 'circle', symbolSize: function (val, p) { return p.dataIndex === at ? 7 : 0; }, lineStyle: { color: C.act, width: 2 }, itemStyle: { color: C.act, borderColor: C.bg, borderWidth: 1 }, areaStyle: s.unit === '%' ? null : { color: C.band, opacity: 0.5 } }],
      tooltip: tip(function (ps) { var i = ps[0].dataIndex; return text(s.name) + '\n' + month(d, d.months[i]) + row(d.words.actual, f(s.actual[i], s.unit)) + (s.pace[i] == null ? '' : row(d.words.pace, f(s.pace[i], s.unit))); }) };
  }
  /* what each unit contributes: the bar, its part of the goal behind it, and where it should be */
  function villages(d) {
    var w = d.words, parts = d.rows.some(function (r) { return r[2] != null; });
    var series = parts ? [{ name: w.part, type: 'bar', emphasis: { disabled: true }, barWidth: 14, data: d.rows.map(function (r) { return r[2]; }), itemStyle: { color: C.grid, borderRadius: 3 } }] : [];
    series.push({ name: w.actual, type: 'bar', emphasis: { disabled: true }, barWidth: 14, barGap: '-100%', z: 3, itemStyle: { borderRadius: 3 },
      data: d.rows.map(function (r) { return { value: r[1], itemStyle: { color: C.act, decal: r[4] ? { color: 'rgba(255,255,255,.55)', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 } : { symbol: 'none' } } }; }) });
    /* the label stands behind whatever reaches further */
    series.push(Object.assign({ type: 'bar', barWidth: 14, barGap: '-100%', data: d.rows.map(function (r) { return Math.max(r[1], r[2] || 0, r[3] || 0); }), itemStyle: { color: 'transparent' },
      label: { show: true, position: 'right', distance: 8, fontFamily: FONT, fontSize: 12, color: C.text, formatter: function (p) { var r = d.rows[p.dataIndex]; return f(r[1]) + (r[2] == null ? '' : ' / ' + f(r[2])) + d.unit; } } }, silent));
    series.push({ name: w.pace, type: 'scatter', symbol: 'rect', symbolSize: [2.5, 22], itemStyle: { color: C.ink }, emphasis: { disabled: true }, z: 4, data: d.rows.map(function (r, i) { return r[3] == null ? null : [r[3], i]; }).filter(Boolean) });
    return { grid: { left: 8, right: 118, top: 4, bottom: 4, containLabel: true }, xAxis: { type: 'value', show: false, min: 0 },
      yAxis: { type: 'category', inverse: true, data: d.rows.map(function (r) { return r[0]; }), axisLine: { show: false }, axisTick: { show: false }, axisLabel: T({ color: C.ink, fontSize: 13, width: 130, overflow: 'truncate' }) }, series: series,
      tooltip: Object.assign(tip(function (ps) {
        var r = d.rows[ps[0].dataIndex];
        return text(r[0]) + row(w.actual, f(r[1], d.unit)) + (r[3] == null ? '' : row(w.pace, f(r[3], d.unit))) + (r[2] == null ? '' : row(w.part, f(r[2], d.unit)));
      }), { axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.06 } } }) };
  }
  var KIND = { trend: path, path: path, yoy: yoy, status: status, mini: mini, villages: villages };

  function draw(e, atOnce) {
    var src = document.getElementById(e.dataset.src), k = KIND[e.dataset.chart];
    if (!src || !k || e.dataset.drawn) { return; }
    e.dataset.drawn = '1';
    var d = JSON.parse(src.textContent), c = echarts.init(e, null, { renderer: 'svg' === e.dataset.renderer ? 'svg' : 'canvas' });
    var o = k(d, Number(e.dataset.index || 0), e.clientWidth, e.clientHeight - 40);
    if (o.animation !== false) { o.animation = !matchMedia('(prefers-reduced-motion: reduce)').matches; }
    o.animationDuration = 400;
    /* paper waits for no frame */
    if (atOnce === true) { o.animation = false; }
    /* drawn with the next frame, so that a phone can answer a touch in between; observing reports the size it has at once */
    c.setOption(o, { lazyUpdate: atOnce !== true });
    new ResizeObserver(function () { if (c.getWidth() !== e.clientWidth || c.getHeight() !== e.clientHeight) { c.resize(); } }).observe(e);
    if (o.tooltip) { reach(e, c, d); }
  }

  /* the keyboard goes from point to point; what stands there is shown, and said */
  function reach(e, c, d) {
    var along = e.dataset.chart === 'villages' ? 'yAxis' : 'xAxis', count = along === 'yAxis' ? d.rows.length : d.months.length, at = -1;
    var card = e.closest('.chc'), said = card && card.querySelector('[data-said]');
    e.tabIndex = 0;
    e.setAttribute('role', 'application');
    e.setAttribute('aria-roledescription', d.words.chart || 'chart');
    function show() {
      var p = c.convertToPixel(along === 'yAxis' ? { yAxisIndex: 0 } : { xAxisIndex: 0 }, at), half = along === 'yAxis' ? c.getWidth() / 3 : c.getHeight() / 2;
      c.dispatchAction(along === 'yAxis' ? { type: 'showTip', x: half, y: p } : { type: 'showTip', x: p, y: half });
      if (said) { said.textContent = spoken(card, e, at); }
    }
    function hide() { c.dispatchAction({ type: 'hideTip' }); c.dispatchAction({ type: 'updateAxisPointer', currTrigger: 'leave' }); if (said) { said.textContent = ''; } }
    e.addEventListener('keydown', function (ev) {
      var to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: count - 1 }[ev.key];
      if (ev.key === 'Escape') { at = -1; hide(); }
      if (to === undefined) { return; }
      ev.preventDefault(); at = Math.max(0, Math.min(count - 1, to)); show();
    });
    e.addEventListener('blur', function () { at = -1; hide(); });
  }
  /* a row of the table behind the chart; of small multiples, one cell of it */
  function spoken(card, e, at) {
    var table = card.querySelector('table');
    if (!table) { return ''; }
    var heads = table.tHead.rows[0].cells, index = e.dataset.index;
    var line = table.tBodies[0].rows[index === undefined ? at : Number(index)];
    if (!line) { return ''; }
    if (index !== undefined) { return line.cells[0].textContent + ' ' + heads[at + 2].textContent + ' ' + line.cells[at + 2].textContent + ' ' + line.cells[1].textContent; }
    return Array.prototype.map.call(line.cells, function (cell, i) { return (i ? heads[i].textContent + ' ' : '') + cell.textContent; }).join('，');
  }

  /* the card as a picture: its title, legend, drawing and reading, on white */
  function picture(card) {
    var drawn = Array.prototype.slice.call(card.querySelectorAll('[data-drawn]')), box = card.getBoundingClientRect(), zoom = 2;
    var top = 62, foot = 58, first = Math.min.apply(null, drawn.map(function (e) { return (e.closest('li') || e).getBoundingClientRect().top; }));
    var last = Math.max.apply(null, drawn.map(function (e) { return e.getBoundingClientRect().bottom; }));
    var canvas = document.createElement('canvas'), g = canvas.getContext('2d');
    canvas.width = box.width * zoom; canvas.height = (top + last - first + foot) * zoom;
    g.scale(zoom, zoom); g.fillStyle = C.bg; g.fillRect(0, 0, canvas.width, canvas.height);
    function write(s, x, at, size, weight, color) { g.font = weight + ' ' + size + 'px ' + FONT; g.fillStyle = color; g.fillText(s, x, at, box.width - x - 16); }
    write(card.querySelector('h2').textContent, 16, 26, 16, 600, C.ink);
    var day = document.querySelector('.print-h');
    write(Array.prototype.map.call(card.querySelectorAll('.ch-r .lg'), function (l) { return l.textContent; }).join(' · ') + '　' + (day ? day.textContent : ''), 16, 46, 12, 400, C.text);
    drawn.forEach(function (e) {
      var at = e.getBoundingClientRect(), from = e.querySelector('canvas'), li = e.closest('li');
      if (li) { write(li.querySelector('.ti').textContent.trim() + '  ' + li.querySelector('small').textContent, at.left - box.left, top + at.top - first - 8, 12, 500, C.ink); }
      if (from) { g.drawImage(from, at.left - box.left, top + at.top - first, at.width, at.height); }
    });
    var reading = card.querySelector('.cf');
    if (reading) { write(reading.textContent, 16, top + last - first + 26, 13, 400, C.ink); }
    return canvas;
  }
  function save(card) {
    card.querySelectorAll('[data-chart]').forEach(draw);
    requestAnimationFrame(function () { requestAnimationFrame(function () { store(card); }); });
  }
  function store(card) {
    picture(card).toBlob(function (blob) {
      var a = document.createElement('a');
      a.href = URL.createObjectURL(blob); a.download = card.querySelector('h2').textContent.replace(/[\\/:*?"<>|]/g, ' ') + '.png';
      document.body.appendChild(a); a.click(); a.remove(); setTimeout(function () { URL.revokeObjectURL(a.href); }, 10000);
    });
  }
  document.addEventListener('click', function (ev) { var b = ev.target.closest('[data-png]'); if (b) { save(b.closest('.chc')); } });
  window.portalCharts = { draw: draw };
})();
