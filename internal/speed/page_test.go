package speed_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testprogram"
)

// BenchmarkFormPage judges: "Unlocked form page (link and session looked up,
// limiter, headers) against a bare Fiber handler that writes the same bytes: at
// most 2 times its CPU per request on SQLite, 3.5 times with PostgreSQL's share
// counted (no saved answers yet; with 40 saved answers at most 6 times); and at
// least 20 times cheaper than rendering its 40 fields by html/template."
func BenchmarkFormPage(b *testing.B) {
	pin(b, os.Getpid(), asking)
	for engine, most := range map[db.Engine]float64{db.SQLite: 2, db.Postgres: 3.5} {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, engine)
			ours := &costed{}
			if engine == db.Postgres {
				ours.postgres = postgresPID(b)
				pin(b, ours.postgres, measured)
			}
			ours.process = s.start()
			path, cookie := s.unlocked()
			b.Run("blank", func(b *testing.B) {
				bare := compare(b, ours, path, cookie, most)
				same := get(bare, "/printed", "")
				checkPrinted(b, get(ours.process, path, cookie), same)
				printed := cost(b, &costed{process: bare}, same, costRounds)
				judgeLeast(b, "times-cheaper-than-html/template", printed/ours.last, 20)
			})
			s.answerAll(path, cookie, ours.process)
			b.Run("answered", func(b *testing.B) { compare(b, ours, path, cookie, 6) })
		})
	}
}

// A costed process, with the database server it keeps busy.
type costed struct {
	*process
	postgres int
	last     float64 // microseconds a request, in the last comparison
}

func (c *costed) spent(b *testing.B) time.Duration {
	total := spent(b, c.cmd.Process.Pid)
	if c.postgres != 0 {
		pg := spentByTree(b, c.postgres)
		total += pg
	}
	return total
}

const (
	costRounds = 31
	costTurn   = 150 * time.Millisecond
)

// turn returns the processor time of one request, in microseconds.
func turn(b *testing.B, of *costed, l *load) float64 {
	before := of.spent(b)
	n := len(l.run(b, costTurn))
	return float64(of.spent(b)-before) / float64(n) / 1e3
}

func cost(b *testing.B, of *costed, l *load, rounds int) float64 {
	var all []float64
	for range rounds {
		all = append(all, turn(b, of, l))
	}
	return median(all)
}

// compare measures the page and a bare handler by turns.
func compare(b *testing.B, ours *costed, path, cookie string, most float64) (bare *process) {
	page := get(ours.process, path, cookie)
	bare = startBare(b, page)
	same := get(bare, path, cookie)
	turn(b, ours, page)
	turn(b, &costed{process: bare}, same)
	var subject, anchor, ratios []float64
	for range costRounds {
		subject = append(subject, turn(b, ours, page))
		anchor = append(anchor, turn(b, &costed{process: bare}, same))
		ratios = append(ratios, subject[len(subject)-1]/anchor[len(anchor)-1])
	}
	ours.last = median(subject)
	b.ReportMetric(ours.last, "µs-cpu")
	b.ReportMetric(median(anchor), "µs-cpu-bare")
	b.Logf("%.1f µs of processor time, bare %.1f; turns %.2f", ours.last, median(anchor), ratios)
	judge(b, "times-bare", median(ratios), most)
	return bare
}

// unlocked returns the path of a form page and the cookies that open it.
func (s *site) unlocked() (path, cookie string) {
	s.b.Helper()
	issued := s.send()
	got, err := s.store.Unlock(s.b.Context(), issued.Token, issued.Code, "", store.Origin{})
	s.must(err)
	return "/d/" + issued.Token + "/f/" + issued.ID.String() + "/1", sessionCookie(issued.Token) + "=" + got.Session + "; device=" + got.Device
}

// sessionCookie is the name of the cookie of one link, over plain HTTP.
func sessionCookie(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "c" + hex.EncodeToString(sum[:4])
}

// answerAll saves all forty answers as a script would.
func (s *site) answerAll(path, cookie string, at *process) {
	s.b.Helper()
	in := url.Values{"_rev": {"0"}}
	for i := range 40 {
		in["_field"] = append(in["_field"], field(i))
		in[field(i)] = []string{fieldAnswer(i)}
	}
	post(s.b, at, strings.TrimSuffix(path, "1")+"autosave", cookie, in)
}

