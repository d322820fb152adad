package pdf_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// file writes b to a temporary file for an outside judge.
func file(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// judge runs an outside program and returns what it printed. Without the
// program the test is skipped, but not where everything must be there.
func judge(t testing.TB, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		missing(t, program)
	}
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v", program, err)
	}
	return string(out)
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", what)
	}
	t.Skipf("%s is not installed", what)
}

func wants(t testing.TB, output string, phrases ...string) {
	t.Helper()
	for _, p := range phrases {
		if !strings.Contains(output, p) {
			t.Errorf("not found: %q in\n%s", p, head(output))
		}
	}
}

func head(s string) string { return s[:min(len(s), 4000)] }

// squeezed is text without any space, for texts that lines may break anywhere.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// preflight is Apache PDFBox's validator for PDF/A-1b.
func preflight(t testing.TB, path string) string {
	t.Helper()
	const dir = "/usr/share/java/"
	var jars []string
	for _, name := range []string{"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api"} {
		jar := dir + name + ".jar"
		if _, err := os.Stat(jar); err != nil {
			missing(t, name+".jar")
		}
		jars = append(jars, jar)
	}
	return judge(t, "java", "-cp", strings.Join(jars, ":"), "org.apache.pdfbox.preflight.Validator_A1b", path)
}
