package outbox

import (
	"errors"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/practice"
)

func TestGuard(t *testing.T) {
	link := "https://forms.example.org/d/" + strings.Repeat("x", 43)
	is := func(digits string) bool { return digits == "12345678" }
	for name, c := range map[string]struct {
		message Message
		want    error
	}{
		"a link":                       {Message{Link: link, Body: "Open " + link, To: "a@example.org"}, nil},
		"a code":                       {Message{Code: "12345678", Body: "It is 1234 5678", To: "+15035550142", Channel: practice.SMS}, nil},
		"a spoken code":                {Message{Code: "12345678", Body: "1, 2, 3, 4, 5, 6, 7, 8", Channel: practice.Voice}, nil},
		"a phone number beside a link": {Message{Link: link, Body: link + " or call 9999 0000"}, nil},
		"neither":                      {Message{Body: "Thank you"}, nil},
		"both by name":                 {Message{Link: link, Code: "12345678", Body: link + " 1234 5678"}, errBoth},
		"the code beside a link":       {Message{Link: link, Body: link + " 1234 5678"}, errBoth},
		"spoken beside a link":         {Message{Link: link, Body: link + " 1, 2, 3, 4, 5, 6, 7, 8"}, errBoth},
		"in the subject":               {Message{Link: link, Subject: "12345678", Body: link}, errBoth},
		"another link":                 {Message{Link: link, Body: link + " " + strings.ReplaceAll(link, "x", "y")}, errStray},
		"a link beside a code":         {Message{Code: "12345678", Body: "12345678 " + link}, errStray},
		"a link that nobody named":     {Message{Body: link}, errStray},
		"no link in the text":          {Message{Link: link, Body: "Hello"}, errMissing},
		"no code in the text":          {Message{Code: "12345678", Body: "1234 56789"}, errMissing},
		"one mailbox":                  {Message{Link: link, Body: link, Channel: practice.Email, To: "Maya+forms@Example.org ", Other: []string{Normal(practice.Email, "maya@example.org")}}, errMeet},
		"text and call":                {Message{Code: "12345678", Body: "12345678", Channel: practice.Voice, To: "+1 503 555 0142", Other: []string{Normal(practice.SMS, "+15035550142")}}, errMeet},
		"no secret, one address":       {Message{Body: "Thank you", Channel: practice.Email, To: "a@example.org", Other: []string{Normal(practice.Email, "a@example.org")}}, nil},
	} {
		c.message.IsCode = is
		if err := guard(&c.message); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
