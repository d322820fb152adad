package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sealform": main})
}

func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:      "testdata",
		Deadline: time.Now().Add(2 * time.Minute), // a command that should have refused would serve for ever
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"mode": checkMode, "sealed-by-demo": sealedByDemo, "alter": alter,
		},
	})
}

// checkMode: mode 0400 FILE.
func checkMode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); (got == args[0]) == neg {
		ts.Fatalf("%s has mode %s", args[1], got)
	}
}

// A running is a command under way, whose standard output can be read.
type running struct {
	stdout *bufio.Reader
	stderr *bytes.Buffer
	stop   context.CancelFunc
	status chan int
}

func start(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	r := &running{stdout: bufio.NewReader(out), stderr: &bytes.Buffer{}, stop: stop, status: make(chan int, 1)}
	go func() {
		status := run(ctx, args, env, strings.NewReader(""), in, r.stderr)
		in.Close()
		r.status <- status
	}()
	t.Cleanup(stop)
	return r
}

func (r *running) end(t *testing.T) (rest string) {
	t.Helper()
	r.stop()
	text, err := io.ReadAll(r.stdout)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case status := <-r.status:
		if status != 0 {
			t.Errorf("status %d; standard error:\n%s", status, r.stderr)
		}
	case <-time.After(time.Minute):
		t.Fatal("it did not stop within a minute")
	}
	return string(text)
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestDemoPrintsOneLineOfJSON(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := start(t, nil, "demo", "--json", "--addr", "127.0.0.1:0")
	line, err := r.stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("%v; standard error:\n%s", err, r.stderr)
	}
	var d demo
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, doc := range d.Documents {
		asked[doc.Template] = true
		if status, page := get(t, doc.Link); status != http.StatusOK || !strings.Contains(page, `name="code"`) {
			t.Errorf("%s for %s: status %d, no code asked for", doc.Template, doc.Client, status)
		}
		if len(doc.Code) != 8 || doc.ID == "" || doc.Client == "" {
			t.Errorf("incomplete: %+v", doc)
		}
	}
	for _, name := range []string{"intake-adult", "overseas-storage-consent", "npp-acknowledgement"} {
		if !asked[name] {
			t.Errorf("no document of %s", name)
		}
	}
	if status, page := get(t, d.BaseURL+"/staff/sign-in"); status != http.StatusOK || !strings.Contains(page, `name="passphrase"`) {
		t.Errorf("staff sign-in: status %d", status)
	}
	if d.APIKey == "" || d.Staff.Email == "" || d.Staff.Passphrase == "" {
		t.Errorf("incomplete: %s", line)
	}
	checkOutbox(t, &d)
	if rest := r.end(t); rest != "" {
		t.Errorf("more on standard output: %q", rest)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "sealform-demo-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDemoShowsATable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	r := start(t, nil, "demo", "--addr", "127.0.0.1:0", "--data", dir)
	var shown strings.Builder
	for !strings.Contains(shown.String(), "Ctrl-C") {
		line, err := r.stdout.ReadString('\n')
		if err != nil {
			t.Fatalf("%v; standard error:\n%s", err, r.stderr)
		}
		shown.WriteString(line)
	}
	for _, want := range []string{"/staff/sign-in", "passphrase", "API key", "Maya Ortiz", "npp-acknowledgement", "/d/"} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, shown.String())
		}
	}
	r.end(t)
	var stderr strings.Builder
	if status := run(t.Context(), []string{"demo", "--data", dir}, nil, nil, io.Discard, &stderr); status != 1 || !strings.Contains(stderr.String(), "holds a database already") {
		t.Errorf("a second demo in the same folder: status %d, %s", status, stderr.String())
	}
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	free.Close()
	env := []string{"SEALFORM_DATA=" + dir, "SEALFORM_ADDR=" + addr, "SEALFORM_LOG_LEVEL=warn"}
	if status := run(t.Context(), []string{"keys", "init"}, env, nil, io.Discard, io.Discard); status != 0 {
		t.Fatalf("keys init: status %d", status)
	}
	r := start(t, env, "serve")
	for range 100 {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, _ := get(t, "http://"+addr+path); status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
		}
	}
	if status, _ := get(t, "http://"+addr+"/dev/outbox"); status != http.StatusNotFound {
		t.Errorf("/dev/outbox outside the demo: status %d", status)
	}
	r.end(t)
}
