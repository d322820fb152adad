package portal_test

import "maps"

// The rows of sign-in, team and settings.
func init() {
	maps.Copy(golden, map[string]statuses{
		"POST /staff/confirm":                     staffed(401, 401, 401, 401, 401, 403),
		"GET /staff/sign-in/code":                 all(200),
		"POST /staff/sign-in/code":                all(401),
		"GET /look/:colour.css":                   all(200),
		"GET /look/:practice/:file":               all(404), // no logo yet
		"POST /staff/stay":                        staffed(204, 204, 204, 204, 204, 403),
		"GET /staff/account":                      staffed(200, 200, 200, 200, 200, 403),
		"GET /staff/account/second-factor":        fresh(staffed(200, 200, 200, 200, 200, 403)),
		"POST /staff/account/second-factor":       fresh(staffed(422, 422, 422, 422, 422, 403)),
		"POST /staff/account/second-factor/off":   fresh(staffed(303, 303, 303, 303, 303, 403)),
		"GET /staff/account/passphrase":           fresh(staffed(200, 200, 200, 200, 200, 403)),
		"POST /staff/account/passphrase":          fresh(staffed(422, 422, 422, 422, 422, 403)),
		"POST /staff/account/sessions/:id/end":    staffed(404, 404, 404, 404, 404, 403), // somebody else's
		"POST /staff/account/devices/:id/end":     staffed(404, 404, 404, 404, 404, 403),
		"POST /staff/account/sign-out-everywhere": staffed(signIn, signIn, signIn, signIn, signIn, 403),
		"GET /staff/clients/:id/team":             staffed(404, 200, 200, 403, 403, 403),
		"POST /staff/clients/:id/team":            staffed(404, 303, 303, 403, 403, 403),
		"GET /staff/team":                         staffed(200, 200, 403, 403, 403, 403),
		"POST /staff/team":                        fresh(staffed(422, 422, 403, 403, 403, 403)),
		"GET /staff/team/:id":                     staffed(404, 200, 403, 403, 403, 403),
		"POST /staff/team/:id":                    fresh(staffed(404, 422, 403, 403, 403, 403)),
		"POST /staff/team/:id/approve":            fresh(staffed(404, 404, 403, 403, 403, 403)), // nobody approves who has not accepted
		"POST /staff/team/:id/reset":              fresh(staffed(404, 200, 403, 403, 403, 403)),
		"POST /staff/team/:id/remove":             fresh(staffed(404, 422, 403, 403, 403, 403)),
		"POST /staff/settings":                    staffed(422, 422, 403, 403, 403, 403),
		"POST /staff/settings/logo":               staffed(422, 422, 403, 403, 403, 403),
		"POST /staff/settings/logo/remove":        staffed(303, 303, 403, 403, 403, 403),
		"GET /staff/settings/practice-key":        staffed(200, 200, 403, 403, 403, 403),
		"POST /staff/settings/practice-key":       fresh(staffed(303, 303, 403, 403, 403, 403)),
		"POST /staff/settings/practice-key/step":  staffed(303, 303, 403, 403, 403, 403),
		"GET /staff/activity/head":                staffed(200, 200, 200, 403, 403, 403),
		"GET /staff/activity.csv":                 fresh(staffed(200, 200, 200, 403, 403, 403)),
		"GET /staff/settings/keys":                staffed(200, 200, 403, 403, 403, 403),
	})
}
