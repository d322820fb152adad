package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"
)

const (
	httpTimeout = 20 * time.Second // for one request to a provider
	mostAnswer  = 64 << 10         // of its answer that is read
)

// providerClient follows no redirect: a message goes where the operator said,
// and nowhere else.
func providerClient() *http.Client {
	return &http.Client{Timeout: httpTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// exchange sends a request and returns the answer's body. Once a connection
// carries the request, no answer means that nothing is known.
func exchange(ctx context.Context, client *http.Client, request *http.Request) ([]byte, *Failure) {
	connected := false
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }}
	answer, err := client.Do(request.WithContext(httptrace.WithClientTrace(ctx, trace)))
	if err != nil {
		return nil, noAnswer(err, connected)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		body = nil // the status has said what matters
	}
	status := answer.StatusCode
	switch {
	case status < 300:
		return body, nil
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable, status == http.StatusRequestTimeout:
		return body, &Failure{Reason: Busy, Status: status}
	case status >= 500:
		return body, &Failure{Reason: BrokeOff, Status: status, Unsure: true}
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return body, &Failure{Reason: SignIn, Status: status}
	default:
		return body, &Failure{Reason: Refused, Status: status, Final: true}
	}
}

func noAnswer(err error, connected bool) *Failure {
	certificate := (*tls.CertificateVerificationError)(nil)
	switch {
	case errors.As(err, &certificate):
		return &Failure{Reason: Insecure}
	case connected:
		return &Failure{Reason: BrokeOff, Unsure: true}
	default:
		return &Failure{Reason: Unreachable}
	}
}
