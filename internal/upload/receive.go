package upload

import (
	"context"
	"io"

	"golang.org/x/sync/semaphore"

	"github.com/sealform/sealform/internal/fault"
)

// maxHeld is what all files being received may take together, in bytes.
const maxHeld = 48 << 20

var held = semaphore.NewWeighted(maxHeld)

// ErrTooLarge is a file of more bytes than may be.
var ErrTooLarge = fault.New(fault.TooLarge, "This file is too large.")

// Receive reads a file of at most most bytes, of which about expected come (0
// when nobody said), into memory, which it takes from
// what all files being received share: when there is none left it reads no
// further for a while, and so the sender waits. Release gives the memory back,
// after an error too.
func Receive(ctx context.Context, from io.Reader, most, expected int) (file []byte, release func(), err error) {
	taken := 0
	release = func() { held.Release(int64(taken)); taken = 0 }
	for size := min(max(expected, 64<<10), most+1); ; size = min(2*size, most+1) {
		if err := take(ctx, size-taken); err != nil {
			return nil, release, err
		}
		taken = size
		grown := make([]byte, len(file), size)
		copy(grown, file)
		file = grown[:len(file)]
		for err == nil && len(file) < size {
			var n int
			n, err = from.Read(file[len(file):size])
			file = file[:len(file)+n]
		}
		switch {
		case len(file) > most:
			return nil, release, ErrTooLarge
		case err == io.EOF:
			return file, release, nil
		case err != nil:
			return nil, release, err
		}
	}
}

func take(ctx context.Context, bytes int) error {
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	if held.Acquire(ctx, int64(bytes)) != nil {
		return errBusy
	}
	return nil
}

var errBusy = fault.New(fault.Unavailable, "Many files are being sent just now. Wait a minute, then send yours again.")
