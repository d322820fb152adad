package forms_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
)

var today = forms.Context{Today: time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC), Country: "AU"}

// answer reads one item, as {control: value, …}.
func answer(t *testing.T, item string, in forms.Inputs) *forms.Response {
	t.Helper()
	return parse(t, "- {id: q, "+item+"}").Read(in, today)
}

func one(name, value string) forms.Inputs { return forms.Inputs{name: {value}} }

func date(day, month, year string) forms.Inputs {
	return forms.Inputs{"q@day": {day}, "q@month": {month}, "q@year": {year}}
}

func TestAnswersAreReadAndShown(t *testing.T) {
	picks := `type: pick, ask: Q, options: [{code: a, text: Ay}, {code: b, text: Bee}]`
	tests := []struct {
		name, item string
		in         forms.Inputs
		json, text string
	}{
		{"text", "type: text, ask: Q", one("q", "  a\tb  "), `"a b"`, "a b"},
		{"NFC, control characters", "type: text, ask: Q", one("q", "e\u0301\x00\x1b\u202ex"), `"é` + "\u202e" + `x"`, "é\u202ex"},
		{"broken UTF-8", "type: text, ask: Q", one("q", "a\xff\xed\xa0\x80b"), `"a�b"`, "a�b"},
		{"long", "type: long, ask: Q", one("q", "a\r\nb\rc"), `"a\nb\nc"`, "a\nb\nc"},
		{"yes", "type: yesno, ask: Q", one("q", "yes"), `true`, "Yes"},
		{"no", "type: yesno, ask: Q", one("q", "no"), `false`, "No"},
		{"number", "type: number, ask: Q, unit: litres", one("q", "1,250.50"), `1250.50`, "1250.50 litres"},
		{"decimal comma", "type: number, ask: Q", one("q", "1,5"), `1.5`, "1.5"},
		{"small number", "type: number, ask: Q", one("q", ".5"), `0.5`, "0.5"},
		{"minus", "type: number, ask: Q", one("q", "−3"), `-3`, "-3"},
		{"no minus zero", "type: number, ask: Q", one("q", "-0.0"), `0.0`, "0.0"},
		{"leading zeros", "type: integer, ask: Q", one("q", "+007"), `7`, "7"},
		{"full-width digits", "type: integer, ask: Q", one("q", "１２"), `12`, "12"},
		{"unit typed", "type: measure, ask: Q, unit: kg", one("q@value", "70 KG"), `{"unit":"kg","value":70}`, "70 kg"},
		{"unit chosen", "type: measure, ask: Q, units: [kg, {code: \"[lb_av]\", text: lb}]", forms.Inputs{"q@value": {"150"}, "q@unit": {"[lb_av]"}}, `{"unit":"[lb_av]","value":150}`, "150 lb"},
		{"date", "type: date, ask: Q", date("3", "5", "1980"), `"1980-05-03"`, "3 May 1980"},
		{"date with words", "type: date, ask: Q", date("03", "Sept.", "1980"), `"1980-09-03"`, "3 September 1980"},
		{"date in Arabic digits", "type: date, ask: Q", date("٣", "٥", "١٩٨٠"), `"1980-05-03"`, "3 May 1980"},
		{"leap day", "type: date, ask: Q", date("29", "2", "2024"), `"2024-02-29"`, "29 February 2024"},
		{"date of birth", "type: date, field: dob", date("22", "11", "2026"), `"2026-11-22"`, "22 November 2026"},
		{"datetime", "type: datetime, ask: Q", forms.Inputs{"q@day": {"1"}, "q@month": {"jan"}, "q@year": {"2026"}, "q@hour": {"9"}}, `"2026-01-01T09:00"`, "1 January 2026, 09:00"},
		{"time", "type: time, ask: Q", one("q", "2.30 PM"), `"14:30"`, "14:30"},
		{"web", "type: url, ask: Q", one("q", "example.org/a"), `"https://example.org/a"`, "https://example.org/a"},
		{"email", "type: text, field: email", one("q", " o'neil+x@sub.example.org "), `"o'neil+x@sub.example.org"`, "o'neil+x@sub.example.org"},
		{"phone at home", "type: text, field: phone", one("q", "(02) 5550-1234"), `"+61255501234"`, "+61 2 5550 1234"},
		{"phone abroad", "type: text, field: phone", one("q", "+1 202 555 0123 ext. 7"), `"+12025550123;ext=7"`, "+1 202-555-0123 ext. 7"},
		{"pick", picks, one("q", "b"), `"b"`, "Bee"},
		{"pick many", strings.Replace(picks, "ask:", "repeats: true, ask:", 1), forms.Inputs{"q": {"b", "a", "b"}}, `["a","b"]`, "Ay; Bee"},
		{"drop-down", strings.Replace(picks, "ask:", "control: drop-down, ask:", 1), forms.Inputs{"q": {"", "a"}}, `"a"`, "Ay"},
		{"pick of two", strings.Replace(picks, "pick", "pick_or_type", 1), forms.Inputs{"q": {"a"}, "q@other": {"changed my mind"}}, `"a"`, "Ay"},
		{"own words", strings.Replace(picks, "pick", "pick_or_type", 1), forms.Inputs{"q": {forms.Other}, "q@other": {" mine "}}, `{"other":"mine"}`, "mine"},
		{"own words alone", strings.Replace(picks, "pick", "pick_or_type", 1), forms.Inputs{"q@other": {"mine"}}, `{"other":"mine"}`, "mine"},
		{"initials", "type: text, field: initials", one("q", "J.D."), `"J.D."`, "J.D."},
		{"consent", "type: pick, field: consent, ask: Q", one("q", "decline"), `"decline"`, "I do not agree"},
		{"acknowledge", "type: yesno, field: acknowledge, ask: Q", one("q", "true"), `true`, "Yes"},
		{"pattern", `type: text, ask: Q, pattern: "a|b"`, one("q", "b"), `"b"`, "b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := answer(t, tt.item, tt.in)
			if len(r.Problems) > 0 {
				t.Fatalf("problems: %+v", r.Problems)
			}
			var b strings.Builder
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err := e.Encode(r.Answers["q"]); err != nil || strings.TrimSpace(b.String()) != tt.json {
				t.Errorf("answer = %s, %v; want %s", b.String(), err, tt.json)
			}
			if len(r.Entries) != 1 || r.Entries[0].Text != tt.text || r.Entries[0].Path != "q" || r.Entries[0].Static {
				t.Errorf("entries = %+v; want %q", r.Entries, tt.text)
			}
		})
	}
}

