package vault

import "context"

// OccupySlots takes every slot in which a passphrase could be stretched.
func OccupySlots() (release func()) {
	for range cap(slots) {
		slots <- struct{}{}
	}
	return func() {
		for range cap(slots) {
			<-slots
		}
	}
}

// WrapSeedAtCost is WrapSeed with a cost other than today's; memory is in KiB.
func WrapSeedAtCost(ctx context.Context, r *Ring, passphrase string, member [16]byte, s Seed, passes, memory uint32, threads uint8) ([]byte, error) {
	return wrapSeed(ctx, r, passphrase, member, s, cost{passes, memory, threads})
}

// OuterWrap is an outer layer around any cost and an inner layer of zeros.
func OuterWrap(r *Ring, member [16]byte, passes, memory uint32, threads uint8) []byte {
	wrap := append(cost{passes, memory, threads}.bytes(), make([]byte, saltSize+Overhead+secretSize)...)
	return r.keys[0].sealOuter(wrap, member)
}
