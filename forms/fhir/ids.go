package fhir

import (
	"strconv"
	"strings"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/lazyregexp"
)

var notInID = lazyregexp.New(`[^A-Za-z0-9._-]+`)

// rowsSuffix ends the id of the group that a question with items in it becomes.
const rowsSuffix = ".rows"

// ids gives every linkId the id of an item: itself where it is one, else the
// nearest that is free.
func ids(order []object) map[string]string {
	out, taken := map[string]string{}, map[string]bool{}
	for _, it := range order {
		if link := str(it, "linkId"); forms.IsID(link) {
			out[link], taken[link] = link, true
		}
	}
	for _, it := range order {
		if link := str(it, "linkId"); out[link] == "" {
			out[link] = free(notInID().ReplaceAllString(link, "-"), taken)
		}
	}
	return out
}

// free returns s, or s with a number, such that nobody has it.
func free(s string, taken map[string]bool) string {
	s = strings.Trim(strings.TrimLeft(s, "_"), "-")
	if s == "" {
		s = "item"
	}
	if len(s) > 58 {
		s = s[:58]
	}
	id := s
	for n := 2; taken[id]; n++ {
		id = s + "-" + strconv.Itoa(n)
	}
	taken[id] = true
	return id
}

var (
	notInName = lazyregexp.New(`[^a-z0-9]+`)
	words     = lazyregexp.New(`([a-z0-9])([A-Z])`)
)

// formName makes the name of a form of an id, a URL or a title.
func formName(candidates ...string) string {
	for _, s := range candidates {
		s = s[strings.LastIndexByte(s, '/')+1:]
		s = strings.Trim(notInName().ReplaceAllString(strings.ToLower(words().ReplaceAllString(s, "$1-$2")), "-"), "-")
		if s != "" {
			return strings.Trim(s[:min(len(s), 64)], "-")
		}
	}
	return "questionnaire"
}

var numbers = lazyregexp.New(`^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?`)

// formVersion makes three numbers of a version.
func formVersion(s string) string {
	m := numbers().FindStringSubmatch(s)
	if m == nil {
		return "1.0.0"
	}
	for i := range m {
		if m[i] == "" {
			m[i] = "0"
		}
	}
	return m[1] + "." + m[2] + "." + m[3]
}