func TestProblemsSayWhatToDo(t *testing.T) {
	req := ", required: true"
	picks := `type: pick, ask: Q, options: [{code: a, text: Ay}, {code: b, text: Bee}, {code: n, text: None, exclusive: true}]`
	manyPicks := strings.Replace(picks, "ask: Q", "ask: Which?, repeats: true, max_times: 2, min_times: 1", 1)
	dob := "type: date, field: dob"
	tests := []struct {
		name, item    string
		in            forms.Inputs
		control, text string
	}{
		{"missing text", "type: text, ask: Name of medicine" + req, nil, "q", "Enter name of medicine"},
		{"missing NHS", "type: text, ask: NHS number" + req, one("q", "  "), "q", "Enter NHS number"},
		{"missing question", "type: text, ask: What hurts?" + req, nil, "q", "Answer the question “What hurts?”"},
		{"missing email", "type: text, field: email" + req, nil, "q", "Enter your email address"},
		{"missing initials", "type: text, field: initials" + req, nil, "q", "Enter your initials"},
		{"missing other email", "type: text, field: email, ask: Their email" + req, nil, "q", "Enter their email"},
		{"missing said", "type: text, ask: A, say: {missing: Tell us}" + req, nil, "q", "Tell us"},
		{"missing yes", "type: yesno, ask: Any pain?" + req, nil, "q", "Choose yes or no for “Any pain?”"},
		{"missing pick", picks + req, nil, "q", "Choose an option for “Q”"},
		{"missing drop-down", strings.Replace(picks, "ask:", "control: drop-down, ask:", 1) + req, one("q", ""), "q", "Choose an option for “Q”"},
		{"missing picks", manyPicks + req, nil, "q", "Choose at least one option for “Which?”"},
		{"missing consent", "type: pick, field: consent, ask: Storage" + req, nil, "q", "Choose “I agree” or “I do not agree” for “Storage”"},
		{"missing tick", "type: yesno, field: acknowledge, ask: I have read it" + req, nil, "q", "Tick the box for “I have read it”"},
		{"missing quantity", "type: measure, ask: Weight, unit: kg" + req, nil, "q@value", "Enter weight"},
		{"missing date of birth", dob + req, nil, "q@day", "Enter your date of birth"},
		{"no month", dob, date("3", "", "1980"), "q@month", "Date of birth must include a month"},
		{"no day and year", dob, date("", "5", ""), "q@day", "Date of birth must include a day and a year"},
		{"no date of a datetime", "type: datetime, ask: Visit", one("q@hour", "9"), "q@day", "Visit must include a day, a month and a year"},
		{"no time", "type: datetime, ask: Visit", date("1", "1", "2026"), "q@hour", "Visit must include a time"},
		{"impossible hour", "type: datetime, ask: Visit", forms.Inputs{"q@day": {"1"}, "q@month": {"1"}, "q@year": {"2026"}, "q@hour": {"25"}}, "q@hour", "Visit must have an hour from 0 to 23"},
		{"impossible minute", "type: datetime, ask: Visit", forms.Inputs{"q@day": {"1"}, "q@month": {"1"}, "q@year": {"2026"}, "q@hour": {"9"}, "q@minute": {"x"}}, "q@minute", "Visit must have minutes from 0 to 59"},
		{"30 February", dob, date("30", "2", "1980"), "q@day", "Date of birth must be a real date"},
		{"leap century", dob, date("29", "2", "1900"), "q@day", "Date of birth must be a real date"},
		{"month 13", dob, date("1", "13", "1980"), "q@month", "Date of birth must be a real date"},
		{"day of words", dob, date("first", "1", "1980"), "q@day", "Date of birth must be a real date"},
		{"two-digit year", dob, date("1", "1", "80"), "q@year", "Date of birth must have a year with 4 digits, like 1980"},
		{"unborn", dob, date("23", "11", "2026"), "q@day", "Date of birth must be in the past"},
		{"too old", dob, date("1", "1", "1890"), "q@day", "Date of birth must be on or after 22 November 1896"},
		{"date of a question", "type: date, ask: When did it start?", date("1", "", "1980"), "q@month", "The date for “When did it start?” must include a month"},
		{"date after today", "type: date, ask: Start, max: today", date("23", "11", "2026"), "q@day", "Start must be today or in the past"},
		{"date before today", "type: date, ask: Start, min: today", date("21", "11", "2026"), "q@day", "Start must be today or in the future"},
		{"date after limit", "type: date, ask: Start, max: 2020-01-31", date("1", "2", "2020"), "q@day", "Start must be on or before 31 January 2020"},
		{"no number", "type: number, ask: Weight", one("q", "heavy"), "q", "Weight must be a number, like 12"},
		{"two points", "type: number, ask: Weight", one("q", "1.2.3"), "q", "Weight must be a number, like 12"},
		{"endless number", "type: number, ask: Weight", one("q", strings.Repeat("9", 50)), "q", "Weight must be a number, like 12"},
		{"fraction", "type: integer, ask: Children", one("q", "1.5"), "q", "Children must be a whole number"},
		{"decimals", "type: number, ask: Weight, decimals: 1", one("q", "1.55"), "q", "Weight must have no more than 1 decimal place"},
		{"range", "type: integer, ask: Pain, min: 0, max: 10", one("q", "11"), "q", "Pain must be between 0 and 10"},
		{"range of a question", "type: integer, ask: How bad?, min: 1", one("q", "0"), "q", "The answer to “How bad?” must be 1 or more"},
		{"maximum", "type: integer, ask: Pain, max: 10", one("q", "11"), "q", "Pain must be 10 or less"},
		{"unit", "type: measure, ask: Weight, units: [kg, lb]", one("q@value", "7"), "q@unit", "Choose the unit for “Weight”"},
		{"quantity", "type: measure, ask: Weight, unit: kg", one("q@value", "x"), "q@value", "Weight must be a number, like 12"},
		{"time", "type: time, ask: Bedtime", one("q", "late"), "q", "Bedtime must be a time, like 14:30"},
		{"email", "type: text, field: email", one("q", "a@b"), "q", "Enter an email address in the correct format, like name@example.com"},
		{"email header", "type: text, field: email", one("q", "a@b.org, c@d.org"), "q", "Enter an email address in the correct format, like name@example.com"},
		{"phone", "type: text, field: phone", one("q", "12"), "q", "Enter a real phone number, with + and the country code if it is from another country"},
		{"web", "type: url, ask: Site", one("q", "javascript:alert(1)"), "q", "Enter a web address, like https://www.example.org"},
		{"too long", "type: text, ask: Name, max_len: 3", one("q", "éééé"), "q", "Name must be 3 characters or fewer"},
		{"very long", "type: long, ask: Story", one("q", strings.Repeat("x", 90_000)), "q", "Story must be 20000 characters or fewer"},
		{"too short", "type: text, ask: Name, min_len: 3", one("q", "ab"), "q", "Name must be 3 characters or more"},
		{"pattern", `type: text, ask: Ticket, pattern: "[0-9]+"`, one("q", "7a"), "q", "Enter ticket in the format asked for"},
		{"pattern said", `type: text, ask: Ticket, pattern: "[0-9]+", say: {rule: "Ticket must be digits, like 77"}`, one("q", "7a"), "q", "Ticket must be digits, like 77"},
		{"no letters", "type: text, field: initials", one("q", "12"), "q", "Your initials must be letters"},
		{"no option", picks, one("q", "zzz"), "q", "Choose one of the options for “Q”"},
		{"two options", picks, forms.Inputs{"q": {"a", "b"}}, "q", "Choose only one option for “Q”"},
		{"maybe", "type: yesno, ask: Pain?", one("q", "maybe"), "q", "Choose yes or no for “Pain?”"},
		{"exclusive", manyPicks, forms.Inputs{"q": {"a", "n"}}, "q", "Choose “None” alone, or take its tick away, for “Which?”"},
		{"many no option", manyPicks, forms.Inputs{"q": {"a", "zzz"}}, "q", "Choose only from the options for “Which?”"},
		{"too many", strings.Replace(manyPicks, ", exclusive: true", "", 1), forms.Inputs{"q": {"a", "b", "n"}}, "q", "Choose no more than 2 options for “Which?”"},
		{"too few", strings.Replace(manyPicks, "min_times: 1", "min_times: 2", 1), forms.Inputs{"q": {"a"}}, "q", "Choose at least 2 options for “Which?”"},
		{"own words missing", strings.Replace(picks, "pick", "pick_or_type", 1), one("q", forms.Other), "q@other", "Write your answer beside “Something else” for “Q”"},
		{"own words too long", strings.Replace(picks, "pick,", "pick_or_type, max_len: 3,", 1), one("q@other", "four"), "q@other", "Q must be 3 characters or fewer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := maps.Clone(tt.in)
			r := answer(t, tt.item, tt.in)
			if len(r.Problems) != 1 {
				t.Fatalf("problems: %+v", r.Problems)
			}
			p := r.Problems[0]
			if p.Control != tt.control || p.Text != tt.text || p.Item != "q" || p.Label == "" {
				t.Errorf("problem = %+v; want %s %q", p, tt.control, tt.text)
			}
			if len(r.Answers) != 0 || !reflect.DeepEqual(before, tt.in) {
				t.Errorf("answers %v, inputs %v", r.Answers, tt.in)
			}
			for _, word := range []string{"invalid", "please", "required", "field"} {
				if strings.Contains(strings.ToLower(p.Text), word) {
					t.Errorf("%q says %q", p.Text, word)
				}
			}
		})
	}
}

