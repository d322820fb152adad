package speed_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A load asks for one page over and over on connections that stay open, and
// costs little itself.
type load struct {
	address     string
	request     []byte
	connections int
}

// get is a load of one page as a browser asks for it.
func get(p *process, path, cookie string) *load {
	address := strings.TrimPrefix(p.base, "http://")
	return &load{address, fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\nUser-Agent: Bench browser\r\nCookie: %s\r\n\r\n", path, address, cookie), 32}
}

// run asks for a while and returns how long each answer took. Any answer but
// 200 ends the benchmark.
func (l *load) run(b *testing.B, while time.Duration) (took []time.Duration) {
	b.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	deadline := time.Now().Add(while)
	for range l.connections {
		all.Go(func() {
			mine, err := l.ask(deadline)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				b.Error(err)
			}
			took = append(took, mine...)
		})
	}
	all.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return took
}

func (l *load) ask(deadline time.Time) (took []time.Duration, err error) {
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 64<<10)
	for began := time.Now(); began.Before(deadline); {
		if _, err := conn.Write(l.request); err != nil {
			return nil, err
		}
		if err := skip(r); err != nil {
			return nil, err
		}
		now := time.Now()
		took = append(took, now.Sub(began))
		began = now
	}
	return took, nil
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

// skip reads one answer.
func skip(r *bufio.Reader) error {
	_, length, err := heading(r)
	if err == nil {
		_, err = r.Discard(length)
	}
	return err
}
