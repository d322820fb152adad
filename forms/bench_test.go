package forms_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
)

// manyItems is a form of n items, every fourth shown by the one before it.
func manyItems(n int) string {
	var b strings.Builder
	for i := range n {
		condition := ""
		if i%4 == 3 {
			condition = fmt.Sprintf(", show_if: [{q: q%d, exists: true}]", i-1)
		}
		kinds := []string{"type: text", "type: date", "type: integer, min: 0, max: 99", "type: pick, options: [{code: a, text: Ay}, {code: b, text: Bee}, {code: c, text: See}]"}
		fmt.Fprintf(&b, "- {id: q%d, %s, ask: Question %d%s}\n", i, kinds[i%4], i, condition)
	}
	return form(b.String())
}

// An item of a form of 800 must cost about what one of 40 does.
func BenchmarkCostPerItem(b *testing.B) {
	ratio := func(b *testing.B, work func(n int)) {
		per := func(n int) time.Duration {
			best := time.Duration(1 << 62)
			for range 9 {
				start := time.Now()
				for range 800 / n { // as much work whatever n, so that what else runs disturbs both alike
					work(n)
				}
				best = min(best, time.Since(start))
			}
			return best / 800
		}
		for b.Loop() {
			found := float64(per(800)) / float64(per(40))
			b.ReportMetric(found, "800-to-40")
			if found > 3 {
				b.Errorf("an item of 800 costs %.1f times one of 40", found)
			}
		}
	}
	b.Run("parse", func(b *testing.B) {
		texts := map[int][]byte{40: []byte(manyItems(40)), 800: []byte(manyItems(800))}
		ratio(b, func(n int) {
			if _, err := forms.Parse("many.yaml", texts[n]); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("read", func(b *testing.B) {
		templates, inputs := map[int]*forms.Template{}, map[int]forms.Inputs{}
		for _, n := range []int{40, 800} {
			t, err := forms.Parse("many.yaml", []byte(manyItems(n)))
			if err != nil {
				b.Fatal(err)
			}
			templates[n], inputs[n] = t, forms.Inputs{}
			for _, control := range t.PageControls(0, nil) {
				inputs[n][control] = []string{"a"}
			}
		}
		ratio(b, func(n int) { templates[n].Read(inputs[n], today) })
	})
}
