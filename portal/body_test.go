package portal_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// converse sends bytes over one connection and returns all that comes back.
func (s *site) converse(send string) string {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	fatal(s.t, err)
	defer conn.Close()
	fatal(s.t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	// A server that refused already may close before all is written.
	_, _ = io.WriteString(conn, send)
	_ = conn.(*net.TCPConn).CloseWrite()
	got, _ := io.ReadAll(conn)
	return string(got)
}

// What a refused request's body says is never taken for the next request: a
// proxy that shares a connection would hand its answer to somebody else.
func TestABodyIsNeverARequest(t *testing.T) {
	s := start(t, nil)
	_, link := s.send("npp-acknowledgement")
	host := strings.TrimPrefix(s.url, "http://")
	hidden := "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n"
	body := strings.Repeat(" ", 8<<10) + strings.Repeat(hidden, 1000)
	for name, head := range map[string]string{
		"no route":       "POST /nothing HTTP/1.1\r\nHost: " + host,
		"another origin": "POST " + link + "/unlock HTTP/1.1\r\nOrigin: https://evil.example\r\nHost: " + host,
		"another host":   "POST /staff/sign-in HTTP/1.1\r\nHost: evil.example",
		"not unlocked":   "POST " + link + "/sign HTTP/1.1\r\nHost: " + host,
		"not signed in":  "POST /staff/clients HTTP/1.1\r\nHost: " + host,
		"a GET":          "GET /staff/sign-in HTTP/1.1\r\nHost: " + host,
	} {
		for _, sent := range []string{
			fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body),
			"Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body),
			fmt.Sprintf("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n--x--\r\n%s", len(body)+7, body),
		} {
			if n := strings.Count(s.converse(head+"\r\n"+sent), "HTTP/1.1 "); n != 1 {
				t.Errorf("%s: %d answers to one request with %.30q", name, n, sent)
			}
		}
	}
}

// Files are never written to a disk on their way: here is none to write to.
func TestNoFileIsWrittenInClear(t *testing.T) {
	s := start(t, nil)
	b, path, _ := s.onPapers()
	t.Setenv("TMPDIR", "/nowhere")
	huge := "%PDF-1.4\n" + strings.Repeat("x", 40<<20) + "\nstartxref\n9\n%%EOF\n"
	got := b.multipart(path, "", part{"words", "", "kept"}, part{"letter", "huge.pdf", huge}, part{"_upload", "", "letter"})
	if got.StatusCode != 422 || !strings.Contains(got.problem(), "A file can have 15 MB here") || got.value("words") != "kept" {
		t.Errorf("%d, %q, words %q", got.StatusCode, got.problem(), got.value("words"))
	}
}
