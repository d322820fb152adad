package db

// LimitConnections makes PostgreSQL's pool small, so that practices share
// connections.
func LimitConnections(d *DB, n int) { d.backend.(*postgres).pool.SetMaxOpenConns(n) }
