package instances_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testprogram"
)

// A crash must not write keys and answers to a disk.
func TestNoMemoryIsLeftOnADisk(t *testing.T) {
	s := newSite(t, db.SQLite)
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", s.start(testprogram.FreeAddress(t)).cmd.Process.Pid))
	if os.IsNotExist(err) {
		t.Skip("this system does not tell a process's limits")
	}
	s.must(err)
	if !regexp.MustCompile(`Max core file size +0 +0 `).Match(limits) {
		t.Errorf("a core dump may be written:\n%s", limits)
	}
}
