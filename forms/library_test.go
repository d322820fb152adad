package forms_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"golang.org/x/text/language"
)

// vars are the values of a practice in the country whose records are kept in
// the United States.
func vars(country string) forms.Vars {
	return forms.Vars{
		Practice: "Harbour Clinic", Phone: "02 5550 1234", Email: "hello@harbour.example",
		Address: "1 Quay Street, Port Albert", Website: "https://harbour.example",
		Country: country, CountryName: "Homeland",
		StorageCountry: "US", StorageCountryName: "United States",
		Operator: "Sealform Hosting", PrivacyContact: "Sam Lee, privacy officer", EffectiveDate: "1 March 2026",
	}
}

func load(t *testing.T, name string) *forms.Template {
	t.Helper()
	form, ok := forms.LibraryTemplate(name)
	if !ok {
		t.Fatalf("the library has no %s", name)
	}
	return form
}

func resolve(t *testing.T, name, country string) *forms.Template {
	t.Helper()
	form, err := load(t, name).Resolve(vars(country))
	if err != nil {
		t.Fatalf("resolve %s for %s: %v", name, country, err)
	}
	return form
}

func itemsOf(form *forms.Template) []*forms.Item {
	var all []*forms.Item
	form.Walk(func(it *forms.Item) bool {
		all = append(all, it)
		return true
	})
	return all
}

// wording is what a reader of the item sees, with white space made single.
func wording(it *forms.Item) string {
	return strings.Join(strings.Fields(it.Ask+" "+it.MD+" "+it.Hint+" "+it.Help), " ")
}

// textOf returns the words of the one item with the clause.
func textOf(t *testing.T, form *forms.Template, clause string) string {
	t.Helper()
	var found []string
	for _, it := range itemsOf(form) {
		if it.Clause == clause {
			found = append(found, wording(it))
		}
	}
	if len(found) != 1 {
		t.Errorf("%d items have clause %s, want 1", len(found), clause)
		return ""
	}
	return found[0]
}

func says(t *testing.T, form *forms.Template, facts []fact) {
	t.Helper()
	for _, f := range facts {
		text := textOf(t, form, f.clause)
		for _, phrase := range f.phrases {
			if !regexp.MustCompile(phrase).MatchString(text) {
				t.Errorf("%s: %s does not say %q:\n%s", form.Name, f.clause, phrase, text)
			}
		}
	}
}

func clausesOf(facts []fact) []string {
	var out []string
	for _, f := range facts {
		out = append(out, f.clause)
	}
	return out
}

func sameClauses(t *testing.T, form *forms.Template, facts []fact) {
	t.Helper()
	want, got := clausesOf(facts), slices.Clone(form.Clauses)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s promises the clauses %v, the facts tested here are %v", form.Name, got, want)
	}
}

func TestEveryLawFindsItsFacts(t *testing.T) {
	all := slices.Clone(consentFacts)
	for _, facts := range consentVariants {
		all = append(all, facts...)
	}
	sameClauses(t, load(t, "overseas-storage-consent"), all)
	for country, facts := range consentVariants {
		form := resolve(t, "overseas-storage-consent", country)
		says(t, form, consentFacts)
		says(t, form, facts)
		if len(form.Pages()) != 3 {
			t.Errorf("%s: has %d pages, want the facts, one law, the choice", country, len(form.Pages()))
		}
		beforeTheChoice(t, form, facts)
	}
	says(t, resolve(t, "overseas-storage-consent", "GB"), consentVariants["DE"])
}

// beforeTheChoice checks that nobody is asked before being told.
func beforeTheChoice(t *testing.T, form *forms.Template, facts []fact) {
	t.Helper()
	told := append(clausesOf(facts), "who", "where", "what", "why", "voluntary", "withdraw")
	for _, it := range itemsOf(form) {
		if it.Kind == forms.Agree {
			break
		}
		told = slices.DeleteFunc(told, func(c string) bool { return c == it.Clause })
	}
	if len(told) > 0 {
		t.Errorf("the choice comes before %v", told)
	}
}

