package vault

import (
	"encoding/base64"
	"fmt"
	"strings"
)

const ringHeader = "sealform server keys v1"

var keyText = base64.RawURLEncoding.Strict()

// Bytes returns the text of the key file: a header, then one line for each key,
// newest first, with its id and its 32 bytes in base64url. Whoever reads it can
// do all that the server can.
func (r *Ring) Bytes() []byte {
	var text strings.Builder
	text.WriteString(ringHeader + "\n")
	for i := range r.keys {
		text.WriteString(r.keys[i].id() + " " + keyText.EncodeToString(r.keys[i].secret) + "\n")
	}
	return []byte(text.String())
}

// ParseRing reads the text of a key file exactly as [Ring.Bytes] writes it; only
// the line break at the very end may be missing. Each mistake is an [ErrKeyFile]
// that names the line and what is wrong with it, and quotes nothing.
func ParseRing(file []byte) (*Ring, error) {
	text := strings.TrimSuffix(string(file), "\n")
	if text == "" {
		return nil, fmt.Errorf("%w: it is empty", ErrKeyFile)
	}
	lines := strings.Split(text, "\n")
	if lines[0] != ringHeader {
		return nil, mistake(1, headerMistake(lines[0]))
	}
	if len(lines) == 1 {
		return nil, fmt.Errorf("%w: it holds no key", ErrKeyFile)
	}
	ring := new(Ring)
	for i, line := range lines[1:] {
		key, wrong := parseKeyLine(line)
		if wrong == "" && ring.find(key.tag[:]) != nil {
			wrong = "the same key stands on an earlier line"
		}
		if wrong != "" {
			return nil, mistake(i+2, wrong)
		}
		ring.keys = append(ring.keys, key)
	}
	return ring, nil
}

func mistake(line int, wrong string) error {
	return fmt.Errorf("%w: line %d: %s", ErrKeyFile, line, wrong)
}

func headerMistake(line string) string {
	switch {
	case strings.HasPrefix(line, "\ufeff"):
		return "it starts with a byte order mark, which an editor has added"
	case line == ringHeader+"\r":
		return carriageReturn
	default:
		return `it must read "` + ringHeader + `"`
	}
}

const carriageReturn = "it ends in a carriage return, which an editor or a transfer has added"

// parseKeyLine returns the key on a line, or what is wrong with it.
func parseKeyLine(line string) (key ringKey, wrong string) {
	if strings.HasSuffix(line, "\r") {
		return key, carriageReturn
	}
	if line == "" {
		return key, "it is blank"
	}
	id, encoded, spaced := strings.Cut(line, " ")
	if !spaced {
		return key, "it must hold an id, one space and a key"
	}
	if !isKeyID(id) {
		return key, "the id must be eight hexadecimal digits in lower case"
	}
	secret, err := keyText.DecodeString(encoded) // skips carriage returns, hence both lengths
	if err != nil || len(secret) != secretSize || len(encoded) != keyText.EncodedLen(secretSize) {
		return key, "the key must be 43 characters of base64url"
	}
	key = newRingKey(secret)
	if key.id() != id {
		return key, "id and key do not belong together, one of them was altered"
	}
	return key, ""
}

func isKeyID(id string) bool {
	return len(id) == 2*tagSize && strings.Trim(id, "0123456789abcdef") == ""
}
