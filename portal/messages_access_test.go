package portal_test

import "maps"

func init() {
	maps.Copy(golden, map[string]statuses{
		"GET /m/:message":         all(404), // nobody holds one here
		"POST /m/:message":        all(404),
		"GET /d/:token/messages":  own(200, toLink, toLink),
		"POST /d/:token/messages": own(303, toLink, toLink),

		"POST /staff/documents/:id/messages/:message/retry":      staffed(404, 404, 404, 404, 404, 403),
		"POST /staff/documents/:id/code":                         staffed(404, 409, 409, 404, 409, 403), // staff hand it over
		"GET /staff/settings/messages":                           staffed(200, 200, 403, 403, 403, 403),
		"POST /staff/settings/messages":                          staffed(422, 422, 403, 403, 403, 403),
		"GET /staff/settings/messages/:kind/:channel/:language":  staffed(404, 404, 403, 403, 403, 403),
		"POST /staff/settings/messages/:kind/:channel/:language": staffed(404, 404, 403, 403, 403, 403),
	})
}
