package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
)

// A page of 800 items must cost at most three times as much for each as one of
// 40 does, with every item answered.
func BenchmarkCostPerItem(b *testing.B) {
	v := New()
	pages, states := map[int]*FormPage{}, map[int]FormState{}
	for _, n := range []int{40, 800} {
		var yaml strings.Builder
		yaml.WriteString("form: many\nversion: \"1.0.0\"\ntitle: Many\nkind: intake\nitems:\n")
		states[n] = FormState{Inputs: forms.Inputs{}, Revision: 3}
		for i := range n {
			kind := []string{"text", "yesno", "pick, options: [Never, Weekly, Daily]", "long"}[i%4]
			fmt.Fprintf(&yaml, "- {id: q%d, type: %s, ask: Question %d}\n", i, kind, i)
			states[n].Inputs[fmt.Sprintf("q%d", i)] = []string{[]string{"Some words", "yes", "Weekly", "More words"}[i%4]}
		}
		t, err := forms.Parse("many.yaml", []byte(yaml.String()))
		if err != nil {
			b.Fatal(err)
		}
		form, err := CompileForm(v, t, testOptions)
		if err != nil {
			b.Fatal(err)
		}
		pages[n] = form.Page(0)
	}
	buf := make([]byte, 0, 1<<20)
	per := func(n int) time.Duration {
		best := time.Duration(1 << 62)
		for range 100 {
			start := time.Now()
			buf = pages[n].AppendGzip(buf[:0], states[n])
			best = min(best, time.Since(start))
		}
		return best / time.Duration(n)
	}
	for b.Loop() {
		found := float64(per(800)) / float64(per(40))
		b.ReportMetric(found, "800-to-40")
		b.ReportMetric(float64(per(800)), "ns/item-of-800")
		if found > 3 {
			b.Errorf("an item of 800 costs %.1f times one of 40", found)
		}
	}
}
