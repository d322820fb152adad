package pdf_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"github.com/sealform/sealform/pdf"
)

// stampServer is a timestamp authority that stamps with a key of its own.
func stampServer(t testing.TB) *httptest.Server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "Time"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		ask, err := timestamp.ParseRequest(body)
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "not a timestamp query", http.StatusBadRequest)
			return
		}
		stamp := timestamp.Timestamp{
			HashAlgorithm: ask.HashAlgorithm, HashedMessage: ask.HashedMessage, Time: signedAt.Add(time.Second),
			Policy: []int{1, 2, 3}, AddTSACertificate: true,
		}
		reply, err := stamp.CreateResponseWithOpts(certificate, key, crypto.SHA256)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(reply)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestTimestampIsReportedWithItsTime(t *testing.T) {
	a, server := newAuthority(t), stampServer(t)
	seal := a.Seal()
	seal.Timestamp = pdf.TSA(server.Client(), server.URL)
	b := render(t, sample(t, "overseas-storage-consent"), seal)
	r := pdf.Verify(b, a.Roots())
	if !r.Genuine || !r.Timestamped || !r.StampedAt.Equal(signedAt.Add(time.Second)) {
		t.Errorf("genuine %v, timestamped %v at %v: %q", r.Genuine, r.Timestamped, r.StampedAt, r.Problems)
	}
	wants(t, judge(t, "pdfsig", "-nocert", file(t, b)), "Signature is Valid.", "Total document signed")
}

func TestTimestampOfSomethingElseIsRefused(t *testing.T) {
	a, server := newAuthority(t), stampServer(t)
	seal := a.Seal()
	seal.Timestamp = func(ctx context.Context, digest []byte) ([]byte, error) {
		other := slices.Clone(digest)
		other[0] ^= 1
		return pdf.TSA(server.Client(), server.URL)(ctx, other)
	}
	if r := pdf.Verify(render(t, sample(t, "overseas-storage-consent"), seal), a.Roots()); r.Intact || r.Timestamped {
		t.Errorf("accepted: intact %v, timestamped %v", r.Intact, r.Timestamped)
	}
}

func TestFailingTimestampLeavesASealWithout(t *testing.T) {
	a := newAuthority(t)
	down := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(down.Close)
	for name, stamp := range map[string]func(context.Context, []byte) ([]byte, error){
		"refused": func(context.Context, []byte) ([]byte, error) { return nil, errors.New("no") },
		"down":    pdf.TSA(down.Client(), down.URL),
		"slow":    func(ctx context.Context, _ []byte) ([]byte, error) { <-ctx.Done(); return nil, ctx.Err() },
		"huge":    func(context.Context, []byte) ([]byte, error) { return make([]byte, 1<<20), nil },
	} {
		seal := a.Seal()
		seal.Timestamp = stamp
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		b, err := pdf.New(fonts).Render(ctx, sample(t, "overseas-storage-consent"), seal)
		cancel()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r := pdf.Verify(b, a.Roots()); !r.Genuine || r.Timestamped {
			t.Errorf("%s: genuine %v, timestamped %v: %q", name, r.Genuine, r.Timestamped, r.Problems)
		}
	}
}
