package portal

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
)

// Caps of request bodies, in bytes.
const (
	smallBody = 256 << 10
	formBody  = 1 << 20

	// Of pages that may ask for files. A file that is too large is read to its
	// end, so that its page can say so and keep the rest; this is where that ends.
	uploadBody = 256 << 20
)

// A who says who may use a route. The guard of its kind runs before the
// handler, so that a row of the table is all there is to know.
type who struct {
	kind       string
	permission access.Permission
	recent     bool // the passphrase was typed within ten minutes, or is asked for
}

var (
	anyone = who{kind: "anyone"}
	link   = who{kind: "link"}   // whoever holds a link that works
	client = who{kind: "client"} // a link and, in this browser, its code
)

// staff is a signed-in staff member with the permission; "" is any member.
func staff(p access.Permission) who { return who{kind: "staff", permission: p} }

// fresh is w, once the passphrase was typed again: for what a session left open
// at a desk must not do.
func (w who) fresh() who { w.recent = true; return w }

// api is an API key with the permission; "" is any key.
func api(p access.Permission) who { return who{kind: "api", permission: p} }

// A route is one row of the table. Path is in the framework's form, ":name"
// for a parameter; body is the cap of the request body in bytes.
type route struct {
	method, path string
	who          who
	body         int64
	handler      fiber.Handler
}

// routes is the one table: nothing else is served.
func (p *Portal) routes() []route {
	return slices.Concat(p.publicRoutes(), p.clientRoutes(), p.deskRoutes(), p.staffRoutes(), p.apiRoutes(), p.messageRoutes())
}

func (p *Portal) publicRoutes() []route {
	rows := []route{
		{"GET", "/", anyone, 0, p.home},
		{"GET", "/favicon.ico", anyone, 0, p.favicon},
		{"GET", "/robots.txt", anyone, 0, p.robots},
		{"GET", "/static/:file", anyone, 0, p.static},
		{"GET", "/look/:colour.css", anyone, 0, p.theme},
		{"GET", "/look/:practice/:file", anyone, 0, p.logo},
		{"GET", "/healthz", anyone, 0, p.healthy},
		{"GET", "/readyz", anyone, 0, p.ready},
	}
	if p.Demo != nil {
		rows = append(rows, route{"GET", "/dev/outbox", anyone, 0, p.outbox})
	}
	return rows
}

func (p *Portal) clientRoutes() []route {
	const doc = "/d/:token/f/:doc"
	return []route{
		{"GET", "/d/:token", anyone, 0, p.open},
		{"POST", "/d/:token", anyone, smallBody, p.newLink},
		{"POST", "/d/:token/new-link", anyone, smallBody, p.newLink},
		{"POST", "/d/:token/unlock", link, 2 * formBody, p.linked(unlock)},
		{"POST", "/d/:token/no-code", link, smallBody, p.linked(noCode)},
		{"POST", "/d/:token/language", link, smallBody, p.linked(chooseLanguage)},
		{"POST", "/d/:token/leave", client, smallBody, p.linked(leave)},
		{"GET", "/d/:token/overview", client, 0, p.linked(overview)},
		{"POST", doc + "/autosave", client, formBody, p.autosaved},
		{"GET", doc + "/review", client, 0, p.onDocument(showReview)},
		{"POST", doc + "/review", client, smallBody, p.onDocument(passReview)},
		{"GET", doc + "/sign", client, 0, p.onDocument(showSign)},
		{"POST", doc + "/sign", client, formBody, p.onDocument(sign)},
		{"GET", doc + "/decline", client, 0, p.onDocument(showDecline)},
		{"POST", doc + "/decline", client, smallBody, p.onDocument(decline)},
		{"GET", doc + "/afresh", client, 0, p.onDocument(showAfresh)},
		{"POST", doc + "/afresh", client, smallBody, p.onDocument(afresh)},
		{"GET", doc + "/done", client, 0, p.linked(done)},
		{"GET", doc + "/copy/:file", client, 0, p.linked(signedCopy)},
		{"GET", doc + "/:page", client, 0, p.onDocument(showPage)},
		{"GET", doc + "/attachments/:n", client, 0, p.linked(copyAttachment)},
		{"POST", doc + "/:page", client, uploadBody, p.onDocument(savePage)},
	}
}

// register adds a row, and HEAD beside each GET.
func (p *Portal) register(r route) {
	handler := r.handler
	switch r.who.kind {
	case staff("").kind:
		handler = p.asStaff(r.who, handler)
	case api("").kind:
		handler = p.asKey(r.who.permission, handler)
	}
	capped := func(c *fiber.Ctx) error {
		of(c).cap, of(c).who = r.body, r.who
		return handler(c)
	}
	p.app.Add(r.method, r.path, capped)
	if r.method == fiber.MethodGet {
		p.app.Add(fiber.MethodHead, r.path, capped)
	}
}

// A Row is what a test may know of a route.
type Row struct {
	Method, Path, Who string
	Permission        access.Permission
	Fresh             bool
	Body              int64
}

// Routes returns the table, in order.
func (p *Portal) Routes() []Row {
	var rows []Row
	for _, r := range p.routes() {
		rows = append(rows, Row{r.method, r.path, r.who.kind, r.who.permission, r.who.recent, r.body})
	}
	return rows
}
