package store_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/sealform/sealform/internal/vault"
)

// A target is one sealed value with the place it belongs to: the thief has read
// this source code.
type target struct {
	value    []byte
	kind     string
	fields   [][]byte
	document []byte   // for keys that are derived per document
	unwraps  []string // labels of those keys
	opened   bool
}

type theft struct {
	*loot
	sealed   []*target // under a secret, or one derived from a bearer secret
	held     []*target // to a holder's public key
	ringed   []*target // under the server key
	publics  map[string]bool
	ring     *vault.Ring
	tried    map[string]bool
	secrets  [][]byte // still to be tried
	mu       sync.Mutex
	readable bytes.Buffer // everything that opened
}

func newTheft(l *loot, ring *vault.Ring) *theft {
	th := &theft{loot: l, ring: ring, publics: map[string]bool{}, tried: map[string]bool{}}
	for name, p := range places {
		table, column, _ := strings.Cut(name, ".")
		for _, r := range l.tables[table] {
			if value := r.bytes(column); len(value) > 0 {
				th.add(p, r, value)
			}
			if column == "public_key" {
				th.publics[string(r.bytes(column))] = true
			}
		}
	}
	return th
}

// unwraps are the labels under which keys are derived from bearer secrets, by
// the kind of what they open.
var unwraps = map[string][]string{"wrap": {"link-kek", "device-kek"}, "session": {"session-kek"}, "answer": {"idempotency"}}

func (th *theft) add(p place, r row, value []byte) {
	g := &target{value: value, kind: p.kind}
	for name := range strings.FieldsSeq(p.fields) {
		g.fields = append(g.fields, r.field(name))
	}
	if p.document != "" {
		g.document, g.unwraps = r.id(p.document), unwraps[p.kind]
	}
	switch p.lock {
	case secret:
		th.sealed = append(th.sealed, g)
	case holder:
		th.held = append(th.held, g)
	case ring:
		th.ringed = append(th.ringed, g)
	case label: // its head says which of the two it is, and may lie
		version := uint64(binary.BigEndian.Uint32(value[1:]))
		g.value, g.fields = value[5:], append(g.fields, binary.BigEndian.AppendUint64(nil, version))
		under := *g
		th.sealed, th.held = append(th.sealed, &under), append(th.held, g)
	}
}

// learn adds every 32 bytes that a value may hide to the secrets to try.
func (th *theft) learn(value []byte) {
	for _, text := range [][]byte{value, decoded(value)} {
		n := len(text)
		if n < 32 {
			continue
		}
		for _, from := range []int{0, n - 32} { // a MAC begins with its key's id
			if key := text[min(from, n-32):][:32]; !th.tried[string(key)] {
				th.tried[string(key)] = true
				th.secrets = append(th.secrets, key)
			}
		}
	}
}

func decoded(text []byte) []byte {
	if b, err := hex.DecodeString(string(text)); err == nil {
		return b
	}
	b, _ := base64.RawURLEncoding.DecodeString(string(text))
	return b
}

// learnStored starts from every value of the file and every key that comes of
// the server's.
func (th *theft) learnStored() {
	for _, rows := range th.tables {
		for _, r := range rows {
			for column := range r {
				th.learn(r.bytes(column))
			}
		}
	}
	for line := range strings.Lines(string(th.ring.Bytes())) {
		if parts := strings.Fields(line); len(parts) == 2 {
			secret, _ := base64.RawURLEncoding.DecodeString(parts[1])
			th.learn(secret)
			for _, label := range []string{"op", "outer", "mac", "check", "id"} {
				if len(secret) == 32 {
					th.learn(vault.Derive(secret, label))
				}
			}
		}
	}
}

// run opens whatever opens, and goes on with what it finds.
func (th *theft) run() {
	for _, list := range [][]*target{th.ringed, th.sealed, th.held} {
		for _, g := range list {
			if text, err := th.ring.Open(g.value, g.kind, g.fields...); err == nil {
				th.found(g, text)
			}
		}
	}
	for len(th.secrets) > 0 {
		batch := th.secrets
		th.secrets = nil
		var trying sync.WaitGroup
		for part := range slices.Chunk(batch, 1+len(batch)/runtime.GOMAXPROCS(0)) {
			trying.Go(func() {
				for _, secret := range part {
					th.try(secret)
				}
			})
		}
		trying.Wait()
	}
}

// try uses the secret as a seed, as a key, and as what keys are derived from.
func (th *theft) try(secret []byte) {
	th.tryPairs(secret)
	list := map[string][]byte{} // by practice and version
	for _, g := range th.sealed {
		switch {
		case g.document != nil && len(g.unwraps) > 0:
			for _, label := range g.unwraps {
				th.tryKey(vault.Derive(secret, label, g.document), g)
			}
		case g.document == nil:
			of := string(g.fields[0]) + string(g.fields[2])
			if list[of] == nil {
				list[of] = vault.Derive(secret, "list", g.fields[0], g.fields[2])
			}
			th.tryKey(list[of], g)
		}
		th.tryKey(secret, g)
	}
}

func (th *theft) tryKey(key []byte, g *target) {
	if text, err := vault.Open(key, g.value, g.kind, g.fields...); err == nil {
		th.found(g, text)
	}
}

// tryPairs opens what is sealed to a stored public key whose seed is the secret.
func (th *theft) tryPairs(secret []byte) {
	pair, err := vault.Seed(secret).Pair()
	if err != nil || !th.publics[string(pair.Public())] {
		return
	}
	for _, g := range th.held {
		if text, err := pair.Open(g.value, g.kind, g.fields...); err == nil {
			th.found(g, text)
		}
	}
}

func (th *theft) found(g *target, text []byte) {
	th.mu.Lock()
	defer th.mu.Unlock()
	g.opened = true
	for _, layer := range peel(text) {
		th.readable.Write(layer)
		th.readable.WriteByte('\n')
	}
	th.learn(text)
}

// stored returns the words that show in what needs no key.
func (th *theft) stored(words []string) (seen []string) {
	for table, rows := range th.tables {
		for _, r := range rows {
			for column := range r {
				for _, layer := range peel(r.bytes(column)) {
					for _, word := range marksIn(layer, words) {
						seen = append(seen, table+"."+column+": "+word)
					}
				}
			}
		}
	}
	return seen
}

// marksIn returns the words that show in text, as they are or encoded.
func marksIn(text []byte, words []string) (seen []string) {
	for _, word := range words {
		for _, form := range encodings(word) {
			if bytes.Contains(text, form) {
				seen = append(seen, word)
				break
			}
		}
	}
	return seen
}

// encodings returns the word plain, in hexadecimal and in Base64 wherever it
// may begin.
func encodings(word string) [][]byte {
	forms := [][]byte{[]byte(word), []byte(hex.EncodeToString([]byte(word)))}
	if len(word) < 16 {
		return forms
	}
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + word))
		forms = append(forms, []byte(text[4*((shift+2)/3):len(text)-4]))
	}
	return forms
}