func TestEveryCountryHasOneLaw(t *testing.T) {
	laws := map[string]string{"app8.2b.not-apply": "AU", "nz12.safeguards": "NZ", "ca.harm": "CA", "art49.ground": "EU", "plain.weaker-law": "plain"}
	// Withdrawn or only reserved, so no practice can be there.
	gone := strings.Fields("AC AN CP CQ CS DG EA EZ FQ IC NT PC SU TA UN YU")
	seen := map[string]int{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.Canonicalize() != r || slices.Contains(gone, code) {
				continue
			}
			var found []string
			for _, it := range itemsOf(resolve(t, "overseas-storage-consent", code)) {
				if law := laws[it.Clause]; law != "" {
					found = append(found, law)
				}
			}
			if len(found) != 1 {
				t.Errorf("%s sees the laws %v, want one", code, found)
				continue
			}
			seen[found[0]]++
		}
	}
	if seen["EU"] < 31 || seen["plain"] < 180 {
		t.Errorf("countries by law: %v", seen)
	}
}

func TestEveryFormSaysWhatItPromises(t *testing.T) {
	for _, form := range forms.Library() {
		if form.Name == "overseas-storage-consent" {
			continue // its facts differ by country
		}
		facts := plainFacts[form.Name]
		if len(facts) == 0 {
			t.Errorf("%s: no facts are checked", form.Name)
		}
		sameClauses(t, form, facts)
		says(t, resolve(t, form.Name, home(form)), facts)
	}
}

// home is a country the form is for.
func home(form *forms.Template) string {
	switch {
	case len(form.Countries) == 0:
		return "AU"
	case form.Countries[0] == forms.EU:
		return "IE"
	}
	return form.Countries[0]
}

func TestNoticeHoldsEveryElement(t *testing.T) {
	form := resolve(t, "npp-acknowledgement", "US")
	if first := form.Pages()[0].Items[0]; first.Clause != "npp.header" {
		t.Errorf("the notice begins with %s, not with the prescribed sentence", first.ID)
	}
	for _, it := range itemsOf(form) {
		if vacated := regexp.MustCompile(`(?i)reproducti|abortion|attest`).FindString(wording(it)); vacated != "" {
			t.Errorf("%s speaks of vacated law: %q", it.ID, vacated)
		}
	}
	if form.ForCountry("AU") {
		t.Error("a notice under US law is offered in Australia")
	}
}

func TestIntakeAsksEnoughAndNotTooMuch(t *testing.T) {
	form := resolve(t, "intake-adult", "AU")
	var questions, required int
	for _, it := range itemsOf(form) {
		if it.Asked() {
			questions++
		}
		if it.Asked() && it.Required {
			required++
		}
		if hit := regexp.MustCompile(`(?i)social security|\bSSN\b|\brace\b|ethnic|marital|married|insurance number`).FindString(wording(it)); hit != "" {
			t.Errorf("%s asks for %q, which care does not need", it.ID, hit)
		}
	}
	t.Logf("%d questions on %d pages, %d required, rows counted once", questions, len(form.Pages()), required)
	if questions < 45 || len(form.Pages()) < 8 || required > 14 {
		t.Error("want at least 45 questions on at least 8 pages, at most 14 of them required")
	}
}

func TestLibraryIsReadyToPublish(t *testing.T) {
	variable := regexp.MustCompile(`\{[^}]*\}`)
	known := []string{
		"{practice}", "{phone}", "{email}", "{address}", "{website}", "{country}",
		"{storage_country}", "{operator}", "{privacy_contact}", "{effective_date}",
	}
	for _, form := range forms.Library() {
		if form.Status != "active" || len(form.Citations) == 0 || form.Sign.Statement == "" || form.Minutes == 0 {
			t.Errorf("%s: status, citations, sign or minutes is missing", form.Name)
		}
		if _, err := time.Parse(time.DateOnly, form.Reviewed); err != nil {
			t.Errorf("%s: reviewed: %v", form.Name, err)
		}
		for _, it := range itemsOf(form) {
			for _, v := range variable.FindAllString(wording(it), -1) {
				if !slices.Contains(known, v) {
					t.Errorf("%s: %s uses %s, which no practice can fill in", form.Name, it.ID, v)
				}
			}
		}
		for _, it := range itemsOf(resolve(t, form.Name, home(form))) {
			if left := variable.FindString(wording(it)); left != "" {
				t.Errorf("%s: %s still shows %s", form.Name, it.ID, left)
			}
		}
	}
}

