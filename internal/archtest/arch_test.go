// Package archtest holds the tests of what may import what. It has no code.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/sealform/sealform"

// floors as ARCHITECTURE.md draws them. A package imports only lower ones.
var floors = map[string]int{
	"forms": 0, "forms/fhir": 0, "static": 0, "internal/fault": 0, "internal/vault": 0, "internal/access": 0, "internal/config": 0, "internal/words": 0, "internal/lazyregexp": 0,
	"internal/practice": 1, "internal/db": 1, "internal/upload": 1,
	"internal/audit": 2, "internal/outbox": 2, "pdf": 2, "views": 2,
	"internal/store": 3,
	"portal":         4,
	"cmd/sealform":   5,
}

// sameFloor names the imports within one floor that are meant: a refused
// permission is a fault, a form speaks its client's language, FHIR is another
// way to write one, and patterns are compiled late anywhere.
var sameFloor = map[string][]string{
	"internal/access": {"internal/fault"},
	"internal/words":  {"internal/lazyregexp"},
	"forms":           {"internal/words", "internal/lazyregexp"},
	"forms/fhir":      {"forms", "internal/lazyregexp"},
}

// testOnly may be imported by tests and nothing else.
var testOnly = []string{"internal/testdb", "internal/testmail", "internal/testbrowser", "internal/testpractice", "internal/testprogram", "internal/archtest", "internal/e2e", "internal/instances", "internal/speed"}

// everywhere may be imported by any package.
var everywhere = []string{
	"github.com/google/uuid",
	"golang.org/x/text",
	"github.com/klauspost/compress",
	"github.com/prometheus/client_golang",
}

// homes says where a library has to be, when it is used at all. Every other
// library may be in any one package.
var homes = map[string][]string{
	"github.com/gofiber/fiber/v2":  {"portal"},
	"github.com/jung-kurt/gofpdf":  {"pdf"},
	"github.com/alecthomas/kong":   {"cmd/sealform"},
	"github.com/jackc/pgx/v5":      {"internal/db"},
	"modernc.org/sqlite":           {"internal/db"},
	"github.com/pressly/goose/v3":  {"internal/db"},
	"github.com/yuin/goldmark":     {"forms"}, // which hands blocks to views and pdf
	"github.com/goccy/go-yaml":     {"forms"},
	"golang.org/x/crypto":          {"internal/vault", "cmd/sealform"}, // Argon2 there, certificates of Let's Encrypt here
	"github.com/redis/go-redis/v9": {"portal"},
	"golang.org/x/image":           {"pdf", "internal/upload"}, // its numbers there, WebP here
}

type listed struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Module"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func ours(path string) (string, bool) {
	return strings.CutPrefix(path, module+"/")
}

func TestFloors(t *testing.T) {
	for _, p := range list(t, "./...") {
		name, _ := ours(p.ImportPath)
		if slices.Contains(testOnly, name) {
			continue
		}
		floor, known := floors[name]
		if !known {
			t.Errorf("%s has no floor: put it into this test and into ARCHITECTURE.md", name)
			continue
		}
		for _, path := range p.Imports {
			imported, is := ours(path)
			if !is {
				continue
			}
			below, known := floors[imported]
			switch {
			case slices.Contains(testOnly, imported):
				t.Errorf("%s imports %s, which is for tests alone", name, imported)
			case known && below >= floor && !slices.Contains(sameFloor[name], imported):
				t.Errorf("%s (floor %d) imports %s (floor %d)", name, floor, imported, below)
			case imported == "internal/config" && name != "cmd/sealform":
				t.Errorf("%s reads settings; only cmd/sealform does", name)
			}
		}
	}
}

// The vault sees Go's crypto and Argon2, and can neither log nor store.
func TestVaultIsAlone(t *testing.T) {
	for _, p := range list(t, "./internal/vault") {
		for _, path := range p.Imports {
			if strings.Contains(path, ".") && path != "golang.org/x/crypto/argon2" {
				t.Errorf("internal/vault imports %s", path)
			}
			if slices.Contains([]string{"os", "log", "log/slog", "net", "net/http", "database/sql"}, path) {
				t.Errorf("internal/vault imports %s, with which it could leak a key", path)
			}
		}
	}
}

func TestOneLibraryOnePackage(t *testing.T) {
	moduleOf := map[string]string{}
	for _, p := range list(t, "-deps", "./...") {
		if p.Module != nil && p.Module.Path != module {
			moduleOf[p.ImportPath] = p.Module.Path
		}
	}
	users := map[string][]string{}
	for _, p := range list(t, "./...") {
		name, _ := ours(p.ImportPath)
		for _, path := range p.Imports {
			library := moduleOf[path]
			if library == "" || slices.Contains(everywhere, library) || slices.Contains(testOnly, name) || slices.Contains(users[library], name) {
				continue
			}
			users[library] = append(users[library], name)
		}
	}
	if len(users) == 0 {
		t.Fatal("found no library at all")
	}
	for library, names := range users {
		home, named := homes[library]
		if !named && len(names) > 1 {
			t.Errorf("%s has more than one home: %v", library, names)
		}
		for _, name := range names {
			if named && !slices.Contains(home, name) {
				t.Errorf("%s is imported by %s; its home is %v", library, name, home)
			}
		}
	}
}
