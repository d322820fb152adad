package forms

import "slices"

// Lengths an answer may have when a template does not say.
const (
	maxText     = 500
	maxEmail    = 254
	maxPhone    = 40
	maxURL      = 2000
	maxInitials = 8
	maxName     = 200
	maxRows     = 20
)

// fill gives an item what its template left out.
func (p *parsing) fill(it *Item) {
	if it.MaxLen == 0 && typed(it) {
		it.MaxLen = map[Kind]int{Long: maxLong, Email: maxEmail, Phone: maxPhone, URL: maxURL, Initials: maxInitials}[it.Kind]
		if it.MaxLen == 0 {
			it.MaxLen = maxText
		}
	}
	if it.Ask == "" {
		it.Ask = p.usual.Word(it.usualAsk())
	}
	if it.Autocomplete == "" && it.Signer != WitnessSigns {
		it.Autocomplete = usualToken[it.Kind]
	}
	switch {
	case it.Kind == BirthDate:
		it.Min, it.Max = orElse(it.Min, "today-130y"), orElse(it.Max, "today")
	case it.Kind == PickOrType:
		it.OtherLabel = orElse(it.OtherLabel, p.usual.Word("Something else"))
	case it.Kind == File:
		it.fillFile()
	case it.Kind == Score:
		it.ReadOnly = true
	case it.Kind == Group && it.Repeats:
		if it.MaxTimes == 0 {
			it.MaxTimes = max(maxRows, it.MinTimes)
		}
		if it.Required {
			it.MinTimes = max(it.MinTimes, 1)
		}
	}
	if len(it.Options) == 0 {
		it.Options = slices.Clone(usualOptions[it.Field])
		for i := range it.Options {
			it.Options[i].Text = p.usual.Word(it.Options[i].Text)
		}
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (it *Item) usualAsk() string {
	switch it.Signer {
	case GuardianSigns:
		return "Signature of the parent or guardian"
	case WitnessSigns:
		return "Signature of the witness"
	}
	return usualAsk[it.Field]
}

var usualAsk = map[Kind]string{
	Name: "Your name", BirthDate: "Date of birth", Email: "Email address", Phone: "Phone number",
	Address: "Address", Insurance: "Health insurance", Sex: "Sex recorded at birth or on your insurance",
	Gender: "Gender", Pronouns: "Pronouns", Initials: "Your initials", Signature: "Your signature", Score: "Score",
}

// usualToken tells the browser what it may fill in by itself.
var usualToken = map[Kind]string{BirthDate: "bday", Email: "email", Phone: "tel", Signature: "name"}

const (
	genderSystem = "http://hl7.org/fhir/administrative-gender"
	notSaying    = "Prefer not to say"
)

var usualOptions = map[Kind][]Option{
	Agree: {{Code: AgreeCode, Text: "I agree"}, {Code: DeclineCode, Text: "I do not agree"}},
	Sex: {
		{Code: "female", Text: "Female", System: genderSystem}, {Code: "male", Text: "Male", System: genderSystem},
		{Code: "other", Text: "Another term", System: genderSystem}, {Code: "unknown", Text: notSaying, System: genderSystem},
	},
	Gender: {
		{Code: "woman", Text: "Woman"}, {Code: "man", Text: "Man"},
		{Code: "non-binary", Text: "Non-binary"}, {Code: "private", Text: notSaying},
	},
	Pronouns: {
		{Code: "she", Text: "she/her"}, {Code: "he", Text: "he/him"},
		{Code: "they", Text: "they/them"}, {Code: "private", Text: notSaying},
	},
}

// expand gives a group with field: its usual items, unless it wrote its own.
func (p *parsing) expand(it *Item) {
	switch it.Field {
	case Name:
		full := &Item{Kind: Text, Ask: "Full name", Required: it.Required, Prefill: it.Prefill, Autocomplete: "name", MaxLen: maxName}
		called := &Item{Kind: Text, Ask: "What should we call you?", Autocomplete: "nickname", MaxLen: maxName}
		p.adopt(it, "full", full)
		p.adopt(it, "preferred", called)
		it.Prefill = ""
	case Address:
		for _, l := range addressLines {
			p.adopt(it, l.id, &Item{Kind: Text, Ask: l.ask, Required: it.Required && l.needed, Autocomplete: l.token, MaxLen: maxName})
		}
	case Insurance:
		p.insurance(it)
	default:
		return
	}
	it.Required = false
}

// adopt adds a child whose id is the group's id, a dot and the name.
func (p *parsing) adopt(group *Item, name string, child *Item) {
	p.items++
	child.ID = group.ID + "." + name
	child.Ask, child.Hint = p.usual.Word(child.Ask), p.usual.Word(child.Hint)
	p.lines[child] = p.lines[group]
	if len(child.ID) > 64 {
		p.fail(p.lines[group], "id: is too long for field: %s; shorten it to 40 characters", group.Field)
	}
	group.Items = append(group.Items, child)
}

// Lines that fit every country: nothing but street and town is needed.
var addressLines = []struct {
	id, ask, token string
	needed         bool
}{
	{"line1", "Address line 1", "address-line1", true},
	{"line2", "Address line 2", "address-line2", false},
	{"city", "Town, city or suburb", "address-level2", true},
	{"state", "State, province or county", "address-level1", false},
	{"postcode", "Postcode or ZIP code", "postal-code", false},
	{"country", "Country", "country-name", false},
}
