package views_test

import (
	"testing"

	"github.com/sealform/sealform/static"
	"github.com/sealform/sealform/views"
)

func gzipped(t *testing.T, page []byte) int { return len(views.Squeeze(page)) }

func sizeOf(t *testing.T, name string) int {
	f, ok := static.Open(static.URL(name))
	if !ok {
		t.Fatalf("%s is not served", name)
	}
	return min(len(f.Bytes), len(f.Gzip))
}

func TestFirstPageFitsOneRound(t *testing.T) {
	page := render(t, views.New(), samples(t)["unlock"])
	if size := gzipped(t, page) + sizeOf(t, "client.css"); size > 14<<10 {
		t.Errorf("the first page and its style are %d bytes", size)
	}
}

// The whole flow of the longest form of the library, with every page sent
// once unanswered and the scripts fetched.
func TestWholeFlowIsSmall(t *testing.T) {
	v := views.New()
	all := samples(t)
	fixed := sizeOf(t, "client.css") + sizeOf(t, "form.js") + sizeOf(t, "sign.js") + sizeOf(t, "icon.svg")
	for _, name := range []string{"unlock", "review", "sign", "done"} {
		fixed += gzipped(t, render(t, v, all[name]))
	}
	for _, f := range resolvedLibrary(t) {
		form, err := views.CompileForm(v, f, options)
		if err != nil {
			t.Fatal(err)
		}
		size := fixed
		for i := range form.Pages() {
			size += len(form.Page(i).AppendGzip(nil, views.FormState{Revision: 7}))
		}
		t.Logf("%s: %d pages, %d bytes", f.Name, form.Pages(), size)
		if size > 60<<10 {
			t.Errorf("the whole flow of %s is %d bytes", f.Name, size)
		}
	}
}
