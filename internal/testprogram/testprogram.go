// Package testprogram builds the program once for a test binary that runs it
// as people do: as processes.
package testprogram

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var folder string // of the program; empty while nobody has asked for it

var build = sync.OnceValues(func() (_ string, err error) {
	if folder, err = os.MkdirTemp("", "sealform-program-"); err != nil {
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

// FreeAddress returns an address of this machine that nobody listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Main is the TestMain of a package that uses Path: it removes the program at
// the end.
func Main(m *testing.M) {
	code := m.Run()
	if folder != "" {
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}
