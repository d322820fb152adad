package views_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/views"
)

func TestCrisisHelpStandsWhereItIsNeeded(t *testing.T) {
	const at, hidden = `data-if="[[&#34;smoke&#34;,&#34;=&#34;,&#34;now&#34;]]" data-any`, ` hidden><div class="urgent"`
	calm := page(t, 1, views.FormState{})
	mustHold(t, calm, at+hidden, "Lifeline: call 13 11 14 or text 0477 13 11 14", "Call 000", "Nobody reads your answers until you have sent them")
	if raised := page(t, 1, views.FormState{Alerts: []string{"smoke"}}); !strings.Contains(raised, at+`><div class="urgent"`) {
		t.Error("an answer that raises the alert leaves the help hidden")
	}
	before := strings.Count(page(t, 2, views.FormState{}), `class="urgent"`)
	if after := strings.Count(page(t, 2, views.FormState{Alerts: []string{"smoke"}}), `class="urgent"`); after != before+1 {
		t.Errorf("the page after it shows the help %d times, want once", after-before)
	}
	for language, want := range map[string]string{"es-US": "988 Suicide & Crisis Lifeline: llame al 988 o escriba un mensaje al 988", "fr": "appelez le 988"} {
		if c := views.CrisisIn(language, "US"); !strings.Contains(c.Lines[0], want) || !strings.Contains(c.Danger, "911") {
			t.Errorf("%s: %+v", language, c)
		}
	}
}
