package views

import (
	"strings"

	"github.com/sealform/sealform/internal/practice"
)

// WordingLanguages are the languages with texts of their own.
var WordingLanguages = []string{"en", "es", "fr"}

// WordingLanguage returns the one of them that is nearest to a language; English
// when none is.
func WordingLanguage(language string) string {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	for _, l := range WordingLanguages {
		if l == base {
			return l
		}
	}
	return "en"
}

// DefaultWording is what a message says unless the practice chose other words.
// Text messages and calls share a text.
func DefaultWording(kind practice.MessageKind, channel practice.Channel, language string) Wording {
	texts := wordings[WordingLanguage(language)][kind]
	if channel == practice.Email {
		return texts.email
	}
	return Wording{Body: texts.phone}
}

// How to stop ends every message to a client but the last one.
var (
	// In the GSM alphabet, like the texts for phones: one letter outside it makes
	// a text message half as long.
	smsStop     = map[string]string{"en": "Reply STOP to stop.", "es": "Responda STOP para parar.", "fr": "Répondez STOP pour ne plus en recevoir."}
	emailStop   = map[string]string{"en": "To stop these messages:", "es": "Para no recibir más mensajes:", "fr": "Pour ne plus recevoir ces messages :"}
	emailAnswer = map[string]string{"en": "Your answer, yes or no:", "es": "Su respuesta, sí o no:", "fr": "Votre réponse, oui ou non :"}
)

// Closing returns the lines that end a message of the kind: how to stop, or how
// to answer. page is the address of the page that does either by e-mail.
func Closing(kind practice.MessageKind, channel practice.Channel, language, page string) string {
	language = WordingLanguage(language)
	switch {
	case channel == practice.Voice || kind == practice.StopNotice || kind == practice.StaffNotice:
		return ""
	case channel == practice.SMS && kind == practice.Question:
		return ""
	case channel == practice.SMS:
		return " " + smsStop[language]
	case kind == practice.Question:
		return "\n\n" + emailAnswer[language] + "\n" + page + "\n"
	default:
		return "\n\n--\n" + emailStop[language] + "\n" + page + "\n"
	}
}

// ReadyNotice tells a staff member that something waits. It names nobody.
func ReadyNotice(practiceName, signIn string) Wording {
	return Wording{
		Subject: "A document is ready to read",
		Body:    "A document of " + oneLine(practiceName) + " is completed and ready to read.\n\nSign in to read it:\n" + signIn + "\n",
	}
}

type wordingTexts struct {
	email Wording
	phone string
}

