package pdf

import "time"

// An Authority is the installation's own small certificate authority: a root,
// one document-signing key under it, and a revocation list. It is immutable.
type Authority struct{}

// NewAuthority makes the keys and certificates of a new installation. The
// operator's name goes into both subjects.
func NewAuthority(operator string, now time.Time) (*Authority, error) { return &Authority{}, nil }

// ParseAuthority reads what Marshal wrote.
func ParseAuthority(b []byte) (*Authority, error) { return &Authority{}, nil }

// Marshal returns the authority as PEM blocks, private keys included: seal it
// before storing it.
func (a *Authority) Marshal() []byte { return nil }

// Root returns the root certificate as PEM, to be published.
func (a *Authority) Root() []byte { return nil }

// Seal returns the seal under the current document-signing key, without a
// timestamp; set one on the copy returned.
func (a *Authority) Seal() *Seal { return &Seal{} }

// Renew returns the authority to use from now on: a itself while nothing is
// due, otherwise a new one whose Marshal must be stored in place of the old.
// Call it at the start and daily. The signing key is replaced after a year,
// the revocation list after a week; the root stays.
func (a *Authority) Renew(now time.Time) (*Authority, error) { return a, nil }
