package words_test

import (
	"testing"
	"time"

	"github.com/sealform/sealform/internal/words"
)

var table = words.New([]words.Row{
	{"Continue", "Continuar", "Continuer"},
	{"%s has %d page¦%s has %d pages", "%s tiene %d página¦%s tiene %d páginas", "%s a %d page¦%s a %d pages"},
})

func TestSay(t *testing.T) {
	for _, tt := range []struct {
		lang, want string
		n          int
	}{
		{"en", "It has 1 page", 1}, {"en-AU", "It has 0 pages", 0}, {"es-MX", "It tiene 1 página", 1},
		{"ES", "It tiene 0 páginas", 0}, {"fr-CA", "It a 0 page", 0}, {"fr", "It a 2 pages", 2}, {"de", "It has 2 pages", 2},
	} {
		if got := table.In(tt.lang).Say("%s has %d pages", "It", tt.n); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.lang, got, tt.want)
		}
	}
	if got := table.In("es").Word("100 % unknown"); got != "100 % unknown" {
		t.Errorf("what is in no table became %q", got)
	}
	if got := (words.Speaker{}).Say("Continue"); got != "Continue" {
		t.Errorf("without a table: %q", got)
	}
}

func TestDays(t *testing.T) {
	d := time.Date(2026, 5, 1, 14, 5, 0, 0, time.UTC)
	for at, want := range map[[2]string][4]string{
		{"en", "AU"}:    {"1 May 2026", "Friday 1 May 2026", "May 2026", "14:05"},
		{"en", ""}:      {"1 May 2026", "Friday 1 May 2026", "May 2026", "14:05"},
		{"en-US", "GB"}: {"1 May 2026", "Friday 1 May 2026", "May 2026", "14:05"},
		{"en-US", ""}:   {"May 1, 2026", "Friday, May 1, 2026", "May 2026", "2:05\u00a0PM"},
		{"en", "US"}:    {"May 1, 2026", "Friday, May 1, 2026", "May 2026", "2:05\u00a0PM"},
		{"es", "US"}:    {"1 de mayo de 2026", "viernes, 1 de mayo de 2026", "mayo de 2026", "2:05\u00a0PM"},
		{"fr", "CA"}:    {"1er mai 2026", "vendredi 1er mai 2026", "mai 2026", "14:05"},
	} {
		lang, country := at[0], at[1]
		if got := [4]string{words.Day(lang, country, d), words.Weekday(lang, country, d), words.Month(lang, d), words.Clock(lang, country, d)}; got != want {
			t.Errorf("%s in %s: %q, want %q", lang, country, got, want)
		}
	}
}
