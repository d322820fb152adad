package pdf

import (
	"context"
	"net/http"
)

// TSA returns a Seal.Timestamp that asks the RFC 3161 authority at url.
func TSA(client *http.Client, url string) func(ctx context.Context, digest []byte) ([]byte, error) {
	return nil
}
