package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// sealedByDemo: sealed-by-demo FILE.pdf ROOTS.pem runs a demo, and keeps a PDF
// that was signed in it and the certificate that its /verify page hands out.
func sealedByDemo(ts *testscript.TestScript, _ bool, args []string) {
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan int)
	go func() {
		status := run(ctx, []string{"demo", "--json", "--addr", "127.0.0.1:0", "--data", ts.MkAbs("demo")}, nil, strings.NewReader(""), in, io.Discard)
		in.Close()
		ended <- status
	}()
	defer func() {
		stop()
		if status := <-ended; status != 0 {
			ts.Fatalf("the demo ended with %d", status)
		}
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	go io.Copy(io.Discard, out)
	var d demo
	ts.Check(json.Unmarshal([]byte(line), &d))
	var list struct {
		Items []struct{ ID string }
	}
	ts.Check(json.Unmarshal(fetch(ts, d.APIKey, d.BaseURL+"/api/v1/documents?state=completed"), &list))
	if len(list.Items) == 0 {
		ts.Fatalf("the demo has no completed document")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), fetch(ts, d.APIKey, d.BaseURL+"/api/v1/documents/"+list.Items[0].ID+"/pdf"), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), fetch(ts, "", d.BaseURL+"/verify/root.pem"), 0o600))
}

func fetch(ts *testscript.TestScript, key, url string) []byte {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	ts.Check(err)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", url, answer.Status)
	}
	return body
}

// alter: alter FILE CHANGED changes one bit in the middle of a file.
func alter(ts *testscript.TestScript, _ bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	b[len(b)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o600))
}
