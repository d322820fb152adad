package testbrowser

// worded finds the button with some words, and opens what is folded away as its
// reader would.
const worded = `(words) => {
  for (const fold of document.querySelectorAll('details')) fold.open = true;
  return [...document.querySelectorAll('button')].find((el) => el.checkVisibility() && el.textContent.replace(/\s+/g, ' ').trim() === words);
}`

// Answer gives controls of the form that the button with these words sends the
// values that stand beside their names, in pairs: a name that comes again is a
// control with several. It returns the form's method and the path it is sent to.
func (b *Tab) Answer(words string, pairs ...string) (method, path string) {
	b.t.Helper()
	values := map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = append(values[pairs[i]], pairs[i+1])
	}
	found := evaluate[[]string](b, `((button, values) => {
	  if (!button) return ['there is no such button'];
	  for (const [name, list] of Object.entries(values)) {
	    const all = [...button.form.elements].filter((el) => el.name === name && el.type !== 'hidden');
	    if (all.length === 0) return ['the form has no ' + name];
	    for (const el of all) {
	      if (el.type === 'radio' || el.type === 'checkbox') {
	        if (list.includes(el.value) !== el.checked) el.click();
	      } else {
	        el.value = list[0];
	        el.dispatchEvent(new Event('input', { bubbles: true }));
	        el.dispatchEvent(new Event('change', { bubbles: true }));
	      }
	    }
	    const taken = all.map((el) => (/radio|checkbox/.test(el.type) && !el.checked ? null : el.value));
	    if (all[0].type !== 'textarea' && !list.every((v) => taken.includes(v))) return [name + ' does not take ' + list];
	  }
	  const sent = button.hasAttribute('formaction') ? button.formAction : button.form.getAttribute('action') ?? location.href;
	  return [button.form.method, new URL(sent, location.href).pathname];
	})((`+worded+`)(`+quoted(words)+`), `+quoted(values)+`)`)
	if len(found) == 1 {
		b.t.Fatalf("%q on %s: %s", words, b.Address(), found[0])
	}
	return found[0], found[1]
}

// Submit answers the form of a button as [Tab.Answer] does, presses it, and waits
// for the page that comes.
func (b *Tab) Submit(words string, pairs ...string) (method, path string) {
	b.t.Helper()
	method, path = b.Answer(words, pairs...)
	b.Press(`(` + worded + `)(` + quoted(words) + `)`)
	return method, path
}
