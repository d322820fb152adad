package portal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/upload"
)

// papers is a form that asks for files, alone and in a repeating group.
const papers = `
form: papers
version: "1.0.0"
title: Your papers
kind: intake
sign: {role: author, statement: These are my papers.}
items:
- id: page
  type: group
  control: page
  ask: Your papers
  items:
  - {id: words, type: text, ask: Your words}
  - {id: letter, type: file, ask: Your referral letter}
  - {id: photos, type: file, ask: Photos of the rash, max_times: 3}
  - {id: after, type: text, ask: Anything else}
  - id: meds
    type: group
    repeats: true
    ask: Medicine
    items:
    - {id: box, type: file, control: photo, ask: Photo of the box}
`

const smallPDF = "%PDF-1.4\n1 0 obj<</Marker (SmallReferralLetter)>>endobj\nstartxref\n9\n%%EOF\n"

func (s *site) publish(template string) {
	s.t.Helper()
	_, err := s.store.PublishTemplate(s.t.Context(), s.director, []byte(template), false)
	fatal(s.t, err)
}

// attach puts a PDF into the draft of an opened document.
func (s *site) attach(d *sent, control, name, file string) {
	s.t.Helper()
	ctx := s.t.Context()
	v, err := s.store.Visit(ctx, d.Token, d.session, "")
	fatal(s.t, err)
	st := v.Step(d.ID)
	a, err := s.store.Attach(ctx, v, st, upload.File{Name: name, Type: upload.PDF, Bytes: []byte(file)})
	fatal(s.t, err)
	t, err := s.store.Form(ctx, v.Practice.ID, st.Pin)
	fatal(s.t, err)
	_, err = s.store.Save(ctx, v, st, store.Page{Change: func(in forms.Inputs) forms.Inputs {
		in, refusal := t.AddFile(in, control, a)
		if refusal != "" {
			s.t.Fatal(refusal)
		}
		return in
	}})
	fatal(s.t, err)
}

// A part is one field of a form, or a file when it has a name.
type part struct{ field, file, content string }

func (b *browser) multipart(path, accept string, parts ...part) *page {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		to, err := w.CreateFormField(p.field)
		if p.file != "" {
			to, err = w.CreateFormFile(p.field, p.file)
		}
		fatal(b.t, err)
		_, err = io.WriteString(to, p.content)
		fatal(b.t, err)
	}
	fatal(b.t, w.Close())
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.site.url+path, &body)
	fatal(b.t, err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", b.site.url)
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	return b.read(b.client.Do(r))
}

const gps = "GPS 52.5200 N 13.4050 E"

// phonePhoto is a JPEG as phones write it: the place it was taken at is in it.
func phonePhoto(t testing.TB) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for i := range img.Pix {
		img.Pix[i] = uint8(i / 997)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00" + gps
	return b.String()[:2] + "\xff\xe1\x00" + string(rune(len(exif)+2)) + exif + b.String()[2:]
}

// onPapers opens a form that asks for files and returns the path of its page.
func (s *site) onPapers() (b *browser, page string, id uuid.UUID) {
	s.t.Helper()
	s.publish(papers)
	issued, link := s.send("papers")
	b = s.browser()
	first := b.post(link+"/unlock", url.Values{"code": {issued.Code}})
	return b, first.Request.URL.Path, issued.ID
}

func (p *page) problem() string {
	return text(find(p.root, func(n *html.Node) bool { return attr(n, "id") == "error-summary" }))
}

func (p *page) value(name string) string {
	n := find(p.root, func(n *html.Node) bool {
		return attr(n, "name") == name && n.Data == "input" && attr(n, "type") == "text"
	})
	if n == nil {
		return ""
	}
	return attr(n, "value")
}

func (p *page) files() (names []string) {
	each(p.root, func(n *html.Node) {
		if attr(n, "class") == "file" {
			names = append(names, strings.TrimSpace(text(find(n, func(n *html.Node) bool { return n.Data == "span" }))))
		}
	})
	return names
}

