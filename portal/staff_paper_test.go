package portal_test

import (
	"archive/zip"
	"bytes"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
)

func TestPaperAndZipAtTheDesk(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	c := s.browser()
	c.complete(c.unlock(link, issued.Code))
	b := s.desk()
	at := "/staff/clients/" + issued.ClientID.String()
	if p := b.get("/staff/blank/npp-acknowledgement"); p.StatusCode != 200 || !strings.Contains(p.body, "Signature") || !strings.Contains(p.body, "I have received the Notice") {
		t.Errorf("the blank form is %d", p.StatusCode)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"template": "npp-acknowledgement", "on": "2026-03-04", "outcome": "acknowledged"} {
		fatal(t, w.WriteField(name, value))
	}
	part, err := w.CreateFormFile("file", "scan.pdf")
	fatal(t, err)
	_, err = part.Write([]byte("%PDF-1.4 scanned"))
	fatal(t, err)
	fatal(t, w.Close())
	r, err := b.client.Post(s.url+at+"/paper", w.FormDataContentType(), &body)
	kept := b.read(r, err)
	if kept.StatusCode != 200 || !strings.Contains(kept.body, "March 4, 2026") || strings.Contains(kept.body, "Read the answers") {
		t.Fatalf("the paper form is %d: %s", kept.StatusCode, text(kept.root))
	}
	paper := strings.TrimPrefix(kept.Request.URL.Path, "/staff/documents/")
	if p := b.get(at); strings.Count(p.body, `name="document"`) != 2 {
		t.Fatalf("not two documents to choose: %s", text(p.root))
	}
	file := b.post("/staff/documents/zip", url.Values{"document": {issued.ID.String(), paper}})
	archive, err := zip.NewReader(strings.NewReader(file.body), int64(len(file.body)))
	if err != nil || len(archive.File) != 2 || strings.Contains(archive.File[0].Name+archive.File[1].Name, "Robin") {
		t.Errorf("the zip is %d: %v", file.StatusCode, err)
	}
	if p := b.post("/staff/documents/zip", url.Values{}); p.StatusCode != 422 {
		t.Errorf("a zip of nothing is %d", p.StatusCode)
	}
}
