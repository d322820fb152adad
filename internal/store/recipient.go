package store

import (
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// A recipient is where a message goes, as its row keeps it under the server
// key.
type recipient struct {
	Name     string `json:"name,omitempty"`
	Address  string `json:"address"`
	Language string `json:"language,omitempty"`
	Errand   errand `json:"errand"`
}

// An errand is what a message is for. It is sealed with the recipient, so that
// whoever can write the database cannot have one person's link sent to another.
type errand struct {
	Delivery uuid.UUID            `json:"delivery"`
	Kind     practice.MessageKind `json:"kind"`
	Channel  practice.Channel     `json:"channel"`
}

func (s *Store) sealRecipient(practiceID, message uuid.UUID, r recipient) []byte {
	return s.sealValue("message-recipient", r, practiceID, message)
}

func (s *Store) openRecipient(practiceID, message uuid.UUID, sealed []byte) (r recipient, err error) {
	err = s.openValue("message-recipient", sealed, &r, practiceID, message)
	return r, err
}

// addressMACs are what an address is found by: within a practice, or for
// uuid.Nil over all of them. The newest key's is first.
func (s *Store) addressMACs(practiceID uuid.UUID, channel practice.Channel, address string) [][]byte {
	return s.normalMACs(practiceID, outbox.Normal(channel, address))
}

func (s *Store) normalMACs(practiceID uuid.UUID, normal string) [][]byte {
	return s.keys().MACs("address", practiceID[:], []byte(normal))
}

// addresses returns where each channel reaches a contact, for those that do.
func addresses(c practice.Contact, country string) map[practice.Channel]string {
	reach := map[practice.Channel]string{}
	if email := strings.TrimSpace(c.Email); forms.EmailShaped(email) {
		reach[practice.Email] = email
	}
	if number, ok := forms.E164(c.Phone, country); ok {
		reach[practice.SMS], reach[practice.Voice] = number, number
	}
	return reach
}

// masked shows enough of an address to tell two apart, and no more.
func masked(channel practice.Channel, address string) string {
	if channel != practice.Email {
		return "…" + address[max(0, len(address)-3):]
	}
	local, domain, _ := strings.Cut(address, "@")
	r := []rune(local)
	return string(r[:min(1, len(r))]) + "…@" + domain
}
