package portal_test

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// answer fills every control in the way a willing client would: the first
// option, a plausible text, a date of 1980.
func (f *filled) answer() {
	for name, options := range f.options {
		if len(f.fields[name]) == 0 && name != "signer" {
			f.fields.Set(name, options[0])
		}
	}
	for name := range f.fields {
		if f.fields.Get(name) == "" {
			f.fields.Set(name, plausible(name, f.modes[name]))
		}
	}
}

func plausible(name, mode string) string {
	switch {
	case strings.HasSuffix(name, "@day"), strings.HasSuffix(name, "@month"):
		return "3"
	case strings.HasSuffix(name, "year"):
		return "1980"
	case strings.Contains(name, "email"):
		return "robin@example.org"
	case strings.Contains(name, "phone"), strings.Contains(name, "mobile"):
		return "303 555 0143"
	case strings.Contains(name, "postcode"):
		return "80202"
	case name == "strokes":
		return ""
	case mode == "numeric", mode == "decimal":
		return "3"
	}
	return "Robin Reed"
}

// unlock opens the link with its code and returns the page that follows.
func (b *browser) unlock(link, code string) *page {
	b.t.Helper()
	f := b.get(link).form()
	f.fields.Set("code", code)
	return b.submit(f)
}

var pdfLink = regexp.MustCompile(`href="([^"]+\.pdf)"`)

// complete goes forward with plain HTML alone, to the link of the copy.
func (b *browser) complete(p *page) string {
	b.t.Helper()
	for range 40 {
		if m := pdfLink.FindStringSubmatch(p.body); m != nil {
			return html.UnescapeString(m[1])
		}
		p = b.forward(p)
	}
	b.t.Fatalf("no end in sight, at %s", p.Request.URL)
	return ""
}

// goTo goes forward until the path ends so.
func (b *browser) goTo(end string, p *page) *page {
	b.t.Helper()
	for !strings.HasSuffix(p.Request.URL.Path, end) {
		p = b.forward(p)
	}
	return p
}

func (b *browser) forward(p *page) *page {
	b.t.Helper()
	f := p.form()
	if f == nil {
		b.t.Fatalf("no way forward on %s (%d):\n%s", p.Request.URL, p.StatusCode, p.body)
	}
	f.answer()
	next := b.submit(f)
	if next.StatusCode == 422 {
		b.t.Fatalf("%s was not taken: %s", f.action, text(find(next.root, func(n *html.Node) bool { return attr(n, "id") == "error-summary" })))
	}
	return next
}

func TestAClientFillsInSignsAndKeepsACopy(t *testing.T) {
	for template, country := range map[string]string{"npp-acknowledgement": "US", "overseas-storage-consent": "AU", "intake-adult": "US"} {
		t.Run(template, func(t *testing.T) {
			s := startIn(t, country, nil)
			issued, link := s.send(template)
			b := s.browser()
			b.t = t
			path := b.complete(b.unlock(link, issued.Code))
			file := b.get(path)
			if file.StatusCode != 200 || file.Header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix([]byte(file.body), []byte("%PDF-")) {
				t.Fatalf("the copy is %d %s", file.StatusCode, file.Header.Get("Content-Type"))
			}
			if again := b.get(link); !pdfLink.MatchString(again.body) {
				t.Error("the link does not lead to the copy afterwards")
			}
			stranger := s.browser()
			if p := stranger.get(path); strings.HasPrefix(p.body, "%PDF") || !strings.Contains(p.body, `name="code"`) {
				t.Error("the copy opened without the code")
			}
			if strings.Contains(s.logged(), "Robin") {
				t.Error("an answer is in the log")
			}
		})
	}
}

func TestNothingIsTold(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("intake-adult")
	b := s.browser()
	p := b.get(link)
	if p.StatusCode != 200 || strings.Contains(strings.ToLower(p.body), "intake") || strings.Contains(p.body, "Robin") {
		t.Errorf("the page before the code tells what it is for:\n%s", p.body)
	}
	if len(p.Header["Set-Cookie"]) > 0 {
		t.Error("fetching a link set a cookie")
	}
	if strings.Contains(s.logged(), issued.Token) || !strings.Contains(s.logged(), "/d/:token") {
		t.Error("the token is in the log")
	}
}

func TestDeadLinksAreOne(t *testing.T) {
	s := start(t, nil)
	issued, revoked := s.send("intake-adult")
	if _, err := s.store.Revoke(t.Context(), s.director, issued.ID); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	first := b.get(revoked)
	if first.StatusCode != 404 {
		t.Fatalf("a revoked link is %d", first.StatusCode)
	}
	for _, path := range []string{"/d/x", "/d/" + strings.Repeat("A", 43), "/d/%2e%2e", "/d/" + strings.Repeat("A", 43) + "/f/x/1"} {
		p := b.get(path)
		first.Header.Del("Date")
		p.Header.Del("Date")
		if p.StatusCode != 404 || p.body != first.body || len(p.Header) != len(first.Header) {
			t.Errorf("%s differs: %d, %v", path, p.StatusCode, p.Header)
		}
	}
	if p := b.submit(first.form()); p.StatusCode != 200 || p.body != b.post("/d/x/new-link", nil).body {
		t.Errorf("asking for a new link tells whether the old one was real: %d", p.StatusCode)
	}
}

