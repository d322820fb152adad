package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/google/uuid"
	"modernc.org/sqlite"

	"github.com/sealform/sealform/internal/fault"
)

// readers is how many reads run at once; more only queue for the processor.
const readers = 4

// Names sort by byte on both engines when a query says COLLATE "C", which
// PostgreSQL has from the start.
func init() { sqlite.MustRegisterCollationUtf8("C", strings.Compare) }

// sqliteDB is one writer and a few readers of one file.
type sqliteDB struct {
	path      string
	pool      *sql.DB // the readers'
	readers   chan *session
	writer    *writer
	closeOnce func() error
	migrating sync.Mutex
}

func openSQLite(ctx context.Context, path string, log *slog.Logger) (*sqliteDB, error) {
	if err := reserveFile(path); err != nil {
		return nil, err
	}
	w, err := openWriter(ctx, path, log)
	if err != nil {
		return nil, err
	}
	s := &sqliteDB{path: path, readers: make(chan *session, readers), writer: w}
	s.closeOnce = sync.OnceValue(s.shut)
	if s.pool, err = sql.Open("sqlite", dsn(path)+"&_query_only=1"); err != nil {
		w.stop()
		w.close()
		return nil, classify(err)
	}
	for range readers {
		conn, err := s.pool.Conn(ctx)
		if err != nil {
			s.pool.Close()
			w.stop()
			w.close()
			return nil, classify(err)
		}
		s.readers <- newSession(conn)
	}
	return s, nil
}

// reserveFile makes the file before SQLite does, so that it, and the -wal and
// -shm beside it which take its mode, are the owner's alone from the first byte.
func reserveFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fault.Because(fault.Unavailable, err, unavailable)
	}
	defer f.Close()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fault.Because(fault.Unavailable, err, unavailable)
		}
	}
	return nil
}

// dsn holds the settings of every connection. WAL with synchronous=FULL keeps a
// committed signature through a power cut, at one fsync a commit; secure_delete
// overwrites what is erased; temp_store keeps sorting off the disk.
func dsn(path string) string {
	v := url.Values{
		"_txlock":       {"immediate"},
		"_busy_timeout": {"10000"},
		"_dqs":          {"0"},
		"_error_rc":     {"1"},
		"_pragma": {
			"journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "foreign_keys(1)",
			"trusted_schema(0)", "temp_store(MEMORY)", "cache_size(-16000)", "wal_autocheckpoint(0)",
		},
	}
	file := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + file.EscapedPath() + "?" + v.Encode()
}

func (s *sqliteDB) ping(ctx context.Context) error {
	var n int64
	return s.readRows(ctx, uuid.Nil, `SELECT count(*) FROM sqlite_schema`, nil, []any{&n}, func() bool { return false })
}

// close waits for whoever still reads or writes. SQLite empties the log when the
// last connection closes.
func (s *sqliteDB) close() error {
	return s.closeOnce()
}

func (s *sqliteDB) shut() error {
	s.writer.stop()
	for range readers {
		(<-s.readers).close()
	}
	return errors.Join(s.pool.Close(), s.writer.close())
}

func (s *sqliteDB) write(ctx context.Context, _ uuid.UUID, fn func(*Tx) error) error {
	return s.writer.do(ctx, fn)
}

func (s *sqliteDB) read(ctx context.Context, _ uuid.UUID, fn func(*Tx) error) error {
	return s.reading(ctx, func(session *session) error {
		tx := &Tx{q: session, engine: SQLite}
		return tx.finish(fn(tx))
	})
}

// reading lends a reader's connection to fn.
func (s *sqliteDB) reading(ctx context.Context, fn func(*session) error) error {
	if ctx.Err() != nil {
		return classify(ctx.Err())
	}
	select {
	case session := <-s.readers:
		defer func() { s.readers <- session }()
		return fn(session)
	case <-ctx.Done():
		return classify(ctx.Err())
	case <-s.writer.closed:
		return fault.Because(fault.Unavailable, errClosed, unavailable)
	}
}

func (s *sqliteDB) readRows(ctx context.Context, _ uuid.UUID, query string, args, dest []any, each func() bool) error {
	return s.reading(ctx, func(session *session) error { return session.readRows(query, args, dest, each) })
}

func (s *sqliteDB) checkRole(context.Context, string) error { return nil }

// A session is a connection with its prepared statements: parsing is most of
// what a short query costs here. Its statements run without a context, because
// the driver starts a goroutine for each that has one, and drops the connection
// when it ends; Tx and Rows look at the context between steps instead.
type session struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	direct     map[string]driver.StmtQueryContext // of readRows
}

// maxStatements is well above the number of queries in the program; only
// migrations and tests make more.
const maxStatements = 512

func newSession(conn *sql.Conn) *session {
	return &session{conn, make(map[string]*sql.Stmt), make(map[string]driver.StmtQueryContext)}
}

func (s *session) close() {
	_ = s.conn.Raw(func(any) error { s.closeDirect(); return nil })
	s.conn.Close()
}

func (s *session) exec(_ context.Context, query string, args []any) (int64, error) {
	st, err := s.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s *session) queue(ctx context.Context, query string, args []any) error {
	_, err := s.exec(ctx, query, args)
	return err
}

func (s *session) query(_ context.Context, query string, args []any) (cursor, error) {
	st, err := s.prepare(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(context.Background(), args...)
}

func (s *session) prepare(query string) (*sql.Stmt, error) {
	if st := s.statements[query]; st != nil {
		return st, nil
	}
	if len(s.statements) == maxStatements {
		for _, st := range s.statements {
			st.Close()
		}
		clear(s.statements)
	}
	st, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	s.statements[query] = st
	return st, nil
}

// run runs one of the fixed statements that surround a transaction.
func (s *session) run(statement string) error {
	if _, err := s.exec(context.Background(), statement, nil); err != nil {
		return fmt.Errorf("%s: %w", statement, classify(err))
	}
	return nil
}
