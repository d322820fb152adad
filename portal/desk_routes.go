package portal

import "github.com/sealform/sealform/internal/access"

// deskRoutes are the front desk's: what is done about a document or a client.
// They come before the other staff routes, so that "new" is no client's id.
func (p *Portal) deskRoutes() []route {
	const doc, client = "/staff/documents/:id", "/staff/clients/:id"
	send := staff(access.SendDocuments)
	return []route{
		{"POST", doc + "/file", send, smallBody, p.forStaff(p.staffFile)},
		{"POST", doc + "/reopen", send, smallBody, p.forStaff(p.staffReopen)},
		{"POST", doc + "/settle", send, smallBody, p.forStaff(p.staffSettle)},
		{"POST", doc + "/withdraw", send, smallBody, p.forStaff(p.staffWithdraw)},
		{"GET", "/staff/clients/new", send, 0, p.forStaff(p.staffAddForm)},
		{"POST", "/staff/clients/new", send, smallBody, p.forStaff(p.staffAdd)},
		{"GET", "/staff/clients/import", send, 0, p.forStaff(p.staffImportForm)},
		{"POST", "/staff/clients/import", send, importBody, p.forStaff(p.staffUpload)},
		{"GET", "/staff/clients/import/:id", send, 0, p.forStaff(p.staffImport)},
		{"POST", "/staff/clients/import/:id", send, smallBody, p.forStaff(p.staffRunImport)},
		{"GET", "/staff/notices", staff(access.ReadDocuments), 0, p.forStaff(p.staffNotices)},
		{"GET", client + "/notice", send, 0, p.forStaff(p.staffRefusalForm)},
		{"POST", client + "/notice", send, smallBody, p.forStaff(p.staffRefusal)},
		{"GET", client + "/paper", send, 0, p.forStaff(p.staffPaperForm)},
		{"POST", client + "/paper", send, scanBody, p.forStaff(p.staffPaper)},
		{"GET", "/staff/blank/:name", send, 0, p.forStaff(p.staffBlank)},
		{"POST", "/staff/documents/zip", staff(access.Export).fresh(), smallBody, p.forStaff(p.staffZip)},
		{"GET", client + "/edit", send, 0, p.forStaff(p.staffEditForm)},
		{"POST", client + "/edit", send, smallBody, p.forStaff(p.staffEdit)},
		{"POST", client + "/archive", send, smallBody, p.forStaff(p.staffArchive)},
		{"POST", client + "/restore", send, smallBody, p.forStaff(p.staffRestore)},
	}
}
