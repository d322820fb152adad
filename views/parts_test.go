package views_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sealform/sealform/views"
)

func TestIDsOfDifferentControlsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, control := range []string{"a", "a.b", "a:1:b", "a@b", "a-1-b", "a_1_b", "a:1:b@day", "a:11:b", "a:1:1b"} {
		id := views.ID(control)
		if other, twice := seen[id]; twice {
			t.Errorf("%q and %q are both %q", control, other, id)
		}
		seen[id] = control
	}
}

func TestCodesAreGrouped(t *testing.T) {
	if got := (views.Issued{Code: "12345678"}).Grouped(); got != "1234 5678" {
		t.Errorf("got %q", got)
	}
}

func TestPhoneNumbersCanBeTapped(t *testing.T) {
	text := string(render(t, views.New(), views.NoCodeSent{ClientPage: views.ClientPage{Practice: views.Practice{Phone: "+61 (3) 5550-1234 ext"}}}))
	mustHold(t, text, `<a href="tel:&#43;61355501234">`)
}

// Before the code is given, a page must not tell more than that there is a form.
func TestUnlockPageIsNeutral(t *testing.T) {
	v := views.New()
	for _, left := range []int{9, 4} {
		text := string(render(t, v, views.Unlock{ClientPage: clientPage(), Denial: views.Wrong, Left: left}))
		if strings.Contains(text, "left") {
			t.Errorf("with %d tries left the page counts them", left)
		}
	}
	mustHold(t, string(render(t, v, views.Unlock{ClientPage: clientPage(), Denial: views.Wrong, Left: 1})), "You have 1 try left")
	mustHold(t, string(render(t, v, views.Unlock{})), "<title>Open your form</title>", "There is a form for you", `autocomplete="one-time-code"`, `inputmode="numeric"`)
}

func TestDeadLinksLookAlike(t *testing.T) {
	v := views.New()
	one, two := render(t, v, views.Dead{Action: "ask"}), render(t, v, views.Dead{Action: "ask"})
	if !bytes.Equal(one, two) {
		t.Error("two dead links show different pages")
	}
}

func TestSigningNoticeMakesItsPromises(t *testing.T) {
	text := strings.Join(views.CurrentSigningNotice("en", practice, 30).Paragraphs, " ")
	mustHold(t, text, "on paper", "30 days", "change your mind", practice.Phone)
	if strings.Contains(strings.Join(views.CurrentSigningNotice("en", practice, 0).Paragraphs, " "), "0 days") {
		t.Error("the notice promises a copy for no days")
	}
}

// A page that cannot be printed must not be half sent.
func TestNothingIsWrittenWhenAPageFails(t *testing.T) {
	var b bytes.Buffer
	if err := views.New().Render(&b, broken{}); err == nil || b.Len() > 0 {
		t.Errorf("got %v and %d bytes", err, b.Len())
	}
}

type broken struct{}

func (broken) View() string { return "client/unlock" }
