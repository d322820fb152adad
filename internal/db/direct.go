package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"reflect"
	"time"
)

// readRows asks the driver itself: the locks and conversions of database/sql
// cost as much as a query that walks down one tree.
func (s *session) readRows(query string, args, dest []any, each func() bool) error {
	return s.conn.Raw(func(conn any) error {
		st := s.direct[query]
		if st == nil {
			prepared, err := conn.(driver.ConnPrepareContext).PrepareContext(context.Background(), query)
			if err != nil {
				return classify(err)
			}
			if len(s.direct) == maxStatements {
				s.closeDirect()
			}
			st = prepared.(driver.StmtQueryContext)
			s.direct[query] = st
		}
		return walk(st, args, dest, each)
	})
}

// closeDirect ends the statements of readRows, which SQLite would otherwise keep
// the connection open for.
func (s *session) closeDirect() {
	for _, st := range s.direct {
		st.(driver.Stmt).Close()
	}
	clear(s.direct)
}

func walk(st driver.StmtQueryContext, args, dest []any, each func() bool) (err error) {
	named := make([]driver.NamedValue, len(args))
	for i, arg := range bind(SQLite, args) {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return err
		}
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	rows, err := st.QueryContext(context.Background(), named)
	if err != nil {
		return classify(err)
	}
	defer func() {
		if failed := rows.Close(); err == nil && failed != nil {
			err = classify(failed)
		}
	}()
	values := make([]driver.Value, len(dest))
	for {
		switch err := rows.Next(values); {
		case err == io.EOF:
			return nil
		case err != nil:
			return classify(err)
		}
		for i, d := range dest {
			if err := assign(d, values[i]); err != nil {
				return misfit(rows.Columns(), dest)
			}
		}
		if !each() {
			return nil
		}
	}
}

var errMisfit = errors.New("not of that type")

// assign puts a value of the driver into a destination, as Rows.Scan does.
func assign(dest any, value driver.Value) error {
	switch d := dest.(type) {
	case *time.Time:
		return (*timeScanner)(d).Scan(value)
	case *[]byte:
		return (*bytesScanner)(d).Scan(value)
	case sql.Scanner:
		return d.Scan(value)
	case *string:
		v, ok := value.(string)
		*d = v
		return unless(ok)
	case *int64:
		v, ok := value.(int64)
		*d = v
		return unless(ok)
	case *int:
		v, ok := value.(int64)
		*d = int(v)
		return unless(ok)
	case *bool:
		v, ok := value.(int64)
		*d = v != 0
		return unless(ok)
	}
	return assignKind(reflect.ValueOf(dest).Elem(), value)
}

// assignKind serves defined types, such as a state that is a string.
func assignKind(dest reflect.Value, value driver.Value) error {
	v := reflect.ValueOf(value)
	if !v.IsValid() || v.Kind() != dest.Kind() {
		return errMisfit
	}
	dest.Set(v.Convert(dest.Type()))
	return nil
}

func unless(fits bool) error {
	if fits {
		return nil
	}
	return errMisfit
}
