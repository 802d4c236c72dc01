// 佐证: files may be dragged onto the label of the file field, which shows those chosen; one too large is told before it is sent.
(function () {
  "use strict";

  function live(form) {
    var field = form.querySelector("input[type=file]");
    var zone = form.querySelector(".drop");
    var chosen = form.querySelector(".ev-chosen");
    var said = form.querySelector(".ev-said");
    var largest = Number(form.dataset.largest);
    form.classList.add("is-live");

    function check() {
      chosen.textContent = Array.prototype.map.call(field.files, function (file) { return file.name; }).join("、");
      var heavy = Array.prototype.filter.call(field.files, function (file) { return file.size > largest; });
      var names = heavy.map(function (file) { return file.name; });
      said.textContent = names.length ? form.dataset.tooLarge + names.join("、") : "";
      said.hidden = !names.length;
      field.setCustomValidity(said.textContent);
    }

    ["dragenter", "dragover"].forEach(function (kind) {
      zone.addEventListener(kind, function (event) {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      zone.addEventListener(kind, function () { zone.classList.remove("is-over"); });
    });
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) {
        field.files = event.dataTransfer.files;
        check();
      }
    });
    field.addEventListener("change", check);
  }

  function all(root) { root.querySelectorAll(".ev-up:not(.is-live)").forEach(live); }
  all(document);
  document.body.addEventListener("htmx:afterSwap", function (event) { all(event.target); });
})();