func TestWrongCodes(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	b := s.browser()
	wrong := "11112222"
	if issued.Code == wrong {
		wrong = "11112223"
	}
	for _, code := range []string{"", "1234", "abcdefgh", "123456789"} {
		if p := b.unlock(link, code); p.StatusCode != 422 || !strings.Contains(p.body, "8 digits, such as") {
			t.Errorf("code %q is %d", code, p.StatusCode)
		}
	}
	for range 9 {
		b.unlock(link, wrong)
	}
	typed := issued.Code[:4] + " – " + issued.Code[4:]
	if p := b.unlock(link, strings.ReplaceAll(typed, "–", "-")); !strings.Contains(p.Request.URL.Path, "/f/") {
		t.Fatalf("nine wrong and four malformed codes closed the form: %d", p.StatusCode)
	}
	other := s.browser()
	if p := other.unlock(link, wrong); p.StatusCode != 423 {
		t.Errorf("the tenth wrong code is %d", p.StatusCode)
	}
	if p := other.unlock(link, issued.Code); p.StatusCode != 423 {
		t.Errorf("a locked form opened: %d", p.StatusCode)
	}
	if p := b.get(link); !strings.Contains(p.Request.URL.Path, "/f/") {
		t.Error("a lock closed a form that was open already")
	}
}

func TestAnExpiredSessionKeepsWhatWasTyped(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("intake-adult")
	b := s.browser()
	f := b.unlock(link, issued.Code).form()
	b.post(link+"/leave", nil)
	f.answer()
	var name string
	for control := range f.fields {
		if strings.HasSuffix(control, "@year") {
			name = control
		}
	}
	f.fields.Set(name, "1977")
	asked := b.submit(f)
	if asked.StatusCode != 401 || !strings.Contains(asked.body, "What you typed is kept") {
		t.Fatalf("the post without a session is %d", asked.StatusCode)
	}
	again := asked.form()
	again.fields.Set("code", "1")
	asked = b.submit(again)
	again = asked.form()
	again.fields.Set("code", issued.Code)
	if p := b.submit(again); p.StatusCode != 200 || p.form().fields.Get(name) != "1977" {
		t.Errorf("what was typed is lost: %d, %v", p.StatusCode, p.form().fields)
	}
}

func TestBadAnswersAreKept(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("intake-adult")
	b := s.browser()
	f := b.unlock(link, issued.Code).form()
	for name := range f.fields {
		if strings.HasSuffix(name, "@day") {
			f.fields.Set(name, "99")
		}
	}
	p := b.submit(f)
	if p.StatusCode != 422 || !strings.Contains(p.body, "error-summary") {
		t.Fatalf("a page with mistakes is %d", p.StatusCode)
	}
	for name := range p.form().fields {
		if strings.HasSuffix(name, "@day") && p.form().fields.Get(name) != "99" {
			t.Error("a bad answer is lost")
		}
	}
}

func TestAutosave(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("intake-adult")
	b := s.browser()
	p := b.unlock(link, issued.Code)
	var year string
	for name := range p.form().fields {
		if strings.HasSuffix(name, "@year") {
			year = name
		}
	}
	save := p.Request.URL.Path[:strings.LastIndexByte(p.Request.URL.Path, '/')] + "/autosave"
	got := b.post(save, url.Values{"_rev": {"0"}, "_field": {year, "nonsense"}, year: {"1971"}, "nonsense": {"x"}})
	if got.StatusCode != 200 || got.body != `{"rev":1}` {
		t.Fatalf("autosave is %d %s", got.StatusCode, got.body)
	}
	if v := b.get(p.Request.URL.Path).form().fields; v.Get(year) != "1971" || v.Get("_rev") != "1" {
		t.Errorf("the page afterwards holds %v", v)
	}
	if out := s.browser().post(save, url.Values{"_rev": {"0"}}); out.StatusCode != 401 {
		t.Errorf("autosave without the code is %d", out.StatusCode)
	}
}

