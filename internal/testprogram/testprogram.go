// Package testprogram builds the program once for a test binary that runs it
// as people do: as processes.
package testprogram

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var build = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "sealform-program-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(folder, "sealform")
	out, err := exec.Command("go", "build", "-o", program, "github.com/sealform/sealform/cmd/sealform").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
})

// Path returns the program's path, and builds it first when nobody has.
func Path(t testing.TB) string {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// Main is the TestMain of a package that uses Path: it removes the program at
// the end.
func Main(m *testing.M) {
	code := m.Run()
	if program, err := build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}
