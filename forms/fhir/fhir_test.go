package fhir_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
)

// foreign returns the Questionnaires of others that lie beside the repository.
func foreign(t testing.TB) map[string][]byte {
	t.Helper()
	dir := os.Getenv("SEALFORM_TEST_QUESTIONNAIRES")
	if dir == "" {
		dir = "../../../shared/questionnaires"
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(names) == 0 {
		t.Skip("no questionnaires beside the repository")
	}
	all := map[string][]byte{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = src
	}
	return all
}

func canonical(t testing.TB, src []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(src, []byte("\ufeff"))))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// diff names the first places where two JSON values differ.
func diff(path string, a, b any) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	x, okx := a.(map[string]any)
	y, oky := b.(map[string]any)
	if okx && oky {
		var out []string
		for k := range x {
			if _, both := y[k]; both {
				out = append(out, diff(path+"."+k, x[k], y[k])...)
			} else {
				out = append(out, path+"."+k+" lost")
			}
		}
		for k := range y {
			if _, both := x[k]; !both {
				out = append(out, path+"."+k+" added")
			}
		}
		return out
	}
	l, okl := a.([]any)
	m, okm := b.([]any)
	if okl && okm && len(l) == len(m) {
		var out []string
		for i := range l {
			out = append(out, diff(path+"[]", l[i], m[i])...)
		}
		return out
	}
	ja, _ := json.Marshal(a)
	jb, _ := json.Marshal(b)
	return []string{path + ": " + string(ja) + " became " + string(jb)}
}

func TestForeignQuestionnairesComeBack(t *testing.T) {
	imported := 0
	for name, src := range foreign(t) {
		tpl, err := fhir.Import(src)
		var problems fhir.Problems
		switch {
		case errors.As(err, &problems):
			t.Logf("%s: %s", name, problems[0])
			continue
		case err != nil:
			t.Errorf("%s: %v", name, err)
			continue
		}
		imported++
		again, err := forms.Parse("", tpl.Canonical())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := diff("", canonical(t, src), canonical(t, fhir.Export(again))); d != nil {
			t.Errorf("%s:\n%s", name, strings.Join(d[:min(len(d), 5)], "\n"))
		}
	}
	t.Log(imported, "imported")
}

func everyTemplate(t testing.TB) []*forms.Template {
	t.Helper()
	all := forms.Library()
	src, err := os.ReadFile("../../views/testdata/all-kinds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := forms.Parse("all-kinds.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	return append(all, tpl)
}

func TestTemplatesComeBackFromFHIR(t *testing.T) {
	for _, tpl := range everyTemplate(t) {
		out := fhir.Export(tpl)
		back, err := fhir.Import(out)
		if err != nil {
			t.Errorf("%s: %v\n%s", tpl.Name, err, out)
			continue
		}
		if a, b := string(tpl.Canonical()), string(back.Canonical()); a != b {
			t.Errorf("%s:\n%s", tpl.Name, lineDiff(a, b))
		}
	}
}

func lineDiff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out []string
	for i := 0; i < len(x) && i < len(y) && len(out) < 6; i++ {
		if x[i] != y[i] {
			out = append(out, "- "+x[i], "+ "+y[i])
		}
	}
	return strings.Join(out, "\n")
}