func TestReviewedIsWhatIsSigned(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	b := s.browser()
	p := b.goTo("/sign", b.unlock(link, issued.Code))
	f := p.form()
	empty := url.Values{"_rev": f.fields["_rev"]}
	if p := b.post(f.action, empty); p.StatusCode != 422 || !strings.Contains(p.body, "Enter your full name") {
		t.Errorf("an empty signature is %d", p.StatusCode)
	}
	f.answer()
	f.fields.Set("strokes", `[[[0,0],[1001,3]]]`)
	if p := b.submit(f); p.StatusCode != 422 {
		t.Errorf("strokes outside the box are %d", p.StatusCode)
	}
	f.fields.Set("strokes", `[[[0,0],[900,299]]]`)
	f.fields.Set("_rev", "999")
	if p := b.submit(f); p.StatusCode != 409 || !strings.Contains(p.body, "Check your answers") {
		t.Errorf("another revision than the reviewed one is %d", p.StatusCode)
	}
	f.fields.Set("_rev", empty.Get("_rev"))
	for range 2 {
		if p := b.submit(f); p.StatusCode != 200 || !strings.HasSuffix(p.Request.URL.Path, "/done") {
			t.Fatalf("signing is %d at %s", p.StatusCode, p.Request.URL.Path)
		}
	}
	if _, err := s.store.Answers(t.Context(), s.director, issued.ID); err != nil {
		t.Error(err)
	}
}

func TestReviewLeavesOutWhatIsOnlyRead(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	b := s.browser()
	p := b.goTo("/review", b.unlock(link, issued.Code))
	if strings.Count(p.body, `<section class="answers">`) != 1 || !strings.Contains(p.body, "#f-") || strings.Contains(p.body, "Change these answers") {
		t.Errorf("the review of a notice is\n%s", p.body)
	}
	if strings.Count(p.body, "I have received the Notice") != 1 || !strings.Contains(p.body, `<span class="line">Yes</span>`) {
		t.Errorf("what was ticked is said twice, or not at all:\n%s", p.body)
	}
}

func TestDeclining(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	b := s.browser()
	p := b.unlock(link, issued.Code)
	f := b.get(strings.TrimSuffix(p.Request.URL.Path, "1") + "decline").form()
	f.fields.Set("reason", "I would rather talk first")
	if p := b.submit(f); p.StatusCode != 200 {
		t.Fatalf("declining is %d", p.StatusCode)
	}
	if d, err := s.store.Document(t.Context(), s.director, issued.ID); err != nil || d.State != "declined" {
		t.Errorf("the document is %v, %v", d, err)
	}
	if p := b.get(link); p.StatusCode >= 500 {
		t.Errorf("the link afterwards is %d", p.StatusCode)
	}
}

func TestAFailedSaveHandsBackWhatWasTyped(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("intake-adult")
	b := s.browser()
	f := b.unlock(link, issued.Code).form()
	f.answer()
	fatal(t, s.db.Close())
	p := b.submit(f)
	if p.StatusCode != 503 {
		t.Fatalf("a save without a database is %d", p.StatusCode)
	}
	again := p.form()
	if again == nil || again.action != f.action {
		t.Fatalf("nothing to send again:\n%s", p.body)
	}
	for name, values := range f.fields {
		if again.fields.Get(name) != values[0] {
			t.Errorf("%s came back as %q, not %q", name, again.fields.Get(name), values[0])
		}
	}
	if ready := b.get("/readyz"); ready.StatusCode != 503 {
		t.Errorf("/readyz is %d without a database", ready.StatusCode)
	}
	if strings.Contains(s.logged(), "Robin") {
		t.Error("an answer is in the log")
	}
}

func TestAPacketGoesInOrder(t *testing.T) {
	s := startIn(t, "AU", nil)
	issued, link := s.send("intake-adult")
	b := s.browser()
	p := b.unlock(link, issued.Code)
	if !strings.HasSuffix(p.Request.URL.Path, "/overview") {
		t.Fatalf("a packet begins at %s", p.Request.URL.Path)
	}
	later := b.get(link + "/f/" + issued.ID.String() + "/1")
	if !strings.HasSuffix(later.Request.URL.Path, "/overview") {
		t.Errorf("the second document opened first, at %s", later.Request.URL.Path)
	}
	b.complete(p)
	if later := b.get(link + "/f/" + issued.ID.String() + "/done"); later.StatusCode != 200 || !pdfLink.MatchString(later.body) {
		t.Errorf("after both documents there is no copy at %s", later.Request.URL.Path)
	}
}

func TestSomebodyElsesDraft(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("intake-adult")
	b := s.browser()
	b.submit(b.unlock(link, issued.Code).form())
	renewed, err := s.store.Reissue(t.Context(), s.director, issued.ID, "both")
	fatal(t, err)
	other := s.browser()
	p := other.unlock("/d/"+renewed.Token, renewed.Code)
	if !strings.HasSuffix(p.Request.URL.Path, "/afresh") {
		t.Fatalf("a new link in a new browser leads to %s (%d)", p.Request.URL.Path, p.StatusCode)
	}
	if p = other.submit(p.form()); p.StatusCode != 200 || !strings.Contains(p.body, `id="form"`) {
		t.Errorf("starting afresh is %d at %s", p.StatusCode, p.Request.URL.Path)
	}
	if p := b.unlock("/d/"+renewed.Token, renewed.Code); p.StatusCode != 200 || strings.HasSuffix(p.Request.URL.Path, "/afresh") {
		t.Errorf("the browser that began cannot go on under a new link: %s", p.Request.URL.Path)
	}
}
