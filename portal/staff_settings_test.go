package portal_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/store"
)

// save changes one field of the practice's settings, through their page.
func (b *browser) save(field, value string) *page {
	b.t.Helper()
	f := b.get("/staff/settings").form()
	f.fields.Set(field, value)
	p := b.submit(f)
	if p.StatusCode != 200 {
		b.t.Fatalf("saving %s is %d: %s", field, p.StatusCode, text(p.root))
	}
	return p
}

func TestTheLogoReachesClients(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	issued, link := s.send("npp-acknowledgement")
	client := s.browser()
	before := len(client.get(client.complete(client.unlock(link, issued.Code))).body)
	if p := b.upload("/staff/settings/logo", "logo.png", "no picture"); p.StatusCode != 422 {
		t.Errorf("what is no picture is %d", p.StatusCode)
	}
	if p := b.upload("/staff/settings/logo", "logo.png", noise()); p.StatusCode != 200 || !strings.Contains(p.body, "Your logo") {
		t.Fatalf("the logo is %d: %s", p.StatusCode, text(p.root))
	}
	issued, link = s.send("npp-acknowledgement")
	client = s.browser()
	p := client.get(link)
	src := logoSource(p)
	if shown := client.get(src); src == "" || shown.StatusCode != 200 || !strings.HasPrefix(shown.body, "\x89PNG") {
		t.Fatalf("the client's page shows %q: %s", src, p.body)
	}
	if copied := client.get(client.complete(client.unlock(link, issued.Code))).body; len(copied) < before+2000 {
		t.Errorf("the PDF has %d bytes with the logo and %d without", len(copied), before)
	}
	b.post("/staff/settings/logo/remove", url.Values{})
	if p := s.browser().get(link); logoSource(p) != "" {
		t.Error("a removed logo is shown")
	}
}

func logoSource(p *page) string {
	_, rest, _ := strings.Cut(p.body, `src="/look/`)
	name, _, found := strings.Cut(rest, `"`)
	if !found {
		return ""
	}
	return "/look/" + name
}

// noise is a picture that no compression makes small.
func noise() string {
	img := image.NewRGBA(image.Rect(0, 0, 64, 32))
	n := uint32(1)
	for i := range 64 * 32 {
		n = n*1664525 + 1013904223
		img.Set(i%64, i/64, color.RGBA{byte(n >> 24), byte(n >> 16), byte(n >> 8), 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.String()
}

// A new country is a matter of documents made from then on: those made before
// say what they said when they were sent.
func TestAnotherCountryChangesNewDocumentsOnly(t *testing.T) {
	s := startIn(t, "AU", nil)
	b := s.desk()
	says := func(i *store.Issued) string {
		return text(s.browser().unlock("/d/"+i.Token, i.Code).root)
	}
	old, _ := s.send("overseas-storage-consent")
	before := says(old)
	b.save("records_country", "JP")
	b.save("country", "NZ")
	if again := says(old); again != before {
		t.Errorf("the document that was sent reads otherwise now:\n%s\nbefore:\n%s", again, before)
	}
	young, _ := s.send("overseas-storage-consent")
	if now := says(young); !strings.Contains(now, "Japan") || strings.Contains(before, "Japan") || now == before {
		t.Errorf("a new document reads:\n%s\nbefore:\n%s", now, before)
	}
}

func TestASecondFactorForEverybody(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	f := b.get("/staff/settings").form()
	f.fields.Set("totp_required", "yes")
	b.submit(f)
	for _, path := range []string{"/staff", "/staff/documents", "/staff/clients", "/staff/team"} {
		if p := b.get(path); p.Request.URL.Path != "/staff/account/second-factor" || !strings.Contains(p.body, "asks for a second factor") {
			t.Errorf("%s without the required second factor is %d on %s", path, p.StatusCode, p.Request.URL)
		}
	}
}
