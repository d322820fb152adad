package db

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/sealform/sealform/internal/fault"
)

// A backup is a gzip stream of lines of JSON: a header; for each table its name
// and columns, then each row as an array (bytes in base64, times as RFC 3339 in
// UTC with microseconds); and a trailer with the number of rows and the SHA-256
// of all lines before it, without which nothing of the file is believed.
const backupFormat = 1

type header struct {
	Format int   `json:"sealform_backup"`
	Schema int64 `json:"schema"`
}

type trailer struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// A backupWriter writes the lines.
type backupWriter struct {
	zip   *gzip.Writer
	lines *json.Encoder
	sum   hash.Hash
	rows  int64
}

func newBackupWriter(w io.Writer) *backupWriter {
	zip, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // most of it is sealed, and does not compress
	sum := sha256.New()
	lines := json.NewEncoder(io.MultiWriter(zip, sum))
	lines.SetEscapeHTML(false)
	return &backupWriter{zip, lines, sum, 0}
}

// row takes destinations that were scanned into.
func (b *backupWriter) row(dest []any) error {
	values := make([]any, len(dest))
	for i, d := range dest {
		values[i] = jsonValue(d)
	}
	b.rows++
	return b.lines.Encode(values)
}

func jsonValue(dest any) any {
	switch v := dest.(type) {
	case *sql.Null[string]:
		return orNull(*v)
	case *sql.Null[int64]:
		return orNull(*v)
	case *sql.Null[bool]:
		return orNull(*v)
	case *[]byte:
		return *v
	default:
		t := dest.(*time.Time)
		if t.IsZero() {
			return nil
		}
		return t.Format(timeLayout)
	}
}

func orNull[T any](v sql.Null[T]) any {
	if !v.Valid {
		return nil
	}
	return v.V
}

func (b *backupWriter) close() error {
	err := json.NewEncoder(b.zip).Encode(trailer{b.rows, hex.EncodeToString(b.sum.Sum(nil))})
	return errors.Join(err, b.zip.Close())
}

// A backupSink takes what a backup holds, in its order.
type backupSink interface {
	header(h header) error
	table(t *table) error
	row(values []any) error
}

// readBackup walks a backup. It fails with fault.Invalid when the file is cut or
// damaged anywhere, which may be after the sink took all the rows.
func readBackup(r io.Reader, sink backupSink) error {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return damaged(err)
	}
	b := &backupReader{lines: bufio.NewReaderSize(zip, 1<<20), sum: sha256.New(), sink: sink}
	for !b.ended {
		line, err := b.lines.ReadBytes('\n')
		if err != nil {
			return damaged(err)
		}
		if err := b.take(line); err != nil {
			return err
		}
		b.sum.Write(line)
	}
	return nil
}

type backupReader struct {
	lines *bufio.Reader
	sum   hash.Hash // of the lines taken
	sink  backupSink
	begun bool
	table *table
	rows  int64
	ended bool
}

func (b *backupReader) take(line []byte) error {
	if line[0] == '[' && b.table != nil {
		b.rows++
		return b.takeRow(line)
	}
	var kind struct {
		header
		table
		trailer
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return damaged(err)
	}
	switch {
	case !b.begun:
		b.begun = true
		return b.takeHeader(kind.header)
	case kind.SHA256 != "":
		b.ended = true
		return checkEnd(b.lines, kind.trailer, trailer{b.rows, hex.EncodeToString(b.sum.Sum(nil))})
	case kind.Name == "":
		return damaged(errors.New("a line of no known kind"))
	default:
		b.table = &kind.table
		return b.sink.table(b.table)
	}
}

func (b *backupReader) takeHeader(h header) error {
	if h.Format != backupFormat {
		return fault.New(fault.Unsupported, "This is not a Sealform backup that this version can read.")
	}
	return b.sink.header(h)
}

func (b *backupReader) takeRow(line []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return damaged(err)
	}
	if len(raw) != len(b.table.Columns) {
		return damaged(fmt.Errorf("a row of %s has %d values", b.table.Name, len(raw)))
	}
	values := make([]any, len(raw))
	for i, c := range b.table.Columns {
		v, err := c.parse(raw[i])
		if err != nil {
			return damaged(fmt.Errorf("a row of %s: column %s is no %s", b.table.Name, c.Name, c.Type))
		}
		values[i] = v
	}
	return b.sink.row(values)
}

// checkEnd wants the trailer to be right and nothing behind it; reading to the
// end also has gzip check its own sum.
func checkEnd(rest io.Reader, got, want trailer) error {
	n, err := io.Copy(io.Discard, rest)
	if err != nil {
		return damaged(err)
	}
	if n > 0 {
		return damaged(fmt.Errorf("%d bytes after the trailer", n))
	}
	if got != want {
		return damaged(errors.New("the rows are not those that were written"))
	}
	return nil
}

// parse is the inverse of jsonValue.
func (c column) parse(raw json.RawMessage) (any, error) {
	switch {
	case string(raw) == "null":
		return nil, nil
	case c.Type == "TEXT":
		return parseAs[string](raw)
	case c.Type == "BIGINT":
		return parseAs[int64](raw)
	case c.Type == "BOOLEAN":
		return parseAs[bool](raw)
	case c.Type == "BYTEA":
		return parseAs[[]byte](raw)
	}
	text, err := parseAs[string](raw)
	if err != nil {
		return nil, err
	}
	return time.Parse(timeLayout, text)
}

func parseAs[T any](raw json.RawMessage) (v T, err error) {
	err = json.Unmarshal(raw, &v)
	return v, err
}

func damaged(err error) error {
	return fault.Because(fault.Invalid, err, "This backup is cut short or damaged. Nothing was restored; take another copy of it.")
}
