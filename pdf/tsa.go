package pdf

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/digitorus/timestamp"
)

const maxTimestampReply = 64 << 10

// TSA returns a Seal.Timestamp that asks the RFC 3161 authority at url. The
// authority learns nothing but the digest of a signature.
func TSA(client *http.Client, url string) func(ctx context.Context, digest []byte) ([]byte, error) {
	return func(ctx context.Context, digest []byte) ([]byte, error) {
		ask := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: digest, Certificates: true}
		body, err := ask.Marshal()
		if err != nil {
			return nil, fmt.Errorf("timestamp: %w", err)
		}
		reply, err := post(ctx, client, url, body)
		if err != nil {
			return nil, fmt.Errorf("timestamp: %w", err)
		}
		stamp, err := timestamp.ParseResponse(reply)
		if err != nil {
			return nil, fmt.Errorf("timestamp: %w", err)
		}
		if !bytes.Equal(stamp.HashedMessage, digest) {
			return nil, errors.New("timestamp: the authority stamped something else")
		}
		return stamp.RawToken, nil
	}
}

func post(ctx context.Context, client *http.Client, url string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/timestamp-query")
	reply, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the authority answered %s", reply.Status)
	}
	return io.ReadAll(io.LimitReader(reply.Body, maxTimestampReply))
}

// stampedAt returns the time of a token over a signature. It holds only if the
// token carries its authority's certificate and that key signed it; whether
// the authority is to be trusted is for the reader to say.
func stampedAt(token, signature []byte) (at time.Time, err error) {
	defer func() {
		if recover() != nil { // the parser below is not ours
			err = errors.New("the timestamp cannot be read")
		}
	}()
	stamp, err := timestamp.Parse(token)
	if err != nil {
		return time.Time{}, err
	}
	if len(stamp.Certificates) == 0 {
		return time.Time{}, errors.New("the timestamp names no authority")
	}
	if stamp.HashAlgorithm != crypto.SHA256 || !bytes.Equal(stamp.HashedMessage, hash(signature)) {
		return time.Time{}, errors.New("the timestamp is for something else")
	}
	return stamp.Time, nil
}
