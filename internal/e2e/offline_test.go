package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/testbrowser"
)

const fullName = "about.name.full"

// says waits until the line under the form says what its attribute holds.
func says(t *testing.T, tab *testbrowser.Tab, attribute string) {
	t.Helper()
	var line string
	for range 100 {
		line = tab.Evaluate(`(() => { const el = document.getElementById('saved'); return el.textContent === el.dataset['` + attribute + `'] ? 'yes' : el.textContent })()`)
		if line == "yes" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the page says %q, not its %s sentence", line, attribute)
}

// What is typed without a connection waits in the page alone, and is saved once
// there is one again; two devices keep each other's answers.
func TestTypingWithoutAConnection(t *testing.T) {
	chromium := testbrowser.NewChromium(t)
	doc := start(t).of(t, "intake-adult")
	opened := func() *testbrowser.Tab {
		tab := chromium.Tab(t, phone)
		tab.Open(doc.Link)
		tab.Type("code", doc.Code)
		tab.Continue()
		return tab
	}
	first := opened()
	first.Offline(true)
	first.Type(fullName, "Ana Offline")
	says(t, first, "offline")
	kept := first.Evaluate(`(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, document.cookie.length,
	  navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0].join(' '))()`)
	if kept != "0 0 0 0 0" {
		t.Errorf("the device keeps something: %s", kept)
	}
	first.Offline(false)
	says(t, first, "saved")

	second := opened()
	if got := second.Page().Form().Control(fullName).Values; len(got) != 1 || got[0] != "Ana Offline" {
		t.Fatalf("the other device shows %q", got)
	}
	second.Type("about.language", "Spanish")
	says(t, second, "saved")
	first.Evaluate(`document.getElementById('saved').textContent = ''`) // what it says of the last time
	first.Type("about.days", "Gardening")
	says(t, first, "saved")
	second.Open(second.Address().String())
	form := second.Page().Form()
	for name, want := range map[string]string{fullName: "Ana Offline", "about.language": "Spanish", "about.days": "Gardening"} {
		if got := strings.Join(form.Control(name).Values, "|"); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
