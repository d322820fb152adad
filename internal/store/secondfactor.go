package store

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// The second factor is a time-based code (RFC 6238): six digits, every 30
// seconds, one step early or late, each once.
const (
	totpStep      = 30 * time.Second
	recoveryCodes = 10
	recoverySigns = 10
)

// ErrCode is a code that does not fit, or was used before.
var ErrCode = fault.New(fault.Unauthenticated, "That code does not fit. Wait for the next one in your app and type it.")

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// An Offer is a second factor that a member may turn on.
type Offer struct {
	Sealed string // to be sent back with the first code
	Secret string // base32, to be typed where no camera is
	URL    string // what the QR code says
}

// OfferSecondFactor makes a secret for the member's app. Nothing is stored
// until its first code is typed back.
func (s *Store) OfferSecondFactor(ctx context.Context, h *Holder) (*Offer, error) {
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	secret := vault.NewSecret()[:20] // as long as HMAC-SHA1's key (RFC 4226, 4)
	sealed := base64.RawURLEncoding.EncodeToString(s.keys().Seal(secret, "totp-offer", h.ID[:]))
	return offer(sealed, secret, p.Name, h.Name), nil
}

// ShowOffer returns the offer that was sealed, to be shown again.
func (s *Store) ShowOffer(ctx context.Context, h *Holder, sealed string) (*Offer, error) {
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	secret, err := s.openOffer(h, sealed)
	if err != nil {
		return nil, err
	}
	return offer(sealed, secret, p.Name, h.Name), nil
}

// offer is what the QR code says, in the form that authenticator apps read.
func offer(sealed string, secret []byte, practice, member string) *Offer {
	o := &Offer{Sealed: sealed, Secret: base32Plain.EncodeToString(secret)}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + practice + ":" + member, RawQuery: url.Values{"secret": {o.Secret}, "issuer": {practice}}.Encode()}
	o.URL = u.String()
	return o
}

func (s *Store) openOffer(h *Holder, sealed string) ([]byte, error) {
	blob, err := base64.RawURLEncoding.DecodeString(sealed)
	var secret []byte
	if err == nil {
		secret, err = s.keys().Open(blob, "totp-offer", h.ID[:])
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "Begin again: this code to scan is an old one.")
	}
	return secret, nil
}

// TurnOnSecondFactor stores an offered secret whose code the member typed, and
// returns one-time recovery codes, shown this once. Other sessions end.
func (s *Store) TurnOnSecondFactor(ctx context.Context, h *Holder, sealed, code string) (recovery []string, err error) {
	defer fault.Wrap(&err, "store.TurnOnSecondFactor(%s)", h.ID)
	secret, err := s.openOffer(h, sealed)
	if err != nil {
		return nil, err
	}
	step, ok := s.stepOf(secret, code)
	if !ok {
		return nil, ErrCode
	}
	stored := s.keys().Seal(secret, "totp", h.Practice[:], h.ID[:])
	return recovery, s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `UPDATE members SET totp = $2, totp_step = $3 WHERE id = $1`, h.ID, stored, step); err != nil {
			return nil, err
		}
		if recovery, err = s.renewRecovery(ctx, tx, h); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.second-factor-on", Subject: audit.Subject{Kind: "member", ID: h.ID}}}, endPlacesBut(ctx, tx, h.ID, h.Session)
	})
}

