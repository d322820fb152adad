package speed_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
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
				printed := cost(b, &costed{process: bare}, get(bare, "/printed", ""), costRounds)
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
	costRounds = 15
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
	address := freeAddress(b)
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

// printed renders forty plain fields with html/template, each time.
func printed() fiber.Handler {
	type row struct {
		Path, Ask, Hint, Kind string
		Options               []string
	}
	var rows []row
	for i := range 40 {
		r := row{Path: field(i), Ask: fmt.Sprintf("What about number %d", i), Hint: "A short hint.", Kind: fieldKind(i)}
		switch i % 4 {
		case 1:
			r.Kind, r.Options = "pick", []string{"Never", "Weekly", "Daily"}
		case 2:
			r.Kind, r.Options = "pick", []string{"Yes", "No"}
		}
		rows = append(rows, r)
	}
	page := template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><head><title>Forty questions</title></head><body><main><form method="post">
{{range .}}<div class="field">{{if eq .Kind "pick"}}<fieldset><legend>{{.Ask}}</legend><p id="f-{{.Path}}-hint">{{.Hint}}</p>{{$path := .Path}}{{range $i, $o := .Options}}
<label><input type="radio" name="{{$path}}" id="f-{{$path}}-{{$i}}" value="{{$o}}"> {{$o}}</label>{{end}}</fieldset>
{{else}}<label for="f-{{.Path}}">{{.Ask}}</label><p id="f-{{.Path}}-hint">{{.Hint}}</p>
{{if eq .Kind "long"}}<textarea id="f-{{.Path}}" name="{{.Path}}" aria-describedby="f-{{.Path}}-hint"></textarea>
{{else}}<input id="f-{{.Path}}" name="{{.Path}}" aria-describedby="f-{{.Path}}-hint" value="">{{end}}{{end}}</div>
{{end}}<button>Continue</button></form></main></body></html>`))
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return page.Execute(c, rows)
	}
}
