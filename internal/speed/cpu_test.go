package speed_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// spent returns the processor time of a process, to the nanosecond: the sum over
// its threads (/proc/PID/task/TID/schedstat).
func spent(b *testing.B, pid int) (total time.Duration) {
	b.Helper()
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		b.Fatal(err)
	}
	for _, task := range tasks {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, task.Name()))
		if err != nil {
			continue // the thread has ended
		}
		var ran time.Duration
		if _, err := fmt.Sscan(string(text), &ran); err != nil {
			b.Fatal(err)
		}
		total += ran
	}
	return total
}

// spentByTree returns the processor time of a process and its children:
// PostgreSQL serves each connection in one.
func spentByTree(b *testing.B, pid int) time.Duration {
	b.Helper()
	total := spent(b, pid)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		b.Fatal(err)
	}
	for child := range strings.FieldsSeq(string(children)) {
		n, _ := strconv.Atoi(child)
		if _, err := os.Stat("/proc/" + child); err == nil {
			total += spent(b, n)
		}
	}
	return total
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

// Who is measured and who asks keep to a processor each, so that neither takes
// time from the other.
const (
	measured = 0
	asking   = 1
)

// pin keeps a process, and the processes it starts from now on, to a processor
// until the benchmark ends. It does nothing where there is only one, or where it
// may not.
func pin(b *testing.B, pid, processor int) {
	b.Helper()
	var before, only unix.CPUSet
	if err := unix.SchedGetaffinity(pid, &before); err != nil {
		b.Fatal(err)
	}
	only.Set(processor % runtime.NumCPU())
	if err := allow(pid, &only); err != nil {
		b.Logf("process %d is not kept on one processor: %v", pid, err)
		return
	}
	b.Cleanup(func() { _ = allow(pid, &before) }) // it may have ended
}

// allow lets every thread of a process run on the processors.
func allow(pid int, on *unix.CPUSet) error {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return err
	}
	for _, task := range tasks {
		tid, _ := strconv.Atoi(task.Name())
		if err := unix.SchedSetaffinity(tid, on); err != nil && err != unix.ESRCH {
			return err
		}
	}
	return nil
}

// keep keeps a thread, 0 for this one, and what it starts to a processor.
func keep(tid, processor int) error {
	var set unix.CPUSet
	set.Set(processor % runtime.NumCPU())
	return unix.SchedSetaffinity(tid, &set)
}

// onMeasured starts a command on the processor that is measured, as on a machine
// that has no other: the command then plans for one.
func onMeasured(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	if err := keep(0, measured); err != nil {
		return err
	}
	defer unix.SchedSetaffinity(0, &before)
	return cmd.Start()
}