func TestPhoneWithoutCountryAsksForPlus(t *testing.T) {
	r := parse(t, "- {id: q, type: text, field: phone}").Read(one("q", "0412 345 678"), forms.Context{Today: today.Today})
	if len(r.Problems) != 1 || r.Problems[0].Text != "Enter a phone number that begins with + and the country code" {
		t.Errorf("%+v", r.Problems)
	}
}

func TestReadOnlyAnswersNeverBlock(t *testing.T) {
	item := "type: text, field: email, read_only: true, required: true, prefill: email"
	for _, in := range []forms.Inputs{nil, one("q", "nonsense"), one("q", "a@b.org")} {
		if r := answer(t, item, in); len(r.Problems) > 0 || r.Entries[0].Text != strings.Join(in["q"], "") {
			t.Errorf("%v: %+v %+v", in, r.Problems, r.Entries)
		}
	}
}

func TestNumbersFollowTheLanguage(t *testing.T) {
	src := strings.Replace(form("- {id: q, type: number, ask: Q}"), "kind:", "language: de\nkind:", 1)
	tpl, err := forms.Parse("", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if got := tpl.Read(one("q", "1,250"), today).Answers["q"]; got != json.Number("1.250") {
		t.Errorf("German 1,250 = %v", got)
	}
}

// shownWhen reads q's condition on a.
func shownWhen(t *testing.T, a, condition string, in forms.Inputs) bool {
	t.Helper()
	r := parse(t, "- {id: a, ask: A, "+a+"}\n- {id: q, type: text, ask: Q, "+condition+"}").Read(in, today)
	return !slices.Contains(r.Hidden, "q")
}

func TestConditions(t *testing.T) {
	picks := "type: pick, options: [x, y, z]"
	tests := []struct {
		a, condition string
		in           forms.Inputs
		want         bool
	}{
		{"type: yesno", `show_if: [{q: a, "=": true}]`, one("a", "yes"), true},
		{"type: yesno", `show_if: [{q: a, "=": true}]`, one("a", "no"), false},
		{"type: yesno", `show_if: [{q: a, "=": false}]`, nil, false},
		{"type: yesno", `show_if: [{q: a, "!=": true}]`, nil, true},
		{"type: yesno", `show_if: [{q: a, exists: true}]`, one("a", "no"), true},
		{"type: yesno", `show_if: [{q: a, exists: false}]`, nil, true},
		{"type: yesno", `show_if: [{q: a, exists: false}]`, one("a", "no"), false},
		{"type: integer", `show_if: [{q: a, ">": 3}]`, one("a", "4"), true},
		{"type: integer", `show_if: [{q: a, ">": 3}]`, one("a", "3"), false},
		{"type: integer", `show_if: [{q: a, ">=": 3}]`, one("a", "3"), true},
		{"type: integer", `show_if: [{q: a, "<": 10}]`, one("a", "9"), true},
		{"type: integer", `show_if: [{q: a, "<=": 3}]`, one("a", "4"), false},
		{"type: integer", `show_if: [{q: a, "=": 3}]`, one("a", "03"), true},
		{"type: integer", `show_if: [{q: a, "<": 10}]`, one("a", "what"), false},
		{"type: measure, unit: kg", `show_if: [{q: a, ">": 100}]`, one("a@value", "100.5"), true},
		{"type: date", `show_if: [{q: a, ">": today-18y}]`, forms.Inputs{"a@day": {"23"}, "a@month": {"11"}, "a@year": {"2008"}}, true},
		{"type: date", `show_if: [{q: a, ">": today-18y}]`, forms.Inputs{"a@day": {"22"}, "a@month": {"11"}, "a@year": {"2008"}}, false},
		{"type: time", `show_if: [{q: a, ">": "12:00"}]`, one("a", "1pm"), true},
		{picks, `show_if: [{q: a, "=": y}]`, one("a", "y"), true},
		{picks, `show_if: [{q: a, "=": y}, {q: a, "=": z}], show_when: any`, one("a", "z"), true},
		{picks, `show_if: [{q: a, "=": y}, {q: a, "=": z}], show_when: any`, one("a", "x"), false},
		{picks, `show_if: [{q: a, "!=": y}, {q: a, exists: true}]`, one("a", "y"), false},
		{picks, `show_if: [{q: a, "!=": y}, {q: a, exists: true}]`, one("a", "x"), true},
		{"repeats: true, " + picks, `show_if: [{q: a, "=": y}]`, forms.Inputs{"a": {"x", "y"}}, true},
		{"repeats: true, " + picks, `show_if: [{q: a, "!=": y}]`, forms.Inputs{"a": {"x", "y"}}, false},
		{"type: pick_or_type, options: [x]", `show_if: [{q: a, "=": "@other"}]`, one("a@other", "own"), true},
		{"type: text", `show_if: [{q: a, "=": Bob}]`, one("a", " Bob "), true},
	}
	for _, tt := range tests {
		if got := shownWhen(t, tt.a, tt.condition, tt.in); got != tt.want {
			t.Errorf("%s; %s; %v: shown = %v", tt.a, tt.condition, tt.in, got)
		}
	}
}

func TestHiddenAnswersAreDroppedThroughAndThrough(t *testing.T) {
	tpl := parse(t, `
- {id: a, type: yesno, ask: A}
- {id: g, type: group, show_if: [{q: a, "=": true}], items: [
  {id: b, type: yesno, ask: B, required: true},
  {id: rows, type: group, repeats: true, ask: Row, items: [{id: r, type: text, ask: R}]}]}
- {id: c, type: text, ask: C, required: true, show_if: [{q: b, "=": true}]}`)
	in := forms.Inputs{"a": {"no"}, "b": {"yes"}, "c": {"text"}, "rows@rows": {"1", "2"}, "rows:2:r": {"x"}}
	r := tpl.Read(in, today)
	if len(r.Problems) > 0 || !slices.Equal(r.Hidden, []string{"g", "c"}) || !slices.Equal(r.Dropped, []string{"b", "rows:2:r", "c"}) {
		t.Errorf("problems %v hidden %v dropped %v", r.Problems, r.Hidden, r.Dropped)
	}
	if got, _ := json.Marshal(r.Answers); string(got) != `{"a":false}` {
		t.Errorf("answers %s", got)
	}
	in["a"] = []string{"yes"}
	if got, _ := json.Marshal(tpl.Read(in, today).Answers); string(got) != `{"a":true,"b":true,"c":"text","rows":[{"r":"x"}]}` {
		t.Errorf("answers %s", got)
	}
}