// A file that is refused costs neither the fields before it nor those after it.
func TestARefusedFileCostsNoField(t *testing.T) {
	s := start(t, nil)
	b, path, _ := s.onPapers()
	huge := strings.Repeat("x", 20<<20)
	for i, c := range []struct{ control, name, content, says string }{
		{"letter", "letter.pdf", "MZ\x90\x00 a program", "That kind of file cannot be used here. Choose a photo (JPEG, PNG or WebP) or a PDF."},
		{"letter", "letter.pdf", "%PDF-" + huge, "A file can have 15 MB here. Choose a smaller one, or take a photo of it."},
		{"letter", "half.pdf", smallPDF[:20], "That PDF is damaged"},
		{"meds:1:box", "box.jpg", smallPDF, "Choose a photo (JPEG, PNG or WebP)."},
		{"photos", "half.jpg", phonePhoto(t)[:800], "That photo is damaged"},
	} {
		before, after := fmt.Sprint("before ", i), fmt.Sprint("after ", i)
		got := b.multipart(path, "", part{"_rev", "", "0"}, part{"words", "", before}, part{c.control, c.name, c.content}, part{"after", "", after})
		if got.StatusCode != 422 || !strings.Contains(got.problem(), c.says) {
			t.Errorf("%s: %d, %s", c.name, got.StatusCode, got.problem())
		}
		again := b.get(path)
		if again.value("words") != before || again.value("after") != after || len(again.files()) > 0 {
			t.Errorf("%s: kept %q and %q, files %v", c.name, again.value("words"), again.value("after"), again.files())
		}
	}
	s.noAttachments(t)
}

