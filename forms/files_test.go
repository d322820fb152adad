package forms_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

const referral = `
- {id: p, type: group, control: page, ask: Page, items: [
  {id: has, type: yesno, ask: Any papers?},
  {id: papers, type: file, ask: Your papers, min_times: 2, max_times: 3, show_if: [{q: has, "=": true}]},
  {id: card, type: file, control: photo, ask: Photo of your card, required: true},
  {id: meds, type: group, repeats: true, max_times: 3, ask: Medicine, items: [
    {id: box, type: file, control: photo, ask: Photo of the box}]},
  {id: thanks, type: note, md: Thank you, show_if: [{q: card, exists: true}]}]}
- {id: p2, type: group, control: page, ask: Page 2, items: [{id: more, type: file, ask: More}]}`

func photo(id string) forms.Attachment {
	return forms.Attachment{ID: id, Name: id + ".jpg", Type: "image/jpeg", Size: 1_234_567, SHA256: "hash of " + id}
}

// with adds files, each "path id", that there must be room for.
func with(t *testing.T, tpl *forms.Template, in forms.Inputs, files ...string) forms.Inputs {
	t.Helper()
	for _, f := range files {
		path, id, _ := strings.Cut(f, " ")
		var refusal string
		if in, refusal = tpl.AddFile(in, path, photo(id)); refusal != "" {
			t.Fatalf("%s: %s", f, refusal)
		}
	}
	return in
}

func TestFilesAreCountedInTheOrderOfTheAnswers(t *testing.T) {
	tpl := parse(t, referral)
	in, _ := tpl.AddRow(one("has", "yes"), "meds")
	in = with(t, tpl, in, "meds:2:box b2", "meds:1:box b1", "card c", "papers p1", "papers p2", "more m")
	r := tpl.Read(in, today)
	got, err := json.Marshal(r.Answers)
	if err != nil || len(r.Problems) > 0 {
		t.Fatalf("%v, %v", err, r.Problems)
	}
	file := func(n int, id string) string {
		return fmt.Sprintf(`{"n":%d,"name":"%s.jpg","sha256":"hash of %s","size":1234567,"type":"image/jpeg"}`, n, id, id)
	}
	want := `{"card":[` + file(3, "c") + `],"has":true,"meds":[{"box":[` + file(4, "b1") + `]},{"box":[` + file(5, "b2") + `]}],"more":[` + file(6, "m") +
		`],"papers":[` + file(1, "p1") + `,` + file(2, "p2") + `]}`
	if string(got) != want {
		t.Errorf("answers\n%s, want\n%s", got, want)
	}
	for n, id := range []string{"p1", "p2", "c", "b1", "b2", "m"} {
		if r.Files[n].ID != id {
			t.Errorf("file %d is %s", n+1, r.Files[n].ID)
		}
	}
	i := slices.IndexFunc(r.Entries, func(e forms.Entry) bool { return e.Item.ID == "papers" })
	if e := r.Entries[i]; e.Text != "p1.jpg (1.2 MB); p2.jpg (1.2 MB)" || len(e.Files) != 2 {
		t.Errorf("shown as %q with %d files", e.Text, len(e.Files))
	}
	if slices.Contains(r.Hidden, "thanks") {
		t.Error("a condition on a file does not hold")
	}
}

func TestFilesOfHiddenItemsAreDropped(t *testing.T) {
	tpl := parse(t, referral)
	in := with(t, tpl, one("has", "yes"), "papers p1", "papers p2", "card c")
	in["has"] = []string{"no"}
	r := tpl.Read(in, today)
	if len(r.Files) != 1 || r.Files[0].ID != "c" || !slices.Equal(r.Dropped, []string{"papers"}) || len(tpl.Attachments(in)) != 3 {
		t.Errorf("files %v, dropped %v", r.Files, r.Dropped)
	}
}