func TestMissingPhoneIsNamed(t *testing.T) {
	for _, form := range forms.Library() {
		v := vars(home(form))
		v.Phone = ""
		if _, err := form.Resolve(v); err == nil || !strings.Contains(err.Error(), "phone") {
			t.Errorf("%s without a phone number resolves: %v", form.Name, err)
		}
	}
}

// least is the least a client can send of the intake.
func least() forms.Inputs {
	return forms.Inputs{
		"about.name.full": {"Ada Quist"}, "about.dob@day": {"3"}, "about.dob@month": {"5"}, "about.dob@year": {"1941"},
		"contact.phone": {"02 5550 9876"}, "reason.main": {"My knee"}, "health.conditions": {"none"},
		"surgery.any": {"no"}, "meds.any": {"no"}, "allergy.any": {"no"}, "consent.use": {"agree"},
	}
}

func read(form *forms.Template, in forms.Inputs) *forms.Response {
	return form.Read(in, forms.Context{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Country: "AU"})
}

func TestIntakeNeedsLittle(t *testing.T) {
	form := resolve(t, "intake-adult", "AU")
	r := read(form, least())
	if len(r.Problems) > 0 || r.Outcome != "agreed" {
		t.Errorf("outcome %q, problems %+v", r.Outcome, r.Problems)
	}
	for control := range least() {
		in := least()
		delete(in, control)
		if len(read(form, in).Problems) == 0 {
			t.Errorf("nobody misses %s", control)
		}
	}
}

func TestMedicinesAreEntries(t *testing.T) {
	form := resolve(t, "intake-adult", "AU")
	in := least()
	in["meds.any"] = []string{"yes"}
	var rows []string
	for _, name := range []string{"Metformin", "Vitamin D"} {
		var row string
		in, row = form.AddRow(in, "meds")
		rows = append(rows, row)
		in[forms.Control("meds:"+row+":meds.name", "")] = []string{name}
	}
	for _, row := range form.Rows(in, "meds") {
		if !slices.Contains(rows, row) {
			in = form.RemoveRow(in, "meds", row)
		}
	}
	r := read(form, in)
	if meds, _ := r.Answers["meds"].([]map[string]any); len(r.Problems) > 0 || len(meds) != 2 || meds[1]["meds.name"] != "Vitamin D" {
		t.Errorf("medicines %v, problems %+v", r.Answers["meds"], r.Problems)
	}
	in["meds.any"] = []string{"no"}
	if r := read(form, in); r.Answers["meds"] != nil {
		t.Errorf("medicines %v stay after the answer no", r.Answers["meds"])
	}
}

func TestNobodyIsMadeToAgree(t *testing.T) {
	cases := []struct{ form, choice, note string }{
		{"overseas-storage-consent", "choose.overseas", "choose.declined"},
		{"intake-adult", "consent.use", "consent.declined"},
	}
	for _, c := range cases {
		form := resolve(t, c.form, "AU")
		for code, outcome := range map[string]string{"agree": "agreed", "decline": "declined"} {
			in := least()
			in[c.choice] = []string{code}
			r := read(form, in)
			if len(r.Problems) > 0 || r.Outcome != outcome {
				t.Errorf("%s, %s: outcome %q, problems %+v", c.form, code, r.Outcome, r.Problems)
			}
			told := slices.ContainsFunc(r.Entries, func(e forms.Entry) bool { return e.Item.ID == c.note })
			if told != (code == "decline") {
				t.Errorf("%s, %s: told what happens when declined: %v", c.form, code, told)
			}
		}
	}
}

func TestReceiptIsNotAgreement(t *testing.T) {
	form := resolve(t, "npp-acknowledgement", "US")
	r := read(form, forms.Inputs{"receipt.received": {"true"}})
	if len(r.Problems) > 0 || r.Outcome != "acknowledged" || form.Sign.Role != "acknowledge" {
		t.Errorf("outcome %q, signs as %s, problems %+v", r.Outcome, form.Sign.Role, r.Problems)
	}
}
