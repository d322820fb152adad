package portal

import "github.com/sealform/sealform/internal/access"

// deskRoutes are the front desk's: what is done about a document or a client.
func (p *Portal) deskRoutes() []route {
	const doc = "/staff/documents/:id"
	send := staff(access.SendDocuments)
	return []route{
		{"POST", doc + "/file", send, smallBody, p.forStaff(p.staffFile)},
		{"POST", doc + "/reopen", send, smallBody, p.forStaff(p.staffReopen)},
		{"POST", doc + "/settle", send, smallBody, p.forStaff(p.staffSettle)},
		{"POST", doc + "/withdraw", send, smallBody, p.forStaff(p.staffWithdraw)},
	}
}
