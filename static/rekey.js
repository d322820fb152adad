// Moves documents to the practice's new key, step after step, while the page is
// open. Without this file a button does each step.
'use strict';
(async () => {
  const box = document.getElementById('rekey');
  if (!box) return;
  box.querySelector('form').hidden = true;
  for (;;) {
    let answer;
    try {
      const r = await fetch(box.dataset.step, { method: 'POST', headers: { Accept: 'application/json' }, redirect: 'manual' });
      if (!r.ok) break;
      answer = await r.json();
    } catch { break; }
    document.getElementById('rekey-bar').value = answer.percent;
    document.getElementById('rekey-percent').textContent = answer.percent;
    document.getElementById('rekey-left').textContent = answer.left;
    if (!answer.left) return location.reload();
  }
  box.querySelector('form').hidden = false;
})();
