package fhir_test

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
)

// An edit changes one element of a JSON value in place, and back.
type edit struct {
	what     string // path and change
	do, undo func()
}

// edits returns every way in which one element of v can be a little different.
func edits(path string, v any, set func(any)) []edit {
	var out []edit
	add := func(what string, changed any) {
		out = append(out, edit{path + " " + what, func() { set(changed) }, func() { set(v) }})
	}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			old := v[key]
			put := func(e any) { v[key] = e }
			out = append(out, edit{path + "." + key + " deleted", func() { delete(v, key) }, func() { put(old) }})
			out = append(out, edits(path+"."+key, old, put)...)
		}
	case []any:
		for i, e := range v {
			out = append(out, edits(path+"[]", e, func(e any) { v[i] = e })...)
			if add("doubled", append(slices.Clone(v), e)); len(v) > 1 {
				add("shortened", slices.Delete(slices.Clone(v), i, i+1))
			}
			if i > 0 {
				swapped := slices.Clone(v)
				swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
				add("swapped", swapped)
			}
		}
	case string:
		add("emptied", "")
		add("longer", v+" more")
		if len(v) > 0 {
			add("misspelt", map[bool]string{true: "x", false: "q"}[v[0] == 'q']+v[1:])
		}
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			add("more", json.Number(strconv.Itoa(n+1)))
		} else {
			add("more", v+"1")
		}
	case bool:
		add("turned", !v)
	}
	return out
}

// unread matches elements that no form has a word for: names for machines, and
// who keeps a code. Ours stand for those a form would have anyway.
var unread = regexp.MustCompile(`(^\.(id|url|name|language|version|status|subjectType(\[\])?)|\.(system|display|language|url|valueCode)|\.valueString|\.expression|\.text) (deleted|emptied|longer|misspelt)$|(doubled|swapped|shortened)$|\.code emptied$| deleted$`)

var keptJSON = regexp.MustCompile(`(?m)^\s*(- )?fhir: '.*$\n?`)

// Whatever one element of an exported form is changed to, it comes back, is
// refused by name, or stands in the form: nothing is lost and nothing that people
// read is overruled. SEALFORM_TEST_EVERY_EDIT tries all instead of a few.
func TestAlteredExportsComeBackOrAreRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	every := os.Getenv("SEALFORM_TEST_EVERY_EDIT") != ""
	tried, refused := 0, 0
	for _, tpl := range everyTemplate(t) {
		src := fhir.Export(tpl)
		root := canonical(t, src)
		before := keptJSON.ReplaceAllString(string(tpl.Canonical()), "")
		all := edits("", root, func(any) {})
		few := 60_000 / len(src) // as many of each form as take equally long
		for _, e := range all {
			if !every && r.IntN(len(all)) >= few {
				continue
			}
			tried++
			e.do()
			if !comesBack(t, tpl.Name+e.what, root, before, unread.MatchString(e.what)) {
				refused++
			}
			e.undo()
		}
	}
	if tried < 50 || refused == 0 || refused == tried {
		t.Errorf("%d of %d were refused", refused, tried)
	}
}

// comesBack reports whether a Questionnaire was taken. before is the form it was
// changed from.
func comesBack(t *testing.T, what string, q any, before string, mayBeSilent bool) bool {
	t.Helper()
	src, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := fhir.Import(src)
	var problems fhir.Problems
	switch {
	case errors.As(err, &problems) && len(problems) > 0 && problems[0].Name != "":
		return false
	case err != nil:
		t.Errorf("%s: %v", what, err)
		return false
	}
	again, err := forms.Parse("", tpl.Canonical())
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return true
	}
	if d := diff("", canonical(t, src), canonical(t, fhir.Export(again))); d != nil {
		t.Errorf("%s: %s", what, strings.Join(d[:min(len(d), 3)], "\n"))
	}
	if !mayBeSilent && keptJSON.ReplaceAllString(string(tpl.Canonical()), "") == before {
		t.Errorf("%s is overruled", what)
	}
	return true
}
