package outbox_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

const (
	account = "AC00000000000000000000000000000001"
	secret  = "a secret of the gateway"
)

func twilio(t *testing.T, from string) *outbox.Twilio {
	t.Helper()
	client, err := outbox.NewTwilio(account, "token", from)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func text(channel practice.Channel) *outbox.Message {
	return &outbox.Message{ID: uuid.New(), Try: 1, Channel: channel, To: "+15035550142", Language: "fr-CA", Body: "Votre code <est> & reste 1, 2, 3", Receipt: "https://forms.example.org/hooks/receipt/x"}
}

// prism serves Twilio's own description of its API, and refuses requests that do
// not follow it.
func prism(t *testing.T) string {
	t.Helper()
	judges, err := filepath.Abs("../../node_modules/.judges")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(judges, "_stoplight_prism-cli_5.16.0", "node_modules", ".bin", "prism")
	described := filepath.Join(judges, "_twilio_cli-core_8.3.2", "package", "src", "services", "twilio-api", "twilio_api_v2010.json")
	for _, needed := range []string{program, described} {
		if _, err := os.Stat(needed); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("no %s: .ci/tools brings it", filepath.Base(needed))
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	mock := exec.Command(program, "mock", "--errors", "--host", "127.0.0.1", "--port", port, described)
	var said bytes.Buffer
	mock.Stdout, mock.Stderr = &said, &said
	if err := mock.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = mock.Process.Kill()
		_ = mock.Wait()
	})
	for range 600 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return "http://127.0.0.1:" + port
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("prism does not start:\n%s", said.String())
	return ""
}

func TestTwilioAsItsDescriptionSays(t *testing.T) {
	at := prism(t)
	for name, m := range map[string]*outbox.Message{"a text message": text(practice.SMS), "a call": text(practice.Voice)} {
		if err := twilio(t, "+15035550100").At(at).Send(t.Context(), m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := twilio(t, "MG00000000000000000000000000000001").At(at).Send(t.Context(), text(practice.SMS)); err != nil {
		t.Errorf("by a messaging service: %v", err)
	}
	// The judge judges: what the description does not allow is refused.
	bad := text(practice.SMS)
	bad.Receipt = "no address at all"
	if err := twilio(t, "+15035550100").At(at).Send(t.Context(), bad); err == nil {
		t.Error("a receipt address that is none was taken")
	}
}

// asked serves one answer, and keeps what it was asked.
func asked(t *testing.T, status int, body string) (address string, form *url.Values) {
	t.Helper()
	form = &url.Values{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, password, ok := r.BasicAuth(); !ok || name != account || password != "token" {
			t.Error("the request is not signed in")
		}
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		*form = r.PostForm
		form.Set("path", r.URL.Path)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL, form
}

func TestTwilioAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   outbox.Failure
	}{
		"taken":          {201, `{"sid":"SM1"}`, outbox.Failure{}},
		"no such number": {400, `{"code":21211}`, outbox.Failure{Reason: outbox.BadAddress, Status: 400, Final: true}},
		"they said STOP": {400, `{"code":21610}`, outbox.Failure{Reason: outbox.Refused, Status: 400, Final: true}},
		"a bad token":    {401, `{"code":20003}`, outbox.Failure{Reason: outbox.SignIn, Status: 401}},
		"too many":       {429, `{"code":20429}`, outbox.Failure{Reason: outbox.Busy, Status: 429}},
		"broken":         {500, `oops`, outbox.Failure{Reason: outbox.BrokeOff, Status: 500, Unsure: true}},
		"a redirect":     {302, ``, outbox.Failure{Reason: outbox.Refused, Status: 302, Final: true}},
	} {
		at, _ := asked(t, c.status, c.body)
		if got := failure(twilio(t, "+15035550100").At(at).Send(t.Context(), text(practice.SMS))); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	at, form := asked(t, 201, `{}`)
	if err := twilio(t, "+15035550100").At(at).Send(t.Context(), text(practice.Voice)); err != nil {
		t.Fatal(err)
	}
	const spoken = `<Response><Pause length="1"/><Say language="fr-FR">Votre code &lt;est&gt; &amp; reste 1, 2, 3</Say></Response>`
	if form.Get("Twiml") != spoken || form.Get("path") != "/2010-04-01/Accounts/"+account+"/Calls.json" || form.Get("From") != "+15035550100" {
		t.Errorf("a call is %v", form)
	}
}

// The example of Twilio's documentation, computed as it describes.
func TestTwilioSignature(t *testing.T) {
	client := twilio(t, "+15035550100")
	const address = "https://forms.example.org/hooks/twilio?foo=1&bar=2"
	form := url.Values{"From": {"+15035550142"}, "Body": {"STOP"}, "Digits": {"1234"}, "CallSid": {"CA1"}}
	mac := hmac.New(sha1.New, []byte("token"))
	io.WriteString(mac, address+"BodySTOPCallSidCA1Digits1234From+15035550142")
	good := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if !client.Genuine(address, form, good) {
		t.Error("a good signature is refused")
	}
	form.Set("Body", "START")
	for name, bad := range map[string]bool{
		"another body": client.Genuine(address, form, good), "another address": client.Genuine(address+"3", form, good),
		"none": client.Genuine(address, form, ""), "nonsense": client.Genuine(address, form, "%%%"),
	} {
		if bad {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestGateway(t *testing.T) {
	now := time.Now()
	var gateway *outbox.Gateway
	status := 202
	var got map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !gateway.Genuine(r.Header.Get("X-Sealform-Timestamp"), r.Header.Get("X-Sealform-Signature"), body) {
			t.Errorf("unsigned: %v", err)
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	gateway, err := outbox.NewGateway(server.URL, secret, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	m := text(practice.Voice)
	if err := gateway.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got["kind"] != "voice" || got["to"] != m.To || got["text"] != m.Body || got["id"] != m.ID.String() || got["receipt"] != m.Receipt || got["try"] != 1.0 {
		t.Errorf("the gateway got %v", got)
	}
	for code, want := range map[int]outbox.Failure{
		503: {Reason: outbox.Busy, Status: 503}, 502: {Reason: outbox.BrokeOff, Status: 502, Unsure: true}, 422: {Reason: outbox.Refused, Status: 422, Final: true},
	} {
		status = code
		if f := failure(gateway.Send(t.Context(), m)); f != want {
			t.Errorf("%d: %+v, want %+v", code, f, want)
		}
	}
	server.Close()
	if f := failure(gateway.Send(t.Context(), m)); f.Unsure || f.Reason != outbox.Unreachable {
		t.Errorf("down: %+v", f)
	}
	body := []byte(`{"from":"+15035550142","text":"STOP"}`)
	stamp := strconv.FormatInt(now.Unix(), 10)
	old := strconv.FormatInt(now.Add(-10*time.Minute).Unix(), 10)
	for name, ok := range map[string]bool{
		"another body": gateway.Genuine(stamp, gateway.Sign(stamp, body), []byte(strings.ToLower(string(body)))), "an old one": gateway.Genuine(old, gateway.Sign(old, body), body),
		"another time": gateway.Genuine(stamp, gateway.Sign(old, body), body), "none": gateway.Genuine(stamp, "", body),
	} {
		if ok {
			t.Errorf("%s is taken", name)
		}
	}
	for _, address := range []string{"http://example.org", "ftp://example.org", "example.org"} {
		if _, err := outbox.NewGateway(address, secret, time.Now); err == nil {
			t.Errorf("%s was taken", address)
		}
	}
}