var wordings = map[string]map[practice.MessageKind]wordingTexts{
	"en": {
		practice.LinkMessage: {
			Wording{"A form from {practice}", "Hello {first name},\n\n{practice} asks you to fill in a form. This link opens it:\n\n{link}\n\nYou also need a code of 8 digits, which reaches you in another way. The link works until {date}.\n\nPlease do not forward this message. If you did not expect it, call {practice}."},
			"{practice}: your form is at {link} You also need a code, which comes in another way.",
		},
		practice.CodeMessage: {
			Wording{"Your code from {practice}", "Hello {first name},\n\nYour code for the form from {practice} is\n\n{code}\n\nThe link to the form reaches you in another way. We never ask for this code by phone."},
			"Your code from {practice} is {code} The link comes in another way.",
		},
		practice.Reminder: {
			Wording{"Your form from {practice} is waiting", "Hello {first name},\n\nyour form from {practice} is still waiting. This link opens it:\n\n{link}\n\nUse the code you were given. The link works until {date}."},
			"{practice}: your form is still waiting: {link} Use the code you were given.",
		},
		practice.Resume: {
			Wording{"Your form from {practice} is not finished", "Hello {first name},\n\nyou have begun a form from {practice} and not finished it. Use the link in the message of {date}: it opens what you have typed so far. Your code is still the same."},
			"{practice}: your form is not finished. Use the link in the message of {date}.",
		},
		practice.ExpiryNotice: {
			Wording{"Your form from {practice} has expired", "Hello {first name},\n\nthe time for your form from {practice} is over, so its link no longer works. Call {practice} if you still want to fill it in."},
			"{practice}: the time for your form is over. Call us if you still want to fill it in.",
		},
		practice.DoneNotice: {
			Wording{"{practice} has your form", "Hello {first name},\n\n{practice} has received your form. Thank you. There is nothing more to do."},
			"{practice} has received your form. Thank you.",
		},
		practice.Question: {
			Wording{"May {practice} send you messages?", "Hello {first name},\n\nmay {practice} send you forms, and reminders of them, at this address? Email can be read by others who see your mailbox. Your care does not depend on your answer, and you can stop at any time."},
			"{practice}: may we text you links to forms, and reminders? Message and data rates may apply. Reply YES, or STOP for no.",
		},
		practice.StopNotice: {
			Wording{"No more messages from {practice}", "{practice} will send no more messages to this address. Call {practice} if you change your mind."},
			"{practice} will send you no more messages. Reply START if you change your mind.",
		},
	},
	"es": {
		practice.LinkMessage: {
			Wording{"Un formulario de {practice}", "Hola, {first name}:\n\n{practice} le pide que rellene un formulario. Este enlace lo abre:\n\n{link}\n\nTambién necesita un código de 8 cifras, que le llega por otro medio. El enlace funciona hasta el {date}.\n\nNo reenvíe este mensaje. Si no lo esperaba, llame a {practice}."},
			"{practice}: su formulario: {link} Necesita una clave, que le llega por otro medio.",
		},
		practice.CodeMessage: {
			Wording{"Su código de {practice}", "Hola, {first name}:\n\nSu código para el formulario de {practice} es\n\n{code}\n\nEl enlace le llega por otro medio. Nunca le pediremos este código por teléfono."},
			"Su clave de {practice} es {code} El enlace llega por otro medio.",
		},
		practice.Reminder: {
			Wording{"Su formulario de {practice} le espera", "Hola, {first name}:\n\nsu formulario de {practice} sigue pendiente. Este enlace lo abre:\n\n{link}\n\nUse el código que ya tiene. El enlace funciona hasta el {date}."},
			"{practice}: su formulario le espera: {link} Use la clave que ya tiene.",
		},
		practice.Resume: {
			Wording{"Su formulario de {practice} no está terminado", "Hola, {first name}:\n\nha empezado un formulario de {practice} y no lo ha terminado. Use el enlace del mensaje del {date}: abre lo que ya ha escrito. El código sigue siendo el mismo."},
			"{practice}: su formulario no está terminado. Use el enlace del mensaje del {date}.",
		},
		practice.ExpiryNotice: {
			Wording{"Su formulario de {practice} ha caducado", "Hola, {first name}:\n\nel plazo de su formulario de {practice} ha terminado y el enlace ya no funciona. Llame a {practice} si todavía quiere rellenarlo."},
			"{practice}: el plazo de su formulario ha terminado. Llámenos si todavía quiere rellenarlo.",
		},
		practice.DoneNotice: {
			Wording{"{practice} tiene su formulario", "Hola, {first name}:\n\n{practice} ha recibido su formulario. Gracias. No tiene que hacer nada más."},
			"{practice} ha recibido su formulario. Gracias.",
		},
		practice.Question: {
			Wording{"¿Puede {practice} enviarle mensajes?", "Hola, {first name}:\n\n¿puede {practice} enviarle formularios y recordatorios a esta dirección? Otras personas que vean su correo podrían leerlos. Su atención no depende de su respuesta, y puede parar cuando quiera."},
			"{practice}: ¿podemos enviarle enlaces a formularios y recordatorios? Puede haber tarifas de mensajes. Responda SI, o STOP para no.",
		},
		practice.StopNotice: {
			Wording{"No más mensajes de {practice}", "{practice} no enviará más mensajes a esta dirección. Llame a {practice} si cambia de opinión."},
			"{practice} no le enviará más mensajes. Responda START si cambia de opinión.",
		},
	},
	"fr": {
		practice.LinkMessage: {
			Wording{"Un formulaire de {practice}", "Bonjour {first name},\n\n{practice} vous demande de remplir un formulaire. Ce lien l'ouvre :\n\n{link}\n\nIl vous faut aussi un code de 8 chiffres, qui vous parvient autrement. Le lien fonctionne jusqu'au {date}.\n\nNe transférez pas ce message. Si vous ne l'attendiez pas, appelez {practice}."},
			"{practice} : votre formulaire est ici : {link} Il faut aussi un code, qui vous parvient autrement.",
		},
		practice.CodeMessage: {
			Wording{"Votre code de {practice}", "Bonjour {first name},\n\nVotre code pour le formulaire de {practice} est\n\n{code}\n\nLe lien vous parvient autrement. Nous ne demandons jamais ce code par téléphone."},
			"Votre code de {practice} est {code} Le lien vous parvient autrement.",
		},
		practice.Reminder: {
			Wording{"Votre formulaire de {practice} vous attend", "Bonjour {first name},\n\nvotre formulaire de {practice} vous attend toujours. Ce lien l'ouvre :\n\n{link}\n\nUtilisez le code que vous avez reçu. Le lien fonctionne jusqu'au {date}."},
			"{practice} : votre formulaire vous attend : {link} Utilisez le code qui vous a été donné.",
		},
		practice.Resume: {
			Wording{"Votre formulaire de {practice} n'est pas terminé", "Bonjour {first name},\n\nvous avez commencé un formulaire de {practice} sans le terminer. Utilisez le lien du message du {date} : il ouvre ce que vous avez déjà écrit. Votre code reste le même."},
			"{practice} : votre formulaire n'est pas terminé. Utilisez le lien du message du {date}.",
		},
		practice.ExpiryNotice: {
			Wording{"Votre formulaire de {practice} a expiré", "Bonjour {first name},\n\nle délai de votre formulaire de {practice} est passé et son lien ne fonctionne plus. Appelez {practice} si vous voulez encore le remplir."},
			"{practice} : le délai de votre formulaire est passé. Appelez-nous si vous voulez encore le remplir.",
		},
		practice.DoneNotice: {
			Wording{"{practice} a reçu votre formulaire", "Bonjour {first name},\n\n{practice} a bien reçu votre formulaire. Merci. Vous n'avez plus rien à faire."},
			"{practice} a bien reçu votre formulaire. Merci.",
		},
		practice.Question: {
			Wording{"{practice} peut-il vous envoyer des messages ?", "Bonjour {first name},\n\n{practice} peut-il vous envoyer des formulaires et des rappels à cette adresse ? D'autres personnes qui voient votre boîte pourraient les lire. Vos soins ne dépendent pas de votre réponse et vous pouvez arrêter à tout moment."},
			"{practice} : pouvons-nous vous envoyer des liens et des rappels ? Des frais peuvent s'appliquer. Répondez OUI, ou STOP pour non.",
		},
		practice.StopNotice: {
			Wording{"Plus de messages de {practice}", "{practice} n'enverra plus de messages à cette adresse. Appelez {practice} si vous changez d'avis."},
			"{practice} ne vous enverra plus de messages. Répondez START si vous changez d'avis.",
		},
	},
}
