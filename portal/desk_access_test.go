package portal_test

import "maps"

// The front desk's rows of the golden table: another practice's director; then
// this one's director, supervisor, clinical (who was assigned nobody),
// administrative, and one who waits.
func init() {
	maps.Copy(golden, map[string]statuses{
		"POST /staff/documents/:id/file":     staffed(404, 409, 409, 404, 409, 403), // it has not ended
		"POST /staff/documents/:id/reopen":   staffed(404, 409, 409, 404, 409, 403), // nor was it declined
		"POST /staff/documents/:id/settle":   staffed(404, 303, 303, 404, 303, 403),
		"POST /staff/documents/:id/withdraw": staffed(404, 409, 409, 404, 409, 403), // nor is it a consent
		"GET /staff/clients/new":             staffed(200, 200, 200, 200, 200, 403),
		"POST /staff/clients/new":            staffed(422, 422, 422, 422, 422, 403),
		"GET /staff/clients/:id/edit":        staffed(404, 200, 200, 404, 200, 403),
		"POST /staff/clients/:id/edit":       staffed(404, 422, 422, 404, 422, 403),
		"POST /staff/clients/:id/archive":    staffed(404, 303, 303, 404, 303, 403),
		"POST /staff/clients/:id/restore":    staffed(404, 404, 404, 404, 404, 403), // there is no former version
		"GET /staff/clients/import":          staffed(200, 200, 200, 200, 200, 403),
		"POST /staff/clients/import":         staffed(415, 415, 415, 415, 415, 403), // it takes a file
		"GET /staff/clients/import/:id":      staffed(404, 404, 404, 404, 404, 403), // each member's own, and none was prepared
		"POST /staff/clients/import/:id":     staffed(404, 404, 404, 404, 404, 403),
		"GET /staff/clients/:id/paper":       staffed(404, 200, 200, 404, 200, 403),
		"POST /staff/clients/:id/paper":      staffed(404, 415, 415, 404, 415, 403), // it takes a file
		"GET /staff/blank/:name":             staffed(200, 200, 200, 200, 200, 403),
		"POST /staff/documents/zip":          fresh(staffed(422, 422, 422, 403, 403, 403)), // nothing is chosen
		"GET /staff/notices":                 staffed(200, 200, 200, 200, 200, 403),
		"GET /staff/clients/:id/notice":      staffed(404, 200, 200, 404, 200, 403),
		"POST /staff/clients/:id/notice":     staffed(404, 422, 422, 404, 422, 403),
	})
}
