package forms_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

var harbour = forms.Vars{
	Practice: "Smith & Sons *Clinic*", Phone: "+61 2 5550 1234", Email: "a_b@example.org", Address: "1. Main Street",
	Website: "https://example.org/a_b", Country: "AU", CountryName: "Australia", StorageCountry: "US", StorageCountryName: "the United States",
	Operator: "Operator <1> Ltd", PrivacyContact: "Jo", EffectiveDate: "1 May 2026",
}

func TestResolveFillsInVariablesAsPlainText(t *testing.T) {
	tpl := parse(t, `- {id: a, type: note, md: "{address}\n\nAsk **{practice}** at [{email}]({website}). By {operator}."}
- {id: b, type: pick, ask: "Does {practice} in {country} suit?", hint: "{phone}", options: ["{storage_country}"], say: {missing: "Call {phone}"}}
- {id: c, type: text, ask: "Who is {operator}?"}`)
	got, err := tpl.Resolve(harbour)
	if err != nil {
		t.Fatal(err)
	}
	b := got.Item("b")
	if b.Ask != "Does Smith & Sons *Clinic* in Australia suit?" || b.Hint != harbour.Phone || b.Options[0].Text != "the United States" || b.Say.Missing != "Call "+harbour.Phone {
		t.Errorf("%+v", b)
	}
	want := []forms.Block{
		{Kind: forms.Paragraph, Spans: []forms.Span{{Text: "1. Main Street"}}},
		{Kind: forms.Paragraph, Spans: []forms.Span{
			{Text: "Ask "}, {Text: "Smith & Sons *Clinic*", Strong: true}, {Text: " at "},
			{Text: "a_b@example.org", URL: "https://example.org/a_b"}, {Text: ". By Operator <1> Ltd."},
		}},
	}
	if md := forms.Markdown(got.Item("a").MD); !reflect.DeepEqual(md, want) {
		t.Errorf("md = %+v", md)
	}
	if tpl.Item("b").Hint != "{phone}" {
		t.Error("Resolve changed the template itself")
	}
	again, err := forms.Parse("", got.Canonical())
	if err != nil || !reflect.DeepEqual(got, again) {
		t.Errorf("the resolved form does not parse to itself: %v", err)
	}
	if got.SHA256() == tpl.SHA256() {
		t.Error("what was asked has the hash of the template")
	}
}

func TestResolveKeepsItemsOfTheCountry(t *testing.T) {
	tpl := parse(t, `- {id: all, type: yesno, ask: All}
- {id: au, type: note, md: x, countries: [AU]}
- {id: eu, type: note, md: x, countries: [EU, GB]}
- {id: g, type: group, items: [{id: us, type: note, md: x, countries: [US]}]}
- {id: cover, type: group, field: insurance}
- {id: last, type: text, ask: L, show_if: [{q: all, "=": true}]}`)
	tests := map[string]string{
		"AU": "all au cover cover.medicare cover.irn cover.expiry cover.dva cover.ndis cover.fund cover.member cover.front cover.back last",
		"NZ": "all cover cover.nhi cover.acc cover.front cover.back last",
		"DE": "all eu cover cover.insurer cover.number cover.front cover.back last",
		"NO": "all eu cover cover.insurer cover.number cover.front cover.back last",
		"GB": "all eu cover cover.nhs cover.front cover.back last",
		"CA": "all cover cover.card cover.province cover.front cover.back last",
		"US": "all g us cover cover.plan cover.plan.payer cover.plan.name cover.plan.member cover.plan.group cover.plan.front cover.plan.back cover.plan.self cover.plan.holder cover.plan.born cover.plan.relation last",
		"ZA": "all last",
	}
	for country, want := range tests {
		got, err := tpl.Resolve(forms.Vars{Country: country})
		if err != nil {
			t.Errorf("%s: %v", country, err)
			continue
		}
		var ids []string
		got.Walk(func(it *forms.Item) bool { ids = append(ids, it.ID); return true })
		if strings.Join(ids, " ") != want {
			t.Errorf("%s: %s", country, strings.Join(ids, " "))
		}
		if r := got.Read(one("all", "yes"), today); slices.Contains(r.Hidden, "last") {
			t.Errorf("%s: hidden %v", country, r.Hidden)
		}
	}
}

