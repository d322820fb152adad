// Package words says sentences in the languages that clients are spoken to in.
// Whoever owns the sentences keeps a table of them; this package owns how one
// is found, which plural a number takes, and how days are named.
package words

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A Row is one sentence in every language: English, Spanish, French. English is
// how it is asked for. A cell whose words depend on a number holds the singular
// and the plural with a "¦" between; the number is the sentence's first %d.
type Row [3]string

const between = "¦"

// Languages are those that a Table speaks, in the order of a Row's cells.
var Languages = []string{"en", "es", "fr"}

var tags = []language.Tag{language.English, language.Spanish, language.French}

// Names are the languages in their own words.
var Names = map[string]string{"en": "English", "es": "Español", "fr": "Français"}

// Base returns the language of a tag without its region: "es" of "es-MX".
func Base(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(base)
}

// Known reports whether a Table speaks the language of the tag.
func Known(tag string) bool { return indexOf(tag) > 0 || Base(tag) == "en" }

func indexOf(tag string) int {
	base := Base(tag)
	for i, l := range Languages {
		if l == base {
			return i
		}
	}
	return 0
}

// A Table is sentences by their English. It never changes after New.
type Table struct {
	rows func() map[string]Row // put in order when the first sentence is asked for
}

// New makes a table. Two rows for one English sentence make its first use panic,
// since tables are written in our own source.
func New(lists ...[]Row) *Table {
	return &Table{sync.OnceValue(func() map[string]Row {
		all := map[string]Row{}
		for _, r := range slices.Concat(lists...) {
			if _, twice := all[r.Key()]; twice {
				panic("words: twice: " + r.Key())
			}
			all[r.Key()] = r
		}
		return all
	})}
}

// Key is what the sentence is asked for by: its English, in the plural.
func (r Row) Key() string {
	_, other, found := strings.Cut(r[0], between)
	if found {
		return other
	}
	return r[0]
}

// A Speaker says a table's sentences in one language. What the language or
// the table lacks is said in English, as it was asked for.
type Speaker struct {
	table *Table
	lang  int
}

// In returns the speaker of a BCP 47 tag, whatever its region.
func (t *Table) In(tag string) Speaker { return Speaker{t, indexOf(tag)} }

// English reports whether the speaker speaks it.
func (s Speaker) English() bool { return s.lang == 0 }

// Word returns a text in the speaker's language; one that is in no table stays
// as it is. It fills nothing in.
func (s Speaker) Word(text string) string {
	if said, ok := s.Find(text); ok {
		return said
	}
	return text
}

// Find returns a text in the speaker's language, and whether the table has it.
func (s Speaker) Find(text string) (string, bool) {
	if s.table == nil {
		return "", false
	}
	row, ok := s.table.rows()[text]
	return row[s.lang], ok
}

// Say returns a sentence with its blanks filled in, as fmt.Sprintf does.
func (s Speaker) Say(sentence string, blanks ...any) string {
	form := s.Word(sentence)
	if one, other, found := strings.Cut(form, between); found {
		form = other
		if s.one(sentence, blanks) {
			form = one
		}
	}
	if len(blanks) == 0 {
		return form
	}
	return fmt.Sprintf(form, blanks...)
}

// one reports whether the number of the sentence takes the singular.
func (s Speaker) one(sentence string, blanks []any) bool {
	at := strings.Index(sentence, "%d")
	if at < 0 {
		return false
	}
	n, _ := blanks[strings.Count(sentence[:at], "%")].(int)
	return plural.Cardinal.MatchPlural(tags[s.lang], n, 0, 0, 0, 0) == plural.One
}

var months = [...][12]string{
	{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
}

var weekdays = [...][7]string{
	{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
	{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
}

// Months returns the names of the months in a language, January first.
func Months(tag string) [12]string { return months[indexOf(tag)] }

// MonthFirst reports whether people put the month before the day: those of the
// United States do, and who speaks its English while no country is known.
func MonthFirst(tag, country string) bool {
	return country == "US" || country == "" && strings.HasSuffix(tag, "-US")
}

// Day writes a day as people of a country, ISO 3166-1 alpha-2, do in a
// language: 3 May 1980, May 3, 1980, 3 de mayo de 1980, 3 mai 1980.
func Day(tag, country string, d time.Time) string {
	month := months[indexOf(tag)][d.Month()-1]
	switch lang := indexOf(tag); {
	case lang == 0 && MonthFirst(tag, country):
		return fmt.Sprintf("%s %d, %d", month, d.Day(), d.Year())
	case lang == 1:
		return fmt.Sprintf("%d de %s de %d", d.Day(), month, d.Year())
	case lang == 2 && d.Day() == 1:
		return fmt.Sprintf("1er %s %d", month, d.Year())
	}
	return fmt.Sprintf("%d %s %d", d.Day(), month, d.Year())
}

// Weekday writes a day with its weekday before it.
func Weekday(tag, country string, d time.Time) string {
	lang := indexOf(tag)
	name := weekdays[lang][d.Weekday()]
	if lang == 1 || lang == 0 && MonthFirst(tag, country) {
		name += ","
	}
	return name + " " + Day(tag, country, d)
}

// Clock writes a time of day as people of a country do: 15:04, 3:04 PM.
func Clock(tag, country string, t time.Time) string {
	if MonthFirst(tag, country) {
		return t.Format("3:04\u00a0PM") // which stays on one line
	}
	return t.Format("15:04")
}

// Month writes a month of a year: May 1980, mayo de 1980.
func Month(tag string, d time.Time) string {
	month := months[indexOf(tag)][d.Month()-1]
	if indexOf(tag) == 1 {
		return fmt.Sprintf("%s de %d", month, d.Year())
	}
	return fmt.Sprintf("%s %d", month, d.Year())
}
