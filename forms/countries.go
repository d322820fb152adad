package forms

import "slices"

// EU stands for every country whose data protection law is the GDPR: the
// European Union and the EEA.
const EU = "EU"

var eea = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
	"IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}

// includes reports whether the country is among countries; none means all.
func includes(countries []string, country string) bool {
	return len(countries) == 0 || slices.Contains(countries, country) ||
		slices.Contains(countries, EU) && slices.Contains(eea, country)
}

// covers reports whether wide includes every country of narrow.
func covers(wide, narrow []string) bool {
	if len(wide) == 0 {
		return true
	}
	for _, c := range narrow {
		if !includes(wide, c) {
			return false
		}
	}
	return len(narrow) > 0
}

// meet returns the countries both lists include. The second result is false
// when there is none.
func meet(a, b []string) ([]string, bool) {
	switch {
	case len(a) == 0:
		return b, true
	case len(b) == 0:
		return a, true
	}
	var both []string
	for _, c := range spread(a) {
		if includes(b, c) {
			both = append(both, c)
		}
	}
	return both, len(both) > 0
}

// spread replaces EU by its members, each once.
func spread(countries []string) []string {
	out := slices.Clone(countries)
	if slices.Contains(out, EU) {
		out = append(slices.DeleteFunc(out, func(c string) bool { return c == EU }), eea...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
