package forms_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

func TestCrisisHelp(t *testing.T) {
	for _, country := range []string{"US", "CA", "AU", "NZ", "GB", "IE", "FR", "ES"} {
		h := forms.CrisisHelp(country)
		if h.Emergency == "" || len(h.Lines) == 0 {
			t.Errorf("%s: %+v", country, h)
		}
		for _, l := range h.Lines {
			if l.Name == "" || l.Call == "" || !strings.HasPrefix(l.Source, "https://") {
				t.Errorf("%s: %+v", country, l)
			}
		}
	}
	if h := forms.CrisisHelp("PL"); h.Emergency != "112" || len(h.Lines) != 0 {
		t.Errorf("a country of the EU without a line: %+v", h)
	}
	if h := forms.CrisisHelp("JP"); h.Emergency != "" || len(h.Lines) != 0 {
		t.Errorf("a country that is not known: %+v", h)
	}
}

func TestAlerts(t *testing.T) {
	const item = `type: yesno, ask: Harm, flag: "=yes", alert: crisis`
	for typed, want := range map[string][]string{"yes": {"q"}, "no": nil, "": nil} {
		r := answer(t, item, forms.Inputs{"q": {typed}})
		if !slices.Equal(r.Alerts, want) || !slices.Equal(r.Flags, want) {
			t.Errorf("%q: alerts %v, flags %v", typed, r.Alerts, r.Flags)
		}
	}
}
