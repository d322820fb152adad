package portal_test

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestStaffTakeAnswersAway(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	if status, v := a.call("POST", "/templates", `{form: cells, version: "1.0.0", title: Cells, kind: intake, items: [{id: one, type: text, ask: One}, {id: two, type: text, ask: "=Two"}]}`, "Content-Type", "application/yaml"); status != 201 {
		t.Fatalf("publishing is %d %v", status, v)
	}
	_, made := a.call("POST", "/documents", strings.Replace(order, "npp-acknowledgement", "cells", 1))
	b := s.browser()
	p := b.unlock(strings.TrimPrefix(made["link"].(string), s.url), made["code"].(string))
	f := p.form()
	f.fields.Set("one", `=HYPERLINK("https://evil.example","x")`)
	f.fields.Set("two", "-1+1, \"said\"")
	b.complete(b.submit(f))

	desk := s.desk()
	at := "/staff/documents/" + made["id"].(string)
	if page := desk.get(at + "/answers"); !strings.Contains(page.body, at+"/answers.csv") || !strings.Contains(page.body, at+"/bundle.json") {
		t.Error("the page of answers links to no files")
	}
	file := desk.get(at + "/answers.csv")
	lines, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
	fatal(t, err)
	want := [][]string{{"item", "path", "row", "question", "answer"}, {"one", "one", "", "One", `'=HYPERLINK("https://evil.example","x")`}, {"two", "two", "", "'=Two", `'-1+1, "said"`}}
	if !slices.EqualFunc(lines, want, slices.Equal) || !strings.Contains(file.Header.Get("Content-Disposition"), "answers.csv") {
		t.Errorf("the CSV is %q", lines)
	}
	for _, name := range []string{"answers.json", "bundle.json"} {
		if file := desk.get(at + "/" + name); file.StatusCode != 200 || !json.Valid([]byte(file.body)) || !strings.Contains(file.body, "HYPERLINK") {
			t.Errorf("%s is %d %s", name, file.StatusCode, file.body)
		}
	}
}
