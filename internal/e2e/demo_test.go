// Package e2e_test drives the program that people run: each test builds it,
// starts its demo, and sees no more of it than a client, a staff member or a
// program with an API key does.
package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/testprogram"
)

type document struct {
	ID, Template, Client, Link, Code string
}

type demo struct {
	BaseURL string `json:"base_url"`
	Staff   struct {
		Email, Passphrase string
	}
	APIKey    string `json:"api_key"`
	Documents []document
}

func TestMain(m *testing.M) { testprogram.Main(m) }

// start runs a demo until the test ends. What it prints beside the one line
// fails the test.
func start(t *testing.T) *demo {
	t.Helper()
	out, log := launch(t, exec.Command(testprogram.Path(t), "demo", "--json", "--addr", "127.0.0.1:0"))
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the demo printed no line: %v\n%s", err, log)
	}
	d := &demo{}
	if err := json.Unmarshal(line, d); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return d
}

// launch starts a program that runs until the test ends, and returns what it
// prints and its log. What it still prints at the end fails the test.
func launch(t *testing.T, cmd *exec.Cmd) (out io.Reader, log *strings.Builder) {
	t.Helper()
	log = &strings.Builder{}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, cmd, out, log) })
	return out, log
}

func stop(t *testing.T, cmd *exec.Cmd, out io.Reader, log *strings.Builder) {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	ended := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer ended.Stop()
	if more, err := io.ReadAll(out); err != nil || len(more) > 0 {
		t.Errorf("at the end the program printed %q (%v)", more, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the program ended with %v", err)
	}
	if t.Failed() {
		t.Logf("its log:\n%s", log)
	}
}

// of returns the demo's first document of a template.
func (d *demo) of(t *testing.T, template string) document {
	t.Helper()
	for _, doc := range d.Documents {
		if doc.Template == template {
			return doc
		}
	}
	t.Fatalf("the demo has no %s", template)
	return document{}
}

// api asks with the demo's key and reads the answer into into.
func (d *demo) api(t *testing.T, path string, into any) {
	t.Helper()
	body := d.file(t, path)
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

// file is what the API gives at a path, of any media type.
func (d *demo) file(t *testing.T, path string) []byte {
	t.Helper()
	status, body := d.call(t, http.MethodGet, path, "", nil)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, status, body)
	}
	return body
}

// call asks the API with the demo's key. kind is the media type of the body.
func (d *demo) call(t *testing.T, method, path, kind string, body []byte) (status int, answer []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, d.BaseURL+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+d.APIKey)
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode, answer
}
