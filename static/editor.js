// Keeps line numbers and preview in step while a template is typed. Without
// this file both follow a button.
'use strict';
const form = document.querySelector('[data-editor]');
const text = form.elements.text;
const numbers = form.querySelector('.code pre');
const show = form.querySelector('[formtarget]');
let later;

if (!document.querySelector('iframe[src]')) form.requestSubmit(show);

text.addEventListener('input', () => {
  const lines = text.value.split('\n').length;
  if (lines !== text.rows) {
    text.rows = lines;
    numbers.textContent = Array.from({length: lines}, (_, i) => i + 1).join('\n');
  }
  clearTimeout(later);
  later = setTimeout(() => form.requestSubmit(show), 900);
});
form.elements.page.addEventListener('change', () => form.requestSubmit(show));
// Enter in the page number shows that page; it never publishes.
form.elements.page.addEventListener('keydown', (e) => {
  if (e.key === 'Enter') {
    e.preventDefault();
    form.requestSubmit(show);
  }
});
for (const link of document.querySelectorAll('[data-line]')) {
  link.addEventListener('click', (e) => {
    e.preventDefault();
    const before = text.value.split('\n').slice(0, link.dataset.line - 1).join('\n');
    const at = before.length + (before ? 1 : 0);
    text.focus();
    text.setSelectionRange(at, text.value.indexOf('\n', at) < 0 ? text.value.length : text.value.indexOf('\n', at));
    numbers.children[0]?.scrollIntoView({block: 'center'});
  });
}