func post(b *testing.B, at *process, path, cookie string, fields url.Values) {
	b.Helper()
	r, err := http.NewRequest("POST", at.base+path, strings.NewReader(fields.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookie)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer got.Body.Close()
	if text, _ := io.ReadAll(got.Body); got.StatusCode >= 300 {
		b.Fatalf("%s is %d %s", path, got.StatusCode, text)
	}
}

// anchorVariable names, in an anchor's environment, which one it is.
const anchorVariable = "SEALFORM_SPEED_ANCHOR"

var anchors = map[string]func(){"page": serveBare, "commits": commit}

// startBare starts a bare handler that answers as the page did.
func startBare(b *testing.B, page *load) *process {
	b.Helper()
	recorded := b.TempDir() + "/answer"
	head, body := page.whole(b)
	if err := os.WriteFile(recorded, append(head, body...), 0o600); err != nil {
		b.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	address := testprogram.FreeAddress(b)
	return launch(b, onMeasured, address, exec.Command(program), anchorVariable+"=page", "ANSWER="+recorded, "ADDRESS="+address)
}

// serveBare is the least that the framework can do for the same answer: the
// headers and the bytes as they were recorded.
func serveBare() {
	text, err := os.ReadFile(os.Getenv("ANSWER"))
	if err != nil {
		panic(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(text)), nil)
	if err != nil {
		panic(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	type header struct{ name, value string }
	var headers []header
	for name, values := range answer.Header {
		if name != "Date" && name != "Content-Length" {
			headers = append(headers, header{name, values[0]})
		}
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	app.Get("/d/:token/f/:doc/:page", func(c *fiber.Ctx) error {
		for _, h := range headers {
			c.Set(h.name, h.value)
		}
		return c.Send(body)
	})
	app.Get("/printed", printed())
	panic(app.Listen(os.Getenv("ADDRESS")))
}

// printed renders the page's forty fields with html/template, each time.
func printed() fiber.Handler {
	var rows []printedRow
	for i := range 40 {
		r := printedRow{Path: field(i), Ask: fmt.Sprintf("What about number %d", i), Hint: "A short hint."}
		switch i % 4 {
		case 1:
			r.Class, r.Options = "options", []printedOption{{"Never", "Never"}, {"Weekly", "Weekly"}, {"Daily", "Daily"}}
		case 2:
			r.Class, r.Options = "side", []printedOption{{"yes", "Yes"}, {"no", "No"}}
		case 3:
			r.Long = true
		}
		rows = append(rows, r)
	}
	page := template.Must(template.New("page").Parse(printedPage))
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return page.Execute(c, rows)
	}
}

// A printedRow is one field, with what was typed and what is wrong with it.
type printedRow struct {
	Path, Ask, Hint, Value, Problem string
	Long                            bool
	Class                           string // of the options; none without
	Options                         []printedOption
}

type printedOption struct{ Code, Text string }

const printedPage = `<!doctype html><html lang="en"><head><title>Forty questions</title></head><body><main><form method="post">
{{range .}}<div class="field">
{{if .Options}}{{template "choices" .}}{{else}}{{template "typed" .}}{{end}}
</div>
{{end}}<p id="saved"></p><button>Continue</button></form></main></body></html>
{{define "words"}}<p class="hint" id="f-{{.Path}}-hint">{{.Hint}}</p>
{{with .Problem}}<p class="error" id="f-{{$.Path}}-error">{{.}}</p>{{end}}{{end}}
{{define "choices"}}<fieldset aria-describedby="f-{{.Path}}-hint"><legend>{{.Ask}} <span class="opt">(optional)</span></legend>
{{template "words" .}}
<div class="{{.Class}}">{{range $i, $o := .Options}}<label class="pick"><input type="radio"{{if eq $i 0}} id="f-{{$.Path}}"{{end}} name="{{$.Path}}" value="{{$o.Code}}"{{if eq $o.Code $.Value}} checked{{end}}> <span>{{$o.Text}}</span></label>
{{end}}</div></fieldset>{{end}}
{{define "typed"}}<label for="f-{{.Path}}">{{.Ask}} <span class="opt">(optional)</span></label>
{{template "words" .}}
{{if .Long}}<textarea id="f-{{.Path}}" name="{{.Path}}" rows="4" aria-describedby="f-{{.Path}}-hint">
{{.Value}}</textarea>{{else}}<input id="f-{{.Path}}" name="{{.Path}}" type="text" value="{{.Value}}" aria-describedby="f-{{.Path}}-hint">{{end}}{{end}}`

// checkPrinted fails unless the two pages have the same fields: the first is
// ours, compressed.
func checkPrinted(b *testing.B, page, printed *load) {
	b.Helper()
	_, compressed := page.whole(b)
	unpacked, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		b.Fatal(err)
	}
	ours, err := io.ReadAll(unpacked)
	if err != nil {
		b.Fatal(err)
	}
	_, theirs := printed.whole(b)
	if a, z := fieldsOf(string(ours)), fieldsOf(string(theirs)); a != z || strings.Count(a, `class="field"`) != 40 {
		b.Fatalf("these are not the fields of the page:\n%.1000s\n\n%.1000s", z, a)
	}
}

// fieldsOf returns the fields of a form page, every space between tags left out.
func fieldsOf(page string) string {
	_, page, _ = strings.Cut(page, `<div class="field">`)
	page, _, _ = strings.Cut(page, `<p id="saved"`)
	return spaces.ReplaceAllString(`<div class="field">`+page, "$1")
}

var spaces = regexp.MustCompile(`\s*([<>])\s*`)
