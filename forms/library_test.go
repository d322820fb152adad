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

// A fact is something a text must say: every phrase, in the item of the clause.
type fact struct {
	clause  string
	phrases []string // regular expressions
}

var consentFacts = []fact{
	{"who", []string{`Harbour Clinic`, `Sealform Hosting`, `other firms`, `nobody else`}},
	{"where", []string{`practice is in: \*\*Homeland`, `kept in: \*\*United States`}},
	{"what", []string{`name, date of birth and contact details`, `answers about your health`, `forms you sign`, `files you send`}},
	{"why", []string{`fill in and sign forms`, `care for you`, `not sent overseas for any other reason`}},
	{"voluntary", []string{`free to say no`, `still get care`, `offer you paper forms`, `02 5550 1234`}},
	{"withdraw", []string{`withdraw your consent at any time`, `call 02 5550 1234`, `send no more`, `does not undo`}},
	{"choice", []string{`consent to Harbour Clinic`, `to Sealform Hosting`, `overseas \(United States\)`}},
	{"decline-path", []string{`staff will offer you paper forms`, `will not refuse you care`, `record that you said no`}},
}

// consentVariants is what each law adds, by a country that lives under it.
var consentVariants = map[string][]fact{
	"AU": {
		{"app8.2b.not-apply", []string{`If you agree, APP 8\.1 will not apply to the records that we send overseas`, `not have to take those steps`}},
		{"app8.2b.not-accountable", []string{`breaks the Australian Privacy Principles`, `we will not be accountable under the Privacy Act`}},
		{"app8.2b.no-redress", []string{`You will not be able to seek redress under the Privacy Act`}},
		{"app8.2b.weaker-law", []string{`no privacy duties, or weaker ones`, `not be able to seek redress in that country`}},
		{"app8.2b.foreign-law", []string{`force the company to show`, `courts, police or other officials`}},
		{"app8.2b.rights", []string{`see or correct`, `complain to us`, `OAIC`}},
	},
	"NZ": {
		{"nz12.agency", []string{`Harbour Clinic, 1 Quay Street`, `collects and holds`, `Sealform Hosting`}},
		{"nz12.safeguards", []string{`may not be required to protect`, `Overall, its safeguards may not be comparable`, `Privacy Act 2020`, `Health Information Privacy Code 2020`}},
		{"nz12.foreign-law", []string{`force the company to show`}},
		{"nz12.redress", []string{`no office to complain to`, `no right to money`}},
		{"nz12.law", []string{`authorise it`, `principle 12`, `rule 12`, `No law says that you must agree`}},
		{"nz12.rights", []string{`see your records, and to correct them`, `Privacy Commissioner`}},
	},
	"CA": {
		{"ca.responsible", []string{`leave your province and leave Canada`, `We stay responsible`, `contract`, `protect them about as well`}},
		{"ca.foreign-law", []string{`courts, police and other officials may be able to see`}},
		{"ca.harm", []string{`risk of harm`, `lost, stolen or seen by the wrong person`}},
		{"ca.benefit", []string{`at home`}},
		{"ca.dates", []string{`starts on the day you sign`, `ends when`}},
		{"ca.optional", []string{`give, refuse or withdraw consent`, `each other purpose on its own`}},
		{"ca.rights", []string{`see your records, and to correct them`, `how the company protects them`, `privacy commissioner of your province or of Canada`}},
	},
	"DE": {
		{"art49.ground", []string{`explicit consent`, `only legal ground`, `Article 49\(1\)\(a\) of the GDPR`, `UK GDPR`}},
		{"art49.no-adequacy", []string{`No adequacy decision`, `no other safeguards`}},
		{"art49.no-authority", []string{`no supervisory authority`}},
		{"art49.no-rights", []string{`no rights there that a court will enforce`}},
		{"art49.government", []string{`government of that country may have access`}},
		{"art49.one-transfer", []string{`covers only the records, the company, the country and the reasons`}},
		{"art49.controller", []string{`Harbour Clinic is the controller`, `We keep your records for as long as`}},
		{"art49.rights", []string{`copy to take elsewhere`, `correct them, or delete`, `limit how we use`, `object to`, `data protection authority`, `ICO`}},
	},
	"US": {
		{"plain.weaker-law", []string{`protect you less`}},
		{"plain.foreign-law", []string{`force the company to show`, `courts, police or other officials`}},
		{"plain.redress", []string{`hard to complain there`}},
		{"plain.rights", []string{`see your records, and to correct them`, `complain to us`}},
	},
}

