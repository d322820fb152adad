package forms_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

// allocated is how many bytes a call takes from the heap, given back or not.
func allocated(work func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// Whatever is sent, reading it takes memory in proportion to its size.
func TestHostileTextsTakeLittleMemory(t *testing.T) {
	const most, small, all = 800, 8 << 20, 192 << 20 // times its own size; what any file may take; and what none may
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	rows := "- {id: g0, type: group, repeats: true, ask: A, min_times: 100, items: ["
	for i := range 15 {
		rows += fmt.Sprintf("{id: g%d, type: group, repeats: true, ask: A, min_times: 100, items: [", i+1)
	}
	rows += "{id: x, type: text, ask: X}" + strings.Repeat("]}", 16)
	for what, src := range map[string]string{
		"an alias bomb": bomb, "many values": "a: [" + strings.Repeat("1,", 74_000) + "1]", "too many values": "a: [" + strings.Repeat("1,", 299_000) + "1]",
		"many keys": "a: {" + strings.Repeat("a: 1, ", 37_000) + "b: 1}", "many lines": strings.Repeat("a: 1\n", 49_000), "many quotes": "a: [" + strings.Repeat("\"\",", 74_000) + "1]", "deep brackets": form("- " + strings.Repeat("[", 100_000)),
		"one long text": form("- {id: a, type: note, md: \"" + strings.Repeat("*a ", 300_000) + "\"}"), "rows of rows of rows": form(rows),
		"a thousand conditions": form(strings.Repeat("- {id: a, type: text, ask: A, show_if: [{q: a, exists: true}]}\n", 1000)),
	} {
		got := allocated(func() {
			if tpl, err := forms.Parse("f.yaml", []byte(src)); err == nil {
				tpl.Read(nil, today)
			}
		})
		if got > min(all, max(small, most*len(src))) {
			t.Errorf("%s: %d bytes take %d", what, len(src), got)
		}
		t.Logf("%s: %d bytes take %d MB", what, len(src), got>>20)
	}
	tpl := parse(t, everyKind)
	keys := make([]string, 50_000)
	for i := range keys {
		keys[i] = fmt.Sprint(i + 1)
	}
	for what, in := range map[string]forms.Inputs{
		"many rows": {"any": {"yes"}, "meds@rows": keys}, "many values": {"many": keys}, "a long text": {"own": {forms.Other}, "own@other": {strings.Repeat("e\u0301", 500_000)}},
		"many strokes": {"signed": {"A"}, "signed@strokes": {"[" + strings.Repeat("[[1,1]],", 100_000) + "[]]"}},
	} {
		size := 0
		for _, values := range in {
			size += len(strings.Join(values, ""))
		}
		if got := allocated(func() { tpl.Read(in, today) }); got > max(small, most*size) {
			t.Errorf("%s: %d bytes take %d", what, size, got)
		}
	}
}