func TestHowManyFiles(t *testing.T) {
	tpl := parse(t, referral)
	for what, c := range map[string]struct {
		in   forms.Inputs
		want string
	}{
		"none":    {nil, "Choose a file for “Photo of your card”"},
		"too few": {with(t, tpl, one("has", "yes"), "papers p1", "card c"), "Add at least 2 files for “Your papers”"},
		"too many": {forms.Inputs{"card": {photo("a").String(), photo("b").String()}},
			"Remove 1 file for “Photo of your card”: there is room for 1"},
		"no file at all": {forms.Inputs{"card": {"C:\\fakepath\\card.jpg", `{"id":"x"}`}}, "Choose a file for “Photo of your card”"},
	} {
		problems := tpl.Read(c.in, today).Problems
		if len(problems) != 1 || problems[0].Text != c.want {
			t.Errorf("%s: %v", what, problems)
		}
	}
}

func TestRoomForFiles(t *testing.T) {
	tpl := parse(t, referral)
	in := with(t, tpl, nil, "card c", "papers p1", "papers p2", "papers p3")
	if same := with(t, tpl, in, "card c", "papers p1"); len(tpl.Attachments(same)) != 4 {
		t.Errorf("a file sent twice is kept twice: %v", same)
	}
	large := photo("large")
	large.Size = forms.MaxTotal
	for what, c := range map[string]struct {
		path string
		file forms.Attachment
		want string
	}{
		"one more":         {"papers", photo("p4"), "There is room for 3 files here. Remove one to send another."},
		"too large":        {"more", large, "All files of this form together can have 20 MB. Remove one, or send a smaller one."},
		"row that is gone": {"meds:7:box", photo("x"), "There is no longer a question for this file. Choose it again."},
		"no file item":     {"has", photo("x"), "There is no longer a question for this file. Choose it again."},
		"outside its row":  {"box", photo("x"), "There is no longer a question for this file. Choose it again."},
	} {
		if out, refusal := tpl.AddFile(in, c.path, c.file); refusal != c.want || len(tpl.Attachments(out)) != 4 {
			t.Errorf("%s: %q", what, refusal)
		}
	}
	in = tpl.RemoveFile(in, "papers", "p2")
	if got := in.FilesAt("papers"); len(got) != 2 || got[0].ID != "p1" || got[1].ID != "p3" {
		t.Errorf("left: %v", got)
	}
	if in = tpl.RemoveFile(in, "card", "c"); in["card"] != nil {
		t.Errorf("left: %v", in["card"])
	}
}

func TestADocumentHoldsOnlySoManyFiles(t *testing.T) {
	tpl := parse(t, "- {id: a, type: file, ask: A, max_times: 20}\n- {id: b, type: file, ask: B}")
	in := forms.Inputs{}
	for i := range forms.MaxFiles {
		f := photo(fmt.Sprint(i))
		f.Size = 1000
		in, _ = tpl.AddFile(in, "a", f)
	}
	if _, refusal := tpl.AddFile(in, "b", photo("one more")); !strings.HasPrefix(refusal, "A form can hold 20 files.") {
		t.Errorf("refusal: %q", refusal)
	}
}

// Nothing a browser posts can stand for a file: the page's controls leave
// files out.
func TestFilesAreNotTyped(t *testing.T) {
	tpl := parse(t, referral)
	in, _ := tpl.AddRow(nil, "meds")
	if got := tpl.PageControls(0, in); !slices.Equal(got, []string{"has"}) {
		t.Errorf("controls: %v", got)
	}
	if got := tpl.FileControls(0, in); !slices.Equal(got, []string{"papers", "card", "meds:1:box", "meds:2:box"}) {
		t.Errorf("file controls: %v", got)
	}
	if !tpl.AsksFiles(1) || parse(t, medicines).AsksFiles(0) {
		t.Error("AsksFiles is wrong")
	}
	if got := tpl.RemoveRow(with(t, tpl, in, "meds:2:box b"), "meds", "2"); len(tpl.Attachments(got)) != 0 {
		t.Error("a file stays behind its row")
	}
}

func TestInsuranceAsksForBothSidesOfTheCard(t *testing.T) {
	tpl := parse(t, "- {id: cover, type: group, field: insurance}")
	for country, ids := range map[string][]string{"AU": {"cover.front", "cover.back"}, "US": {"cover.plan.front", "cover.plan.back"}} {
		got, err := tpl.Resolve(forms.Vars{Country: country})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if it := got.Item(id); it == nil || it.Kind != forms.File || it.Required || it.Accepts("application/pdf") || !it.Accepts("image/jpeg") {
				t.Errorf("%s: %s is %+v", country, id, it)
			}
		}
	}
}