// TurnOffSecondFactor goes back to the passphrase alone, where the practice
// allows that.
func (s *Store) TurnOffSecondFactor(ctx context.Context, h *Holder) (err error) {
	defer fault.Wrap(&err, "store.TurnOffSecondFactor(%s)", h.ID)
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return err
	}
	if p.TOTPRequired {
		return fault.New(fault.Conflict, "Your practice asks everybody for a second factor. You can set it up again, on another phone.")
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `UPDATE members SET totp = NULL WHERE id = $1`, h.ID); err != nil {
			return nil, err
		}
		_, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE member_id = $1`, h.ID)
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.second-factor-off", Subject: audit.Subject{Kind: "member", ID: h.ID}}}, err
	})
}

func (s *Store) renewRecovery(ctx context.Context, tx *db.Tx, h *Holder) (codes []string, err error) {
	if _, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE member_id = $1`, h.ID); err != nil {
		return nil, err
	}
	for range recoveryCodes {
		code := strings.ToLower(rand.Text()[:recoverySigns])
		if _, err := tx.Exec(ctx, `INSERT INTO recovery_codes (practice_id, member_id, mac) VALUES ($1, $2, $3)`, h.Practice, h.ID, s.keys().MAC("recovery-code", h.ID[:], []byte(code))); err != nil {
			return nil, err
		}
		codes = append(codes, code[:5]+"-"+code[5:])
	}
	return codes, nil
}

// SecondFactor completes a half session with a code of the app, or with a
// recovery code, and returns its new cookie. Each works once, on whichever
// instance and however often it is sent.
func (s *Store) SecondFactor(ctx context.Context, cookie, code string, from Origin) (whole string, h *Holder, err error) {
	defer fault.Wrap(&err, "store.SecondFactor")
	half, err := s.staffSession(ctx, cookie, true)
	if err != nil {
		return "", nil, err
	}
	key, err := s.triesOf(ctx, half.ID, from.Device, "code", half.ID[:])
	if err != nil {
		return "", nil, err
	}
	if err := s.try(ctx, key); err != nil {
		return "", nil, err
	}
	if err := s.useCode(ctx, half, code); err != nil {
		if errors.Is(err, ErrCode) {
			err = s.signInRefused(ctx, half.Practice, half.ID, from, ErrCode)
		}
		return "", nil, err
	}
	if err := s.triedWell(ctx, key); err != nil {
		return "", nil, err
	}
	seed, err := half.own()
	if err != nil {
		return "", nil, err
	}
	if whole, err = s.moveSession(ctx, half, seed, "member.sign-in", from); err != nil {
		return "", nil, err
	}
	h, err = s.Session(ctx, whole)
	return whole, h, err
}

// useCode spends a code: the time step moves on by compare-and-swap, and a
// recovery code is deleted.
func (s *Store) useCode(ctx context.Context, h *Holder, typed string) error {
	code := plainCode(typed)
	var stored []byte
	if err := s.db.ReadOne(ctx, h.Practice, `SELECT totp FROM members WHERE id = $1 AND totp IS NOT NULL`, []any{h.ID}, &stored); err != nil {
		return err
	}
	secret, err := s.keys().Open(stored, "totp", h.Practice[:], h.ID[:])
	if err != nil {
		return fmt.Errorf("second factor of %s: %w", h.ID, err)
	}
	query, args := "", []any(nil)
	if step, ok := s.stepOf(secret, code); ok {
		query, args = `UPDATE members SET totp_step = $2 WHERE id = $1 AND totp_step < $2`, []any{h.ID, step}
	} else if len(code) == recoverySigns {
		marks, macs := anyOf(2, s.keys().MACs("recovery-code", h.ID[:], []byte(code)))
		query, args = `DELETE FROM recovery_codes WHERE member_id = $1 AND mac IN (`+marks+`)`, append([]any{h.ID}, macs...)
	} else {
		return ErrCode
	}
	return s.db.Write(ctx, h.Practice, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			err = ErrCode
		}
		return err
	})
}

// plainCode leaves the signs of a code as they were shown.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, typed)
}

// stepOf returns the time step whose code this is, now or one step away.
func (s *Store) stepOf(secret []byte, code string) (step int64, ok bool) {
	now := s.now().Unix() / int64(totpStep/time.Second)
	for _, step := range []int64{now, now - 1, now + 1} {
		want, err := hotp.GenerateCode(base32Plain.EncodeToString(secret), uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(plainCode(code))) == 1 {
			return step, true
		}
	}
	return 0, false
}