func (s *site) noAttachments(t *testing.T) {
	t.Helper()
	var n int64
	fatal(t, s.db.Read(t.Context(), s.director.Practice, func(tx *db.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT count(*) FROM attachments`).Scan(&n)
	}))
	if n > 0 {
		t.Errorf("%d attachments are left behind", n)
	}
}

func TestFilesAreSentKeptAndRemovedWithoutScripts(t *testing.T) {
	s := start(t, nil)
	b, path, id := s.onPapers()
	photo := phonePhoto(t)
	got := b.multipart(path, "", part{"_upload", "", "photos"}, part{"photos", "IMG_1.JPEG", photo}, part{"photos", "IMG_2.png", strings.Replace(photo, gps, strings.Repeat("z", len(gps)), 1)})
	if want := []string{"IMG_1.jpg"}; !slices.Equal(names(got.files()), want) { // the second shows the same picture
		t.Errorf("files %v, want %v", got.files(), want)
	}
	got = b.multipart(path, "", part{"words", "", "more"}, part{"_upload", "", "photos"}, part{"photos", "scan.pdf", smallPDF}, part{"letter", "a.pdf", smallPDF}, part{"meds:1:box", "box.jpg", photo})
	if want := []string{"a.pdf", "IMG_1.jpg", "scan.pdf", "box.jpg"}; !slices.Equal(names(got.files()), want) || got.value("words") != "more" {
		t.Errorf("files %v, want %v", got.files(), want)
	}
	remove := find(got.root, func(n *html.Node) bool {
		return attr(n, "name") == "_drop" && strings.HasPrefix(attr(n, "value"), "photos:")
	})
	got = b.multipart(path, "", part{"words", "", "less"}, part{"_drop", "", attr(remove, "value")})
	if want := []string{"a.pdf", "scan.pdf", "box.jpg"}; !slices.Equal(names(got.files()), want) || got.value("words") != "less" {
		t.Errorf("files %v, want %v", got.files(), want)
	}
	full := b.multipart(path, "", part{"letter", "b.pdf", smallPDF + "%%EOF\n"})
	if full.StatusCode != 422 || !strings.Contains(full.problem(), "There is room for 1 file here.") {
		t.Errorf("a second file where one fits: %d, %s", full.StatusCode, full.problem())
	}

	link := b.complete(b.get(path))
	pdfFile := b.get(link)
	if strings.Contains(pdfFile.body, gps) {
		t.Error("the place of the photo is in the PDF")
	}
	key, err := s.store.MakeAPIKey(t.Context(), s.director, "reader", true)
	fatal(t, err)
	s.checkAPI(t, key, id)
	done := b.get(path)
	if !strings.Contains(done.body, "/attachments/1") {
		t.Error("the receipt links to no file")
	}
	if own := b.get(strings.TrimSuffix(path, "/1") + "/attachments/2"); own.body != smallPDF || own.Header.Get("Content-Disposition") != "attachment; filename=scan.pdf" {
		t.Errorf("the client's own file: %d, %s", own.StatusCode, own.Header.Get("Content-Disposition"))
	}
}

func names(files []string) (out []string) {
	for _, f := range files {
		name, _, _ := strings.Cut(f, " (")
		out = append(out, name)
	}
	return out
}

func (s *site) checkAPI(t *testing.T, key string, id uuid.UUID) {
	t.Helper()
	get := func(below string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/documents/"+id.String()+below, nil)
		fatal(t, err)
		r.Header.Set("Authorization", "Bearer "+key)
		got, err := http.DefaultClient.Do(r)
		fatal(t, err)
		defer got.Body.Close()
		b, err := io.ReadAll(got.Body)
		fatal(t, err)
		return got, string(b)
	}
	_, body := get("/answers")
	var answers struct {
		Items struct {
			Letter, Photos []map[string]any
			Meds           []struct{ Box []map[string]any }
		}
	}
	fatal(t, json.Unmarshal([]byte(body), &answers))
	if len(answers.Items.Photos) != 1 || answers.Items.Photos[0]["n"] != 2.0 || answers.Items.Photos[0]["name"] != "scan.pdf" || answers.Items.Meds[0].Box[0]["n"] != 3.0 {
		t.Fatalf("answers: %s", body)
	}
	r, file := get("/attachments/2")
	if file != smallPDF || r.Header.Get("Content-Type") != "application/pdf" || r.Header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(r.Header.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("attachment 2: %d %v", r.StatusCode, r.Header)
	}
	if r, file = get("/attachments/3"); r.Header.Get("Content-Type") != "image/jpeg" || upload.TypeOf([]byte(file)) != upload.JPEG || strings.Contains(file, gps) {
		t.Errorf("attachment 3 is %s of %d bytes", r.Header.Get("Content-Type"), len(file))
	}
	if r, _ = get("/attachments/4"); r.StatusCode != 404 {
		t.Errorf("attachment 4: %d", r.StatusCode)
	}
}

// The page's script is told in a status, with the sentence to show.
func TestTheScriptIsAnswered(t *testing.T) {
	s := start(t, nil)
	b, path, _ := s.onPapers()
	if got := b.multipart(path, "application/json", part{"words", "", "typed"}, part{"letter", "a.pdf", smallPDF}); got.StatusCode != 204 {
		t.Errorf("a file: %d %s", got.StatusCode, got.body)
	}
	if got := b.multipart(path, "application/json", part{"photos", "a.exe", "MZ"}); got.StatusCode != 422 || !strings.Contains(got.body, `"detail":"That kind of file`) {
		t.Errorf("a program: %d %s", got.StatusCode, got.body)
	}
	if got := b.get(path); !slices.Equal(names(got.files()), []string{"a.pdf"}) {
		t.Errorf("files %v", got.files())
	}
}

// A page of a form whose line breaks in the middle of a file changes nothing.
func TestABrokenUploadLeavesNothing(t *testing.T) {
	s := start(t, nil)
	b, path, _ := s.onPapers()
	body := "--x\r\nContent-Disposition: form-data; name=\"words\"\r\n\r\nlost\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"whole.pdf\"\r\n\r\n" + smallPDF + "\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"letter\"; filename=\"half.pdf\"\r\n\r\n" + smallPDF
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	fatal(t, err)
	base, err := url.Parse(s.url + path)
	fatal(t, err)
	var cookies []string
	for _, c := range b.client.Jar.Cookies(base) {
		cookies = append(cookies, c.String())
	}
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n%s",
		path, base.Host, s.url, strings.Join(cookies, "; "), body)
	time.Sleep(300 * time.Millisecond) // the whole file before the break is sealed by now, or is not: neither may stay
	fatal(t, conn.Close())
	for range 50 {
		time.Sleep(20 * time.Millisecond)
		if strings.Contains(s.logged(), "status=422") {
			break
		}
	}
	if got := b.get(path); len(got.files()) > 0 || got.value("words") != "" {
		t.Errorf("files %v, words %q", got.files(), got.value("words"))
	}
	s.noAttachments(t)
}

func TestAPageWithoutAFileItemTakesNone(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	b := s.browser()
	first := b.post(link+"/unlock", url.Values{"code": {issued.Code}})
	if got := b.multipart(first.Request.URL.Path, "", part{"x", "a.pdf", smallPDF}); got.StatusCode != 415 {
		t.Errorf("a file on a page without one: %d", got.StatusCode)
	}
	// The server may close the connection before all of it is written.
	got, err := b.client.PostForm(s.url+first.Request.URL.Path, url.Values{"x": {strings.Repeat("x", 2<<20)}})
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return
	}
	if p := b.read(got, err); p.StatusCode != 413 {
		t.Errorf("2 MB of fields: %d", p.StatusCode)
	}
}
