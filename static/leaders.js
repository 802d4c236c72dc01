/* 复制消息、打印: buttons that need a script are hidden until it is here; the text stands in a box without it. */
(function () {
  'use strict';
  document.querySelectorAll('[data-print]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });
  function copied(button) {
    var status = button.parentNode.querySelector('[role=status]');
    status.textContent = button.dataset.done;
  }
  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-box]');
    if (!button) { return; }
    var box = document.getElementById(button.dataset.box);
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(box.value).then(function () { copied(button); }, function () { box.select(); });
      return;
    }
    /* Plain http and older browsers have no clipboard of their own. */
    box.select();
    if (document.execCommand('copy')) { copied(button); }
  });
  function show() { document.querySelectorAll('[data-box]').forEach(function (b) { b.hidden = false; }); }
  show();
  document.addEventListener('htmx:afterSwap', show);
})();
