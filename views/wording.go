package views

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/sealform/sealform/internal/lazyregexp"
	"github.com/sealform/sealform/internal/practice"
)

// A Wording is the fixed text of a message. The only facts in it stand for
// themselves in braces: {first name}, {practice}, {link}, {code} and {date}.
type Wording struct {
	Subject string // e-mail only
	Body    string
}

// MessageFacts are all that a message may say of anybody.
type MessageFacts struct {
	FirstName string
	Practice  string
	Link      string
	Code      string // eight digits
	Date      string // in words: the last day, or when an earlier message went
}

// Placeholders a wording may hold.
var placeholders = []string{"{first name}", "{practice}", "{link}", "{code}", "{date}"}

// placeholdersOf says which of them a message of the kind must hold, and which
// it may. Every message may greet; every message names the practice.
func placeholdersOf(kind practice.MessageKind) (must, may []string) {
	must, may = []string{"{practice}"}, []string{"{first name}", "{date}"}
	switch {
	case kind.CarriesLink():
		must = append(must, "{link}")
	case kind == practice.CodeMessage:
		must, may = append(must, "{code}"), []string{"{first name}"}
	case kind == practice.Resume:
		must = append(must, "{date}")
	case kind == practice.ExpiryNotice:
	default:
		may = []string{"{first name}"}
	}
	return must, append(may, must...)
}

var (
	inBraces = lazyregexp.New(`\{[^{}]*\}?|\}`)
	address  = lazyregexp.New(`(?i)\b(?:https?://|www\.)\S+`)
)

const (
	mostSubject  = 120
	mostBody     = 2000
	mostSegments = 3
)

// Lint returns what keeps a wording from being used, as sentences for whoever
// wrote it. A wording without faults can carry nothing but the facts of its
// kind, whatever they are.
func (w Wording) Lint(kind practice.MessageKind, channel practice.Channel) (faults []string) {
	text := w.Body
	if channel == practice.Email {
		text = w.Subject + "\n" + w.Body
		if strings.TrimSpace(w.Subject) == "" || strings.ContainsAny(w.Subject, "\r\n") || len(w.Subject) > mostSubject {
			faults = append(faults, "Enter a subject of one line, up to 120 characters.")
		}
		if strings.Contains(w.Subject, "{link}") || strings.Contains(w.Subject, "{code}") {
			faults = append(faults, "Keep the link and the code out of the subject: locked phones show it.")
		}
	}
	if strings.TrimSpace(w.Body) == "" || len(w.Body) > mostBody {
		faults = append(faults, "Enter a text of up to 2,000 characters.")
	}
	must, may := placeholdersOf(kind)
	for _, found := range inBraces().FindAllString(text, -1) {
		switch {
		case !slices.Contains(placeholders, found):
			faults = append(faults, found+" is not filled in. Use only "+strings.Join(may, ", ")+".")
		case !slices.Contains(may, found):
			faults = append(faults, found+" does not belong in this message.")
		}
	}
	for _, needed := range must {
		if n := strings.Count(w.Body, needed); n == 0 {
			faults = append(faults, "The text has to hold "+needed+".")
		} else if n > 1 && needed != "{practice}" {
			faults = append(faults, "The text has to hold "+needed+" only once.")
		}
	}
	if address().MatchString(text) {
		faults = append(faults, "Leave web addresses out: clients should follow no link but their own.")
	}
	if n, _ := Segments(w.sample(channel)); channel == practice.SMS && n > mostSegments {
		faults = append(faults, "Shorten the text: it takes more than three text messages.")
	}
	return faults
}

// sample is the text filled with facts of ordinary length.
func (w Wording) sample(channel practice.Channel) string {
	_, body := w.Fill(channel, MessageFacts{
		FirstName: "Alexandra", Practice: "Harbor Street Clinic", Link: "https://forms.example.org/d/" + strings.Repeat("x", 43), Code: "12345678", Date: "Friday 18 December 2026",
	})
	return body
}

// Fill puts the facts in. A code is grouped to be read, and for a call said
// digit by digit; a call says everything twice.
func (w Wording) Fill(channel practice.Channel, f MessageFacts) (subject, body string) {
	code := Issued{Code: f.Code}.Grouped()
	if channel == practice.Voice {
		code = strings.Join(strings.Split(f.Code, ""), ", ")
	}
	fill := strings.NewReplacer("{first name}", oneLine(f.FirstName), "{practice}", oneLine(f.Practice), "{link}", f.Link, "{code}", code, "{date}", f.Date)
	subject, body = fill.Replace(w.Subject), fill.Replace(w.Body)
	if channel == practice.Voice {
		body += "\n\n" + body
	}
	return subject, body
}

// oneLine keeps a name from adding lines, or an address of its own, to a message.
func oneLine(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	return strings.NewReplacer("/", " ", "<", "", ">", "", "@", " ").Replace(name)
}

// Preview is how a wording reads, with invented facts.
type Preview struct {
	Subject, Body string
	Segments      int  // text messages it takes; 0 unless it is one
	Wide          bool // some character is outside the GSM alphabet, so fewer fit
}

// Preview fills the wording with invented facts.
func (w Wording) Preview(kind practice.MessageKind, channel practice.Channel, practiceName string) Preview {
	facts := MessageFacts{FirstName: "Maya", Practice: practiceName, Link: "https://forms.example.org/d/EXAMPLE", Code: "12345678", Date: "Friday 18 December 2026"}
	p := Preview{}
	p.Subject, p.Body = w.Fill(channel, facts)
	if channel == practice.SMS {
		facts.Link = "https://forms.example.org/d/" + strings.Repeat("x", 43)
		_, whole := w.Fill(channel, facts)
		p.Segments, p.Wide = Segments(whole)
	}
	return p
}

// The GSM 7-bit default alphabet, and what costs two places in it
// (3GPP TS 23.038).
const (
	gsmBasic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// Segments returns how many text messages a text takes, and whether it needs
// the wide alphabet (UCS-2): 160 characters fit into one message and 153 into
// each of several, or 70 and 67.
func Segments(text string) (n int, wide bool) {
	places := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			places++
		case strings.ContainsRune(gsmExtended, r):
			places += 2
		default:
			wide = true
		}
	}
	one, each := 160, 153
	if wide {
		places, one, each = len(utf16.Encode([]rune(text))), 70, 67
	}
	if places <= one {
		return 1, wide
	}
	return (places + each - 1) / each, wide
}
