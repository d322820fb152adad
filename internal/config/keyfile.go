package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNoKeyFile is a server key file that is not there.
var ErrNoKeyFile = errors.New("no server key")

// ReadKeyFile returns the text of the server key file. It refuses a file that
// anyone but its owner may read: whoever reads it can do all that the server
// can.
func ReadKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w at %s", ErrNoKeyFile, path)
	}
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("the server key %s can be read by others (mode %#o); run: chmod 0400 %s", path, mode, path)
	}
	return os.ReadFile(path)
}

// MakeKeyFile writes a new server key file, readable by its owner alone. It
// never touches a file that is there.
func MakeKeyFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("there is a server key at %s already; nothing was changed", path)
	}
	if err != nil {
		return err
	}
	return writeClose(f, text)
}

// ReplaceKeyFile swaps the text of the server key file in one step, so that a
// reader sees the old text or the new and never a part.
func ReplaceKeyFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".server.key-*")
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o400), writeClose(f, text)); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}

func writeClose(f *os.File, text []byte) error {
	_, err := f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
