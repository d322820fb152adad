package outbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sealform/sealform/internal/practice"
)

// Twilio sends text messages and calls by Twilio's REST API, version
// 2010-04-01.
type Twilio struct {
	account, token, from string
	base                 string
	client               *http.Client
}

// NewTwilio returns the client of an account. from is a number in E.164, or a
// messaging service ("MG…"), which cannot call.
func NewTwilio(account, token, from string) (*Twilio, error) {
	switch {
	case !strings.HasPrefix(account, "AC") || len(account) != 34:
		return nil, errors.New("the account is AC and 32 letters and digits")
	case token == "":
		return nil, errors.New("the token is missing")
	case !strings.HasPrefix(from, "+") && !strings.HasPrefix(from, "MG"):
		return nil, errors.New("the sender is a number such as +15035550100, or a messaging service such as MG…")
	}
	return &Twilio{account: account, token: token, from: from, base: "https://api.twilio.com", client: providerClient()}, nil
}

// At returns the client for another address of the API, such as a mock of it.
func (t *Twilio) At(base string) *Twilio {
	other := *t
	other.base = strings.TrimSuffix(base, "/")
	return &other
}

// Calls reports whether the sender can call: a messaging service cannot.
func (t *Twilio) Calls() bool { return strings.HasPrefix(t.from, "+") }

// Send makes a message or, for the voice channel, a call that speaks.
func (t *Twilio) Send(ctx context.Context, m *Message) error {
	form := url.Values{"To": {m.To}}
	resource := "Messages.json"
	if t.Calls() {
		form.Set("From", t.from)
	} else {
		form.Set("MessagingServiceSid", t.from)
	}
	if m.Channel == practice.Voice {
		resource = "Calls.json"
		form.Set("Twiml", twiml(m))
	} else {
		form.Set("Body", m.Body)
	}
	if m.Receipt != "" {
		form.Set("StatusCallback", m.Receipt)
	}
	address := t.base + "/2010-04-01/Accounts/" + t.account + "/" + resource
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return &Failure{Reason: BadAddress, Final: true}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(t.account, t.token)
	body, failure := exchange(ctx, t.client, request)
	if failure != nil {
		return t.sort(body, failure)
	}
	return nil
}

// sort reads Twilio's own error code, which says more than the status.
// https://www.twilio.com/docs/api/errors
func (t *Twilio) sort(body []byte, f *Failure) error {
	var problem struct {
		Code int `json:"code"`
	}
	if json.Unmarshal(body, &problem) != nil || f.Unsure {
		return f
	}
	switch problem.Code {
	case 21211, 21214, 21217, 21614, 13223, 13224: // no such number, or none that takes this
		f.Reason = BadAddress
	case 21610: // they answered STOP
		f.Reason, f.Final = Refused, true
	case 20003, 20404: // the token or the account
		f.Reason, f.Final = SignIn, false
	}
	return f
}

// twiml speaks the text in the message's language.
func twiml(m *Message) string {
	var b strings.Builder
	b.WriteString(`<Response><Pause length="1"/><Say language="` + spokenIn(m.Language) + `">`)
	_ = xml.EscapeText(&b, []byte(m.Body)) // a Builder takes everything
	b.WriteString(`</Say></Response>`)
	return b.String()
}

func spokenIn(language string) string {
	switch base, _, _ := strings.Cut(strings.ToLower(language), "-"); base {
	case "es":
		return "es-MX"
	case "fr":
		return "fr-FR"
	default:
		return "en-US"
	}
}

// Genuine reports whether a webhook's form came from Twilio: its signature is
// the HMAC-SHA1, under the account's token, of the address that was called and
// every field in the order of their names.
// https://www.twilio.com/docs/usage/webhooks/webhooks-security
func (t *Twilio) Genuine(address string, form url.Values, signature string) bool {
	mac := hmac.New(sha1.New, []byte(t.token))
	mac.Write([]byte(address))
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			mac.Write([]byte(name + value))
		}
	}
	given, err := base64.StdEncoding.DecodeString(signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}
