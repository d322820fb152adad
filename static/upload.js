// A page that asks for files, with scripts: a file is sent as soon as it is
// chosen, together with what is typed on the page, and its progress is shown.
// Without a connection it waits on the page. Without this file, Continue sends
// the files all the same.
'use strict';
(() => {
  const form = document.getElementById('form');
  if (!form) return;
  let waiting = null; // sends again what did not get through

  const tidy = (root) => root.querySelectorAll('[name=_upload]').forEach((b) => { b.hidden = true; });
  const line = (box, cls, text) => {
    let p = box.querySelector('.' + cls);
    if (!p) {
      p = document.createElement('p');
      p.className = cls;
      p.setAttribute('role', cls === 'error' ? 'alert' : 'status');
      box.append(p);
    }
    p.textContent = text;
    return p;
  };
  const fieldset = (root, path) => root.querySelector('fieldset[data-path="' + CSS.escape(path) + '"]');

  // The item is fetched as the server shows it now; the rest of the page stays.
  async function refresh(path) {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
    const now = fieldset(page, path), old = fieldset(form, path);
    if (!now || !old) return location.reload();
    form.elements._rev.value = page.querySelector('[name=_rev]').value;
    old.replaceWith(now);
    tidy(now);
    dispatchEvent(new Event('pageshow')); // conditions may depend on it
    now.querySelector('.file:last-of-type button')?.focus();
  }

  function send(input) {
    const box = input.closest('fieldset');
    box.querySelectorAll('.error, .sending, progress').forEach((el) => el.remove());
    const files = [...input.files];
    if (!files.length) return;
    if (files.some((f) => f.size > +box.dataset.most)) {
      line(box, 'error', box.dataset.large);
      input.value = '';
      return;
    }
    const data = new FormData(form);
    form.querySelectorAll('input[type=file]').forEach((el) => { if (el !== input) data.delete(el.name); });
    data.append('_upload', input.name);
    const say = (text) => line(box, 'sending', text);
    say(box.dataset.sending + ' ' + files.map((f) => f.name).join(', '));
    const bar = document.createElement('progress');
    bar.setAttribute('aria-label', box.dataset.sending);
    box.append(bar);
    const x = new XMLHttpRequest();
    x.open('POST', location.pathname);
    x.setRequestHeader('Accept', 'application/json');
    x.upload.onprogress = (e) => { if (e.lengthComputable) { bar.max = e.total; bar.value = e.loaded; } };
    x.onloadend = () => {
      bar.remove();
      if (x.status === 204) return refresh(input.name);
      if (x.status >= 200 && x.status < 300) return location.reload(); // led elsewhere
      if (x.status >= 400 && x.status < 500 && x.status !== 408 && x.status !== 429) {
        let why = {};
        try { why = JSON.parse(x.responseText); } catch { /* no problem details */ }
        box.querySelector('.sending').remove();
        line(box, 'error', why.detail || box.dataset.failed);
        if (x.status === 422 || x.status === 415 || x.status === 413) input.value = '';
        return;
      }
      say(box.dataset.lost);
      waiting = () => { waiting = null; send(input); };
      setTimeout(() => waiting && waiting(), 10000);
    };
    x.send(data);
  }

  form.addEventListener('change', (e) => { if (e.target.type === 'file') send(e.target); });
  addEventListener('online', () => waiting && waiting());
  addEventListener('beforeunload', (e) => { if (waiting) e.preventDefault(); });
  form.addEventListener('submit', () => { waiting = null; });
  tidy(form);
})();
