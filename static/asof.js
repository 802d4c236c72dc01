/* The months as a slider: drag it, or use the arrow keys. Without scripts the months are links. */
(function () {
  'use strict';
  var KEY = 'asof-slider';
  document.querySelectorAll('.asof-s').forEach(function (slider) {
    var wait, links = slider.closest('.asof').querySelectorAll('[data-month]'), start = slider.value;
    function link() {
      var last = Number(slider.dataset.last);
      if (Number(slider.value) > last) { slider.value = last; }
      return Array.prototype.find.call(links, function (a) { return a.dataset.month === slider.value; });
    }
    slider.hidden = false;
    slider.addEventListener('input', function () {
      var to = link();
      if (!to) { return; }
      slider.setAttribute('aria-valuetext', to.dataset.day);
      links.forEach(function (a) { a.classList.toggle('is-cur', a === to); });
    });
    slider.addEventListener('change', function () {
      clearTimeout(wait);
      wait = setTimeout(function () {
        var to = link();
        if (to && slider.value !== start) { try { sessionStorage.setItem(KEY, '1'); } catch (e) { /* no storage */ } location.href = to.href; }
      }, 350);
    });
    try {
      if (sessionStorage.getItem(KEY)) { sessionStorage.removeItem(KEY); slider.focus({ preventScroll: true }); }
    } catch (e) { /* no storage */ }
  });
})();
