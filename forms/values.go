package forms

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

type state uint8

const (
	missing state = iota
	wrong
	good
)

// A value is one answer as it was read.
type value struct {
	state   state
	text    string   // as a person reads it; what was typed when wrong
	problem string   // when wrong
	part    string   // of the first bad control
	answer  any      // for Answers
	key     string   // what conditions compare: code, text, date
	number  float64  // of numbers, and the scores of chosen options
	codes   []string // of PickMany, in the order of options
	files   []Attachment
	signed  *Signed
}

func (r *reading) read(it *Item, path string) value {
	switch it.Kind {
	case Date, BirthDate, DateTime:
		return r.readDate(it, path)
	case Quantity:
		return r.readQuantity(it, path)
	case PickMany:
		return it.readMany(r.in[path])
	case PickOrType:
		return it.readPickOrType(r.in[path], r.first(path, "other"))
	case File:
		return it.readFiles(r.in[path])
	case Signature:
		return r.readSignature(it, path)
	case Pick, DropDown, Agree:
		return it.readPick(r.in[path])
	}
	raw := r.first(path, "")
	if blank(raw) {
		return value{}
	}
	if len(raw) > maxLong*utf8.UTFMax {
		return it.bad(raw[:maxText], "", it.tooLong(maxLong))
	}
	s := clean(raw, it.Kind == Long)
	if s == "" {
		return value{}
	}
	return r.readText(it, s)
}

func (r *reading) readText(it *Item, s string) value {
	switch it.Kind {
	case YesNo, Acknowledge:
		return it.readTruth(s)
	case Number, Integer:
		return r.readNumber(it, s, "")
	case Time:
		return it.readTime(s)
	}
	if n := utf8.RuneCountInString(s); n > it.MaxLen {
		return it.bad(s, "", it.tooLong(it.MaxLen))
	}
	v := value{state: good, text: s, answer: s, key: s}
	switch it.Kind {
	case Email:
		v = it.readEmail(s)
	case Phone:
		v = r.readPhone(it, s)
	case URL:
		v = it.readURL(s)
	case Initials:
		if !strings.ContainsFunc(s, unicode.IsLetter) {
			v = it.bad(s, "", it.say.Say("%s must be letters", it.subject("Initials for %s")))
		}
	}
	if v.state == good {
		it.checkText(&v, s)
	}
	return v
}

// checkText applies min_len and pattern.
func (it *Item) checkText(v *value, s string) {
	switch {
	case it.MinLen > 0 && utf8.RuneCountInString(s) < it.MinLen:
		*v = it.broken(s, "", it.tooShort())
	case it.pattern != nil && !it.pattern.MatchString(s):
		*v = it.broken(s, "", it.say.Say("Enter %s in the format asked for", it.within(it.subject(theAnswer))))
	}
}

// first returns the first value of a control.
func (r *reading) first(path, part string) string {
	if values := r.in[Control(path, part)]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// clean returns typed text in NFC without control characters, on one line
// unless lines says otherwise. Bytes that are not UTF-8 become U+FFFD.
func clean(s string, lines bool) string {
	if plainASCII(s) {
		return strings.TrimSpace(s)
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, "\ufffd"))
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(c rune) rune {
		switch {
		case c == '\n' && lines, c == '\t' && lines:
			return c
		case c == '\n', c == '\t':
			return ' '
		case unicode.IsControl(c):
			return -1
		}
		return c
	}, s)
	return strings.TrimSpace(s)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func (it *Item) readTruth(s string) value {
	v := value{state: good}
	switch strings.ToLower(s) {
	case "yes", "true", "on":
		v.text, v.key, v.answer = it.say.Word("Yes"), "true", true
	case "no", "false":
		if it.Kind == Acknowledge {
			return value{} // a box left empty says nothing
		}
		v.text, v.key, v.answer = it.say.Word("No"), "false", false
	default:
		return it.bad(s, "", it.say.Say("Choose yes or no for %s", it.quoted()))
	}
	return v
}

func (it *Item) readURL(s string) value {
	full := s
	if !strings.Contains(s, "://") {
		full = "https://" + s
	}
	u, err := url.Parse(full)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(strings.Trim(u.Hostname(), "."), ".") || strings.ContainsAny(full, " \"<>`") {
		return it.bad(s, "", it.say.Word("Enter a web address, like https://www.example.org"))
	}
	return value{state: good, text: full, answer: full, key: full}
}

// clocks are the ways to write a time of day.
var clocks = []string{"15:04", "3:04pm", "3:04 pm", "3pm", "3 pm", "15.04", "3.04pm", "3.04 pm", "1504", "15:04:05"}

func (it *Item) readTime(s string) value {
	typed := strings.ToLower(westernDigits(s))
	for _, c := range clocks {
		if at, err := time.Parse(c, typed); err == nil {
			hm := at.Format("15:04")
			return value{state: good, text: hm, answer: hm, key: hm}
		}
	}
	return it.bad(s, "", it.say.Say("%s must be a time, like 14:30", it.subject(theTime)))
}

// westernDigits turns full-width, Arabic, Persian and Devanagari digits into
// 0 to 9.
func westernDigits(s string) string {
	if plainASCII(s) {
		return s
	}
	return strings.Map(func(c rune) rune {
		for _, zero := range []rune{'０', '٠', '۰', '०'} {
			if c >= zero && c <= zero+9 {
				return '0' + c - zero
			}
		}
		return c
	}, s)
}

// bad is a value that cannot be read; broken is one that breaks a rule.
func (it *Item) bad(typed, part, problem string) value {
	return value{state: wrong, text: typed, part: part, problem: orElse(it.Say.Impossible, problem)}
}

func (it *Item) broken(typed, part, problem string) value {
	return value{state: wrong, text: typed, part: part, problem: orElse(it.Say.Rule, problem)}
}

// flagged reports whether the answer is one that staff must see.
func (it *Item) flagged(v *value) bool {
	m := comparison().FindStringSubmatch(it.Flag)
	op, want := m[1], m[2]
	if it.numeric() || op != "=" && op != "!=" {
		f, _ := strconv.ParseFloat(want, 64)
		return compare(op, v.number, f) != (op == "!=")
	}
	switch {
	case it.Kind == YesNo:
		return (v.key == "true") == ((want == "yes") == (op == "="))
	case it.Kind == PickMany:
		for _, code := range v.codes {
			if code == want {
				return op == "="
			}
		}
		return op == "!="
	}
	return (v.key == want) == (op == "=")
}

// Flagged returns the comparison of the item's flag: an operator and a value.
func (it *Item) Flagged() (op, value string) {
	m := comparison().FindStringSubmatch(it.Flag)
	if m == nil {
		return "", ""
	}
	return m[1], m[2]
}

// FlagCodes returns the codes of the options each of which, chosen alone, makes
// the item's flag hold.
func (it *Item) FlagCodes() []string {
	var codes []string
	for _, o := range it.Options {
		v := value{key: o.Code, codes: []string{o.Code}}
		if o.Score != nil {
			v.number = float64(*o.Score)
		}
		if it.Flag != "" && it.flagged(&v) {
			codes = append(codes, o.Code)
		}
	}
	return codes
}
