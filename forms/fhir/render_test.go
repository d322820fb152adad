package fhir_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/testbrowser"
)

// Another program shows our forms with the same items in the same order.
func TestLHCFormsShowsTheLibrary(t *testing.T) {
	var all []json.RawMessage
	templates := everyTemplate(t)
	for _, tpl := range templates {
		all = append(all, fhir.Export(tpl))
	}
	for i, drawn := range testbrowser.RenderFHIR(t, all...) {
		tpl := templates[i]
		if drawn.Problem != "" {
			t.Errorf("%s: %s", tpl.Name, drawn.Problem)
			continue
		}
		if want := linkIDs(canonical(t, all[i])); !slices.Equal(drawn.Items, want) {
			t.Errorf("%s has the items %v, not %v", tpl.Name, drawn.Items, want)
		}
		asked, missing := 0, []string{}
		tpl.Walk(func(it *forms.Item) bool {
			if it.Asked() && len(it.ShowIf) == 0 && it.Parent() != nil && !it.Parent().Repeats {
				if asked++; !strings.Contains(squeezed(drawn.Text), squeezed(it.Ask)) {
					missing = append(missing, it.ID)
				}
			}
			return len(it.ShowIf) == 0 && !it.Hidden
		})
		if asked == 0 && len(missing) == 0 && drawn.Shown == 0 || len(missing) > 0 {
			t.Errorf("%s: of %d questions these are not on the page: %v", tpl.Name, asked, missing)
		}
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func linkIDs(v any) (ids []string) {
	items, _ := v.(map[string]any)["item"].([]any)
	for _, it := range items {
		id, _ := it.(map[string]any)["linkId"].(string)
		ids = append(append(ids, id), linkIDs(it)...)
	}
	return ids
}
