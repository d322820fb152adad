// The signature pad, offered beside the typed name and never instead of it.
// Strokes are kept as points in a box of 1000 by 300, so that turning the phone
// only draws them again at another size.
'use strict';
(() => {
  document.documentElement.classList.add('js');
  const most = 4000; // points: far beyond any signature, and small enough to post
  document.querySelectorAll('[data-sign]').forEach((pad) => {
    const field = document.getElementById(pad.dataset.sign);
    const canvas = pad.querySelector('canvas');
    const state = pad.querySelector('[role=status]');
    const ink = canvas.getContext('2d');
    let strokes = [], points = 0, current = null;
    try { strokes = JSON.parse(field.value || '[]'); } catch { strokes = []; }
    points = strokes.reduce((n, s) => n + s.length, 0);

    const draw = () => {
      ink.clearRect(0, 0, canvas.width, canvas.height);
      const k = canvas.width / 1000;
      ink.lineWidth = Math.max(2, 6 * k);
      ink.lineCap = ink.lineJoin = 'round';
      ink.strokeStyle = '#10272c';
      for (const s of strokes) {
        if (!s.length) continue;
        ink.beginPath();
        ink.moveTo(s[0][0] * k, s[0][1] * k);
        for (const [x, y] of s) ink.lineTo(x * k + 0.1, y * k); // the tenth makes a dot of a lone point
        ink.stroke();
      }
    };
    const fit = () => {
      const box = canvas.getBoundingClientRect();
      if (!box.width) return;
      canvas.width = Math.round(box.width * (window.devicePixelRatio || 1));
      canvas.height = Math.round(canvas.width * 0.3);
      draw();
    };
    const tell = () => { state.textContent = strokes.length ? state.dataset.drawn : ''; };
    const keep = () => {
      field.value = strokes.length ? JSON.stringify(strokes) : '';
      tell();
      field.dispatchEvent(new Event('change', { bubbles: true })); // for form.js, which saves
    };
    const add = (e) => {
      const box = canvas.getBoundingClientRect();
      const at = (v, size, top) => Math.max(0, Math.min(top, Math.round(v / size * top)));
      const p = [at(e.clientX - box.left, box.width, 1000), at(e.clientY - box.top, box.height, 300)];
      const last = current[current.length - 1];
      if (points < most && (!last || last[0] !== p[0] || last[1] !== p[1])) {
        current.push(p);
        points++;
      }
    };
    canvas.addEventListener('pointerdown', (e) => {
      if (e.button > 0 || current) return;
      e.preventDefault();
      canvas.setPointerCapture(e.pointerId);
      strokes.push(current = []);
      add(e);
      draw();
    });
    canvas.addEventListener('pointermove', (e) => {
      if (!current) return;
      const between = e.getCoalescedEvents ? e.getCoalescedEvents() : [];
      for (const one of between.length ? between : [e]) add(one);
      draw();
    });
    const lift = () => { if (current) { strokes = strokes.filter((s) => s.length); current = null; keep(); } };
    canvas.addEventListener('pointerup', lift);
    canvas.addEventListener('pointercancel', lift);
    pad.querySelector('button').addEventListener('click', () => { strokes = []; points = 0; draw(); keep(); });
    pad.hidden = false;
    new ResizeObserver(fit).observe(canvas); // also when a question that depends on another appears
    fit();
    tell();
  });
  if (document.getElementById('form')) return; // a page of questions, whose own script does the rest

  // Who signs: what only a representative fills in.
  const when = document.querySelectorAll('.when[data-if]');
  const shown = () => when.forEach((el) => {
    const all = JSON.parse(el.dataset.if);
    const is = ([name, , value]) => document.querySelector('[name="' + name + '"][value="' + value + '"]')?.checked;
    el.hidden = !all.some(is);
  });
  addEventListener('change', shown);
  addEventListener('pageshow', shown);
  shown();

  // A second press of the button while the first is on its way sends nothing.
  let sent = 0;
  addEventListener('submit', (e) => {
    if (Date.now() - sent < 5000) e.preventDefault();
    sent = Date.now();
  });
})();
