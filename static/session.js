// Warns before a staff session ends for want of anything happening, and keeps
// it while somebody types. Without this file the page works all the same: what
// is posted after the end is kept, and sent once its writer has signed in again.
'use strict';
(() => {
  const me = document.querySelector('form.me');
  if (!me) return;
  const idle = 30 * 60e3, warnAt = idle - 2 * 60e3, ping = 5 * 60e3;
  const others = 'BroadcastChannel' in window ? new BroadcastChannel('staff') : null;
  let last = Date.now(), typed = false;
  const box = document.createElement('div');
  box.className = 'warn idle';
  box.setAttribute('role', 'alert');
  box.hidden = true;
  me.closest('header').after(box);
  const stay = async () => {
    typed = false;
    try {
      const r = await fetch('/staff/stay', { method: 'POST', redirect: 'manual' });
      if (!r.ok) return;
    } catch { return; }
    last = Date.now();
    box.hidden = true;
    if (others) others.postMessage('here');
  };
  if (others) others.onmessage = () => { last = Date.now(); box.hidden = true; };
  document.addEventListener('input', () => { typed = true; });
  const say = (text, button) => {
    if (box.dataset.text === text && !box.hidden) return;
    box.dataset.text = text;
    box.textContent = '';
    const p = document.createElement('p');
    p.textContent = text;
    box.append(p);
    if (button) {
      const b = document.createElement('button');
      b.textContent = 'Stay signed in';
      b.addEventListener('click', stay);
      box.append(b);
    }
    box.hidden = false;
  };
  setInterval(() => {
    const away = Date.now() - last;
    if (away >= idle) return say('You are signed out because nothing happened for a while. What you typed is kept on this page: press its button, sign in again, and it is sent.', false);
    if (typed && away >= ping) return stay();
    if (away >= warnAt) say('You will be signed out in two minutes because nothing has happened. What you typed stays on this page.', true);
  }, 5000);
})();
