package outbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Gateway hands text messages and calls to any service that takes a signed
// HTTP request. It posts JSON:
//
//	{"id":"…","try":1,"kind":"sms"|"voice","to":"+15035550142","language":"en","text":"…","receipt":"https://…"}
//
// with the headers X-Sealform-Timestamp, seconds since 1970, and
// X-Sealform-Signature, "sha256=" and in hex the HMAC-SHA256 under the shared
// secret of timestamp, ".", and body. Any 2xx answer says that it was taken.
// What the gateway posts back is signed in the same way.
type Gateway struct {
	address string
	secret  []byte
	now     func() time.Time
	client  *http.Client
}

// shortestSecret is the least length of a shared secret, in bytes.
const shortestSecret = 16

// NewGateway returns the channel for an address that begins with https://.
// Plain http is for a gateway on this machine alone.
func NewGateway(address, secret string, now func() time.Time) (*Gateway, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" && u.Hostname() != "::1") {
		return nil, errors.New("has to begin with https://; http:// is for a gateway on this machine alone")
	}
	if len(secret) < shortestSecret {
		return nil, fmt.Errorf("needs a secret of at least %d characters", shortestSecret)
	}
	return &Gateway{address: address, secret: []byte(secret), now: now, client: providerClient()}, nil
}

type gatewayMessage struct {
	ID       string `json:"id"`
	Try      int    `json:"try"`
	Kind     string `json:"kind"`
	To       string `json:"to"`
	Language string `json:"language,omitempty"`
	Text     string `json:"text"`
	Receipt  string `json:"receipt,omitempty"`
}

// Send posts one message.
func (g *Gateway) Send(ctx context.Context, m *Message) error {
	body, err := json.Marshal(gatewayMessage{m.ID.String(), m.Try, string(m.Channel), m.To, m.Language, m.Body, m.Receipt})
	if err != nil {
		return &Failure{Reason: Refused, Final: true}
	}
	request, err := http.NewRequest(http.MethodPost, g.address, bytes.NewReader(body))
	if err != nil {
		return &Failure{Reason: Unreachable}
	}
	request.GetBody = nil // never sent again by itself: only the outbox decides that
	stamp := strconv.FormatInt(g.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Sealform-Timestamp", stamp)
	request.Header.Set("X-Sealform-Signature", g.Sign(stamp, body))
	if _, failure := exchange(ctx, g.client, request); failure != nil {
		return failure
	}
	return nil
}

// Sign returns the signature of a body at a time.
func (g *Gateway) Sign(timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, g.secret)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// staleAfter is how old a signed request may be: an old one could be a replay.
const staleAfter = 5 * time.Minute

// Genuine reports whether the gateway signed the body within the last minutes.
func (g *Gateway) Genuine(timestamp, signature string, body []byte) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	age := g.now().Sub(time.Unix(seconds, 0))
	return err == nil && age < staleAfter && age > -staleAfter &&
		hmac.Equal([]byte(strings.ToLower(signature)), []byte(g.Sign(timestamp, body)))
}
