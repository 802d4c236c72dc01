/* 登录: the eye beside the password shows what was typed. Without this script there is no eye. */
(function () {
  'use strict';
  var eye = document.getElementById('show-password'), field = document.getElementById('id_password');
  if (!eye || !field) { return; }
  eye.hidden = false;
  eye.addEventListener('click', function () {
    var shown = field.type === 'password';
    field.type = shown ? 'text' : 'password';
    eye.setAttribute('aria-pressed', String(shown));
    field.focus();
  });
  // What is sent is a password again, so that the browser doesn't remember it as a text.
  field.form.addEventListener('submit', function () { field.type = 'password'; });
})();
