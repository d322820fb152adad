package portal

import "github.com/sealform/sealform/internal/access"

func (p *Portal) staffRoutes() []route {
	const doc, settings = "/staff/documents/:id", "/staff/settings"
	return []route{
		{"GET", "/verify", anyone, 0, p.verifyForm},
		{"POST", "/verify", anyone, verifyBody, p.verify},
		{"GET", "/verify/root.pem", anyone, 0, p.rootCertificate},
		{"GET", "/staff/sign-in", anyone, 0, p.staffSignInForm},
		{"POST", "/staff/sign-in", anyone, smallBody, p.staffSignIn},
		{"POST", "/staff/sign-out", anyone, smallBody, p.staffSignOut},
		{"GET", "/staff/invitation/:token", anyone, 0, p.staffInvitationForm},
		{"POST", "/staff/invitation/:token", anyone, smallBody, p.staffAccept},
		{"POST", "/staff/confirm", staff(""), smallBody, p.forStaff(p.staffConfirm)},
		{"GET", "/staff/kit", staff(""), 0, p.forStaff(p.staffKitForm)},
		{"POST", "/staff/kit", staff(""), smallBody, p.forStaff(p.staffKit)},
		{"POST", "/staff/kit/new", staff(access.ManageKeys).fresh(), smallBody, p.forStaff(p.staffNewKit)},
		{"GET", "/staff", staff(access.ReadDocuments), 0, p.forStaff(p.staffHome)},
		{"GET", "/staff/documents", staff(access.ReadDocuments), 0, p.forStaff(p.staffDocuments)},
		{"GET", "/staff/documents/new", staff(access.SendDocuments), 0, p.forStaff(p.staffNewForm)},
		{"POST", "/staff/documents/new", staff(access.SendDocuments), smallBody, p.forStaff(p.staffNew)},
		{"GET", doc, staff(access.ReadDocuments), 0, p.forStaff(p.staffDocument)},
		{"POST", doc + "/reissue", staff(access.SendDocuments), smallBody, p.forStaff(p.staffReissue)},
		{"POST", doc + "/extend", staff(access.SendDocuments), smallBody, p.forStaff(p.staffExtend)},
		{"POST", doc + "/revoke", staff(access.RevokeDocuments), smallBody, p.forStaff(p.staffRevoke)},
		{"GET", doc + "/answers", staff(access.ReadAnswers), 0, p.forStaff(p.staffAnswers)},
		{"GET", doc + "/answers.json", staff(access.DownloadPDF), 0, p.forStaff(p.staffAnswersJSON)},
		{"GET", doc + "/answers.csv", staff(access.DownloadPDF), 0, p.forStaff(p.answersCSV)},
		{"GET", doc + "/bundle.json", staff(access.DownloadPDF), 0, p.forStaff(p.staffBundle)},
		{"GET", doc + "/:name.pdf", staff(access.DownloadPDF), 0, p.forStaff(p.staffPDF)},
		{"GET", "/staff/clients", staff(access.ReadDocuments), 0, p.forStaff(p.staffClients)},
		{"GET", "/staff/clients/:id", staff(access.ReadDocuments), 0, p.forStaff(p.staffClient)},
		{"GET", "/staff/activity", staff(access.ReadActivity), 0, p.forStaff(p.staffActivity)},
		{"GET", settings, staff(""), 0, p.forStaff(p.staffSettings)},
		{"POST", settings + "/members", staff(access.ManageMembers).fresh(), smallBody, p.forStaff(p.staffInvite)},
		{"POST", settings + "/members/:id/approve", staff(access.ManageMembers).fresh(), smallBody, p.forStaff(p.staffApprove)},
		{"POST", settings + "/members/:id/remove", staff(access.ManageMembers).fresh(), smallBody, p.forStaff(p.staffRemove)},
		{"POST", settings + "/keys", staff(access.ManageKeys).fresh(), smallBody, p.forStaff(p.staffMakeKey)},
		{"POST", settings + "/keys/:id/revoke", staff(access.ManageKeys).fresh(), smallBody, p.forStaff(p.staffRevokeKey)},
	}
}
