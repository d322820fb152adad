package forms_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

var variable = regexp.MustCompile(`\{[a-z_]+\}|https?://[^)\s]+`)

// What Parse cannot know of a translation: that no text was left in English,
// and that each names whom, where and how to reach them as the original does.
func TestLibraryTranslations(t *testing.T) {
	for name, tag := range map[string]string{"intake-adult": "es", "npp-acknowledgement": "es", "privacy-consent": "fr"} {
		form, err := forms.Parse(name, load(t, name).Canonical()) // the library's own is shared
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(form.Languages(), tag) {
			t.Errorf("%s is not in %s", name, tag)
			continue
		}
		there := form.In(tag)
		form.Walk(func(it *forms.Item) bool {
			was, is := wording(it), wording(there.Item(it.ID))
			if len(was) > 15 && was == is {
				t.Errorf("%s: %s reads the same in %s: %s", name, it.ID, tag, was)
			}
			if a, b := variable.FindAllString(was, -1), variable.FindAllString(is, -1); !same(a, b) {
				t.Errorf("%s: %s names %v, and %v in %s", name, it.ID, a, b, tag)
			}
			return true
		})
		if form.Title == there.Title || form.Sign.Statement == there.Sign.Statement {
			t.Errorf("%s: the title or the statement reads the same in %s", name, tag)
		}
	}
}

func same(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// The French of the consent for Canada tells the facts that its clauses need.
func TestFactsInFrench(t *testing.T) {
	form := resolve(t, "privacy-consent", "CA").In("fr")
	for clause, facts := range map[string][]string{
		"ca.what":      {"date de naissance", "votre santé", "payés"},
		"ca.parties":   {"Sealform Hosting", "seulement si vous êtes d'accord", "la loi nous y oblige"},
		"ca.purposes":  {"vous soigner", "facturer", "sans vous le demander d'abord"},
		"ca.harm":      {"risque de préjudice", "perdus, volés ou vus", "nous vous le dirons"},
		"ca.outside":   {"États-Unis", "tribunaux et la police", "restons responsables", "contrat"},
		"ca.phipa":     {"LPRPS", "donner, refuser ou retirer", "ne pas communiquer certains faits"},
		"ca.law25":     {"Loi 25", "chaque fin séparément", "moins de 14 ans", "en français"},
		"ca.authority": {"Health Information Act", "article 20", "Sam Lee"},
		"ca.retention": {"détruisons de façon sûre"},
		"ca.withdraw":  {"retirer votre consentement en tout temps", "n'annule pas", "pour vos soins"},
		"ca.access":    {"voir vos renseignements", "une copie", "corriger", "30 jours"},
		"ca.complain":  {"commissaire à la protection de la vie privée", "Commission d'accès à l'information"},
		"ca.contact":   {"Sam Lee, privacy officer, Harbour Clinic", "02 5550 1234"},
		"ca.care":      {"Harbour Clinic peut recueillir et utiliser vos renseignements de santé"},
		"ca.share":     {"personnes qui vous soignent"},
		"ca.reports":   {"assureur ou à un employeur"},
		"ca.research":  {"recherche"},
	} {
		text := strings.ReplaceAll(textOf(t, form, clause), `\`, "")
		for _, fact := range facts {
			if !strings.Contains(text, fact) {
				t.Errorf("%s lacks %q:\n%s", clause, fact, text)
			}
		}
	}
}
