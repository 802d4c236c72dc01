/* Printing: the pages print as they are. */
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
