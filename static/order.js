/* 签发督办: a common phrase is added to the requirement with one press; the paper beside it follows. */
(function () {
  'use strict';
  var phrases = document.querySelector('[data-phrases]'), text = document.getElementById('id_requirement');
  if (!phrases || !text) { return; }
  phrases.hidden = false;
  phrases.addEventListener('click', function (ev) {
    var button = ev.target.closest('button');
    if (!button) { return; }
    text.value = text.value.replace(/\s+$/, '') + button.textContent;
    text.dispatchEvent(new Event('change', { bubbles: true }));
    text.focus();
  });
})();
