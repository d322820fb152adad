package speed_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A load asks for one page over and over, on connections that stay open. Unless
// it sleeps, it looks for answers all the time: waking it would be counted as the
// server's time, and more often the slower the server is.
type load struct {
	address     string
	request     []byte
	connections int
	sleeps      bool
}

// get is a load of one page as a browser asks for it.
func get(p *process, path, cookie string) *load {
	address := strings.TrimPrefix(p.base, "http://")
	return &load{address, fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\nUser-Agent: Bench browser\r\nCookie: %s\r\n\r\n", path, address, cookie), 32, false}
}

// A line is one connection with an answer on its way.
type line struct {
	began    time.Time
	received int
	expected int // bytes of the whole answer, once its head is here
	head     [1 << 12]byte
}

// run asks for a while and returns how long each answer took. Any answer but
// 200 ends the benchmark.
func (l *load) run(b *testing.B, while time.Duration) (took []time.Duration) {
	b.Helper()
	poll, err := unix.EpollCreate1(0)
	if err != nil {
		b.Fatal(err)
	}
	defer unix.Close(poll)
	lines := map[int32]*line{}
	for range l.connections {
		fd, err := l.dial()
		if err != nil {
			b.Fatal(err)
		}
		defer unix.Close(int(fd))
		if err := unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, int(fd), &unix.EpollEvent{Events: unix.EPOLLIN, Fd: fd}); err != nil {
			b.Fatal(err)
		}
		lines[fd] = &line{}
		if err := lines[fd].ask(fd, l.request); err != nil {
			b.Fatal(err)
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	events, buffer := make([]unix.EpollEvent, l.connections), make([]byte, 64<<10)
	for now, deadline := time.Now(), time.Now().Add(while); now.Before(deadline); now = time.Now() {
		wait := 0 // milliseconds
		if l.sleeps {
			wait = 100
		}
		n, err := unix.EpollWait(poll, events, wait)
		if err != nil && err != unix.EINTR {
			b.Fatal(err)
		}
		for _, e := range events[:max(n, 0)] {
			at := lines[e.Fd]
			done, err := at.read(e.Fd, buffer)
			if done {
				took = append(took, time.Since(at.began))
				err = at.ask(e.Fd, l.request)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	return took
}

func (l *load) dial() (int32, error) {
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	file, err := conn.(*net.TCPConn).File()
	if err != nil {
		return 0, err
	}
	defer file.Close()
	fd, err := unix.Dup(int(file.Fd()))
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	return int32(fd), err
}

func (a *line) ask(fd int32, request []byte) error {
	a.began, a.received, a.expected = time.Now(), 0, 0
	_, err := unix.Write(int(fd), request)
	return err
}

// read takes what arrived and reports whether the answer is complete.
func (a *line) read(fd int32, buffer []byte) (done bool, err error) {
	n, err := unix.Read(int(fd), buffer)
	if err == unix.EAGAIN {
		return false, nil
	}
	if n <= 0 {
		return false, fmt.Errorf("the connection was closed: %w", err)
	}
	if a.expected == 0 {
		copy(a.head[min(a.received, len(a.head)):], buffer[:n])
		head := a.head[:min(a.received+n, len(a.head))]
		if end := bytes.Index(head, []byte("\r\n\r\n")); end >= 0 {
			_, length, err := heading(bufio.NewReader(bytes.NewReader(head)))
			if err != nil {
				return false, err
			}
			a.expected = end + 4 + length
		}
	}
	a.received += n
	return a.expected > 0 && a.received >= a.expected, nil
}

// whole returns one answer, head and body.
func (l *load) whole(b *testing.B) (head, body []byte) {
	b.Helper()
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(l.request); err != nil {
		b.Fatal(err)
	}
	r := bufio.NewReaderSize(conn, 64<<10)
	head, length, err := heading(r)
	if err != nil {
		b.Fatal(err)
	}
	body = make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		b.Fatal(err)
	}
	return append(head, "\r\n"...), body
}

// heading reads an answer up to its body, and the body's length.
func heading(r *bufio.Reader) (head []byte, length int, err error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return nil, 0, err
		}
		if len(line) == 2 {
			break
		}
		head = append(head, line...)
		if n, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(n))); err != nil {
				return nil, 0, err
			}
		}
	}
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 200")) {
		return nil, 0, fmt.Errorf("the answer is %q", head)
	}
	return head, length, nil
}
