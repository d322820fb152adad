// Small conveniences of the staff pages. Without this file they all work.
'use strict';
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.parentElement.querySelector('[data-without]').hidden = true;
  button.addEventListener('click', () => window.print());
}
