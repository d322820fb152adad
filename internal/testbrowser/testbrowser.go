// Package testbrowser gives tests two browsers: one that knows nothing but HTML
// forms, and Chromium. It knows no page of the product: what it fills in, it
// reads from the page. Only tests import it.
//
// A missing program skips the test and is named; with CI=true it fails.
package testbrowser

import (
	"os"
	"os/exec"
	"testing"
)

// Tool returns the path of the first of the named programs that is installed.
func Tool(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, names[0])
	return ""
}

// Missing ends a test that cannot run without the tool.
func Missing(t testing.TB, tool string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; .ci/tools installs it", tool)
	}
	t.Skipf("%s is missing; .ci/tools installs it", tool)
}
