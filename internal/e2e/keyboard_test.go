package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/sealform/sealform/internal/testbrowser"
)

// Signing in, sending a document and making a new code, without a pointer; then
// the warning before an idle session ends.
func TestTheDeskByKeyboardAlone(t *testing.T) {
	tab := testbrowser.NewChromium(t).Tab(t, desktop)
	s := &desk{t: t, tab: tab, demo: start(t), visit: func(string) {}}
	tab.Open(s.demo.BaseURL + "/staff/sign-in")
	tab.Reach("[name=email]")
	tab.Keys(s.demo.Staff.Email)
	tab.Reach("[name=passphrase]")
	tab.Keys(s.demo.Staff.Passphrase)
	tab.Enter()
	s.says("/staff", "Hello")
	tab.Reach("main a[href='/staff/documents/new']")
	tab.Enter()
	tab.Reach("[name=first_name]")
	tab.Keys("Ines")
	tab.Reach("[name=full_name]")
	tab.Keys("Ines Okafor")
	tab.Reach("[name=template]")
	tab.Keys(" ")
	tab.Reach("[name=deliver]")
	if tab.Evaluate("document.activeElement.value") != "none" {
		tab.Keys(kb.ArrowDown)
	}
	tab.Reach("main form button.main")
	tab.Enter()
	first := s.secrets()["big"]
	if first == "" {
		t.Fatalf("no code to hand over at %s", tab.Address())
	}
	tab.Reach("main .acts a.main")
	tab.Enter()
	tab.Reach("#help button")
	tab.Enter()
	if again := s.secrets()["big"]; again == "" || again == first {
		t.Errorf("the new code is %q after %q", again, first)
	}
	tab.Open(s.demo.BaseURL + "/staff/clients/new")
	tab.Evaluate(`document.querySelector('[name=first_name]').value = 'Noor'`) // no sign of life, unlike typing
	tab.Evaluate(`(() => { const now = Date.now; Date.now = () => now() + 29 * 60e3; return '' })()`)
	tab.Until(`document.querySelector('.idle:not([hidden]) button') !== null`)
	tab.Evaluate(`(document.querySelector('.idle button').click(), '')`)
	tab.Until(`document.querySelector('.idle').hidden`)
	if kept := tab.Evaluate(`document.querySelector('[name=first_name]').value`); !strings.Contains(kept, "Noor") {
		t.Errorf("the warning leaves %q of what was typed", kept)
	}
}
