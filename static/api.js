/* The page API: copies an example. Without TLS browsers have no clipboard API: then by selection. */
(function () {
  'use strict';
  function bySelection(box) {
    var range = document.createRange(), chosen = window.getSelection();
    range.selectNodeContents(box);
    chosen.removeAllRanges();
    chosen.addRange(range);
    var copied = document.execCommand('copy');
    if (copied) { chosen.removeAllRanges(); }
    return copied;
  }
  document.querySelectorAll('[data-copy]').forEach(function (button) {
    var box = document.getElementById(button.dataset.copy);
    function done(copied) { if (copied) { button.textContent = button.dataset.done; } }
    button.addEventListener('click', function () {
      if (!navigator.clipboard) { done(bySelection(box)); return; }
      navigator.clipboard.writeText(box.textContent).then(function () { done(true); }, function () { done(bySelection(box)); });
    });
  });
}());
