package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/sealform/sealform/internal/fault"
)

// A table as a backup carries it.
type table struct {
	Name    string   `json:"table"`
	Columns []column `json:"columns"`

	confined bool // by row-level security, to one practice at a time
}

type column struct {
	Name string `json:"name"`
	Type string `json:"type"` // TEXT, BIGINT, BOOLEAN, BYTEA or TIMESTAMPTZ
}

// Each row: table, column, its type, whether row-level security is on. Goose's
// own table belongs to the database it is in.
var catalogQuery = map[Engine]string{
	Postgres: `SELECT c.relname, a.attname, format_type(a.atttypid, NULL), c.relrowsecurity
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			AND c.relname <> 'goose_db_version' AND a.attnum > 0 AND NOT a.attisdropped
		ORDER BY c.relname COLLATE "C", a.attnum`,
	SQLite: `SELECT t.name, c.name, c.type, FALSE FROM sqlite_schema t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name <> 'goose_db_version'
		ORDER BY t.name, c.cid`,
}

// tables lists what a backup holds.
func tables(ctx context.Context, tx *Tx) ([]*table, error) {
	var all []*table
	var name, kind string
	var c column
	var confined bool
	err := tx.Each(ctx, catalogQuery[tx.engine], nil, []any{&name, &c.Name, &kind, &confined}, func() error {
		if c.Type = commonType(kind); c.Type == "" {
			return fmt.Errorf("table %s: column %s has the type %s, which a backup cannot carry", name, c.Name, kind)
		}
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, &table{Name: name, confined: confined})
		}
		last := all[len(all)-1]
		last.Columns = append(last.Columns, c)
		return nil
	})
	return all, err
}

func commonType(declared string) string {
	switch upper := strings.ToUpper(declared); upper {
	case "TEXT", "BIGINT", "BOOLEAN", "BYTEA", "TIMESTAMPTZ":
		return upper
	case "TIMESTAMP WITH TIME ZONE":
		return "TIMESTAMPTZ"
	}
	return ""
}

// columnList is the table's columns for a statement. Names come from migrations,
// which quote none.
func (t *table) columnList() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// practiceColumn is where practice_id stands, or -1.
func (t *table) practiceColumn() int {
	for i, c := range t.Columns {
		if c.Name == "practice_id" {
			return i
		}
	}
	return -1
}

// destination returns what a column of the type is scanned into.
func (c column) destination() any {
	switch c.Type {
	case "TEXT":
		return new(sql.Null[string])
	case "BIGINT":
		return new(sql.Null[int64])
	case "BOOLEAN":
		return new(sql.Null[bool])
	case "BYTEA":
		return new([]byte)
	default:
		return new(time.Time)
	}
}

var migratedQuery = map[Engine]string{
	Postgres: `SELECT to_regclass('goose_db_version') IS NOT NULL`,
	SQLite:   `SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'goose_db_version'`,
}

// schemaVersion is the last migration that was applied.
func schemaVersion(ctx context.Context, tx *Tx) (n int64, err error) {
	var migrated bool
	if err := tx.QueryRow(ctx, migratedQuery[tx.engine]).Scan(&migrated); err != nil {
		return 0, err
	}
	if !migrated {
		return 0, fault.New(fault.Invalid, "This database has no schema yet. Run migrate first.")
	}
	err = tx.QueryRow(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&n)
	return n, err
}