func TestCountriesOfFormAndItemMeet(t *testing.T) {
	src := strings.Replace(form(`- {id: a, type: yesno, ask: A, countries: [DE, US]}
- {id: b, type: text, ask: B, countries: [DE], show_if: [{q: a, "=": true}]}
- {id: c, type: group, field: insurance}`), "kind:", "countries: [EU, AU]\nkind:", 1)
	tpl, err := forms.Parse("", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if tpl.Item("c.insurer") == nil || tpl.Item("c.medicare") == nil || tpl.Item("c.nhi") != nil || tpl.Item("c.plan") != nil {
		t.Error("the insurance group asks for the wrong countries")
	}
	got, err := tpl.Resolve(forms.Vars{Country: "DE"})
	if err != nil || got.Item("b") == nil || got.Item("c.medicare") != nil {
		t.Errorf("in Germany: %v, %v", got, err)
	}
}

func TestResolveNamesWhatIsMissing(t *testing.T) {
	note := func(md string) *forms.Template { return parse(t, "- {id: a, type: note, md: \""+md+"\"}") }
	tests := []struct {
		tpl  *forms.Template
		vars forms.Vars
		want string
	}{
		{note("{phone} {email} {phone}"), forms.Vars{}, "{phone} is used in the form and has no value\n{email} is used"},
		{note("{practice}"), forms.Vars{Practice: "a {phone} b"}, "the value of {practice} must not hold braces"},
		{note("{practice}"), forms.Vars{Practice: "a <b>b</b>"}, "the value of {practice} must not hold braces, markup"},
		{parse(t, "- {id: a, type: note, md: x, countries: [AU]}"), forms.Vars{}, "the country of the practice is needed"},
		{parse(t, "- {id: a, type: note, md: x, countries: [AU]}"), forms.Vars{Country: "NZ"}, "form test asks nothing in NZ"},
	}
	for _, tt := range tests {
		if got, err := tt.tpl.Resolve(tt.vars); got != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Resolve = %v, %v; want %q", got, err, tt.want)
		}
	}
	abroad, err := forms.Parse("", []byte(strings.Replace(form("- {id: a, type: note, md: x}"), "kind:", "countries: [US]\nkind:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := abroad.Resolve(forms.Vars{Country: "AU"}); err == nil || !strings.Contains(err.Error(), `form test is for US, not for "AU"`) {
		t.Errorf("abroad: %v", err)
	}
	if abroad.ForCountry("AU") || !abroad.ForCountry("US") {
		t.Error("ForCountry is wrong")
	}
}

func TestEveryLibraryTemplateResolves(t *testing.T) {
	for _, tpl := range forms.Library() {
		for _, country := range []string{"AU", "NZ", "US", "CA", "GB", "IE", "ZA"} {
			if !tpl.ForCountry(country) {
				continue
			}
			v := harbour
			v.Country = country
			got, err := tpl.Resolve(v)
			if err != nil {
				t.Errorf("%s in %s: %v", tpl.Name, country, err)
				continue
			}
			if again, err := forms.Parse("", got.Canonical()); err != nil || !reflect.DeepEqual(got, again) {
				t.Errorf("%s in %s does not parse to itself: %v", tpl.Name, country, err)
			}
			if strings.Contains(string(got.Canonical()), "{practice}") {
				t.Errorf("%s in %s keeps a variable", tpl.Name, country)
			}
		}
	}
}

func TestVersionsAreComparedAsNumbers(t *testing.T) {
	if forms.CompareVersions("1.10.0", "1.9.9") <= 0 || forms.CompareVersions("2.0.0", "10.0.0") >= 0 || forms.CompareVersions("1.2.3", "1.2.3") != 0 {
		t.Error("versions are compared as text")
	}
}
