package e2e_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

// A client who chooses Spanish on the first page reads, answers and signs the
// whole form in it.
func TestAClientReadsSpanish(t *testing.T) {
	doc := start(t).of(t, "npp-acknowledgement")
	tab := testbrowser.NewChromium(t).Tab(t, phone)
	tab.Open(doc.Link)
	tab.Follow("Español")
	tab.Type("code", doc.Code)
	inspect(t, tab, "unlock-es")
	tab.Continue()
	for range mostPages {
		p := tab.Page()
		html := testbrowser.First(p.Root, "html")
		if testbrowser.Attr(html, "lang") != "es" {
			t.Fatalf("%s is in %q", p.URL.Path, testbrowser.Attr(html, "lang"))
		}
		if link := testbrowser.Link(p.Root, ".pdf"); link != "" {
			if text := testbrowser.Text(testbrowser.First(p.Root, "main")); !strings.Contains(text, "Guardar su copia firmada") {
				t.Errorf("the receipt reads %q", text)
			}
			return
		}
		tab.Fill()
		tab.Continue()
	}
	t.Fatalf("no end, at %s", tab.Address())
}
