package portal_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

// offered returns the languages that a page offers.
func offered(p *page) (languages []string) {
	for b := range testbrowser.Elements(p.root, "button") {
		if testbrowser.Attr(b, "name") == "language" {
			languages = append(languages, testbrowser.Attr(b, "value"))
		}
	}
	return languages
}

// A link offers the languages that some document behind it can be read in, and
// no other: who chose French and then reads English was promised too much.
func TestALinkOffersLanguagesItsDocumentsCanBeReadIn(t *testing.T) {
	s := start(t, nil)
	s.publish(mood)
	spanish, english, both := "mood", "gad-7", []string{"gad-7", "mood"}
	for _, tt := range []struct {
		templates []string
		want      []string
	}{{[]string{spanish}, []string{"es"}}, {[]string{english}, nil}, {both, []string{"es"}}} {
		_, link := s.send(tt.templates[0], tt.templates[1:]...)
		c := s.browser()
		if got := offered(c.get(link)); !slices.Equal(got, tt.want) {
			t.Errorf("%v offers %v, not %v", tt.templates, got, tt.want)
		}
		c.post(link+"/language", url.Values{"language": {"fr"}})
		if got := offered(c.get(link)); !slices.Equal(got, append([]string{"en"}, tt.want...)) {
			t.Errorf("%v, addressed in French, offers %v", tt.templates, got)
		}
	}
}
