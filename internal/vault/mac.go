package vault

import (
	"crypto/hmac"
	"hash"
)

// MAC authenticates label and fields under the current key: four bytes of key
// id, then HMAC-SHA256. It serves to look secrets up without storing them, and
// to prove that a row was written by this server.
func (r *Ring) MAC(label string, fields ...[]byte) []byte {
	return r.keys[0].sum(label, fields)
}

// MACs returns what [Ring.MAC] gives under each key, the current one first: a
// lookup must find what was stored before a rotation too.
func (r *Ring) MACs(label string, fields ...[]byte) [][]byte {
	macs := make([][]byte, len(r.keys))
	for i := range r.keys {
		macs[i] = r.keys[i].sum(label, fields)
	}
	return macs
}

// MACWith is [Ring.MAC] under the key of that id; nil if the ring lacks it.
func (r *Ring) MACWith(id, label string, fields ...[]byte) []byte {
	key := r.named(id)
	if key == nil {
		return nil
	}
	return key.sum(label, fields)
}

// Verify tells in constant time whether mac is the MAC of label and fields
// under the key it names.
func (r *Ring) Verify(mac []byte, label string, fields ...[]byte) bool {
	key := r.find(mac)
	return key != nil && hmac.Equal(mac, key.sum(label, fields))
}

func (k *ringKey) sum(label string, fields [][]byte) []byte {
	h := k.hashes.Get().(hash.Hash)
	defer k.hashes.Put(h)
	h.Reset()
	h.Write(bind(label, fields))
	return h.Sum(append(make([]byte, 0, macSize), k.tag[:]...))
}
