package speed_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// tick is the unit of processor time in /proc (USER_HZ).
const tick = 10 * time.Millisecond

// spent returns the processor time of a process.
func spent(b *testing.B, pid int) time.Duration {
	b.Helper()
	times := stat(b, pid)
	return times[0] + times[1]
}

// spentByTree returns the processor time of a process, of the children it has,
// and of those it had: PostgreSQL serves each connection in one.
func spentByTree(b *testing.B, pid int) time.Duration {
	b.Helper()
	times := stat(b, pid)
	total := times[0] + times[1] + times[2] + times[3]
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		b.Fatal(err)
	}
	for child := range strings.FieldsSeq(string(children)) {
		n, _ := strconv.Atoi(child)
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", n)); err == nil {
			total += spent(b, n)
		}
	}
	return total
}

// stat returns utime, stime, cutime and cstime (proc(5)).
func stat(b *testing.B, pid int) (times [4]time.Duration) {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	after := string(text[strings.LastIndexByte(string(text), ')')+2:]) // the name may hold spaces
	fields := strings.Fields(after)
	for i := range times {
		n, err := strconv.ParseInt(fields[11+i], 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		times[i] = time.Duration(n) * tick
	}
	return times
}

// postgresPID is the server's that .ci/with-servers started.
func postgresPID(b *testing.B) int {
	b.Helper()
	pid, err := strconv.Atoi(os.Getenv("SEALFORM_TEST_POSTGRES_PID"))
	if err != nil {
		b.Skip("SEALFORM_TEST_POSTGRES_PID is empty; .ci/with-servers sets it")
	}
	return pid
}

// resident returns the memory a process holds, in MiB.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	kib, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

// pin keeps a process, and the processes it starts from now on, on one
// processor: what is measured then shares no processor with who asks. It does
// nothing where there is only one, or where it may not.
func pin(b *testing.B, pid, processor int) {
	b.Helper()
	if runtime.NumCPU() < 2 {
		return
	}
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		b.Fatal(err)
	}
	var set unix.CPUSet
	set.Set(processor)
	for _, task := range tasks {
		tid, _ := strconv.Atoi(task.Name())
		if err := unix.SchedSetaffinity(tid, &set); err != nil {
			b.Logf("process %d is not kept on one processor: %v", pid, err)
			return
		}
	}
}
