// A form page with scripts: each field is saved as soon as it changes, what
// depends on an answer appears at once, and nothing typed is lost while there
// is no connection. Without this file the page works all the same.
'use strict';
(() => {
  const form = document.getElementById('form');
  if (!form) return;
  document.documentElement.classList.add('js');

  // ---- conditions
  const out = (el) => el.closest('[data-if][hidden]');
  const values = (name) => [...form.querySelectorAll('[name="' + CSS.escape(name) + '"]')]
    .filter((el) => !out(el) && (!/radio|checkbox/.test(el.type) || el.checked))
    .map((el) => el.value.trim()).filter(Boolean);
  // A number as the server reads it: in English a comma parts thousands where it
  // can, else it is the decimal point.
  const english = document.documentElement.lang.startsWith('en');
  const number = (v) => {
    v = v.replace(/\s/g, '').replace('−', '-');
    if (english && /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(v)) v = v.replace(/,/g, '');
    v = v.replace(',', '.');
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(v) ? +v : NaN;
  };
  const tests = {
    '=': (a, b) => a === b, '>': (a, b) => a > b, '<': (a, b) => a < b, '>=': (a, b) => a >= b, '<=': (a, b) => a <= b,
  };
  const holds = ([name, op, want, kind]) => {
    let got = values(name);
    if (kind) got = got.map(number).filter((v) => !isNaN(v));
    if (op === 'exists') return (got.length > 0) === (want === 'true');
    if (kind) want = +want;
    if (op === '!=') return !got.some((v) => v === want);
    return got.some((v) => tests[op](v, want));
  };
  const shown = () => form.querySelectorAll('[data-if]').forEach((el) => {
    const all = JSON.parse(el.dataset.if);
    el.hidden = !('any' in el.dataset ? all.some(holds) : all.every(holds));
  });
  const alone = (box) => form.querySelectorAll('[name="' + CSS.escape(box.name) + '"]').forEach((el) => {
    if (el !== box && box.checked && ('alone' in box.dataset || 'alone' in el.dataset)) el.checked = false;
  });

  // ---- saving
  // A save posts _rev, the name of each field in it as _field, and its values:
  // a name without values is a field that was emptied.
  const url = form.dataset.autosave;
  const state = document.getElementById('saved');
  const waiting = new Map(); // name to values, in this page's memory until saved
  let busy = false, lost = false, later = 0, pause = 0;
  const say = (text, off) => {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle('off', off);
  };
  const soon = (ms) => {
    clearTimeout(later);
    later = setTimeout(send, ms);
  };
  const note = (name) => waiting.set(name, new FormData(form).getAll(name));
  async function send() {
    if (!url || busy || !waiting.size) return;
    busy = true;
    clearTimeout(later);
    const taken = [...waiting];
    waiting.clear();
    const body = new URLSearchParams([['_rev', form.elements._rev.value]]);
    for (const [name, list] of taken) {
      body.append('_field', name);
      for (const v of list) body.append(name, v);
    }
    let status = 0;
    try {
      const r = await fetch(url, {
        method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json' }, keepalive: document.hidden,
      });
      status = r.status || 401; // a redirect, which is to the code
      if (r.ok) {
        const answer = await r.json().catch(() => ({}));
        if (answer.rev) form.elements._rev.value = answer.rev;
      }
    } catch { /* no connection: status stays 0 */ }
    busy = false;
    lost = status === 0 || status === 429 || status >= 500;
    if (status >= 200 && status < 300) {
      pause = 0;
      if (waiting.size) return send();
      return say(state.dataset.saved, false);
    }
    for (const [name, list] of taken) if (!waiting.has(name)) waiting.set(name, list);
    if (!lost) return say(state.dataset.later, true);
    say(state.dataset.offline, true);
    soon(pause = Math.min(pause * 2 || 2000, 60000));
  }

  form.addEventListener('input', (e) => {
    const el = e.target;
    if (!el.name || el.type === 'file') return; // upload.js sends files
    if (el.type === 'checkbox') alone(el);
    shown();
    note(el.name);
    if (!lost) soon(1200);
  });
  form.addEventListener('change', (e) => {
    if (!e.target.name || e.target.type === 'file') return;
    note(e.target.name);
    send();
  });
  // Where the last save met no connection, sending the page would replace it by
  // the browser's own error page: save first, then go on.
  form.addEventListener('submit', async (e) => {
    if (!lost) return;
    e.preventDefault();
    const by = e.submitter;
    await send();
    if (lost) return state.scrollIntoView({ block: 'center' });
    form.requestSubmit(by);
  });
  addEventListener('online', () => { pause = 0; send(); });
  document.addEventListener('visibilitychange', () => { if (document.hidden) send(); });
  addEventListener('beforeunload', (e) => { if (lost && waiting.size) e.preventDefault(); });
  addEventListener('pageshow', shown);
  shown();
})();