var noticeFacts = []fact{
	{"npp.header", []string{`THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED AND HOW YOU CAN GET ACCESS TO THIS INFORMATION\. PLEASE REVIEW IT CAREFULLY\.`}},
	{"npp.effective", []string{`Harbour Clinic`, `takes effect on \*\*1 March 2026`}},
	{"npp.treatment", []string{`use your information to care for you`, `share it with others who care for you`, `Example:`}},
	{"npp.payment", []string{`bills`, `health plan`, `Example:`}},
	{"npp.operations", []string{`manage our work`, `health care operations`, `Example:`}},
	{"npp.associates", []string{`business associates`, `contract`}},
	{"npp.required-by-law", []string{`federal, state or local law`, `Department of Health and Human Services`}},
	{"npp.public-health", []string{`diseases`, `medicines or devices`, `injury at work`, `school`, `vaccine`}},
	{"npp.abuse", []string{`Abuse, neglect or violence`}},
	{"npp.oversight", []string{`oversee health care`}},
	{"npp.courts", []string{`court orders`, `subpoena`}},
	{"npp.police", []string{`police`, `warrant`, `missing person`, `victim`}},
	{"npp.deaths", []string{`coroner`, `medical examiner`, `funeral director`}},
	{"npp.organs", []string{`organs, eyes or tissue`}},
	{"npp.research", []string{`research`, `board`}},
	{"npp.threat", []string{`serious and near threat`}},
	{"npp.government", []string{`military`, `national security`, `President`, `jail`}},
	{"npp.workers", []string{`workers' compensation`}},
	{"npp.family", []string{`family, friends`, `tell us not to`}},
	{"npp.disaster", []string{`family can learn where you are`}},
	{"npp.directory", []string{`people who ask for you by name`, `clergy`, `tell us not to`}},
	{"npp.authorization", []string{`written authorization`, `psychotherapy notes`, `marketing`, `sell your information`, `any other use that this notice does not describe only with your written authorization`}},
	{"npp.revoke", []string{`revoke .*your authorization at any time`}},
	{"npp.fundraising", []string{`contact you to raise funds`, `right to opt out`}},
	{"npp.part2", []string{`42 CFR Part 2`, `what a witness could say`, `civil, criminal, administrative or legislative`, `consent in writing`, `court order, made after notice and a chance to be heard`, `subpoena`, `raise funds, we will first give you a clear chance to say no`}},
	{"npp.state-law", []string{`law is stricter, we follow it`}},
	{"npp.right-how", []string{`write to Sam Lee, privacy officer at 1 Quay Street`, `call 02 5550 1234`}},
	{"npp.right-access", []string{`look at your record and get a copy`, `electronic`, `another person`, `30 days`, `fee`}},
	{"npp.right-amend", []string{`amend`, `60 days`, `own statement`}},
	{"npp.right-confidential", []string{`confidential communications`, `all reasonable requests`}},
	{"npp.right-restrict", []string{`do not have to agree`, `must agree`, `paid in full`, `health plan`}},
	{"npp.right-accounting", []string{`accounting`, `last six years`, `One list a year is free`}},
	{"npp.right-paper", []string{`paper copy`, `even if you agreed to get it in electronic form`}},
	{"npp.duties", []string{`keep your information private`, `legal duties and privacy practices`, `breach`, `not secured`, `notice now in effect`}},
	{"npp.changes", []string{`right to change this notice`, `all the information that we have`, `ask us for a copy`}},
	{"npp.complaint", []string{`complain to us`, `Secretary of the U\.S\. Department of Health and Human Services`, `hhs\.gov/ocr/complaints`, `not retaliate`}},
	{"npp.contact", []string{`Sam Lee, privacy officer, Harbour Clinic`, `Phone: 02 5550 1234`}},
	{"npp.receipt", []string{`I have received the Notice of Privacy Practices of Harbour Clinic`}},
}

