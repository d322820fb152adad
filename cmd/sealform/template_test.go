package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestPreviewAsksForTheCode(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	file := filepath.Join(t.TempDir(), "form.yaml")
	text := "form: check-up\nversion: \"1.0.0\"\ntitle: Check-up\nkind: intake\ncountries: [NZ]\nsign: {role: author}\nitems:\n- {id: one, type: text, ask: How are you today?}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := start(t, nil, "template", "preview", file, "--addr", "127.0.0.1:0")
	var printed strings.Builder
	for !strings.Contains(printed.String(), "Ctrl-C") {
		line, err := r.stdout.ReadString('\n')
		if err != nil {
			t.Fatalf("%v; standard error:\n%s", err, r.stderr)
		}
		printed.WriteString(line)
	}
	link := regexp.MustCompile(`link  (\S+)\ncode  \d{4} \d{4}\n`).FindStringSubmatch(printed.String())
	if link == nil {
		t.Fatalf("no link and code in:\n%s", &printed)
	}
	if status, page := get(t, link[1]); status != http.StatusOK || !strings.Contains(page, `name="code"`) {
		t.Errorf("status %d, no code asked for", status)
	}
	r.end(t)
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "sealform-demo-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
