package store_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func TestAFormOnPaper(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		robin := c.add("Robin Reed", "", "")
		in := store.PaperResult{Client: robin.ID, Template: "check-in", On: "2026-03-04", Outcome: forms.Agreed, Scan: []byte("%PDF-1.4 a scan of a signature")}
		for name, wrong := range map[string]func(*store.PaperResult){
			"a picture": func(r *store.PaperResult) { r.Scan = []byte("\xff\xd8\xff") }, "a day to come": func(r *store.PaperResult) { r.On = "2999-01-01" },
			"an outcome of its own": func(r *store.PaperResult) { r.Outcome = "perhaps" },
		} {
			bad := in
			wrong(&bad)
			if _, err := c.RecordPaper(t.Context(), c.director, bad); !errors.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		id, err := c.RecordPaper(t.Context(), c.director, in)
		if err != nil {
			t.Fatal(err)
		}
		kept := c.document(id)
		if kept.State != practice.Completed || kept.PaperOn != "2026-03-04" || kept.Outcome.Result != forms.Agreed || kept.CompletedAt.Format("2006-01-02") != "2026-03-04" {
			t.Errorf("kept as %+v", kept)
		}
		scan, _, err := c.PDF(t.Context(), c.director, id)
		if err != nil || !bytes.Equal(scan, in.Scan) {
			t.Errorf("the scan is %q: %v", scan, err)
		}
		if sealed := c.value("sealed", "papers", "document_id = $1", id); bytes.Contains(sealed, []byte("signature")) {
			t.Error("the scan lies there in clear")
		}
		if _, err := c.Answers(t.Context(), c.director, id); fault.CodeOf(err) != "on-paper" {
			t.Errorf("its answers: %v", err)
		}
		if _, err := c.Reissue(t.Context(), c.director, id, store.ReissueLink); !errors.Is(err, fault.Conflict) {
			t.Errorf("a link to it: %v", err)
		}
	})
}
