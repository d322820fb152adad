package portal_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
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

// Cells that a spreadsheet would take for a formula begin with an apostrophe.
func TestNoCellOfACSVIsAFormula(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	starts := []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"}
	form := "form: starts\nversion: \"1.0.0\"\ntitle: Starts\nkind: intake\nitems:\n"
	for i, begin := range starts {
		ask, err := json.Marshal(begin + "1+1")
		fatal(t, err)
		form += fmt.Sprintf("- {id: q%d, type: long, ask: %s}\n", i, ask)
	}
	if status, v := a.call("POST", "/templates", form, "Content-Type", "application/yaml"); status != 201 {
		t.Fatalf("publishing is %d %v", status, v)
	}
	_, made := a.call("POST", "/documents", strings.Replace(order, "npp-acknowledgement", "starts", 1))
	b := s.browser()
	f := b.unlock(strings.TrimPrefix(made["link"].(string), s.url), made["code"].(string)).form()
	f.fields.Set("q0", "\n=1+1")
	f.fields.Set("q1", "＠SUM(1)")
	b.complete(b.submit(f))
	lines, err := csv.NewReader(strings.NewReader(s.desk().get("/staff/documents/" + made["id"].(string) + "/answers.csv").body)).ReadAll()
	fatal(t, err)
	if len(lines) != len(starts)+1 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	for i, line := range lines[1:] {
		if !strings.HasPrefix(line[3], "'") || line[4] != "" && !strings.HasPrefix(line[4], "'") {
			t.Errorf("what begins with %q is the cells %q", starts[i], line[3:])
		}
	}
}
