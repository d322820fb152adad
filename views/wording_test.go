package views_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	nouns "github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/views"
)

func TestDefaultWordingsPassTheirOwnLint(t *testing.T) {
	for _, language := range views.WordingLanguages {
		for _, kind := range nouns.ClientMessages {
			for _, channel := range nouns.Channels {
				w := views.DefaultWording(kind, channel, language)
				if faults := w.Lint(kind, channel); len(faults) > 0 {
					t.Errorf("%s %s %s: %v", language, kind, channel, faults)
				}
				if p := w.Preview(kind, channel, "Harbor Street Clinic"); channel == nouns.SMS && p.Segments > 2 {
					t.Errorf("%s %s takes %d text messages: %s", language, kind, p.Segments, p.Body)
				}
			}
		}
	}
}

func TestLint(t *testing.T) {
	good := views.Wording{Subject: "A form", Body: "{practice}: {link}"}
	for name, w := range map[string]views.Wording{
		"code beside link":   {Subject: "A form", Body: "{practice}: {link} {code}"},
		"no link":            {Subject: "A form", Body: "{practice}"},
		"two links":          {Subject: "A form", Body: "{practice}: {link} {link}"},
		"no practice":        {Subject: "A form", Body: "{link}"},
		"unknown":            {Subject: "A form", Body: "{practice}: {link} {diagnosis}"},
		"half a placeholder": {Subject: "A form", Body: "{practice}: {link} {first name"},
		"a stray brace":      {Subject: "A form", Body: "{practice}: {link} }"},
		"link in subject":    {Subject: "{link}", Body: "{practice}: {link}"},
		"no subject":         {Body: "{practice}: {link}"},
		"two-line subject":   {Subject: "A\nBcc: x", Body: "{practice}: {link}"},
		"a web address":      {Subject: "A form", Body: "{practice}: {link} or https://example.org"},
		"too long":           {Subject: "A form", Body: "{practice}: {link}" + strings.Repeat("x", 2000)},
	} {
		if len(w.Lint(nouns.LinkMessage, nouns.Email)) == 0 {
			t.Errorf("%s passes", name)
		}
	}
	if faults := good.Lint(nouns.LinkMessage, nouns.Email); len(faults) != 0 {
		t.Errorf("a good one: %v", faults)
	}
	long := views.Wording{Body: "{practice}: {link} " + strings.Repeat("words ", 70)}
	if len(long.Lint(nouns.LinkMessage, nouns.SMS)) == 0 {
		t.Error("four text messages pass as one")
	}
}

func TestSegments(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		wide bool
	}{
		{"", 1, false}, {strings.Repeat("a", 160), 1, false}, {strings.Repeat("a", 161), 2, false}, {strings.Repeat("a", 306), 2, false}, {strings.Repeat("a", 307), 3, false},
		{strings.Repeat("€", 80), 1, false}, {strings.Repeat("€", 81), 2, false}, {"é à ñ ü Å", 1, false}, {"ê", 1, true},
		{strings.Repeat("ê", 70), 1, true}, {strings.Repeat("ê", 71), 2, true}, {strings.Repeat("😀", 35), 1, true}, {strings.Repeat("😀", 36), 2, true},
	} {
		if n, wide := views.Segments(c.text); n != c.n || wide != c.wide {
			t.Errorf("%d characters: %d, %t", len([]rune(c.text)), n, wide)
		}
	}
}

func TestSpokenCodesAreSaidDigitByDigitTwice(t *testing.T) {
	for _, language := range views.WordingLanguages {
		_, body := views.DefaultWording(nouns.CodeMessage, nouns.Voice, language).Fill(nouns.Voice, views.MessageFacts{Practice: "Harbor", Code: "90210734"})
		if strings.Count(body, "9, 0, 2, 1, 0, 7, 3, 4") != 2 || strings.Contains(body, "90") {
			t.Errorf("%s: %q", language, body)
		}
	}
}

// Whatever a name is, it cannot bring a line, a placeholder or an address of its
// own into a message.
func TestNamesStayNames(t *testing.T) {
	pieces := []string{"{code}", "{link}", "\n", "\r\n", "https://evil.example/d/x", "<b>", "@", "Ana", " ", "{", "}", "ñ", "1234 5678", "\u202e"}
	for range 500 {
		var name strings.Builder
		for range 1 + rand.N(5) {
			name.WriteString(pieces[rand.N(len(pieces))])
		}
		facts := views.MessageFacts{FirstName: name.String(), Practice: name.String(), Link: "LINK", Code: "11112222", Date: "DATE"}
		for _, kind := range nouns.ClientMessages {
			w := views.DefaultWording(kind, nouns.Email, "en")
			subject, body := w.Fill(nouns.Email, facts)
			if strings.ContainsAny(subject, "\r\n") || strings.Contains(subject+body, "://") || strings.Contains(body, "<") {
				t.Fatalf("%q makes %q", name.String(), subject+"\n"+body)
			}
			if strings.Contains(body, "1111 2222") != (kind == nouns.CodeMessage) || strings.Count(body, "LINK") > 1 || strings.Count(w.Body, "\n") != strings.Count(body, "\n") {
				t.Fatalf("%q makes %q", name.String(), body)
			}
		}
	}
}