var intakeFacts = []fact{
	{"collect.who", []string{`Harbour Clinic collects and holds`, `02 5550 1234`}},
	{"collect.why", []string{`plan your care`, `keep it safe`}},
	{"collect.sources", []string{`your doctor`, `test lab`, `health insurer`}},
	{"collect.share", []string{`Our staff`, `company that runs our record system`, `when the law says`}},
	{"collect.where", []string{`Country: United States`}},
	{"collect.if-not", []string{`do not have to answer`, `less safe`}},
	{"collect.rights", []string{`see your record`, `put right what is wrong`, `complain to us`, `privacy policy`}},
	{"collect.choice", []string{`agree that Harbour Clinic may use these answers for your care`}},
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

func TestNoticeHoldsEveryElement(t *testing.T) {
	sameClauses(t, load(t, "npp-acknowledgement"), noticeFacts)
	form := resolve(t, "npp-acknowledgement", "US")
	says(t, form, noticeFacts)
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
	sameClauses(t, load(t, "intake-adult"), intakeFacts)
	form := resolve(t, "intake-adult", "AU")
	says(t, form, intakeFacts)
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
		country := "AU"
		if len(form.Countries) > 0 {
			country = form.Countries[0]
		}
		for _, it := range itemsOf(resolve(t, form.Name, country)) {
			if left := variable.FindString(wording(it)); left != "" {
				t.Errorf("%s: %s still shows %s", form.Name, it.ID, left)
			}
		}
	}
}

func TestMissingPhoneIsNamed(t *testing.T) {
	for _, form := range forms.Library() {
		v := vars("US")
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

// statutory names the items whose words the law prescribes or fixes so closely
// that plainer ones would say less.
var statutory = []string{"notice.header", "choice.part2"}

func TestLibraryReadsEasily(t *testing.T) {
	for _, form := range forms.Library() {
		countries := []string{"AU", "NZ", "CA", "DE", "US"}
		if len(form.Countries) > 0 {
			countries = form.Countries
		}
		for _, country := range countries {
			var whole prose
			for _, page := range resolve(t, form.Name, country).Pages() {
				var p prose
				p.item(t, page)
				whole.add(p)
				if g := p.grade(); g > 8 {
					t.Errorf("%s, %s, page %q: reading grade %.1f, want 8 at most", form.Name, country, page.Ask, g)
				}
			}
			t.Logf("%s, %s: reading grade %.1f over %d words", form.Name, country, whole.grade(), whole.words)
		}
	}
}

// prose counts what the Flesch-Kincaid grade is made of.
type prose struct{ words, sentences, syllables int }

func (p *prose) add(q prose) {
	p.words += q.words
	p.sentences += q.sentences
	p.syllables += q.syllables
}

func (p prose) grade() float64 {
	words := float64(p.words)
	return 0.39*words/float64(p.sentences) + 11.8*float64(p.syllables)/words - 15.59
}

// item counts an item and the items in it. A list whose introduction ends with
// a colon is one sentence a bullet.
func (p *prose) item(t *testing.T, it *forms.Item) {
	if slices.Contains(statutory, it.ID) {
		return
	}
	texts := append(strings.Split(it.MD, "\n"), it.Ask, it.Hint, it.Help)
	for _, o := range it.Options {
		texts = append(texts, o.Text)
	}
	for _, text := range texts {
		for _, s := range sentenceEnd.Split(text, -1) {
			p.sentence(t, it.ID, word.FindAllString(s, -1))
		}
	}
	for _, child := range it.Items {
		p.item(t, child)
	}
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?](?:[\s*"]|$)`)
	word        = regexp.MustCompile(`[\pL\pN][\pL\pN'.@/:-]*`)
	vowels      = regexp.MustCompile(`[aeiouy]+`)
	silent      = regexp.MustCompile(`([^aeiouyl]e|[^aeiouyscgxzh]es|[^dt]ed)$`)
)

// sentence adds one sentence; GOV.UK's limit of 25 words holds for each.
// Headings, labels and short options would flatter the grade and do not count.
func (p *prose) sentence(t *testing.T, id string, words []string) {
	t.Helper()
	if len(words) < 5 {
		return
	}
	if len(words) > 25 {
		t.Errorf("%s: a sentence of %d words: %s", id, len(words), strings.Join(words, " "))
	}
	p.sentences++
	p.words += len(words)
	for _, w := range words {
		w = strings.ToLower(w)
		n := len(vowels.FindAllString(w, -1))
		if n > 1 && silent.MatchString(w) {
			n--
		}
		p.syllables += max(n, 1)
	}
}

func TestGradeKnowsPlainFromDense(t *testing.T) {
	var plain, dense prose
	plain.item(t, &forms.Item{MD: "The cat sat on the mat. It was a good day."})
	dense.item(t, &forms.Item{MD: "Notwithstanding applicable confidentiality regulations, organizational authorization necessitates comprehensive documentation."})
	if plain.grade() > 2 || dense.grade() < 20 {
		t.Errorf("grades %.1f and %.1f", plain.grade(), dense.grade())
	}
}
