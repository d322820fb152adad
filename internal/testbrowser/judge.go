package testbrowser

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// axe finds axe-core beside the module's root, however deep the test is.
func axe(t testing.TB) string {
	t.Helper()
	for folder := "."; exists(folder); folder = filepath.Join("..", folder) {
		if path := filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"); exists(path) {
			source, err := axeSource(path)
			if err != nil {
				t.Fatal(err)
			}
			return source
		}
		if exists(filepath.Join(folder, "go.mod")) {
			break
		}
	}
	Missing(t, "axe-core")
	return ""
}

var axeSource = func() func(string) (string, error) {
	var once sync.Once
	var source []byte
	var err error
	return func(path string) (string, error) {
		once.Do(func() { source, err = os.ReadFile(path) })
		return string(source), err
	}
}()

// Violations returns what axe-core finds on the page: every rule in light
// colours, contrast alone in dark ones. The tab is left in light colours.
func (b *Tab) Violations() []string {
	b.t.Helper()
	source := axe(b.t)
	if b.screen.NoScripts {
		b.Scripts(true) // the page was loaded without; axe itself needs them
		defer b.Scripts(false)
	}
	b.Dark(false)
	evaluate[bool](b, source+";true")
	found := b.axe(`{ rules: { 'target-size': { enabled: true } } }`)
	b.Dark(true)
	for _, dark := range b.axe(`{ runOnly: ['color-contrast'] }`) {
		found = append(found, "dark: "+dark)
	}
	b.Dark(false)
	return found
}

func (b *Tab) axe(options string) []string {
	b.t.Helper()
	return evaluate[[]string](b, `axe.run(document, `+options+`).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? v.help))))`)
}

// Overflowing returns what sticks out of the page to the right when the screen
// is as narrow as width, in CSS pixels.
func (b *Tab) Overflowing(width int64) []string {
	b.t.Helper()
	if b.screen.Width != width {
		b.show(width)
		defer b.show(b.screen.Width)
	}
	return evaluate[[]string](b, `(() => {
	  const width = `+quoted(width)+`;
	  if (document.documentElement.scrollWidth <= width) return [];
	  const out = [...document.body.querySelectorAll('*')].filter((el) => el.getBoundingClientRect().right > width + 0.5);
	  return ['the page is ' + document.documentElement.scrollWidth + ' wide', ...out.slice(-3).map((el) => el.outerHTML.slice(0, 160))];
	})()`)
}

// Weight is how many bytes the page and what it loaded have, compressed as they
// came, whether they came now or were kept from before.
func (b *Tab) Weight() int {
	b.t.Helper()
	return evaluate[int](b, `['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).reduce((sum, e) => sum + e.encodedBodySize, 0)`)
}
