package e2e_test

// frontDesk does what a desk does besides sending: it adds a client, changes
// them, finds them, writes down a refusal, and looks at every page of it.
func (s *desk) frontDesk() {
	s.t.Helper()
	s.open("/staff/clients/new", "staff-client-add")
	s.tab.Type("first_name", "Noor")
	s.tab.Type("full_name", "Noor Haddad")
	s.tab.Type("date_of_birth", "27 March 1984")
	s.tab.Continue()
	s.visit("staff-client")
	s.says(s.tab.Address().Path, "March 27, 1984")
	at := s.tab.Address().Path
	s.open(at+"/edit", "staff-client-edit")
	s.tab.Type("email", "noor@example.org")
	s.tab.Continue()
	s.visit("staff-client-changed")
	s.says(at, "changed the record")
	s.open("/staff/clients?q=haddad", "staff-clients-found")
	s.says("/staff/clients", "Noor Haddad")
	s.open(at+"/notice", "staff-refusal")
	s.tab.Type("reason", "refused")
	s.tab.Continue()
	s.says(at, "Not acknowledged, documented")
	s.open("/staff/notices", "staff-notices")
	s.open("/staff/clients/import", "staff-import")
	s.open(at+"/paper", "staff-paper")
	s.open("/staff/blank/intake-adult", "staff-blank")
}
